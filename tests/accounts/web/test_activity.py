from django.urls import reverse

from accounts import auditing
from tests.accounts.web.reading import found


def test_who_did_what_is_paged_newest_first(as_admin, admin, workspace):
    for number in range(60):
        auditing.record(workspace, admin.user, "plan.published", f"Shop v{number}", fields=["a", "b"])
    url = reverse("settings_audit", args=[workspace.public_id])

    first = as_admin.get(url).content.decode()
    older = found(r'href="([^"]+before=\d+)"', first)
    second = as_admin.get(older).content.decode()

    assert "Plan published" in first
    assert "Shop v59" in first
    assert "Shop v9<" not in first
    assert "Shop v9<" in second
    assert "Older" not in second


def test_a_made_up_place_in_the_list_is_the_first_page(as_admin, workspace):
    url = reverse("settings_audit", args=[workspace.public_id])

    assert as_admin.get(url, {"before": "9" * 40}).status_code == 200
    assert as_admin.get(url, {"before": "x"}).status_code == 200

import pytest
from django.urls import reverse

from accounts import mail, mail_files
from tests.factories import WorkspaceFactory


@pytest.fixture(autouse=True)
def kept(settings, tmp_path):
    settings.MAIL_DIR = tmp_path
    settings.EMAIL_BACKEND = "accounts.mail_files.FileBackend"


def post(workspace, html=""):
    mail.send("team@example.com", "2 new", "Order Completed", html, workspace=workspace)


def test_mail_is_listed_and_read(as_admin, workspace):
    post(workspace)
    name = mail_files.kept(workspace)[0].name

    assert "2 new" in as_admin.get(reverse("settings_mail", args=[workspace.public_id])).content.decode()
    page = as_admin.get(reverse("settings_mail_message", args=[workspace.public_id, name])).content.decode()
    assert "Order Completed" in page
    assert "iframe" not in page


def test_the_html_part_runs_and_loads_nothing(as_admin, workspace):
    post(workspace, "<html><head></head><body><script>alert(1)</script><b>new</b></body></html>")
    name = mail_files.kept(workspace)[0].name

    answer = as_admin.get(reverse("settings_mail_html", args=[workspace.public_id, name]))

    assert b"<b>new</b>" in answer.content
    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert "sandbox" in policy
    assert "allow-scripts" not in policy
    assert answer["X-Frame-Options"] == "SAMEORIGIN"


def test_another_workspaces_mail_is_not_there(as_admin, workspace, tmp_path):
    post(WorkspaceFactory())
    name = next(tmp_path.glob("*.eml")).name

    listed = as_admin.get(reverse("settings_mail", args=[workspace.public_id])).content.decode()
    assert "2 new" not in listed
    for page in ("settings_mail_message", "settings_mail_html"):
        assert as_admin.get(reverse(page, args=[workspace.public_id, name])).status_code == 404


@pytest.mark.parametrize("name", ["..%2F..%2Fsecret.key", "x.eml", "%00"])
def test_only_mail_can_be_read(as_admin, workspace, name):
    assert as_admin.get(f"/w/{workspace.public_id}/settings/mail/{name}/").status_code == 404

"""The lists: which rows a URL means, and that they are the rows REST and digests count."""

import html
import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts import tokens
from accounts.models import Role
from tests.factories import SourceFactory
from tests.violations.rows import violation
from violations import filtering
from violations.models import Violation


@pytest.fixture
def listed(shop, ana):
    """Names of the shop's rows that a list shows, in order; folded sources stand as one word."""
    names = {row.public_id: name for name, row in shop.rows.items()}

    def listed(query: str = "", tab: str = "violation_list") -> list[str]:
        found = ana.get(reverse(tab, args=[shop.workspace.public_id]) + filled(query, shop))
        assert found.status_code == 200
        rows = [row for section in found.context["sections"] for row in section.rows]
        return ["+".join(sorted(names[part.violation.public_id] for part in row.parts)) for row in rows]

    return listed


def filled(query, shop):
    for slug, source in shop.sources.items():
        query = query.replace(f"<{slug}>", source.public_id)
    return query.replace("<plan>", shop.plan.public_id)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", "total signup email currency"),
        ("?environment=all&status=nonsense", "total signup email currency"),
        ("?source=<web>", "total signup email"),
        ("?source=<web>,<ios>", "total signup email currency"),
        ("?plan=<plan>", "total signup email currency"),
        ("?event=Signed%20Up", "signup"),
        ("?event=Signed%20Up&event=Checkout%20Started", "signup currency"),
        ("?path=properties.total", "total"),
        ("?type=identify", "email"),
        ("?code=type,enum", "total signup"),
        ("?family=violation", "total signup email currency"),
        ("?family=unplanned", "rename coupon_android+coupon_web dynamic"),
        ("?status=new", "total"),
        ("?status=regressed", "signup"),
        ("?status=new,regressed", "total signup"),
        ("?status=resolved", "product_id"),
        ("?status=muted", "quantity"),
        ("?status=any", "total signup email currency quantity product_id"),
        ("?team=mobile", "currency"),
        ("?team=checkout", "total signup email"),
        ("?team=none", ""),
        ("?environment=staging", ""),
        ("?environment=any", "total signup email currency"),
        ("?q=currency", "currency"),
        ("?q=signed+values", "signup"),
        ("?q=nothing-like-this", ""),
        ("?range=1h", "total email signup currency"),
        ("?range=7d", "total signup email currency"),
        ("?sort=count", "total email currency signup"),
        ("?sort=share", "total email currency signup"),
        ("?sort=first_seen", "total currency email signup"),
        ("?sort=sideways", "total signup email currency"),
        ("?status=sideways", "total signup email currency"),
        ("?range=sideways", "total signup email currency"),
        ("?page=2", ""),
        ("?page=sideways", "total signup email currency"),
    ],
)
def test_a_url_means_these_rows(listed, query, names):
    found = listed(query)
    assert sorted(found) == sorted(names.split())
    if "sort" in query and "sideways" not in query:
        assert found == names.split()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("query", "tab", "names"),
    [
        ("", "not_in_plan", "rename dynamic coupon_android+coupon_web"),
        ("?source=<android>", "not_in_plan", "rename coupon_android"),
        ("?environment=staging", "not_in_plan", "staging"),
        ("?source=<staging>", "not_in_plan", "staging"),
        ("", "muted_list", "quantity"),
        ("?source=<web>", "muted_list", ""),
    ],
)
def test_each_tab_has_its_rows(listed, query, tab, names):
    assert listed(query, tab) == names.split()


@pytest.mark.django_db
def test_what_needs_somebody_comes_first(listed):
    assert listed() == ["total", "signup", "email", "currency"]


@pytest.fixture
def tabs(shop, ana):
    """Words, counts and addresses of the tabs, as the page asks for them once it is there."""

    def tabs(query: str = ""):
        page = ana.get(reverse("violation_list", args=[shop.workspace.public_id]) + query).content.decode()
        [address] = re.findall(r'id="tabs" hx-get="([^"]+)" hx-trigger="load"', page)
        found = ana.get(html.unescape(address), headers={"HX-Request": "true"})
        return [(tab.word, tab.count, tab.url) for tab in found.context["links"]]

    return tabs


@pytest.mark.django_db
def test_tabs_count_rows_under_the_same_filters(tabs):
    counts = [("Violations", 4), ("Not in plan", 3), ("Muted", 1), ("Missing", None)]
    assert [(word, count) for word, count, _ in tabs()] == counts
    found = tabs("?q=coupon&page=1")
    assert [count for _, count, _ in found] == [0, 1, 0, None]
    assert all(address.endswith("?q=coupon") for _, _, address in found[:3])


@pytest.mark.django_db
def test_without_htmx_the_tabs_are_the_list(shop, ana):
    address = reverse("violation_tabs", args=[shop.workspace.public_id])
    found = ana.get(address, {"tab": "muted_list", "q": "coupon"})
    assert found.url == reverse("muted_list", args=[shop.workspace.public_id]) + "?q=coupon"


@pytest.mark.django_db
def test_an_absolute_time_is_shown_with_its_zone_and_kept_by_the_form(shop, ana):
    now = timezone.now()
    since, until = (filtering.written(now - timedelta(hours=h)) for h in (30, 3))
    page = ana.get(
        reverse("violation_list", args=[shop.workspace.public_id]), {"since": since, "until": until}
    )
    html = page.content.decode()
    assert "UTC" in page.context["asked"].stretch
    assert f'<input type="hidden" name="since" value="{since}">' in html
    assert page.context["chips"][-1].label == "time"


@pytest.mark.django_db
def test_a_preset_replaces_an_absolute_time(shop, ana):
    page = ana.get(
        reverse("violation_list", args=[shop.workspace.public_id]),
        {"since": "2026-01-01T00:00:00Z", "range": "7d"},
    )
    assert (page.context["asked"].preset, page.context["chips"]) == ("7d", [])


@pytest.mark.django_db
def test_a_value_that_cannot_be_used_is_named_and_left_out(shop, ana):
    page = ana.get(reverse("violation_list", args=[shop.workspace.public_id]) + "?source=src_none&since=soon")
    html = page.content.decode()
    assert "There is no source &#x27;src_none&#x27;." in html
    assert "&#x27;soon&#x27; is no time" in html


@pytest.mark.django_db
def test_every_chip_takes_one_filter_away(shop, ana):
    query = f"?event=Signed+Up&team=checkout&source={shop.sources['web'].public_id}&status=any&q=type"
    page = ana.get(reverse("violation_list", args=[shop.workspace.public_id]) + query)
    chips = {chip.label: chip for chip in page.context["chips"]}
    assert {label: chip.value for label, chip in chips.items()} == {
        "event": "Signed Up", "team": "Checkout", "source": "Web", "state": "Any state", "search": "type",
    }  # fmt: skip
    assert "team" not in chips["team"].url
    assert "event=Signed+Up" in chips["team"].url


@pytest.mark.django_db
def test_names_from_traffic_cannot_break_the_page(shop, ana):
    nasty = "<script>alert(1)</script>\u202e`"
    violation(
        shop.sources["web"], nasty, first_seen_at=timezone.now(), count=9, message="`x` <b>", meant=nasty,
        last_release="<i>",
    )  # fmt: skip
    for tab in ("not_in_plan", "violation_list"):
        html = ana.get(reverse(tab, args=[shop.workspace.public_id]) + "?event=" + "%3Cb%3E").content.decode()
        html += ana.get(reverse(tab, args=[shop.workspace.public_id])).content.decode()
        assert "<script>alert" not in html
        assert "\u202e" not in html


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("tab", "words"),
    [
        ("violation_list", "Nothing open in the last 24 hours"),
        ("not_in_plan", "Everything that came is in the plan"),
        ("muted_list", "Nothing is muted"),
    ],
)
def test_an_empty_list_says_why(shop, ana, tab, words):
    Violation.objects.for_workspace(shop.workspace).delete()
    assert words in ana.get(reverse(tab, args=[shop.workspace.public_id])).content.decode()


@pytest.mark.django_db
def test_an_empty_list_under_filters_offers_to_clear_them(shop, ana):
    page = ana.get(reverse("violation_list", args=[shop.workspace.public_id]) + "?q=zebra")
    assert "Nothing fits these filters" in page.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "query", ["", "&status=any", "&range=14d", "&source=<web>", "&event=Order%20Completed"]
)
def test_rows_and_counts_are_those_of_rest(shop, ana, client, query):
    """The same stretch of time, asked of both."""
    window = ana.get(reverse("violation_list", args=[shop.workspace.public_id]) + "?" + filled(query, shop))
    asked = window.context["asked"]
    rows = [
        row
        for tab in ("violation_list", "not_in_plan")
        for section in ana.get(
            reverse(tab, args=[shop.workspace.public_id]) + "?" + filled(query, shop)
        ).context["sections"]
        for row in section.rows
    ]
    on_page = {part.violation.public_id: part.entry.count for row in rows for part in row.parts}
    _, text = tokens.create(shop.workspace, shop.ana.user, name="t", role=Role.VIEWER, expires_at=None)
    status = "" if "status=any" in query else "&status=new,open,regressed"
    span = f"since={filtering.written(asked.window.since)}&until={filtering.written(asked.window.until)}"
    rest = filled(query, shop).replace("&status=any", "").replace("&range=14d", "")
    answer = client.get(
        f"/api/v1/violations?limit=200&environment=production&{span}{status}{rest}",
        headers={"authorization": f"Bearer {text}"},
    )
    assert {item["id"]: item["count"] for item in answer.json()["items"]} == on_page


@pytest.mark.django_db
def test_a_source_deleted_meanwhile_costs_no_error(shop, ana):
    SourceFactory(workspace=shop.workspace, name="Fresh")
    shop.sources["ios"].delete()
    assert ana.get(reverse("not_in_plan", args=[shop.workspace.public_id])).status_code == 200

"""The first page of the morning."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership
from tests.factories import MembershipFactory, PlanFactory, SourceFactory
from tests.violations.rows import violation
from violations import deciding, inbox, triage
from violations.models import Violation

pytestmark = pytest.mark.django_db


@pytest.fixture
def overview(shop, ana):
    def overview():
        found = ana.get(reverse("overview", args=[shop.workspace.public_id]))
        assert found.status_code == 200
        return found

    return overview


def words(page):
    return " ".join(page.content.decode().split())


def told(shop, page):
    names = {row.public_id: name for name, row in shop.rows.items()}
    return [names[row.violation.public_id] for row in page.context["attention"].rows]


def test_it_leads_with_the_event_that_was_renamed(overview):
    html = words(overview())
    lead = html.split('class="lead"')[1].split("</li>")[0]
    assert "Android orders vanished from the funnel: people are buying, 2.4.0 renamed the event" in lead
    assert "450 since" in lead
    assert "not in plan" in lead
    assert "did you mean <code>Order Completed</code>?" in lead


@pytest.mark.parametrize(
    ("most", "counted"), [(300, '<span class="muted">7 open in production'), (4, "4+ open in production")]
)
def test_then_critical_then_new_or_back_then_by_volume_and_extra_properties_last(
    shop, overview, monkeypatch, most, counted
):
    monkeypatch.setattr(inbox, "MOST", most)
    page = overview()
    assert told(shop, page) == ["total", "signup", "dynamic", "email", "currency"]
    assert counted in words(page)


def test_without_a_rename_the_first_violation_leads(shop, overview):
    Violation.objects.filter(pk=shop.rows["rename"].pk).delete()
    html = words(overview())
    assert "<code>total</code> should be a number" in html.split('class="lead"')[1].split("</li>")[0]


def test_an_unplanned_event_beside_one_that_still_comes_is_no_rename(shop, overview):
    Violation.objects.filter(pk=shop.rows["rename"].pk).update(detail={"meant": "Product Viewed"})
    page = overview()
    assert page.context["attention"].stories == []
    assert "rename" in told(shop, page)


@pytest.mark.parametrize("state", ["muted", "resolved"])
def test_what_is_muted_or_resolved_needs_nobody(shop, overview, state):
    now = timezone.now()
    for row in list(Violation.objects.for_workspace(shop.workspace)):
        if state == "muted":
            deciding.mute(row, deciding.Mute(), actor=shop.ana.user, now=now)
        else:
            deciding.resolve(row, actor=shop.ana.user, now=now + timedelta(seconds=1))
    assert "Nothing open in production in the last 24 hours" in words(overview())


def test_what_is_rare_is_counted_and_not_listed(shop, overview):
    violation(shop.sources["web"], "Odd", first_seen_at=timezone.now(), count=1)
    page = overview()
    assert page.context["attention"].rare == 1
    assert "Odd" not in words(page)
    assert "+1 rare" in words(page)


def test_the_headline_says_all_three_shares(overview):
    totals = overview().context["headline"].totals
    html = words(overview())
    assert totals.judged == totals.conforming + totals.violating + totals.unplanned
    for count, word in (
        (totals.conforming, "conform"),
        (totals.violating, "violate"),
        (totals.unplanned, "not in plan"),
    ):
        assert f"{100 * count / totals.judged:.1f} % {word}" in html


def test_a_line_says_what_happened_since_the_last_visit(shop, overview):
    Membership.objects.filter(pk=shop.ana.pk).update(last_visit_at=timezone.now() - timedelta(days=5))
    for _ in range(2):  # a reload says it again
        html = words(overview())
        assert "Since your last visit" in html
        assert "Sneaker shop v3" in html
    assert Membership.objects.get(pk=shop.ana.pk).last_visit_at > timezone.now() - timedelta(minutes=1)


def test_the_first_visit_has_no_before(overview):
    assert "Since your last visit" not in words(overview())


def test_a_new_workspace_is_taught(client):
    member = MembershipFactory()
    client.force_login(member.user)
    address = reverse("overview", args=[member.workspace.public_id])
    assert "Import a plan" in words(client.get(address))
    PlanFactory(workspace=member.workspace)
    assert "Add a source" in words(client.get(address))
    source = SourceFactory(workspace=member.workspace, name="Shop front")
    html = words(client.get(address))
    assert reverse("source_setup", args=[member.workspace.public_id, source.public_id]) in html


def test_the_page_and_the_list_count_the_same(shop, ana, overview):
    listed = ana.get(reverse("violation_list", args=[shop.workspace.public_id]))
    counts = {
        row.violation.public_id: row.group.count
        for section in listed.context["sections"]
        for row in section.rows
    }
    for row in overview().context["attention"].rows:
        assert counts.get(row.violation.public_id, row.group.count) == row.group.count


def test_status_on_pages_is_that_of_triage(shop, overview):
    now = timezone.now()
    for row in overview().context["attention"].rows:
        assert row.group.status == triage.status(row.violation, now)


def test_queries_do_not_grow_with_violations(shop, ana):
    pages = [
        reverse(name, args=[shop.workspace.public_id])
        for name in ("overview", "violation_list", "not_in_plan", "muted_list")
    ]
    pages.append(reverse("violation_detail", args=[shop.workspace.public_id, shop.rows["total"].public_id]))

    def counted():
        counts = []
        for page in pages:
            with CaptureQueriesContext(
                connection,
            ) as queries:
                assert ana.get(page).status_code == 200
            counts.append(len(queries))
        return counts

    counted()  # plans are in memory, the visit is noted
    few = counted()
    now = timezone.now()
    for number in range(60):
        violation(
            shop.sources["web"], f"Event {number}", first_seen_at=now, count=60, passed_at=now,
            code=["type", "unplanned_event"][number % 2], meant="Order Completed",
        )  # fmt: skip
    assert counted() == few
    assert max(few) <= 31

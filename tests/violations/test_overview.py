"""What the Overview counts: every message once, by the hour, production apart."""

from datetime import timedelta

import pytest
from django.utils import timezone

from delivery import targeting
from delivery.models import Target
from tests.factories import MembershipFactory, PlanFactory, SourceFactory, WorkspaceFactory
from tests.violations.digest_world import DUE, member, shop
from tests.violations.rows import traffic_hours, violation
from trackingplans import drafting
from trackingplans.draft_models import Review
from trackingplans.models import Environment
from violations import deciding, needing, noticing, overview
from violations.models import State, Violation
from violations.routing import routing

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def now():
    return timezone.now().replace(minute=30, second=0, microsecond=0)


@pytest.fixture
def web():
    return SourceFactory(workspace=WorkspaceFactory(), name="Web")


def headline(source, now):
    return overview.headline(source.workspace, overview.setup(source.workspace).sources, now)


def test_the_headline_is_of_the_last_24_hours_the_running_one_included(web, now):
    traffic_hours(web, "track", "A", {now: 10, now - 23 * HOUR: 10}, violating=1, unplanned=2, unchecked=3)
    traffic_hours(web, "track", "A", {now - 24 * HOUR: 10}, violating=5)

    found = headline(web, now)

    assert found.totals.received == 20
    assert (found.totals.conforming, found.totals.violating, found.totals.unplanned) == (8, 2, 4)
    assert found.others == [("not checked", 6)]
    assert (found.totals_before.received, found.totals_before.violating) == (10, 5)
    assert found.received == [10, *[0] * 22, 10]


def test_repeats_and_rejected_are_said_and_in_no_share(web, now):
    traffic_hours(web, "track", "A", {now: 10}, duplicate=2, rejected=1)

    found = headline(web, now)

    assert found.totals.judged == 7
    assert found.others == [("repeats", 2), ("rejected", 1)]
    assert [count for _, count, _ in found.parts] == [7, 0, 0]


@pytest.mark.parametrize(
    ("today", "yesterday", "growth"), [(103, 100, 0.03), (50, 100, -0.5), (10, 0, None), (0, 0, None)]
)
def test_growth_compares_the_same_hours_without_the_running_one(web, now, today, yesterday, growth):
    traffic_hours(web, "track", "A", {now: 999, now - 2 * HOUR: today})
    traffic_hours(web, "track", "A", {now - 26 * HOUR: yesterday, now - 24 * HOUR: 5_000})

    assert headline(web, now).growth == (pytest.approx(growth) if growth is not None else None)


def test_staging_and_other_workspaces_count_elsewhere(web, now):
    staging = SourceFactory(workspace=web.workspace, environment=Environment.STAGING)
    stranger = SourceFactory(workspace=WorkspaceFactory())
    for source in (staging, stranger):
        traffic_hours(source, "track", "A", {now: 10})

    assert headline(web, now).totals.received == 0
    [other] = overview.elsewhere(web.workspace, overview.setup(web.workspace).sources, now)
    assert (other.source, other.totals.received) == (staging, 10)


def test_what_is_missing_is_taught_one_thing_after_the_other(now):
    workspace = WorkspaceFactory()
    assert overview.setup(workspace).missing == "plan"
    PlanFactory(workspace=workspace)
    assert overview.setup(workspace).missing == "source"
    source = SourceFactory(workspace=workspace)
    assert overview.setup(workspace).missing == "traffic"
    traffic_hours(source, "track", "A", {now: 1})
    assert overview.setup(workspace).missing == ""


def test_news_are_what_happened_since(web, now):
    since = now - 5 * HOUR
    before, after = since - HOUR, since + HOUR
    violation(web, "A", first_seen_at=before, passed_at=before)
    violation(web, "B", first_seen_at=after, passed_at=after)
    violation(web, "C", first_seen_at=after, passed_at=after, is_settling=True)
    violation(web, "D", first_seen_at=before, last_seen_at=after, regressed_at=after)
    violation(web, "E", first_seen_at=before, resolved_at=after, resolution="fixed", state=State.RESOLVED)
    violation(web, "F", first_seen_at=before, resolved_at=after, resolution="manual", state=State.RESOLVED)

    found = overview.news(web.workspace, since)

    assert (found.new, found.back, found.fixed, found.digests) == (1, 1, 1, 0)
    assert found
    assert not overview.news(web.workspace, now)


def test_speed_is_the_median_of_first_acts_and_of_fixes(web, now):
    ana = MembershipFactory(workspace=web.workspace)
    for hours_ago, acted_after in ((50, 10), (40, 2), (30, 4)):
        began = now - hours_ago * HOUR
        row = violation(web, f"E{hours_ago}", first_seen_at=began)
        deciding.assign(row, ana.user, actor=ana.user, now=began + acted_after * HOUR)
        deciding.mute(row, deciding.Mute(), actor=ana.user, now=began + (acted_after + 1) * HOUR)
    fixed = violation(web, "Z", first_seen_at=now - 20 * HOUR)
    deciding.resolve(fixed, actor=None, now=now - 2 * HOUR)

    found = noticing.speeds(web.workspace, routing(web.workspace), now).all

    assert (found.notice, found.noticed) == (4 * HOUR, 3)
    assert (found.fix, found.fixed) == (18 * HOUR, 1)


def test_starting_debt_staging_and_long_ago_are_in_no_median(web, now):
    ana = MembershipFactory(workspace=web.workspace)
    staging = SourceFactory(workspace=web.workspace, environment=Environment.STAGING)
    for source, ago, columns in (
        (web, timedelta(hours=5), {"is_settling": True}),
        (staging, timedelta(hours=5), {}),
        (web, timedelta(days=40), {}),
    ):
        row = violation(source, "A", first_seen_at=now - ago, **columns)
        deciding.resolve(row, actor=ana.user, now=now - ago + HOUR)

    assert noticing.speeds(web.workspace, routing(web.workspace), now).all == noticing.Speed(None, 0, None, 0)


def test_medians_are_told_by_team():
    """Checkout notices in one hour and fixes in three; Growth in five, and fixes nothing; nobody's counts nowhere."""
    found = shop()
    for row, took in ((found.new("a"), 1), (found.new("b"), 3), (found.new("c"), 1)):
        Violation.objects.filter(pk=row.pk).update(
            noticed_at=row.first_seen_at + took * HOUR,
            state="resolved",
            resolved_at=row.first_seen_at + 3 * HOUR,
        )
    slow = found.new("price", event="Product Viewed")
    Violation.objects.filter(pk=slow.pk).update(noticed_at=slow.first_seen_at + 5 * HOUR)
    told = noticing.speeds(found.workspace, routing(found.workspace), DUE + HOUR).teams
    assert [
        (one.team.name, one.speed.notice, one.speed.noticed, one.speed.fix, one.speed.fixed) for one in told
    ] == [
        ("Checkout", HOUR, 3, 3 * HOUR, 3),
        ("Growth", 5 * HOUR, 1, None, 0),
    ]


def test_what_needs_me_is_what_i_shall_review_is_assigned_new_for_my_teams_and_stands_still():
    found = shop()
    ana = member(found.checkout, "ana@example.com")
    mine, theirs = found.new("a"), found.new("price", event="Product Viewed")
    deciding.assign(theirs, ana.user, actor=None, now=DUE - HOUR)
    muted = found.new("m")
    deciding.assign(muted, ana.user, actor=None, now=DUE - HOUR)
    deciding.mute(muted, deciding.Mute(until=DUE + 9 * HOUR), actor=None, now=DUE - HOUR)
    target = targeting.set_target(found.web, "https://api.example.com", "wk", actor=ana.user)
    Target.objects.update(paused_at=DUE, failures=20)
    asked, answered = (drafting.start(found.web.plan, None) for _ in range(2))
    for draft, state in ((asked, "asked"), (answered, "approved")):
        Review.objects.create(
            workspace=found.workspace, draft=draft, reviewer=ana.user, state=state, asked_at=DUE
        )
    told = needing.needs(ana, routing(found.workspace), DUE)
    assert [review.draft for review in told.reviews] == [asked]
    assert (list(told.assigned), told.several) == ([theirs], 1)
    assert told.teams == [(found.checkout, 1)]
    assert list(told.paused) == [target]
    assert mine not in told.assigned
    stranger = member(found.growth, "ben@example.com")
    Violation.objects.update(acted_at=DUE)
    assert not needing.needs(stranger, routing(found.workspace), DUE)

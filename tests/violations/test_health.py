"""What the owner of a plan hears on Mondays."""

from datetime import timedelta

import pytest

from accounts.models import Team
from tests.violations.digest_world import DAY, DUE, member, processed, shop
from tests.violations.mails import text_of
from tests.violations.rows import traffic_hours
from trackingplans import implementing, publishing
from violations import digests, health, lettering, scheduling
from violations.digest_models import Digest

pytestmark = pytest.mark.django_db
MONDAY = DUE - DAY + timedelta(minutes=5)
HOUR = timedelta(hours=1)


@pytest.fixture
def owned():
    """A shop whose plan belongs to Growth, which reads digests."""
    found = shop()
    Team.objects.filter(pk=found.growth.pk).update(digest_enabled=True)
    member(found.growth, "gro@example.com")
    traffic_hours(
        found.web, "track", "Order Completed", {MONDAY - 40 * HOUR: 1000}, violating=36, unplanned=4
    )
    found.new("total", ago=60, hours={MONDAY - 30 * HOUR: 5, MONDAY - 2 * HOUR: 5})
    return found


def send(found, now):
    return digests.send_due(now, processed, [Team.objects.get(pk=found.growth.pk)])


def test_on_monday_the_owner_of_a_plan_hears_how_it_is(owned, post):
    sent = send(owned, MONDAY)
    [health] = [one for one in sent if one.kind == "plan"]
    assert (health.plan, health.until - health.since) == (owned.web.plan, scheduling.WEEK)
    [mail] = [one for one in post.mails if "plan health" in one["Subject"]]
    text = text_of(mail)
    for words in (
        "conform",
        "1 of 2 planned events did not come",
        "Product Viewed",
        "1 open violation",
        "iOS sent none",
    ):
        assert words in text, words
    assert send(owned, MONDAY + HOUR) == []


def test_an_event_that_is_still_called_planned_is_missed_once_it_was_sent(owned):
    plan = owned.web.plan
    rules = [
        {
            "type": "track",
            "name": name,
            "version": 1,
            "schema": {"type": "object"},
            "meta": {"status": status},
        }
        for name, status in (
            ("Order Completed", "live"),
            ("Built", "planned"),
            ("Unbuilt", "planned"),
            ("Old", "deprecated"),
        )
    ]
    publishing.publish(plan, {"planwright": 1, "name": "Shop", "rules": rules}, actor=None)
    plan.refresh_from_db()
    traffic_hours(owned.web, "track", "Built", {MONDAY - 20 * DAY: 3})
    implementing.note(MONDAY, 30 * DAY)
    told = health.compose(plan, MONDAY - 7 * DAY, MONDAY)["missing"]
    assert told == {"planned": 2, "events": 1, "first": ["Built"]}


@pytest.mark.parametrize("now", [MONDAY + DAY, MONDAY + 4 * DAY, MONDAY - 2 * DAY])
def test_on_other_days_nothing_is_said_of_plans(owned, post, now):
    send(owned, now)
    assert not Digest.objects.filter(kind="plan").exists()


def test_a_plan_that_another_team_owns_is_not_told_of(owned, post):
    Team.objects.filter(pk=owned.checkout.pk).update(created_at=DUE - 400 * DAY)
    digests.send_due(MONDAY, processed, [Team.objects.get(pk=owned.checkout.pk)])
    assert not Digest.objects.filter(kind="plan").exists()


def test_a_week_without_messages_says_so(owned, post):
    [health] = [one for one in send(owned, MONDAY + 21 * DAY) if one.kind == "plan"]
    assert "Nothing was checked" in lettering.letter(health).text


@pytest.mark.parametrize(
    ("now", "told"), [(MONDAY, True), (MONDAY + DAY, False), (MONDAY + 7 * DAY, True), (MONDAY - DAY, False)]
)
def test_a_weekly_team_hears_on_mondays_of_the_whole_week(owned, post, now, told):
    Team.objects.filter(pk=owned.checkout.pk).update(digest_weekly=True)
    sent = digests.send_due(now, processed, [Team.objects.get(pk=owned.checkout.pk)])
    assert bool(sent) is told
    if told:
        assert sent[0].until - sent[0].since == scheduling.WEEK

"""The table of states, and the changes that come by themselves."""

import random
from datetime import UTC, datetime, timedelta

import pytest

from tests.factories import PlanFactory, SourceFactory, WorkspaceFactory
from tests.threads import at_once
from tests.violations.rows import traffic_hours, violation
from trackingplans.models import PlanVersion, RecentMessage
from violations import deciding, triage
from violations.models import Turn, Violation
from violations.releases import is_older

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def ago(hours):
    return NOW - hours * HOUR


def shop(**columns):
    workspace = WorkspaceFactory.create()
    return SourceFactory.create(workspace=workspace, plan=PlanFactory.create(workspace=workspace), **columns)


def wrong(source, *, first=10, last=None, event="Order Completed", code="type", **columns):
    """A violation first and last seen so many hours ago."""
    first_seen_at, last_seen_at = ago(first), ago(first if last is None else last)
    hours = columns.pop("hours", {first_seen_at: 1, last_seen_at: 1})
    return violation(
        source, event, code=code, path="properties.total", first_seen_at=first_seen_at,
        last_seen_at=last_seen_at, hours=hours, **columns,
    )  # fmt: skip


STATES = [
    ({}, "open"),
    ({"passed_at": ago(1)}, "new"),
    ({"passed_at": ago(23.9)}, "new"),
    ({"passed_at": ago(24)}, "open"),
    ({"passed_at": ago(5), "acted_at": ago(1)}, "open"),
    ({"passed_at": ago(1), "acted_at": ago(5)}, "new"),
    ({"passed_at": ago(1), "is_settling": True}, "open"),
    ({"passed_at": ago(200), "regressed_at": ago(2)}, "regressed"),
    ({"passed_at": ago(1), "regressed_at": ago(2)}, "regressed"),
    ({"passed_at": ago(200), "regressed_at": ago(50)}, "regressed"),
    ({"passed_at": ago(200), "regressed_at": ago(2), "acted_at": ago(1)}, "open"),
    ({"passed_at": ago(200), "regressed_at": ago(2), "acted_at": ago(30)}, "regressed"),
    ({"passed_at": ago(1), "state": "resolved", "resolution": "manual", "resolved_at": ago(1)}, "resolved"),
    ({"passed_at": ago(1), "state": "muted", "muted_until": NOW + HOUR, "acted_at": ago(1)}, "muted"),
    ({"passed_at": ago(9), "state": "muted", "muted_until": NOW, "acted_at": ago(1)}, "open"),
    ({"passed_at": ago(9), "state": "muted", "muted_until": ago(1), "acted_at": ago(5)}, "open"),
    ({"passed_at": ago(9), "state": "muted", "muted_until": ago(1), "regressed_at": ago(1),
      "acted_at": ago(5)}, "regressed"),
]  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize(("columns", "status"), STATES)
def test_what_people_see_follows_from_what_is_stored_and_the_clock(columns, status):
    row = wrong(shop(), **columns)
    assert triage.status(row, NOW) == status
    [told] = triage.annotated(Violation.objects.all(), NOW)
    assert told.status_now == status
    assert told.is_quiet_now == triage.is_quiet(row, NOW)
    for name in triage.STATUSES:
        assert Violation.objects.filter(triage.has_status(name, NOW)).exists() == (name == status)


@pytest.mark.django_db
def test_the_database_and_python_agree_on_any_row():
    source, chance = shop(), random.Random(7)
    moments = [None, *(ago(hours) for hours in (-30, -1, 0, 1, 23, 24, 25, 48, 300))]
    for _ in range(60):
        wrong(
            source,
            last=chance.choice([0, 23, 24, 25]), first=300,
            state=chance.choice(["open", "resolved", "muted"]),
            is_settling=chance.random() < 0.2,
            **{name: chance.choice(moments) for name in ("passed_at", "acted_at", "regressed_at", "muted_until")},
        )  # fmt: skip
    for row in triage.annotated(Violation.objects.all(), NOW):
        assert row.status_now == triage.status(row, NOW)
        assert row.is_quiet_now == triage.is_quiet(row, NOW)
        assert Violation.objects.filter(triage.has_status(row.status_now, NOW), pk=row.pk).exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("passed_at", "settling", "is_new"),
    [(ago(24), False, True), (ago(1), False, True), (NOW, False, False), (ago(25), False, False),
     (ago(1), True, False), (None, False, False)],
)  # fmt: skip
def test_is_new_means_passed_inside_the_window(passed_at, settling, is_new):
    row = wrong(shop(), passed_at=passed_at, is_settling=settling)
    assert triage.is_new(row, ago(24), NOW) is is_new
    assert Violation.objects.filter(triage.was_new(ago(24), NOW)).exists() is is_new


# --- 1 % of its event


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("occurrences", "messages", "passes"),
    [(1, 100, True), (1, 101, False), (2, 150, True), (4, 401, False), (4, 400, True)],
)
def test_one_per_cent_of_its_event_passes_too(occurrences, messages, passes):
    source = shop()
    row = wrong(source, first=3, hours={ago(3): occurrences})
    traffic_hours(source, "track", "Order Completed", {ago(3): messages})
    traffic_hours(source, "track", "Product Viewed", {ago(3): 5_000})
    traffic_hours(source, "track", "Order Completed", {ago(200): 5_000})
    assert (triage.assess(NOW).passed == [row.pk]) is passes
    row.refresh_from_db()
    assert row.passed_at == (row.last_seen_at if passes else None)
    assert triage.assess(NOW).passed == []


@pytest.mark.django_db
def test_for_an_unplanned_event_it_is_one_per_cent_of_what_the_source_sends():
    source = shop()
    wrong(source, event="Oder Completed", code="unplanned_event", hours={ago(10): 1})
    traffic_hours(source, "track", "Oder Completed", {ago(10): 1}, unplanned=1)
    traffic_hours(source, "track", "Product Viewed", {ago(10): 500})
    assert triage.assess(NOW).passed == []
    Violation.objects.update(code="type")
    assert len(triage.assess(NOW).passed) == 1


# --- fixed by evidence


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("last", "later", "fixed_at"),
    [
        (30, {20: 50}, ago(6)),  # evidence early: 24 hours decide
        (30, {20: 49}, None),
        (30, {20: 30, 4: 20}, ago(3)),  # evidence late: it decides, at the end of its hour
        (30, {0: 50}, NOW),  # evidence in the running hour: now
        (24, {20: 60}, NOW),
        (23.9, {20: 500}, None),
        (200, {199: 10, 150: 10, 100: 10, 50: 10, 49: 10}, ago(48)),
        (30, {30: 900}, None),  # the hour of the last occurrence proves nothing
        (30, {31: 900}, None),
    ],
)
def test_fixed_needs_a_day_without_it_and_fifty_messages_that_could_have_shown_it(last, later, fixed_at):
    source = shop()
    row = wrong(source, first=last + 5, last=last, passed_at=ago(last + 5))
    traffic_hours(source, "track", "Order Completed", {ago(hours): count for hours, count in later.items()})
    traffic_hours(source, "track", "Product Viewed", {ago(10): 900})
    traffic_hours(shop(), "track", "Order Completed", {ago(10): 900})
    assessed = triage.assess(NOW)
    row.refresh_from_db()
    if fixed_at is None:
        assert (assessed.fixed, row.state) == ([], "open")
        assert triage.is_quiet(row, NOW) == (last >= 24)
        return
    assert assessed.fixed == [row.pk]
    assert (row.state, row.resolution, row.resolved_at) == ("resolved", "fixed", fixed_at)
    assert list(Turn.objects.values_list("kind", "at")) == [("fixed", fixed_at)]
    assert triage.assess(NOW + HOUR).fixed == []


@pytest.mark.django_db
def test_messages_that_were_not_judged_are_no_evidence():
    source = shop()
    wrong(source, first=40, last=30)
    traffic_hours(source, "track", "Order Completed", {ago(20): 90}, duplicate=30, rejected=20)
    assert triage.assess(NOW).fixed == []


@pytest.mark.django_db
@pytest.mark.parametrize(("code", "event"), [("common_schema.required", ""), ("unplanned_event", "Oder")])
def test_what_any_message_could_have_shown_is_fixed_by_any_message(code, event):
    source = shop()
    wrong(source, first=40, last=30, code=code, event=event)
    traffic_hours(source, "track", "Product Viewed", {ago(20): 60})
    assert len(triage.assess(NOW).fixed) == 1


@pytest.mark.django_db
def test_in_the_hour_of_the_last_occurrence_the_messages_kept_for_live_are_evidence():
    source = shop()
    row = wrong(source, first=30.5)
    for minutes, count in ((-5, 70), (5, 60)):
        RecentMessage.objects.bulk_create(
            RecentMessage(
                workspace=source.workspace, source=source, received_at=row.last_seen_at + minutes * HOUR / 60,
                type="track", event="Order Completed", verdict="conforming", reason="", findings="[]",
                message="{}",
            )
            for _ in range(count)
        )  # fmt: skip
    assert triage.assess(NOW).fixed == [row.pk]


@pytest.mark.django_db
def test_evidence_starts_anew_when_somebody_reopens_it():
    source = shop()
    row = wrong(source, first=40, last=30)
    traffic_hours(source, "track", "Order Completed", {ago(20): 60, ago(4): 60})
    triage.assess(NOW)
    deciding.reopen(row, actor=None, now=NOW)
    assert triage.assess(NOW + HOUR).fixed == []
    traffic_hours(source, "track", "Order Completed", {NOW + 3 * HOUR: 60})
    assert triage.assess(NOW + 25 * HOUR).fixed == [row.pk]


# --- back


@pytest.mark.django_db
@pytest.mark.parametrize("resolution", ["fixed", "manual", "accepted"])
def test_seen_again_after_it_was_resolved_it_is_back(resolution):
    row = wrong(
        shop(), first=100, last=2, state="resolved", resolution=resolution, resolved_at=ago(10), acted_at=ago(10),
        hours={ago(100): 5, ago(2): 1},
    )  # fmt: skip
    assert triage.assess(NOW).back == [row.pk]
    row.refresh_from_db()
    assert (row.state, row.resolution, row.resolved_at, row.regressed_at) == ("open", None, None, ago(2))
    assert triage.status(row, NOW) == "regressed"
    assert list(Turn.objects.values_list("kind", "at")) == [("back", ago(2))]
    assert triage.assess(NOW).back == []


@pytest.mark.django_db
def test_it_is_back_from_the_first_hour_it_was_seen_again():
    hours = {ago(100): 5, ago(6): 1, ago(3): 1, ago(1): 4}
    row = wrong(
        shop(), first=100, last=1, state="resolved", resolution="fixed", resolved_at=ago(10), hours=hours
    )
    triage.assess(NOW)
    row.refresh_from_db()
    assert row.regressed_at == ago(6)


@pytest.mark.parametrize(
    ("release", "than", "older"),
    [("2.9", "2.10", True), ("2.10", "2.9", False), ("2.4", "2.4.0", False), ("v2.3", "2.4.0", True),
     ("2.4.0-rc1", "2.4.0", False), ("", "2", False), ("nightly", "2", False), ("1", "", False)],
)  # fmt: skip
def test_releases_are_compared_by_their_numbers(release, than, older):
    assert is_older(release, than) is older


# --- mutes


@pytest.mark.django_db
def test_a_mute_that_is_over_opens_it_by_itself():
    row = wrong(shop(), first=100, last=2, passed_at=ago(99))
    deciding.mute(row, deciding.Mute(until=ago(-5)), actor=None, now=ago(50))
    assert triage.assess(NOW).unmuted == []
    row.refresh_from_db()
    assert triage.status(row, NOW) == "muted"
    assert triage.status(row, ago(-5)) == "open"
    assert triage.assess(ago(-5)).unmuted == [row.pk]
    row.refresh_from_db()
    assert (row.state, row.muted_until) == ("open", None)


@pytest.mark.django_db
def test_while_muted_nothing_is_called_fixed_or_back():
    source = shop()
    row = wrong(source, first=100, last=60, state="muted", muted_until=NOW + DAY)
    traffic_hours(source, "track", "Order Completed", {ago(20): 900})
    assessed = triage.assess(NOW)
    assert (assessed.fixed, assessed.back) == ([], [])
    row.refresh_from_db()
    assert row.state == "muted"


@pytest.mark.django_db
def test_one_workspace_can_be_assessed_by_a_clock_of_its_own():
    ours, theirs = shop(), shop()
    for source in (ours, theirs):
        wrong(source, first=40, last=30)
        traffic_hours(source, "track", "Order Completed", {ago(20): 60})
    assert len(triage.assess(NOW, ours.workspace).fixed) == 1
    assert Violation.objects.get(source=theirs).state == "open"


@pytest.mark.django_db(transaction=True)
def test_assessing_at_once_changes_everything_once():
    source = shop()
    for number in range(40):
        wrong(source, event=f"Event {number}", first=40, last=30)
        traffic_hours(source, "track", f"Event {number}", {ago(20): 60})
    found = at_once(*[lambda: triage.assess(NOW).fixed] * 4)
    assert sorted(pk for ids in found for pk in ids) == sorted(Violation.objects.values_list("pk", flat=True))
    assert Turn.objects.count() == 40


ENDS = [
    ("time", {}, {}, False),
    ("so many more came", {"count": 100}, {"count": 110}, True),
    ("one fewer", {"count": 100}, {"count": 109}, False),
    ("the release shows it", {"release": "2.5.0"}, {"last_release": "2.5.0"}, True),
    ("a later release does", {"release": "2.5.0"}, {"last_release": "2.10.1"}, True),
    ("an older one does", {"release": "2.5.0"}, {"last_release": "2.4.9"}, False),
    ("one without a number does", {"release": "2.5.0"}, {"last_release": ""}, False),
    ("another name", {"release": "nightly"}, {"last_release": "weekly"}, False),
    ("the very name", {"release": "nightly"}, {"last_release": "nightly"}, True),
    ("the version is live", {"version": "v2"}, {}, True),
    ("the one before is", {"version": "3"}, {}, False),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("_case", "wanted", "then", "ends"), ENDS, ids=[case[0] for case in ENDS])
def test_a_mute_ends_by_count_release_or_version_and_says_when(_case, wanted, then, ends):
    source = shop()
    PlanVersion.objects.bulk_create(
        PlanVersion(workspace=source.workspace, plan=source.plan, number=number, settings="{}", rules=[],
                    published_at=ago(50 - 48 * (number - 1)))
        for number in (1, 2)
    )  # fmt: skip
    row = wrong(source, first=100, last=60, passed_at=ago(99), count=10, hours={ago(100): 10}, release="2.3")
    deciding.mute(row, deciding.Mute(until=NOW + 90 * DAY, **wanted), actor=None, now=ago(50))
    Violation.objects.filter(pk=row.pk).update(**{"last_seen_at": ago(3)} | then)
    assert triage.assess(NOW).unmuted == ([row.pk] if ends else [])
    row.refresh_from_db()
    assert triage.status(row, NOW) == ("open" if ends else "muted")
    told = list(Turn.objects.filter(kind="unmuted").values_list("at", flat=True))
    assert told == ([ago(2) if "version" in wanted else ago(3)] if ends else [])

"""What a newer version of the plan accepts, closed by kept samples or by traffic, each with its near miss."""

from copy import deepcopy
from datetime import timedelta

import pytest

from tests.factories import SourceFactory, WorkspaceFactory
from tests.threads import at_once
from tests.violations.judging import NOON, SHOP, origin_of, store, tally_of, track
from tests.violations.rows import traffic_hours
from trackingplans import publishing
from trackingplans.models import PlanVersion
from violations import deciding, triage
from violations.models import Turn, Violation

HOUR = timedelta(hours=1)
PUBLISHED = NOON + 2 * HOUR
AFTER = PUBLISHED + HOUR / 60


def changed(**properties):
    """The shop's plan with other schemas for properties of Order Completed."""
    document = deepcopy(SHOP)
    document["rules"][0]["schema"]["properties"]["properties"]["properties"] |= properties
    return document


def a_shop():
    workspace = WorkspaceFactory.create()
    plan = publishing.create(workspace, SHOP, actor=None).plan
    PlanVersion.objects.update(published_at=NOON - 48 * HOUR)
    return SourceFactory.create(workspace=workspace, plan=plan)


def publish(source, document, at=PUBLISHED):
    version = publishing.publish(source.plan, document, actor=None)
    PlanVersion.objects.filter(pk=version.pk).update(published_at=at)
    return version


def wrong(source, properties, at=NOON, times=6, **message):
    """Order Completed with these properties, judged by the first version; the violation that it showed."""
    sent = track("Order Completed", {"order_id": "o1"} | properties, **message)
    store(tally_of(origin_of(source), [sent] * times, at))
    return Violation.objects.latest("pk")


TEXT, TEXT_OR_NUMBER = {"type": "string"}, {"type": ["string", "number"]}
NOTE = {"type": "string", "maxLength": 50}
SAMPLES = [
    ("its samples pass", {"total": "12.50"}, {"total": TEXT_OR_NUMBER}, "accepted"),
    ("its samples still fail", {"total": "12.50"}, {"total": {"type": "integer"}}, None),
    ("another property changed", {"total": "12.50"}, {"sku": TEXT}, None),
    ("a masked sample proves nothing", {"note": "Ring at the door"}, {"note": NOTE}, None),
]  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize(("_case", "sent", "rule", "resolution"), SAMPLES, ids=[one[0] for one in SAMPLES])
def test_a_version_closes_what_its_kept_samples_no_longer_show(_case, sent, rule, resolution):
    source = a_shop()
    row = wrong(source, sent)
    publish(source, changed(**rule))
    closed = triage.assess(AFTER).accepted
    row.refresh_from_db()
    assert closed == ([row.pk] if resolution else [])
    assert row.resolution == resolution
    if resolution:
        assert (row.state, row.resolved_in, row.resolved_at) == ("resolved", "v2", PUBLISHED)
        assert list(Turn.objects.values_list("kind", "at")) == [("accepted", PUBLISHED)]


@pytest.mark.django_db
def test_an_event_that_comes_into_the_plan_is_accepted_and_one_beside_it_is_not():
    source = a_shop()
    store(tally_of(origin_of(source), [track("Coupon Applied"), track("Coupon Denied")] * 5, NOON))
    document = deepcopy(SHOP)
    document["rules"].append({"type": "track", "name": "Coupon Applied", "version": 1, "schema": {}})
    publish(source, document)
    triage.assess(AFTER)
    assert dict(Violation.objects.values_list("event", "resolution")) == {
        "Coupon Applied": "accepted",
        "Coupon Denied": None,
    }


@pytest.mark.django_db
def test_a_former_name_accepts_the_event_under_its_old_name():
    source = a_shop()
    store(tally_of(origin_of(source), [track("Order Complete", {"order_id": "1"})] * 5, NOON))
    document = deepcopy(SHOP)
    document["rules"][0]["meta"]["former_names"] = [{"name": "Order Complete", "until": "2027-01-01"}]
    publish(source, document)
    assert len(triage.assess(AFTER).accepted) == 1


@pytest.mark.django_db
def test_seen_again_meanwhile_the_traffic_proves_nothing():
    source = a_shop()
    wrong(source, {"note": "Ring at the door"})
    publish(source, changed(note=NOTE))
    triage.assess(AFTER)
    wrong(source, {"note": "Ring at the door"}, PUBLISHED + HOUR, times=1)
    traffic_hours(source, "track", "Order Completed", {PUBLISHED + 2 * HOUR: 500})
    assert triage.assess(PUBLISHED + 4 * HOUR).accepted == []
    assert Violation.objects.get().awaits is None


@pytest.mark.django_db
@pytest.mark.parametrize(("seconds", "state"), [(4, "resolved"), (6, "open")])
def test_what_was_received_while_the_version_reached_everyone_does_not_count_against_it(seconds, state):
    source = a_shop()
    row = wrong(source, {"total": "12.50"})
    publish(source, changed(total=TEXT_OR_NUMBER))
    triage.assess(AFTER)
    wrong(source, {"total": "12.50"}, PUBLISHED + timedelta(seconds=seconds), times=1)
    triage.assess(AFTER + HOUR)
    row.refresh_from_db()
    assert row.state == state


@pytest.mark.django_db
def test_a_muted_one_is_accepted_too_and_what_a_person_resolved_stays():
    source = a_shop()
    muted = wrong(source, {"total": "12.50"})
    deciding.mute(muted, deciding.Mute(until=NOON + 99 * HOUR), actor=None, now=NOON + HOUR)
    resolved = wrong(source, {"order_id": 7})
    deciding.resolve(resolved, actor=None, now=NOON + HOUR)
    publish(source, changed(total=TEXT_OR_NUMBER, order_id=TEXT_OR_NUMBER))
    triage.assess(AFTER)
    assert list(Violation.objects.order_by("pk").values_list("resolution", flat=True)) == [
        "accepted",
        "manual",
    ]


@pytest.mark.django_db
def test_versions_between_two_looks_are_taken_up_together_and_only_once():
    source = a_shop()
    row = wrong(source, {"total": "12.50"})
    publish(source, changed(total=TEXT_OR_NUMBER), PUBLISHED)
    publish(source, changed(total=TEXT_OR_NUMBER, sku=TEXT), PUBLISHED + HOUR)
    assert triage.assess(AFTER + HOUR).accepted == [row.pk]
    assert triage.assess(AFTER + HOUR).accepted == []
    assert Violation.objects.get().resolved_in == "v3"


@pytest.mark.django_db(transaction=True)
def test_two_workers_take_a_version_up_once():
    source = a_shop()
    row = wrong(source, {"total": "12.50"})
    publish(source, changed(total=TEXT_OR_NUMBER))
    found = at_once(*[lambda: triage.assess(AFTER).accepted] * 3)
    assert [pk for ids in found for pk in ids] == [row.pk]
    assert Turn.objects.count() == 1


# --- who made it new

BEGAN = PUBLISHED + 3 * HOUR
CAUSES = [
    ("the rule forbade what came before", {"sku": 7}, {"sku": TEXT}, 10, 2),
    ("fifty messages passed by the new rule first", {"sku": 7}, {"sku": TEXT}, 50, 0),
    ("wrong by the version before, too", {"total": "12"}, {"total": {"type": "integer"}}, 10, 0),
    ("another event's rule", {"total": "12"}, None, 10, 0),
]  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("_case", "sent", "rule", "before", "number"), CAUSES, ids=[one[0] for one in CAUSES]
)
def test_new_says_whether_the_traffic_changed_or_the_rule_did(_case, sent, rule, before, number):
    source = a_shop()
    document = deepcopy(SHOP)
    document["rules"][1]["schema"] = {"type": "object"}
    document = document if rule is None else changed(**rule)
    publish(source, document)
    traffic_hours(source, "track", "Order Completed", {PUBLISHED - HOUR: 900, PUBLISHED + HOUR: before})
    message = track("Order Completed", {"order_id": "o1"} | sent)
    store(tally_of(origin_of(source), [message] * 6, BEGAN, document))
    triage.assess(BEGAN + HOUR)
    assert Violation.objects.get(event="Order Completed", family="violation").changed_by == number

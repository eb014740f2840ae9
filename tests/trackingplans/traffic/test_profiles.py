"""Profiles from messages in the inbox to what pages read: bounded, merged, fenced by workspace."""

from datetime import timedelta

import pytest

from tests.factories import SourceFactory
from tests.ingest.stores import NOON, drain, receive, shop
from tests.messages import batch, track
from trackingplans.models import EventProfile
from trackingplans.traffic import naming, profiles, profiling
from trackingplans.traffic.naming import OTHER

pytestmark = pytest.mark.django_db
TODAY = NOON.date()
PAID = ("track", "Order Completed")


@pytest.fixture(autouse=True)
def _anew():
    profiling.forget()
    naming.forget()


def order(release="1.0", **properties):
    return track(properties=properties, context={"app": {"version": release}})


def send(source, *messages, at=NOON):
    receive(source, batch(*messages), at=at)
    drain()


def test_planned_and_unplanned_events_are_profiled_each_message_once():
    source = shop()
    good = order(total=1)
    send(source, good, good, order(total="1"), track("Order Complete", properties={"x": 1}))
    found = profiles.of_events(source.workspace, [source.pk], [PAID, ("track", "Order Complete")], TODAY)
    assert found[PAID].messages == 2
    assert found[PAID].places["properties.total"].kinds == {"integer": 1, "string": 1}
    assert found["track", "Order Complete"].fill("properties.x") == 1.0


def test_what_a_worker_adds_is_folded_into_one_row_a_day(django_assert_num_queries):
    source = shop()
    for minute in range(3):
        send(source, order(total=minute), at=NOON + timedelta(minutes=minute))
    send(source, order("2.0", total=9), at=NOON + timedelta(days=1))
    before = profiles.of_event(source.workspace, [source.pk], PAID, TODAY)
    with django_assert_num_queries(
        5
    ):  # a savepoint, the lock, what waits, what is taken; COPY is not counted
        assert profiling.fold() == 2
    assert profiling.fold() == 0
    assert EventProfile.objects.filter(source=source, is_folded=True).count() == 2
    assert profiles.of_event(source.workspace, [source.pk], PAID, TODAY) == before
    send(source, order(total=3), at=NOON + timedelta(minutes=5))
    assert profiling.fold() == 1
    assert profiles.of_event(source.workspace, [source.pk], PAID, TODAY).messages == 5


def test_sources_and_releases_are_told_apart():
    source = shop()
    other = SourceFactory(workspace=source.workspace, plan=source.plan)
    send(source, order("1.0", total=1), order("1.1"))
    send(other, order("1.0"))
    both = [source.pk, other.pk]
    found = profiles.slices(source.workspace, both, PAID, TODAY)
    assert [(one.source_id, one.release, one.profile.fill("properties.total")) for one in found] == [
        (source.pk, "1.0", 1.0), (source.pk, "1.1", 0.0), (other.pk, "1.0", 0.0),
    ]  # fmt: skip
    assert profiles.of_event(source.workspace, both, PAID, TODAY, release="1.0").messages == 2
    assert profiles.of_plan(source.plan, [PAID], TODAY)[PAID].messages == 3


def test_nobody_reads_the_profiles_of_another_workspace():
    source = shop()
    send(source, order(total=1))
    stranger = SourceFactory()
    assert profiles.of_event(stranger.workspace, [source.pk], PAID, TODAY).messages == 0
    assert profiles.of_events(stranger.workspace, [source.pk], [PAID], TODAY) == {}


def test_of_many_messages_some_are_looked_at():
    source = shop()
    for at in (NOON, NOON + timedelta(minutes=1), NOON + timedelta(minutes=11)):
        send(source, *(order(total=n) for n in range(60)), at=at)
    sampled = profiles.of_event(source.workspace, [source.pk], PAID, TODAY).messages
    assert sampled == 2 * profiling.ENOUGH


def test_releases_and_events_beyond_their_caps_cost_no_rows():
    source = shop()
    send(source, *(order(f"build-{n}") for n in range(40)))
    releases = set(EventProfile.objects.filter(source=source).values_list("release", flat=True))
    assert len(releases) == profiling.MOST_RELEASES + 1
    assert OTHER in releases


def test_events_counted_under_other_are_not_profiled(monkeypatch):
    monkeypatch.setattr(naming, "CAP", 2)
    source = shop()
    send(source, *(track(f"Thing {name} Done") for name in ("Ax", "Bo", "Cy", "Do")))
    assert EventProfile.objects.filter(source=source).count() == 2


def test_old_profiles_are_dropped():
    source = shop()
    send(source, order(total=1))
    assert profiling.drop_old(TODAY + profiling.KEPT) == 0
    assert profiling.drop_old(TODAY + profiling.KEPT + timedelta(days=1)) == 1


def test_nothing_personal_is_kept():
    source = shop()
    send(source, order(total=1, email="ann@example.com", phone="0170 1234567"))
    (body,) = EventProfile.objects.filter(source=source).values_list("body", flat=True)
    assert "ann" not in body
    assert "0170" not in body


def test_in_large_groups_one_message_in_sixteen_is_worth_a_look():
    sampled = profiling.Sampled({1: 10_000, 2: 10})
    assert (sampled.gate(1), sampled.gate(2), sampled.gate(3)) == (16, 256, 256)


def test_names_without_end_do_not_fill_the_memory_of_a_worker(monkeypatch):
    monkeypatch.setattr(profiling, "MOST_EVENTS", 20)
    source = shop()
    send(source, *(track(f"Event {a}{b}") for a in "bcdfghj" for b in "klmnpqr"), order(total=1))
    [paces] = profiling._paces.values()
    assert (len(paces.left), len(paces.releases)) == (20, 20)
    assert EventProfile.objects.filter(source=source).count() == 20

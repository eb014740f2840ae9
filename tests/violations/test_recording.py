import itertools
import random
from datetime import timedelta
from functools import partial

import pytest

from tests.factories import PlanFactory, SourceFactory, WorkspaceFactory
from tests.threads import at_once
from tests.violations.judging import NOON, origin_of, record, released, store, tally_of, track
from violations import admitting
from violations.models import FoldedName, Violation, ViolationHour

MINUTE = timedelta(minutes=1)


def shop():
    workspace = WorkspaceFactory.create()
    plan = PlanFactory.create(workspace=workspace)
    return SourceFactory.create(workspace=workspace, plan=plan)


def bad_order(**more):
    return track("Order Completed", {"order_id": "1", "total": "89.90"}, **more)


def bad_view(price="cheap", **more):
    return track("Product Viewed", {"price": price}, **more)


def in_hours():
    """Occurrences in the hours of the violations that there are."""
    ids = Violation.objects.values("id")
    return sum(ViolationHour.objects.filter(violation_id__in=ids).values_list("count", flat=True))


@pytest.mark.django_db
def test_what_is_wrong_is_counted_once_per_source_event_field_and_code():
    web, ios = shop(), shop()
    record(web, [bad_view()] * 3, NOON, plan_id=web.plan_id)
    record(web, [bad_view()] * 2, NOON + timedelta(hours=1))
    record(ios, [bad_view()])
    row = Violation.objects.get(source=web)
    assert (row.family, row.code, row.type, row.event, row.path) == (
        "violation", "type", "track", "Product Viewed", "properties.price",
    )  # fmt: skip
    assert (row.count, row.first_seen_at, row.last_seen_at) == (5, NOON, NOON + timedelta(hours=1))
    assert row.public_id.startswith("vi_")
    assert row.plan_id == web.plan_id
    assert "cheap" not in row.message
    hours = ViolationHour.objects.filter(violation_id=row.pk).order_by("hour")
    assert [(hour.hour, hour.count) for hour in hours] == [(NOON, 3), (NOON + timedelta(hours=1), 2)]
    assert Violation.objects.get(source=ios).count == 1


@pytest.mark.django_db
def test_every_array_index_is_one_place():
    source = shop()
    products = [{"sku": 1}, {"sku": "a"}, {"sku": 3}]
    record(source, [track("Order Completed", {"order_id": "1", "products": products})])
    row = Violation.objects.get()
    assert (row.path, row.count) == ("properties.products.$.sku", 2)


@pytest.mark.django_db
def test_first_and_last_release_follow_the_time_not_the_order_of_writing():
    source = shop()
    record(source, [bad_view(**released("2.0"))], NOON)
    record(source, [bad_view(**released("3.0"))], NOON + MINUTE)
    record(source, [bad_view(**released("1.0"))], NOON - MINUTE)
    row = Violation.objects.get()
    assert (row.first_release, row.last_release) == ("1.0", "3.0")
    assert (row.first_seen_at, row.last_seen_at, row.count) == (NOON - MINUTE, NOON + MINUTE, 3)


@pytest.mark.django_db
def test_the_threshold_is_five_occurrences_and_its_moment_is_the_fifth():
    source = shop()
    record(source, [bad_view()] * 3, NOON)
    assert Violation.objects.get().passed_at is None
    tally = tally_of(origin_of(source), [bad_view()], NOON + MINUTE)
    for minutes in (4, 3, 2):
        tally_of(origin_of(source), [bad_view()], NOON + minutes * MINUTE, tally=tally)
    recorded = store(tally)
    row = Violation.objects.get()
    assert recorded.passed_ids == [row.pk]
    assert row.passed_at == NOON + 2 * MINUTE
    assert record(source, [bad_view()] * 9, NOON + timedelta(hours=1)).passed_ids == []
    assert Violation.objects.get().passed_at == NOON + 2 * MINUTE


@pytest.mark.django_db
def test_one_occurrence_passes_where_the_event_is_critical():
    source = shop()
    record(source, [bad_order()])
    row = Violation.objects.get()
    assert (row.is_critical, row.passed_at) == (True, NOON)


@pytest.mark.django_db
def test_what_is_first_seen_while_the_source_settles_in_is_starting_debt():
    source = shop()
    record(source, [bad_view()], NOON, settling=True)
    record(source, [bad_view()], NOON + timedelta(days=3), settling=False)
    record(source, [bad_order()], NOON + timedelta(days=3), settling=False)
    assert dict(Violation.objects.values_list("event", "is_settling")) == {
        "Product Viewed": True,
        "Order Completed": False,
    }


@pytest.mark.django_db
def test_an_unplanned_event_names_the_planned_one_it_may_have_meant():
    source = shop()
    record(source, [track("Order Complete"), track("Product 12 Seen"), track("Product 13 Seen")])
    rows = {row.event: row for row in Violation.objects.all()}
    assert rows["Order Complete"].detail["meant"] == "Order Completed"
    assert rows["Product <number> Seen"].count == 2


@pytest.mark.django_db
def test_a_folded_event_keeps_the_names_it_stands_for_once_each():
    source = shop()

    record(source, [track("Product 11 Viewed"), track("Product 12 Viewed"), track("Gone")])
    record(source, [track("Product 12 Viewed"), track("Product 13 Viewed")])

    folded = Violation.objects.get(event="Product <number> Viewed")
    names = folded.folded_names.order_by("name").values_list("name", flat=True)
    assert list(names) == ["Product 11 Viewed", "Product 12 Viewed", "Product 13 Viewed"]
    assert not FoldedName.objects.exclude(violation=folded).exists()


@pytest.mark.django_db
def test_the_order_of_writing_makes_no_difference():
    parts = [
        ([bad_view(**released("2"))] * 3, NOON),
        ([bad_view(**released("1"))], NOON - timedelta(hours=30)),
        ([bad_view(**released("3")), bad_order()], NOON + timedelta(hours=2)),
        ([bad_order(**released("9"))] * 4, NOON + timedelta(hours=1)),
    ]
    stored = []
    for order in itertools.permutations(parts):
        source = shop()
        for documents, at in order:
            record(source, documents, at, settling=at < NOON)
        columns = ("event", "path", "count", "first_seen_at", "last_seen_at", "first_release", "last_release",
                   "is_settling", "is_critical", "message")  # fmt: skip
        rows = sorted(Violation.objects.filter(source=source).values_list(*columns))
        ids = Violation.objects.filter(source=source).values("id")
        hours = ViolationHour.objects.filter(violation_id__in=ids).values_list("hour", "count")
        stored.append((rows, sorted(hours)))
    assert all(one == stored[0] for one in stored)


@pytest.mark.django_db
def test_a_replayed_transaction_writes_the_same_tally_again():
    source = shop()
    tally = tally_of(origin_of(source), [bad_view()] * 4 + [track(f"Odd {n} x{n}abc") for n in range(3)])
    store(tally)
    first = sorted(Violation.objects.values_list("event", "count"))
    Violation.objects.all().delete()
    store(tally)
    assert sorted(Violation.objects.values_list("event", "count")) == first


@pytest.mark.django_db
@pytest.mark.parametrize(
    "name",
    [
        "a\x00b",
        "\ud800 lone",
        "x" * 12_000,
        "é" * 2_000,
        "\\u0000",
        "a.b\\c",
        "<script>",
        "\u202eevil",
        "''; --",
    ],
)
def test_hostile_names_are_stored_and_counted(name):
    source = shop()
    record(source, [track(name, {name: 1}), track("Product Viewed", {name: 1}), bad_view(**released(name))])
    record(source, [track("Product Viewed", {name: 2})])
    assert Violation.objects.filter(code="unplanned_event").count() == 1
    assert Violation.objects.get(code="unplanned_property").count == 2
    assert Violation.objects.filter(code="type").count() == 1


@pytest.mark.django_db
def test_beyond_the_cap_counts_go_to_one_row_a_family_and_code(monkeypatch):
    monkeypatch.setattr(admitting, "VIOLATIONS_PER_SOURCE", 6)
    source = shop()
    record(source, [bad_view()] * 2 + [track("Product Viewed", {f"p{n}_x": 1}) for n in range(4)])
    assert Violation.objects.count() == 5
    record(source, [track("Product Viewed", {f"q{n}_x": 1}) for n in range(4)] + [bad_view()])
    record(source, [track("Product Viewed", {f"q{n}_x": 1}) for n in range(4)], NOON + timedelta(hours=1))
    record(source, [track("Nothing Planned At All")])
    assert Violation.objects.exclude(event="(other)").count() == 6
    other = Violation.objects.get(event="(other)", code="unplanned_property")
    assert (other.path, other.count) == ("(other)", 3 + 3)
    assert Violation.objects.get(event="(other)", code="unplanned_event").count == 1
    assert Violation.objects.get(code="type").count == 3
    assert in_hours() == 2 + 4 + 4 + 1 + 4 + 1
    hours = ViolationHour.objects.filter(violation_id=other.pk).order_by("hour")
    assert [hour.count for hour in hours] == [3, 3]


@pytest.mark.django_db
def test_names_of_unplanned_events_have_a_cap_of_their_own(monkeypatch):
    monkeypatch.setattr(admitting, "UNPLANNED_EVENTS_PER_SOURCE", 3)
    source = shop()
    names = ["Alpha", "Bravo", "Charlie", "Kilo", "Echo"]
    record(source, [track(name) for name in names for _ in range(len(name))] + [bad_view()])
    kept = Violation.objects.filter(code="unplanned_event")
    assert sorted(kept.values_list("event", "count")) == [
        ("(other)", 4 + 4), ("Alpha", 5), ("Bravo", 5), ("Charlie", 7),
    ]  # fmt: skip


@pytest.mark.django_db
def test_another_sources_violations_do_not_fill_the_cap(monkeypatch):
    monkeypatch.setattr(admitting, "VIOLATIONS_PER_SOURCE", 1)
    web, ios = shop(), shop()
    record(web, [bad_view()])
    record(ios, [bad_view()])
    assert Violation.objects.filter(event="(other)").count() == 0


@pytest.mark.django_db(transaction=True)
def test_many_writers_at_once_lose_nothing_and_never_lock_each_other():
    source = shop()
    events = [f"Event {chr(65 + n)}" for n in range(26)]

    def write(seed):
        shuffled = random.Random(seed)
        for _ in range(10):
            names = shuffled.sample(events, 12)
            record(source, [track(name) for name in names])

    at_once(*[partial(write, seed) for seed in range(6)])
    assert sum(Violation.objects.values_list("count", flat=True)) == 6 * 10 * 12
    assert in_hours() == 6 * 10 * 12
    assert all(row.passed_at for row in Violation.objects.filter(count__gte=5))


@pytest.mark.django_db(transaction=True)
def test_many_writers_at_once_do_not_overrun_the_cap(monkeypatch):
    monkeypatch.setattr(admitting, "VIOLATIONS_PER_SOURCE", 40)
    source = shop()

    def write(seed):
        for part in range(5):
            record(source, [track("Product Viewed", {f"k{seed}{part}{n}_x": 1}) for n in range(10)])

    at_once(*[partial(write, seed) for seed in "abcd"])
    assert Violation.objects.exclude(event="(other)").count() == 40
    assert sum(Violation.objects.values_list("count", flat=True)) == 200

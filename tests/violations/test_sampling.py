import json
from datetime import timedelta

import pytest

from tests.factories import SourceFactory
from tests.violations.judging import NOON, record, released, track
from violations import sampling
from violations.models import Sample, Violation

MINUTE = timedelta(minutes=1)


def bad(number=0, **more):
    return track("Product Viewed", {"price": "cheap", "number": number}, **more)


def numbers():
    rows = Sample.objects.filter(violation__code="type").order_by("id")
    return [json.loads(row.message)["properties"]["number"] for row in rows]


@pytest.mark.django_db
def test_the_newest_ten_are_kept():
    source = SourceFactory.create()
    record(source, [bad(n) for n in range(15)])
    assert numbers() == list(range(5, 15))
    record(source, [bad(n) for n in range(15, 20)], NOON + MINUTE)
    assert numbers() == [*range(7, 15), 18, 19]
    assert Sample.objects.filter(violation__code="type").count() == 10


@pytest.mark.django_db
def test_what_shows_it_in_another_way_outlives_the_newest():
    source = SourceFactory.create()
    odd = [track("Product Viewed", {"price": [], "number": "list"}), bad("old release", **released("1.9.0"))]
    record(source, [*odd, *(bad(n) for n in range(200))])
    assert numbers()[:2] == ["list", "old release"]
    record(source, [bad(n) for n in range(200, 400)], NOON + MINUTE)
    kept = numbers()
    assert (kept[:2], kept[-1], len(kept)) == (["list", "old release"], 399, 10)
    late = track("Product Viewed", {"price": None, "number": "late"})
    record(source, [late, *(bad(n) for n in range(400, 600))], NOON + MINUTE)
    assert "late" in numbers(), "a new way is kept even when a sample came a moment before"
    assert len(numbers()) == 10


@pytest.mark.django_db
def test_a_sample_knows_where_its_message_is_wrong_and_its_release():
    source = SourceFactory.create()
    products = [{"sku": "a"}, {"sku": 2}]
    message = track("Order Completed", {"order_id": "1", "products": products}, **released("3.2.0"))
    record(source, [message])
    sample = Sample.objects.get()
    assert (sample.path, sample.release, sample.received_at) == ("properties.products.1.sku", "3.2.0", NOON)
    assert sample.workspace_id == source.workspace_id


@pytest.mark.django_db
def test_personal_values_are_masked_before_they_are_stored():
    source = SourceFactory.create()
    properties = {
        "note": "for my mother",
        "email": "ana@example.com",
        "memo": "write to ben@example.com",
        "total": "89.90",
    }
    record(source, [track("Order Completed", properties, context={"traits": {"phone": "0123456"}})])
    for stored in Sample.objects.values_list("message", flat=True):
        for secret in ("mother", "ana@", "ben@", "0123456"):
            assert secret not in stored
        assert "89.90" in stored


@pytest.mark.django_db
def test_hostile_values_are_stored_and_read_back():
    source = SourceFactory.create()
    record(source, [bad("a\x00b\ud800"), bad(float("nan")), bad("\u2028</script>")])
    assert numbers() == ["a\\u0000b\\ud800", "NaN", "\u2028</script>"]


@pytest.mark.django_db
def test_one_group_of_messages_adds_a_bounded_amount_and_serves_the_unseen_first(monkeypatch):
    monkeypatch.setattr(sampling, "BUDGET", 3_000)
    source = SourceFactory.create()
    record(source, [bad(n) for n in range(10)])
    record(source, [bad("x" * 900)] * 5 + [track("Order Completed", {"order_id": 5})])
    fresh = Violation.objects.get(event="Order Completed", path="properties.order_id")
    assert fresh.samples.count() == 1
    assert sum(map(len, Sample.objects.values_list("message", flat=True))) < 6_000


@pytest.mark.django_db
def test_samples_of_one_message_are_masked_once():
    source = SourceFactory.create()
    record(source, [track("Product Viewed", {f"extra_{n}x": 1 for n in range(30)})])
    assert Sample.objects.count() == 30
    assert len(set(Sample.objects.values_list("message", flat=True))) == 1

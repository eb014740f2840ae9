"""What a profile keeps of messages, and that profiles merge."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trackingplans.domain import messages, profiling
from trackingplans.domain.plan import Rule
from trackingplans.domain.profiling import Profile
from trackingplans.domain.text_forms import form_of


def message(properties, **fields):
    document = {"type": "track", "event": "Paid", "userId": "u", "messageId": "m", "properties": properties}
    return messages.read(json.dumps(document | fields).encode(), "track")[0]


def profile(*many, rule=None):
    found = Profile()
    for properties in many:
        found.add(message(properties), rule)
    return found


def test_presence_types_values_and_ranges_are_counted():
    found = profile(
        {"total": 9.5, "currency": "EUR"},
        {"total": 12, "currency": "EUR"},
        {"total": "7", "currency": None},
        {},
    )
    total, currency = found.places["properties.total"], found.places["properties.currency"]
    assert (found.messages, found.fill("properties.total"), found.lacking("properties.total")) == (4, 0.75, 1)
    assert found.shares("properties.total") == [("integer", 1 / 3), ("number", 1 / 3), ("string", 1 / 3)]
    assert (total.least, total.greatest, total.forms) == (9.5, 12, {"numeric": 1})
    assert (currency.values, currency.others, currency.shortest, currency.longest) == ({'"EUR"': 2}, 0, 3, 3)
    assert found.misfits("properties.total", ["number"]) == 1
    assert found.strangers("properties.currency", ["USD"]) == 2
    assert found.fill("properties.unheard") == 0.0
    assert profile().fill("properties.total") is None


def test_what_lies_deeper_is_measured_by_what_could_hold_it():
    found = profile(
        {"products": [{"sku": "a"}, {}], "address": {"city": "Bonn"}}, {"products": [{"sku": "b"}]}, {}
    )
    assert found.fill("properties.products") == 2 / 3
    assert (found.base("properties.products.$.sku"), found.lacking("properties.products.$.sku")) == (3, 1)
    assert found.fill("properties.address.city") == 1.0


def test_a_message_without_properties_lacks_them_all():
    found = profile({"total": 1}, None)
    found.add(messages.read(b'{"userId":"u","event":"Paid"}', "track")[0])
    assert found.fill("properties.total") == 1 / 3


PERSONAL = [
    ({"email": "ann@example.com"}, None),
    ({"note": "ask ann@example.com"}, None),
    ({"ann@example.com": 1}, None),
    ({"password": "secret-1"}, None),
    ({"salary": 48_213}, None),
    ({"plan": {"secret-1": 5}}, {"/properties/plan": {"pii": "red"}}),
    ({"code": "secret-1"}, {"/properties/code": {"pii": "yellow"}}),
]


@pytest.mark.parametrize(("properties", "notes"), PERSONAL)
def test_nothing_personal_is_kept(properties, notes):
    rule = Rule("track", "Paid", 1, {}, {"properties": notes or {}})
    kept = profiling.encoded(profile(properties, rule=rule))
    for secret in ("ann", "example.com", "48213", '"secret-1\\"'):
        assert secret not in kept
    assert json.loads(kept)["places"]["properties"]["seen"] == 1


def test_a_profile_is_bounded_whatever_comes():
    found = Profile()
    for number in range(300):
        wide = {f"k{number}_{n}": {"a": {"b": {"c": {"d": {"e": {"f": 1}}}}}} for n in range(20)}
        found.add(message({"id": f"id-{number}", "text": "x" * 500, "list": [number] * 1000} | wide))
    assert len(found.places) == profiling.MOST_PLACES
    ids = found.places["properties.id"]
    assert (len(ids.values), ids.others, ids.seen) == (profiling.MOST_VALUES, 270, 300)
    assert found.places["properties.text"].values == {}
    assert found.places["properties.list.$"].seen == 1500
    assert len(profiling.encoded(found)) < 60_000


def test_numbers_that_json_cannot_carry_do_no_harm():
    raw = (
        b'{"userId":"u","event":"Paid","properties":{"a":NaN,"b":1e999,"c":'
        + b"9" * 40
        + b',"\\ud800":"\\ud800"}}'
    )
    found = Profile()
    found.add(messages.read(raw, "track")[0])
    assert profiling.decoded(profiling.encoded(found)) == found
    assert found.places["properties.a"].kinds == {"number": 1}
    assert found.places["properties.c"].others == 1


def test_rare_values_make_room_for_frequent_ones_when_profiles_merge():
    rare = profile(*({"country": f"c{n}"} for n in range(30)))
    rare.merge(profile(*({"country": "DE"} for _ in range(5)), {"country": "FR"}))
    place = rare.places["properties.country"]
    assert next(iter(place.values.items())) == ('"DE"', 5)
    assert sum(place.values.values()) + place.others == place.seen == 36


VALUES = st.one_of(st.none(), st.booleans(), st.integers(-5, 5), st.floats(-2, 2), st.sampled_from("abc"))
SAMPLES = st.lists(
    st.dictionaries(st.sampled_from("xyz"), VALUES | st.lists(VALUES, max_size=3), max_size=3), max_size=6
)


@given(SAMPLES, SAMPLES, SAMPLES)
def test_profiles_merge_in_any_order(one, other, third):
    def merged(*parts):
        return profiling.merged(profile(*part) for part in parts)

    assert merged(one, other, third) == merged(third, one, other) == profile(*one, *other, *third)
    assert profiling.decoded(profiling.encoded(merged(one, other))) == merged(other, one)


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("2026-11-22T09:00:00Z", "date-time"),
        ("2026-11-22T09:00:00.123+01:00", "date-time"),
        ("2026-11-22", "date"),
        ("2026-13-22", ""),
        ("2026-11-22T25:00:00Z", ""),
        ("ann@example.com", "email"),
        ("https://example.com/a?b", "uri"),
        ("two words://x", ""),
        ("123e4567-e89b-12d3-a456-426614174000", "uuid"),
        ("10.0.0.255", "ipv4"),
        ("10.0.0.256", ""),
        ("-12.50", "numeric"),
        ("undefined", "placeholder"),
        ("", "placeholder"),
        ("Größe", ""),
        ("-", ""),
    ],
)
def test_forms_of_texts(text, form):
    assert form_of(text) == form

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trackingplans.domain.masking import is_personal, mask, pii_paths
from trackingplans.domain.plan import Rule

PERSONAL = """
email Email EMAIL user_email userEmail e-mail email_address emailAddress contact.email phone phone_number
phoneNumber telephone mobile name first_name firstName FirstName first-name last_name full_name customer_name
username userName nickname password password_hash passwd token access_token accessToken deviceToken ip
ip_address clientIp mac serial serial_number address billing_address addressLine1 street street_name city
shipping_city zip zipCode postal_code credit_card creditCardNumber card_number passport passportNumber ssn
social_security_number birthday date_of_birth dob birthDate gender race religion ethnicity citizenship sex
sexual_orientation salary photo photo_url license license_plate drivers_license certificate identification
medication allergy condition diagnosis procedure disability veteran visa
"""
OPEN = """
product_name file_name event_name plan_name company_name order_id total currency sku category price quantity
coupon_code url path title referrer description region country locale timezone version build card_type
visa_type air_condition emailed tokens tokenized zipper ipad iphone macOS race_condition condition_id
phone_model namespace rename unnamed trace state status id
"""


@pytest.mark.parametrize("key", PERSONAL.split())
def test_segments_red_and_yellow_names_are_known_however_written(key):
    assert is_personal(key)


@pytest.mark.parametrize("key", OPEN.split())
def test_other_names_are_not_personal(key):
    assert not is_personal(key)


def masked(value: Any, key: str = "x", **document: Any) -> Any:
    return mask({"type": "track", "properties": {key: value}, **document})["properties"][key]


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("Berlin", "•••"),
        (4711, "••• (number)"),
        (1.5, "••• (number)"),
        (True, "••• (true or false)"),
        (None, None),
        ("", ""),
        ("null", "null"),
        ("undefined", "undefined"),
        ("[object Object]", "[object Object]"),
        (["a", 1], ["•••", "••• (number)"]),
        ({"line": "a", "geo": [1, None]}, {"line": "•••", "geo": ["••• (number)", None]}),
    ],
)
def test_a_personal_value_is_hidden_and_its_type_kept(value, shown):
    assert masked(value, "address") == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("ana@example.com", "•••@•••"),
        ("Mail ana.b+c@mail.example.co.uk, or ben@x.io!", "Mail •••@•••, or •••@•••!"),
        ("https://x.test/?e=ana@example.com&a=1", "https://x.test/?e=•••@•••&a=1"),
        ("https://x.test/?e=ana%40example.com", "https://x.test/?e=•••@•••"),
        ("ünal@exämple.de", "•••@•••"),
        ("@ana", "@ana"),
        ("a @ b", "a @ b"),
        ("50%40", "50%40"),
        ("no address", "no address"),
    ],
)
def test_whatever_looks_like_an_address_is_hidden(text, shown):
    assert masked(text) == shown


def test_addresses_are_hidden_in_keys_ids_and_names_of_events():
    document = {
        "type": "track",
        "event": "Sign Up - jake@segment.com",
        "userId": "a@b.co",
        "properties": {"a@b.co": 1},
    }
    assert mask(document) == {
        "type": "track",
        "event": "Sign Up - •••@•••",
        "userId": "•••@•••",
        "properties": {"•••@•••": 1},
    }


def test_names_of_things_stay_readable():
    context = {
        "library": {"name": "analytics-python", "version": "2.4.0"},
        "app": {"name": "Shop", "version": "2.4.0"},
        "os": {"name": "iOS"},
        "campaign": {"name": "spring"},
        "device": {"name": "Ana's iPhone"},
        "ip": "192.0.2.1",
        "traits": {"name": "Ana"},
        "page": {"url": "https://x.test/", "title": "Home"},
    }
    shown = mask({"type": "track", "event": "Order Completed", "context": context})
    assert shown["event"] == "Order Completed"
    assert shown["context"] == {
        **context,
        "device": {"name": "•••"},
        "ip": "•••",
        "traits": {"name": "•••"},
    }


def test_the_name_of_a_page_stays_readable():
    page = {
        "type": "page",
        "name": "Home",
        "category": "Docs",
        "properties": {"name": "Home", "category": "Docs"},
    }
    assert mask(page) == page
    other = mask({**page, "properties": {"name": "Ana"}})
    assert other["properties"] == {"name": "•••"}


def test_names_of_integrations_are_no_values():
    document = {"type": "track", "integrations": {"Email": True, "All": False}}
    assert mask(document) == document


def test_paths_the_plan_marks_are_hidden():
    document = {
        "type": "track",
        "properties": {"note": "secret", "lines": [{"memo": "a", "sku": "1"}], "d": {"e": 1}},
    }
    shown = mask(
        document, [("properties", "note"), ("properties", "lines", "$", "memo"), ("properties", "d")]
    )
    assert shown["properties"] == {
        "note": "•••",
        "lines": [{"memo": "•••", "sku": "1"}],
        "d": {"e": "••• (number)"},
    }
    assert document["properties"]["note"] == "secret"  # the message itself stays as it is


SCHEMA: Any = {
    "properties": {
        "properties": {
            "properties": {
                "note": {},
                "a/b": {},
                "lines": {"items": {"properties": {"memo": {}}}},
            }
        }
    }
}


@pytest.mark.parametrize(
    ("pointer", "note", "path"),
    [
        ("/properties/properties/properties/note", {"pii": True}, ("properties", "note")),
        ("#/properties/properties/properties/note", {"pii": True}, ("properties", "note")),
        ("/properties/properties/properties/a~1b", {"pii": "red"}, ("properties", "a/b")),
        (
            "/properties/properties/properties/lines/items/properties/memo",
            {"pii": True},
            ("properties", "lines", "$", "memo"),
        ),
        ("/properties/note", {"pii": True}, ("properties", "note")),
        ("/properties/lines/0/memo", {"pii": True}, ("properties", "lines", "$", "memo")),
        ("/properties/lines/*/memo", {"pii": True}, ("properties", "lines", "$", "memo")),
        ("/traits/x", {"pii": "yellow"}, ("traits", "x")),
        ("/properties/note", {"pii": False}, None),
        ("/properties/note", {"pii": "green"}, None),
        ("/properties/note", {"owner": "web"}, None),
    ],
)
def test_a_mark_may_point_into_the_schema_or_the_message(pointer, note, path):
    rule = Rule("track", "A", 1, SCHEMA, {"properties": {pointer: note}})
    assert pii_paths(rule) == ((path,) if path else ())


def test_without_a_rule_nothing_is_marked():
    assert pii_paths(None) == ()
    assert pii_paths(Rule("track", "A", 1, {})) == ()


VALUES = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
)


@given(
    st.dictionaries(st.text(max_size=6) | st.sampled_from(["type", "name", "context"]), VALUES, max_size=5)
)
@settings(max_examples=100, deadline=None)
def test_what_is_left_can_be_stored_as_strict_json(document):
    text = json.dumps(mask(document), allow_nan=False, ensure_ascii=False)
    text.encode()
    assert "\\u0000" not in text.replace("\\\\u0000", "")


def test_values_json_cannot_carry_are_written_out():
    document = {"type": "track", "properties": {"a": float("nan"), "b": float("-inf"), "c\ud800": "\0"}}
    assert mask(document)["properties"] == {"a": "NaN", "b": "-Infinity", "c\\ud800": "\\u0000"}

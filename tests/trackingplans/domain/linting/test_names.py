"""The naming rules over a whole plan: each beside what nearly is such a problem."""

import random

import pytest

from tests.trackingplans import filthy
from tests.trackingplans.domain.linting.problems import FINE, THINGS, codes, event, found
from trackingplans.domain.linting import ranking
from trackingplans.domain.linting.catalogue import RULES
from trackingplans.domain.naming import CODES

TITLE = {
    "event": {"casing": "title", "order": "object_action", "tense": "past"},
    "property": {"casing": "snake"},
}


def named(code, *names, **plan):
    """The names of the events with a problem of this code."""
    return [one.name for one in found(*(event(name) for name in names), **plan) if one.code == code]


EVENTS = [
    ("casing", ["order_completed"], {"naming": TITLE}, ["order_completed"]),
    ("casing", ["Order Completed"], {"naming": TITLE}, []),
    ("casing", ["order_completed"], {}, []),
    ("order", ["Completed Order"], {"naming": TITLE}, ["Completed Order"]),
    ("tense", ["Order Complete"], {"naming": TITLE}, ["Order Complete"]),
    ("dynamic_name", ["Product 4711 Viewed"], {}, ["Product 4711 Viewed"]),
    ("dynamic_name", ["MP3 Downloaded"], {}, []),
    ("duplicate", ["Order Completed", "order_completed"], {}, ["order_completed"]),
    ("duplicate", ["order_completed", "Order Completed", "ORDER_COMPLETED"], {},
     ["order_completed", "ORDER_COMPLETED"]),
    ("duplicate", ["Order Completed", "Order Refunded"], {}, []),
    ("near_duplicate", ["Signed Up", "User Signed Up"], {}, ["User Signed Up"]),
    ("near_duplicate", ["Signed Up", "Signed In"], {}, []),
    ("property_in_name", ["Blue Button Clicked", "Red Button Clicked", "Green Button Clicked"], {},
     ["Blue Button Clicked", "Green Button Clicked", "Red Button Clicked"]),
    ("leftover", ["Copy of Order Completed", "Order Completed"], {}, ["Copy of Order Completed"]),
    ("leftover", ["Order Completed (2)", "Test Event", "new event", "event_3", "asdf", "button_final_v2"], {},
     ["Order Completed (2)", "Test Event", "new event", "event_3", "asdf", "button_final_v2"]),
    ("leftover", ["Copy Clicked", "Test Started", "Event Created", "Todo Completed", "Untitled Report Saved"], {}, []),
    ("no_convention", ["Cart Viewed", "cart_left", "productViewed"] * 3, {}, []),
    ("too_long", ["Order Completed On The New Checkout Page"], {"naming": {"event": {"max_words": 4}}},
     ["Order Completed On The New Checkout Page"]),
]  # fmt: skip


@pytest.mark.parametrize(("code", "names", "plan", "bad"), EVENTS)
def test_event_names_are_judged_together(code, names, plan, bad):
    assert named(code, *dict.fromkeys(names), **plan) == bad


PROPERTIES = [
    ("duplicate", [{"site_id": FINE}, {"siteId": FINE}], ["siteId = site_id"]),
    ("property_near_duplicate", [{"site_id": FINE}, {"siteId": FINE}], []),
    (
        "property_near_duplicate",
        [{"currency": FINE}, {"currency": FINE}, {"curency": FINE}],
        ["curency = currency"],
    ),
    ("dynamic_property_key", [{"item_1_name": FINE, "item_2_name": FINE}], ["item_1_name", "item_2_name"]),
    ("dynamic_property_key", [{"mp3_url": FINE}], []),
    ("casing", [{"siteId": FINE}], ["siteId"]),
    ("casing", [{"product": {**FINE, "type": "object", "properties": {"unitPrice": FINE}}}], ["unitPrice"]),
]


@pytest.mark.parametrize(("code", "properties", "bad"), PROPERTIES)
def test_property_names_are_judged_once_however_many_events_have_them(code, properties, bad):
    rules = [event(name, each) for name, each in zip(THINGS, properties, strict=False)]

    problems = [one for one in found(*rules, naming=TITLE) if one.code == code]

    assert [one.identity.place for one in problems] == bad
    assert {one.identity.event for one in problems} <= {"property"}


def test_a_property_names_all_events_that_have_it():
    rules = [event(name, {"siteId": FINE}) for name in ("Cart Viewed", "Cart Left")]

    (problem,) = [one for one in found(*rules, naming=TITLE) if one.code == "casing"]

    assert problem.events == (("track", "Cart Viewed"), ("track", "Cart Left"))
    assert problem.path == "/schema/properties/properties/properties/siteId"
    assert (problem.suggestion, problem.advice) == ("site_id", "Call it `site_id` everywhere.")


def test_traits_are_judged_by_their_own_rules():
    traits = {"properties": {"traits": {"type": "object", "properties": {"firstName": FINE}}}}
    naming = {"trait": {"casing": "snake"}, "property": {"casing": "camel"}}

    problems = found(event("", type="identify", schema=traits), naming=naming)

    places = [(one.identity.event, one.identity.place) for one in problems if one.code == "casing"]
    assert places == [("trait", "firstName")]


@pytest.mark.parametrize(
    ("message", "name", "naming"),
    [
        ("`order_completed` is snake_case, ", "order_completed", TITLE),
        ("`Product 4711 Viewed`: `4711` is a number: keep one event", "Product 4711 Viewed", {}),
    ],
)
def test_the_sentence_names_what_it_is_about(message, name, naming):
    assert found(event(name), naming=naming)[0].message.startswith(message)


def test_an_event_that_should_not_be_there_is_not_asked_what_it_is_for():
    bare = {"schema": {}, "meta": {"purpose": "", "owner": "", "trigger": ""}}
    rules = [event("Order Completed"), event("ORDER_COMPLETED", **bare), event("Product 9 Viewed", **bare)]
    rules += [event("Test Event", **bare)]

    assert codes(*rules) == {"duplicate", "dynamic_name", "leftover", "no_funnel"}
    assert "missing_owner" in codes(
        *rules, lint={"severity": dict.fromkeys(("duplicate", "leftover", "dynamic_name"), "off")}
    )


def test_naming_rules_that_cannot_be_read_are_told_with_their_place():
    (problem,) = found(event("order_completed"), naming={"event": {"casing": "loud"}})

    assert (problem.code, problem.path) == ("bad_setting", "/naming/event/casing")
    assert "Should be one of" in problem.message


def test_the_plan_sets_the_severity_of_names_in_either_place():
    naming = {"severity": {"duplicate": "off", "casing": "error"}, **TITLE}
    rules = [event("Order Completed"), event("order_completed")]

    problems = {one.code: str(one.severity) for one in found(*rules, naming=naming)}
    again = {
        one.code: str(one.severity)
        for one in found(*rules, naming=naming, lint={"severity": {"casing": "warn"}})
    }

    assert (problems["casing"], "duplicate" in problems) == ("error", False)
    assert again["casing"] == "warn"


def test_moving_rules_changes_no_problem_of_a_filthy_plan():
    document = filthy.document()
    before = {one.identity for one in found(*document["rules"], metrics=document["metrics"])}
    random.Random(7).shuffle(document["rules"])

    assert {one.identity for one in found(*document["rules"], metrics=document["metrics"][::-1])} == before


def test_a_filthy_plan_has_nearly_every_kind_of_problem():
    document = filthy.document()

    problems = found(*document["rules"], metrics=document["metrics"])

    assert len(document["rules"]) > 500
    assert len({one.code for one in problems}) >= 20
    first = ranking.first(ranking.lines(problems))
    assert [line.rule.code for line in first] == [
        "contradiction", "dynamic_name", "type_conflict", "duplicate", "weak_critical_event",
    ]  # fmt: skip


def test_every_naming_code_is_a_lint_rule():
    assert set(CODES) <= set(RULES)

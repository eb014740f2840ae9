"""Which rule a message is judged by, and the verdict that comes of it."""

import json
from datetime import date

import pytest

from tests.trackingplans.domain.bodies import batch, call, from_document, read
from tests.trackingplans.domain.plans import judged, told, track, wrapped
from trackingplans.domain.findings import Verdict
from trackingplans.domain.plan import Plan, Rule
from trackingplans.domain.validation import CompiledPlan, unjudged

NEEDS_TOTAL = track({"required": ["total"], "properties": {"total": {"type": "number"}}})


@pytest.mark.parametrize(
    ("name", "verdict", "event"),
    [
        ("Order Completed", "conforming", "Order Completed"),
        ("order completed", "unplanned", "order completed"),
        (" Order Completed", "unplanned", " Order Completed"),
        ("Order Completed ", "unplanned", "Order Completed "),
        ("Product 123 Viewed", "unplanned", "Product <number> Viewed"),
    ],
)
def test_track_matches_by_the_exact_name(name, verdict, event):
    judgement = judged(NEEDS_TOTAL, event=name)
    assert (judgement.verdict, judgement.event) == (verdict, event)
    assert (judgement.rule is None) == (verdict == "unplanned")


def test_an_event_that_is_not_in_the_plan_names_the_one_that_was_meant():
    judgement = judged(NEEDS_TOTAL, event="Order Complete")
    (finding,) = judgement.findings
    assert (finding.family, finding.code, finding.path) == ("unplanned", "unplanned_event", "event")
    assert (finding.meant, finding.suggestion) == ("Order Completed", "Did you mean Order Completed?")
    assert finding.message == "This event is not in the plan."


OLD = track({"required": ["old"]}, version=1)
NEW = track({"required": ["new"]}, version=3)


@pytest.mark.parametrize(
    ("version", "missing"),
    [
        (1, "old"),
        (3, "new"),
        (2, "old"),
        (99, "old"),
        (-1, "old"),
        (3.2, "old"),
        (3.0, "new"),
        ("3", "old"),
        (None, "old"),
        (True, "old"),
        (..., "old"),
    ],
)
def test_the_version_is_the_one_the_message_names_else_the_oldest(version, missing):
    context = {} if version is ... else {"protocols": {"event_version": version}}
    judgement = judged(NEW, OLD, context=context)
    assert ("required", f"properties.{missing}") in told(judgement)


def page(name: str, needs: str) -> Rule:
    return Rule("page", name, 1, wrapped({"required": [needs]}))


HOME, ANY_PAGE, STAND_IN = (
    page("Home", "home"),
    page("", "any"),
    track({"required": ["stand_in"]}, "Page Viewed"),
)


@pytest.mark.parametrize(
    ("rules", "name", "missing", "event"),
    [
        ((HOME, ANY_PAGE, STAND_IN), "Home", "home", "Home"),
        ((HOME, ANY_PAGE, STAND_IN), "Cart", "any", ""),
        ((HOME, STAND_IN), "Cart", "stand_in", "Page Viewed"),
        ((HOME, STAND_IN), ..., "stand_in", "Page Viewed"),
        ((ANY_PAGE,), ..., "any", ""),
        ((STAND_IN,), "Home", "stand_in", "Page Viewed"),
    ],
)
def test_pages_match_by_name_else_the_nameless_rule_else_page_viewed(rules, name, missing, event):
    judgement = judged(*rules, type="page", name=name, properties={"url": "https://x.test/", "title": "t"})
    assert told(judgement) == [("required", f"properties.{missing}")]
    assert judgement.event == event


def test_a_page_that_no_rule_fits_is_not_in_the_plan():
    judgement = judged(HOME, type="page", name="Cart")
    assert (judgement.verdict, told(judgement)) == ("unplanned", [("unplanned_event", "name")])
    assert judgement.findings[0].message == "This page is not in the plan."
    assert judged(HOME, type="page", name=...).verdict == "unplanned"


def test_screens_match_alike():
    viewed = track({"required": ["x"]}, "Screen Viewed")
    assert told(judged(viewed, type="screen", name="Main", properties={})) == [("required", "properties.x")]
    assert judged(STAND_IN, type="screen", name="Main").verdict == "unchecked"


@pytest.mark.parametrize(
    ("fields", "rules"),
    [
        ({"type": "identify"}, (NEEDS_TOTAL,)),
        ({"type": "group", "groupId": "g"}, (NEEDS_TOTAL,)),
        ({"type": "page", "name": "Home"}, (NEEDS_TOTAL,)),
        ({"type": "track"}, (HOME,)),
        ({"type": "track"}, ()),
        ({"type": "alias", "previousId": "p"}, (NEEDS_TOTAL, Rule("common", "", 1, {"required": ["never"]}))),
    ],
)
def test_a_type_without_rules_is_unchecked_and_alias_always(fields, rules):
    judgement = judged(*rules, **fields)
    assert (judgement.verdict, judgement.findings, judgement.rule) == ("unchecked", (), None)


def test_identify_and_group_have_one_rule_each():
    rule = Rule("identify", "", 1, wrapped({"required": ["email"]}, "traits"))
    assert told(judged(rule, type="identify", traits={})) == [("required", "traits.email")]
    group = Rule("group", "", 1, wrapped({"required": ["plan"]}, "traits"))
    assert told(judged(group, type="group", groupId="g", traits={})) == [("required", "traits.plan")]


COMMON = Rule("common", "", 1, {"required": ["context"], "properties": {"context": {"required": ["locale"]}}})


@pytest.mark.parametrize(
    ("fields", "verdict"),
    [
        ({}, "violating"),
        ({"event": "Unknown"}, "violating"),  # the finding about the event is kept
        ({"type": "identify"}, "violating"),
        ({"context": {"locale": "de"}}, "conforming"),
        ({"context": {"locale": "de"}, "event": "Unknown"}, "unplanned"),
        ({"context": {"locale": "de"}, "type": "identify"}, "unchecked"),
    ],
)
def test_the_common_rule_holds_for_every_message_but_alias(fields, verdict):
    judgement = judged(NEEDS_TOTAL, COMMON, **fields)
    assert judgement.verdict == verdict
    if verdict == "violating":
        assert ("common_schema.required", "context") in told(judgement)
    if fields.get("event"):
        assert ("unplanned_event", "event") in told(judgement)


def test_the_common_rule_sees_what_the_batch_adds():
    (message,) = read(batch(json.dumps(call(properties={"total": 1})), context={"locale": "de"}), "batch")
    assert CompiledPlan(Plan(rules=(NEEDS_TOTAL, COMMON))).check(message).verdict == "conforming"


@pytest.mark.parametrize(
    ("on", "verdict"),
    [
        (None, "conforming"),
        (date(2026, 12, 31), "conforming"),
        (date(2027, 1, 1), "unplanned"),
    ],
)
def test_a_former_name_counts_as_the_event_until_its_end(on, verdict):
    rule = track({}, former_names=[{"name": "Order Done", "until": "2026-12-31"}])
    judgement = judged(rule, event="Order Done", on=on)
    assert judgement.verdict == verdict
    assert judgement.event == ("Order Completed" if verdict == "conforming" else "Order Done")


def test_a_former_name_without_an_end_counts_for_ever():
    rule = track({}, former_names=[{"name": "Order Done"}], importance="critical")
    judgement = judged(rule, event="Order Done", on=date(2099, 1, 1))
    assert (judgement.verdict, judgement.is_critical) == ("conforming", True)


def test_extra_properties_make_no_message_violating_unless_the_plan_is_closed():
    rule = track({"properties": {"total": {}}})
    extra = {"total": 1, "coupon": "x"}
    opened, closed = judged(rule, properties=extra), judged(rule, closed=True, properties=extra)
    assert told(opened) == told(closed) == [("unplanned_property", "properties.coupon")]
    assert (opened.verdict, closed.verdict) == ("conforming", "violating")
    assert closed.findings[0].family == "unplanned"


def test_a_closed_plan_does_not_make_unplanned_events_violating():
    assert judged(NEEDS_TOTAL, closed=True, event="Unknown").verdict == "unplanned"


def test_an_event_whose_rule_cannot_be_used_is_unchecked():
    judgement = judged(track({"pattern": "["}))
    assert (judgement.verdict, judgement.event) == ("unchecked", "Order Completed")


def test_a_message_of_a_source_without_a_plan_is_unchecked():
    judgement = unjudged(from_document(call(event="Product 1 Viewed")))
    assert (judgement.verdict, judgement.event) == (Verdict.UNCHECKED, "Product <number> Viewed")


def test_rules_of_equal_content_are_compiled_once():
    plans = [CompiledPlan(Plan(name=name, rules=(NEEDS_TOTAL,))) for name in "ab"]
    message = from_document(call())
    assert all(plan.check(message).verdict == "conforming" for plan in plans)
    first, second = (plan._planned["track"]["Order Completed"].oldest.slot for plan in plans)
    assert first is second


def test_calls_without_properties_or_traits_are_fine_where_nothing_is_needed():
    identify = Rule("identify", "", 1, wrapped({"properties": {"email": {}}}, "traits"))
    assert judged(identify, type="identify").verdict == "conforming"
    needed = Rule("identify", "", 1, wrapped({"required": ["email"]}, "traits", required=["traits"]))
    assert told(judged(needed, type="identify")) == [("required", "traits")]


def test_the_common_rule_holds_where_the_own_rule_cannot_be_used():
    judgement = judged(track({"pattern": "["}), COMMON)
    assert (judgement.verdict, told(judgement)) == ("violating", [("common_schema.required", "context")])


def test_notes_without_former_names_are_fine():
    assert judged(track({}, former_names=None)).verdict == "conforming"

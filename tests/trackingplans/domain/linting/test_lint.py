"""Which problems are the same ones tomorrow, which a plan mutes, how they are folded, and what a baseline holds."""

import json
from copy import deepcopy
from datetime import date, timedelta

import pytest

from tests.trackingplans import filthy
from tests.trackingplans.domain.linting.problems import THINGS, TODAY, codes, event, found, of, one, told
from trackingplans.domain.linting import baseline, muting, ranking
from trackingplans.domain.linting.catalogue import RULES
from trackingplans.domain.plan import Plan

UNOWNED = {"owner": ""}
BROKEN = {"type": "number", "minimum": 5, "maximum": 3}
DEEP = {
    "type": "object",
    "description": "x",
    "allOf": [{"minProperties": 3, "maxProperties": 1}, {"enum": []}],
}


def fingerprints(*rules, **plan):
    return {problem.fingerprint for problem in found(*rules, **plan)}


def test_fingerprints_do_not_change_with_the_order_of_rules_branches_and_metrics():
    metrics = [{"name": "Total views"}, {"name": "Buyers", "funnel": ["Gone", "Lost"]}]
    rules = [one(BROKEN), event("Cart Viewed", {"deep": DEEP}, meta=UNOWNED), one({}, name="Cart Left")]
    turned = deepcopy(rules)[::-1]
    turned[1]["schema"]["properties"]["properties"]["properties"]["deep"]["allOf"].reverse()

    before = fingerprints(*rules, metrics=metrics)

    assert len(before) == 8
    assert fingerprints(*turned, metrics=metrics[::-1]) == before


def test_an_unrelated_edit_leaves_the_other_fingerprints_alone():
    before = fingerprints(one(BROKEN), event("Cart Viewed", meta=UNOWNED))

    after = fingerprints(
        event("Another", meta=UNOWNED), one(BROKEN | {"minimum": 9}), event("Cart Viewed", meta=UNOWNED)
    )

    assert before < after


def test_the_same_problem_twice_in_one_event_counts_twice_and_in_two_versions_once():
    twice = event(
        properties={"a": {"type": "string", "description": "x", "anyOf": [{"enum": []}, {"enum": []}]}}
    )

    assert len(of("contradiction", twice)) == 2
    assert len(of("contradiction", twice, deepcopy(twice) | {"version": 2})) == 2


SEVERITIES = [
    ({"contradiction": "warn"}, "warn"),
    ({"contradiction": "error"}, "error"),
    ({"missing_owner": "error"}, "error"),
    ({"contradiction": "off"}, None),
    ({"contradiction": "loud"}, "error"),
    ({}, "error"),
]


@pytest.mark.parametrize(("said", "severity"), SEVERITIES)
def test_a_plan_sets_the_severity_of_each_rule(said, severity):
    problems = [p for p in found(one(BROKEN), lint={"severity": said}) if p.code == "contradiction"]

    assert [str(p.severity) for p in problems] == ([severity] if severity else [])


SETTINGS = [
    ({"severity": {"contradictoin": "warn"}}, "/lint/severity/contradictoin", "Did you mean contradiction?"),
    ({"severity": {"casing": "loud"}}, "/lint/severity/casing", "Correct it."),
    ({"severity": {"casing": "off"}}, None, ""),
    ({"mutes": [{"code": "casing", "reason": "x"}]}, "/lint/mutes/0", "Complete it, or remove it."),
    ({"mutes": [{"code": "casing", "until": "2027-01-01"}]}, "/lint/mutes/0", "Complete it, or remove it."),
    ({"mutes": ["casing"]}, "/lint/mutes/0", "Complete it, or remove it."),
    ({"mutes": [{"code": "casing", "reason": "x", "until": "soon"}]}, "/lint/mutes/0", "Complete it, or remove it."),
    ({"mutes": [{"code": "x", "reason": "x", "until": "2027-01-01"}]}, "/lint/mutes/0", "Complete it, or remove it."),
    ({"mutes": [{"code": "casing", "reason": "x", "until": "2027-01-01"}]}, None, ""),
    ({"mutes": "all", "severity": []}, None, ""),
]  # fmt: skip


@pytest.mark.parametrize(("lint", "path", "advice"), SETTINGS)
def test_a_setting_that_does_nothing_is_told(lint, path, advice):
    problems = [(p.path, p.advice) for p in found(event(), lint=lint) if p.code == "bad_setting"]

    assert problems == ([(path, advice)] if path else [])


MUTE = {"code": "contradiction", "reason": "Until the new checkout", "owner": "ana", "until": "2026-11-22"}
TOTAL = "/schema/properties/properties/properties/total"
MUTES = [
    ({}, True),
    ({"type": "track", "name": "Order Completed"}, True),
    ({"type": "track", "name": "Order Refunded"}, False),
    ({"type": "page", "name": "Order Completed"}, False),
    ({"type": "track", "name": "Order Completed", "path": f"{TOTAL}/minimum"}, True),
    ({"path": TOTAL}, True),
    ({"path": TOTAL.removeprefix("/schema")}, True),
    ({"path": f"{TOTAL}x"}, False),
    ({"path": TOTAL[:-1]}, False),
    ({"code": "missing_owner"}, False),
]


@pytest.mark.parametrize(("change", "is_muted"), MUTES)
def test_a_mute_covers_what_it_names_to_the_end_of_its_last_day(change, is_muted):
    today = told(one(BROKEN), lint={"mutes": [MUTE | change]})
    later = told(one(BROKEN), lint={"mutes": [MUTE | change]}, on=TODAY + timedelta(days=1))

    assert [(p.code, mute.reason) for p, mute in today.muted] == (
        [("contradiction", MUTE["reason"])] if is_muted else []
    )
    assert {p.code for p in later.open} == {"contradiction", "mute_ended"}
    assert not later.muted


def test_each_problem_can_be_muted_by_itself():
    document = filthy.document()
    end = {"reason": "x", "until": "2099-01-01"}
    problems = found(*document["rules"], metrics=document["metrics"])

    for problem in problems[::20]:
        plan = Plan(lint={"mutes": [muting.place_of(problem) | end]})
        _, muted = muting.sorted_out(problems, plan, TODAY)
        assert [one.fingerprint for one, _ in muted] == [problem.fingerprint], problem


def test_the_mute_that_lasts_longest_is_shown():
    mutes = [MUTE | {"until": until} for until in ("2026-12-01", "2027-01-01", "2026-11-01")]

    report = told(one(BROKEN), lint={"mutes": mutes})

    assert [mute.until for _, mute in report.muted] == [date(2027, 1, 1)]
    assert [p.path for p in report.open] == ["/lint/mutes/2"]


def test_problems_of_one_cause_are_one_line_and_the_first_lines_are_of_different_rules():
    rules = [event(name, meta=UNOWNED) for name in THINGS[:9]]
    rules += [one(BROKEN, name=f"{name} Again") for name in THINGS[:3]]
    rules += [
        event("Paid", meta={"importance": "critical"}),
        event("Left", {"a": {}}),
        event("Gone", meta={"trigger": ""}),
    ]

    folded = ranking.lines(found(*rules))
    first = ranking.first(folded)

    assert [(line.rule.code, len(line.problems), line.more) for line in first] == [
        ("contradiction", 1, 2), ("weak_critical_event", 1, 0), ("missing_owner", 9, 0), ("no_funnel", 1, 0),
        ("untyped_property", 1, 0),
    ]  # fmt: skip
    assert first[2].sentence == "9 events have no owner: nobody is told when they break."
    assert sum(group.count for group in ranking.groups(folded)) == len(found(*rules))


def test_where_there_are_few_rules_the_first_lines_may_be_of_one():
    folded = ranking.lines(
        found(*(one(BROKEN, name=name) for name in THINGS[:7]), metrics=[{"funnel": THINGS[:2]}])
    )

    assert [line.first.name for line in ranking.first(folded)] == THINGS[:5]


def test_an_error_at_a_critical_event_comes_first():
    critical = one(BROKEN, name="Z", inside={"required": ["total"]}, meta={"importance": "critical"})

    assert ranking.lines(found(one(BROKEN, name="A"), critical))[0].first.name == "Z"


def test_a_baseline_is_read_as_it_was_written_and_sorted_one_event_a_line():
    problems = found(one(BROKEN), event('Line "Paid"\n', {"a": {}}, meta=UNOWNED))

    text = baseline.write(problems)

    assert baseline.read(text) == {problem.identity for problem in problems}
    assert baseline.write(problems[::-1]) == text
    assert json.loads(text)["planwright_baseline"] == 1
    assert '      "track Order Completed": ["properties.total: minimum above maximum"]\n' in text
    assert '      "track Line \\"Paid\\"\\n": ["(event)"]' in text
    assert baseline.read(baseline.write([])) == frozenset()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "it is not JSON"),
        ("[]", 'it has no "planwright_baseline"'),
        ('{"planwright_baseline": 2, "problems": {}}', "reads format 1 only"),
        ('{"planwright_baseline": 1}', "problems: should be an object"),
        ('{"planwright_baseline": 1, "problems": {"casing": []}}', "problems.casing: should be an object"),
        (
            '{"planwright_baseline": 1, "problems": {"casing": {"a": [1]}}}',
            "problems.casing.a: should be a list",
        ),
    ],
)
def test_what_is_no_baseline_is_refused_with_its_place(text, words):
    with pytest.raises(baseline.BaselineError, match=words.replace("[", r"\[")):
        baseline.read(text)


def test_new_problems_stand_apart_from_existing_and_fixed_ones():
    frozen = baseline.read(baseline.write(found(one(BROKEN), event("Cart Viewed", meta=UNOWNED))))
    now = told(one(BROKEN), event("Cart Viewed"), event("Cart Left", meta=UNOWNED))

    compared = baseline.compare(now.open, [], frozen)

    assert [(p.code, p.name) for p in compared.new] == [("missing_owner", "Cart Left")]
    assert {p.code for p in compared.existing} == {"contradiction", "no_funnel"}
    assert [(one.code, one.event) for one in compared.fixed] == [("missing_owner", "track Cart Viewed")]


def test_the_problems_of_an_event_that_was_renamed_are_known():
    frozen = baseline.read(baseline.write(found(event("Signup", meta=UNOWNED))))
    renamed = event("Signed Up", meta=UNOWNED | {"former_names": [{"name": "Signup", "until": "2027-01-01"}]})

    compared = baseline.compare(found(renamed), [], frozen)

    assert (compared.new, compared.fixed) == ([], [])


def test_what_is_muted_is_not_fixed():
    problems = found(one(BROKEN))
    frozen = baseline.read(baseline.write(problems))

    assert baseline.compare([], problems, frozen).fixed == []


@pytest.mark.parametrize(
    "schema",
    [True, {}, {"properties": []}, {"required": "x", "properties": {"properties": 5}},
     {"properties": {"properties": {"required": [1], "enum": 5}}}, {"allOf": {}, "anyOf": [5], "$ref": 7},
     {"$ref": "#/definitions/a", "definitions": {"a": {"allOf": [{"$ref": "#"}]}}}],
    ids=str,
)  # fmt: skip
def test_no_schema_makes_lint_fail(schema):
    assert codes(event(schema=schema)) <= set(RULES)


def test_references_that_lead_to_themselves_end():
    tree = {"properties": {"left": {"$ref": "#/definitions/tree"}, "right": {"$ref": "#/definitions/tree"}}}
    schema = {"properties": {"properties": {"$ref": "#/definitions/tree"}}, "definitions": {"tree": tree}}

    assert [p.identity.place for p in found(event(schema=schema)) if p.code == "missing_description"] == [
        "left",
        "right",
    ]


def test_settings_of_any_kind_make_no_harm():
    metrics = [{"name": 5, "funnel": [1, None], "definition": []}, {"funnel": "all"}]
    rule = event(meta={"metrics": "x", "properties": {"/a": {}}, "owner": 5, "purpose": []})

    assert codes(rule, event("B"), metrics=metrics, lint={"mutes": {}, "severity": 3}) <= set(RULES)

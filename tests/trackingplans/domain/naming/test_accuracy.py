"""Names labelled by hand, none of which the rules were written from, and the Segment Spec."""

import itertools
import json
from pathlib import Path

import pytest

from benchmarks.naming import LABELLED, TARGETS, rows, scores
from trackingplans.domain.naming import NamingConvention, judge

HERE = Path(__file__).parent
SPEC = HERE.parents[1] / "spec_events.json"
TITLE = NamingConvention.from_document(
    {"event": {"order": "object_action", "tense": "past", "casing": "title"}}
)


@pytest.fixture(scope="module")
def found():
    return scores(rows(LABELLED))


@pytest.mark.parametrize("target", TARGETS)
def test_labelled_names_are_read_as_well_as_promised(found, target):
    assert found[target].share >= TARGETS[target], found[target].misses


def spec_names():
    return list(json.loads(SPEC.read_text()))


@pytest.mark.parametrize("convention", [TITLE, NamingConvention()], ids=["title", "own majority"])
def test_the_segment_spec_is_right_as_it_stands(convention):
    judged = judge(spec_names(), convention)

    assert len(judged) == 78
    assert [(one.name, one.issues, one.suggestions) for one in judged if one.issues or one.suggestions] == []


def test_two_names_of_one_event_are_told_apart_from_two_events():
    families = [line.split(" | ") for line in (HERE / "families.txt").read_text().splitlines()]
    names = [name for family in families for name in family]
    same = {frozenset(pair) for family in families for pair in itertools.combinations(family, 2)}
    alike = {
        frozenset((judged.name, other))
        for judged in judge(names)
        for issue in judged.issues
        if issue.code in ("duplicate", "near_duplicate")
        for other in issue.related
    }

    assert alike - same == set()
    assert len(alike & same) / len(same) >= 0.95


@pytest.mark.parametrize("name", (HERE / "right.txt").read_text().splitlines())
def test_a_right_name_is_left_alone(name):
    [judged] = judge([name], TITLE)

    assert judged.issues == ()
    assert judged.suggestions == ()

"""Texts that are no plan are refused with their place; hostile ones cost little."""

import time

import pytest

from trackingplans.domain.plan import PlanError
from trackingplans.interchange import formats, reading

BOMB = "a: &a [1,1,1,1,1,1,1,1,1,1]\n" + "".join(
    f"{chr(98 + n)}: &{chr(98 + n)} [" + ",".join([f"*{chr(97 + n)}"] * 10) + "]\n" for n in range(9)
)
REFUSED: dict[str, tuple[bytes | str, str, str]] = {
    "empty": ("", "", "The file is empty."),
    "spaces": (" \n\t", "", "The file is empty."),
    "plain text": ("hello, there", "", "not a plan"),
    "a number": ("42", "", "not a plan"),
    "CSV": ("Event,Property\nA,b\n", "", "not a plan"),
    "some other JSON": ('{"hello": 1}', "", "not a plan we can read"),
    "a list of other things": ("[1, 2]", "", "not a plan we can read"),
    "another tool's rules": ("rules: [{type: event_rule, id: a}]", "", "not a plan we can read"),
    "trailing comma": ('{"a": 1,\n "b": 2,}', "line 2, column 9", "double quotes"),
    "cut off": ('{"rules": [', "line 1, column 12", "missing"),
    "line break in a text": ('{"a": "x\ny"}', "line 1, column 9", "line break"),
    "two values": ('{"a": 1}\n{"a": 2}', "line 2, column 1", "ended"),
    "NaN": ('{"planwright": 1, "a": {"b.c": [NaN]}}', "a.b\\.c.0", "NaN is not a number"),
    "too large a number": ('{"planwright": 1, "a": 1e999}', "a", "too large"),
    "a number without end": ('{"a": ' + "1" * 5000 + "}", "", "thousands of digits"),
    "a key twice": (
        '{"planwright": 1, "rules": [{"type": 1, "type": 2}]}',
        "rules.0",
        "“type” stands here twice",
    ),
    "deep JSON": ("[" * 100_000, "", "deeper than 100"),
    "deep but whole JSON": ("[" * 150 + "]" * 150, "", "deeper than 100"),
    "not UTF-8": (b'{"a":\n"\xff"}', "line 2", "UTF-8"),
    "UTF-16": ('{"a": 1}'.encode("utf-16"), "line 1", "UTF-8"),
    "half a character": ('{"a": "\ud800"}', "line 1", "UTF-8"),
    "bad YAML": ("planwright: 1\nrules: [\n", "line 3, column 1", "not YAML"),
    "a YAML key twice": ("x: 1\nx: 2", "line 2, column 1", "“x” stands here twice"),
    "a YAML tag": ("a: !!python/object/apply:os.system [ls]", "line 1, column 4", "tag"),
    "two YAML documents": ("planwright: 1\n---\nplanwright: 1\n", "line 2, column 1", "second document"),
    "a list as a YAML key": ("? [a]\n: 1", "line 1, column 3", "key must be text"),
    "an anchor inside itself": ("a: &a [*a]", "line 1, column 8", "not finished"),
    "an unknown alias": ("a: *b", "line 1, column 4", "not finished"),
    "a merge key": ("a: &a {b: 1}\nc:\n  <<: *a", "line 3, column 3", "Merge keys"),
    "deep YAML": ("- " * 5000 + "x", "line 1, column 201", "deeper than 100"),
    "a YAML bomb": (BOMB, "line 6, column 17", "more than 500,000 values"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_plan_is_refused_with_its_place(name):
    raw, place, sentence = REFUSED[name]
    began = time.perf_counter()

    with pytest.raises(PlanError) as refused:
        formats.detect(raw)

    problem = refused.value.problems[0]
    assert problem.path.startswith(place)
    assert sentence in problem.message
    assert time.perf_counter() - began < 1


def test_a_file_beyond_the_limit_is_refused_unread():
    with pytest.raises(PlanError, match="larger than 15 MB"):
        reading.read(b" " * (reading.LARGEST + 1))


def test_each_rule_that_cannot_be_one_is_named():
    rules = '[{"type": "ALIAS", "jsonSchema": 3, "key": 7, "version": 1.5}, 4, {"type": "TRACK"}]'
    text = f'{{"data": {{"rules": {rules}}}}}'

    with pytest.raises(PlanError) as refused:
        formats.detect(text)

    assert [problem.path for problem in refused.value.problems] == [
        "data.rules.0.type",
        "data.rules.0.version",
        "data.rules.0.jsonSchema",
        "data.rules.1",
        "data.rules.2.key",
    ]


def test_yaml_words_mean_what_they_mean_in_yaml_1_2():
    text = """
        planwright: 1
        name: no
        date: 2026-01-31
        words: [on, yes, ~, null, true, 08, 0o7, 1_000, 1:30, .5]
        numbers: [1, -2.5, 1e3, 0]
        1: one
        shared: &shared {type: string}
        again: *shared
        quoted: ["true", '1', !!str 2]
    """

    assert reading.read(text) == {
        "planwright": 1,
        "name": "no",
        "date": "2026-01-31",
        "words": ["on", "yes", None, None, True, "08", "0o7", "1_000", "1:30", ".5"],
        "numbers": [1, -2.5, 1000.0, 0],
        "1": "one",
        "shared": {"type": "string"},
        "again": {"type": "string"},
        "quoted": ["true", "1", "2"],
    }


@pytest.mark.parametrize(
    ("raw", "format"),
    [
        (b'\xef\xbb\xbf{"planwright": 1}', "planwright-json"),
        ('\ufeff \n{"planwright": 1}', "planwright-json"),
        ("planwright: 1", "planwright-yaml"),
        ("# a comment\nrules:\n- type: TRACK\n  key: A\n  jsonSchema: {}\n", "segment"),
        (
            '{"a": {"rules": [1]}, "data": {"rules": [{"type": "TRACK", "key": "A", "jsonSchema": {}}]}}',
            "segment",
        ),
    ],
)
def test_the_format_is_told_by_content(raw, format):
    assert formats.detect(raw).format == format

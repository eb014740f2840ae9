"""What each format says about the same events."""

import json
import xml.etree.ElementTree as ET

import pytest

from tests.trackingplans.cli.program import WRONG, call, file, plan, run, text

SCHEMA = {
    "properties": {
        "properties": {"properties": {"total": {"type": "number"}, "order_id": {}}, "required": ["total"]}
    }
}
TWO = [
    {"type": "track", "name": name, "version": 1, "schema": SCHEMA}
    for name in ("Order Completed", "Order Refunded")
]
EVENTS = [
    text(1),
    text(2, properties={"total": "9.5"}),
    text(3, properties={"total": "9.5"}, event="Order Refunded"),
    text(4, event="Order Complete"),
    text(5, properties={"total": 1, "colour": "red"}),
    "{oops",
    text(6, properties={}),
    text(7, type="identify"),
]


@pytest.fixture
def told(tmp_path):
    """What the program says about EVENTS in a format."""
    events = file(tmp_path, "events.ndjson", "\n".join(EVENTS))

    def tell(format, *options, **environment):
        done = run(
            "check", events, "--plan", plan(tmp_path, rules=TWO), "--format", format, *options, **environment
        )
        assert done.stderr == b""
        return done.stdout.decode().replace(str(tmp_path) + "/", "")

    return tell


def test_ndjson_has_one_answer_of_rest_for_each_message(told):
    lines = [json.loads(line) for line in told("ndjson").splitlines()]
    assert [line["index"] for line in lines] == list(range(8))
    assert [line["line"] for line in lines] == list(range(1, 9))
    assert [line["verdict"] for line in lines] == [
        "conforming", "violating", "violating", "unplanned", "conforming", "rejected", "violating", "unchecked",
    ]  # fmt: skip
    assert lines[1] == {
        "index": 1,
        "message_id": "m2",
        "type": "track",
        "event": "Order Completed",
        "verdict": "violating",
        "decision": {"action": "allow", "omit": [], "reason": None},
        "findings": [
            {
                "family": "violation",
                "code": "type",
                "path": "properties.total",
                "message": "`total` should be a number, but text came.",
                "expected": "a number",
                "actual": '"9.5"',
                "suggestion": "Send the number without quotes.",
            }
        ],
        "file": "events.ndjson",
        "line": 2,
    }
    assert lines[5]["decision"] is None
    assert lines[5]["findings"][0]["code"] == "unreadable"
    assert lines[5]["findings"][0]["message"].endswith("(column 2).")


def test_json_is_one_document_with_the_sum(told):
    document = json.loads(told("json"))
    assert document["summary"] == {
        "events": 8, "conforming": 2, "violating": 3, "unplanned": 1, "unchecked": 1, "rejected": 1,
    }  # fmt: skip
    assert document["plan"] == "plan.json"
    assert [result["index"] for result in document["results"]] == list(range(8))


def test_json_of_nothing_is_a_document_too(tmp_path):
    done = run("check", file(tmp_path, "e", ""), "--plan", plan(tmp_path), "--format", "json")
    assert json.loads(done.stdout)["results"] == []


def test_junit_has_a_case_for_each_message(told):
    root = ET.fromstring(told("junit"))
    (suite,) = root
    cases = list(suite)
    assert (root.get("tests"), root.get("failures")) == ("8", "5")
    assert (suite.get("name"), suite.get("tests"), suite.get("failures")) == ("events.ndjson", "8", "5")
    assert [case.get("line") for case in cases if len(case)] == ["2", "3", "4", "6", "7"]
    assert cases[1].get("name") == "Order Completed (line 2)"
    assert cases[1].get("file") == "events.ndjson"
    failure = cases[1][0]
    assert failure.get("type") == "violating"
    assert failure.get("message").startswith("properties.total: `total` should be a number")
    assert failure.text.startswith("events.ndjson:2: properties.total: ")


def test_junit_stays_xml_whatever_is_in_the_events(tmp_path):
    odd = file(tmp_path, 'a & "b".ndjson', text(1, event='<&>"\x01\ud800\n') + "\n" + text(2, **WRONG))
    root = ET.fromstring(run("check", odd, "--plan", plan(tmp_path), "--format", "junit").stdout)
    assert [len(case) for case in root[0]] == [1, 1]


def test_sarif_has_a_result_for_each_finding(told):
    (found,) = json.loads(told("sarif"))["runs"]
    results = found["results"]
    places = [result["locations"][0]["physicalLocation"]["region"]["startLine"] for result in results]
    assert places == [2, 3, 4, 5, 6, 7]
    assert [result["level"] for result in results] == ["error", "error", "error", "warning", "error", "error"]
    rules = [rule["id"] for rule in found["tool"]["driver"]["rules"]]
    assert all(rules[result["ruleIndex"]] == result["ruleId"] for result in results)
    assert results[0]["locations"][0]["physicalLocation"]["artifactLocation"] == {"uri": "events.ndjson"}
    assert found["properties"]["violating"] == 3


def test_github_has_an_annotation_for_each_thing_that_is_wrong(told):
    lines = told("github").splitlines()
    assert lines[0] == (
        "::error file=events.ndjson,line=2,title=2 events · properties.total::2 × `total` should be a number, "
        "but text came. Send the number without quotes.%0AOrder Completed (1), Order Refunded (1)"
    )
    assert sum(line.startswith("::error ") for line in lines) == 4
    assert sum(line.startswith("::warning ") for line in lines) == 1
    assert lines[-1].startswith("8 messages: ")


def test_text_groups_by_what_is_wrong_and_ends_with_the_sum(told):
    lines = told("text").splitlines()
    assert lines[:2] == [
        "✗         2 ×  2 events · properties.total  `total` should be a number, but text came.",
        '               events.ndjson:2  came: "9.5"  Send the number without quotes.'
        "  in Order Completed (1), Order Refunded (1)",
    ]
    assert lines[-1] == (
        "8 messages: 25.0 % conform · 37.5 % violate · 12.5 % not in plan · 12.5 % rejected · 12.5 % not checked"
    )
    assert lines[-3].strip() == "events.ndjson:5"  # an extra property is no failure: it stands last
    assert lines[-4].startswith("·         1 ×  Order Completed · properties.colour")


def test_text_is_a_screen_of_it_unless_all_is_asked_for(tmp_path):
    events = file(tmp_path, "e", "\n".join(text(n, event=f"Thing {chr(97 + n)} Done") for n in range(26)))
    short = run("check", events, "--plan", plan(tmp_path)).stdout.decode().splitlines()
    every = run("check", events, "--plan", plan(tmp_path), "--all").stdout.decode().splitlines()
    assert len(short) <= 24
    assert short[-3] == "… and 16 more kinds of problems: --all shows them"
    assert len(every) == 2 * 26 + 2


def test_text_has_colours_where_they_are_wanted_only(told):
    assert "\x1b[" not in told("text")
    assert "\x1b[" in told("text", FORCE_COLOR="1")
    assert "\x1b[3" not in told("text", FORCE_COLOR="1", NO_COLOR="1")


def test_text_for_a_terminal_that_knows_ascii_only(told):
    said = told("text", PYTHONIOENCODING="ascii")
    assert said.isascii()
    assert said.startswith("x         2 ?  2 events ? properties.total")


def test_counts_of_several_files_add_up_and_each_place_names_its_file(tmp_path):
    files = [
        file(tmp_path, "a", f"{text(1)}\n{text(2, **WRONG)}"),
        file(tmp_path, "b", json.dumps([call(3, **WRONG)])),
    ]
    done = run("check", *files, "--plan", plan(tmp_path), "--format", "sarif")
    (found,) = json.loads(done.stdout)["runs"]
    places = [result["locations"][0]["physicalLocation"] for result in found["results"]]
    assert [(place["artifactLocation"]["uri"][-1], place["region"]["startLine"]) for place in places] == [
        ("a", 2),
        ("b", 1),
    ]

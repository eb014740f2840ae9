"""How events may lie in a file, and what becomes of what is no event."""

import gzip
import json
from datetime import date

import pytest

from tests.trackingplans.cli.program import WRONG, call, file, text
from trackingplans.cli.events.blocks import blocks
from trackingplans.cli.events.judging import Judge, Wanted
from trackingplans.cli.events.tap import Tap
from trackingplans.domain.plan import Plan, Rule

PLAN = Plan(rules=(Rule("track", "Order Completed", 1, {}),))
GOOD, BAD = "conforming", "rejected"
ONE = text()
BATCH = f'{{"batch":[{ONE},{ONE}],"sentAt":"2026-11-22T00:00:00Z"}}'
PRETTY = json.dumps(call(), indent=2)
LINES = PRETTY.count("\n") + 1


def read(folder, content):
    """((verdict or code, line) of every message, why reading ended)."""
    judge = Judge(PLAN, date(2026, 11, 22), Wanted.ALL)
    found, problem, line = [], "", 1
    for block in blocks(Tap(file(folder, "events", content))):
        judged = judge.judge(block)
        for index, at, answer in judged.answers:
            told = json.loads(answer)
            what = told["findings"][0]["code"] if told["verdict"] == BAD else told["verdict"]
            found.append((what, line + at))
            assert index < judged.messages
        line += judged.breaks
        problem = judged.problem or problem
    return found, problem


@pytest.mark.parametrize(
    ("content", "found"),
    [
        pytest.param(ONE, [(GOOD, 1)], id="one"),
        pytest.param(f"{ONE}\n{ONE}\n", [(GOOD, 1), (GOOD, 2)], id="lines"),
        pytest.param(f"{ONE}\r\n{ONE}\r\n", [(GOOD, 1), (GOOD, 2)], id="lines of Windows"),
        pytest.param(f"\ufeff{ONE}\n{ONE}", [(GOOD, 1), (GOOD, 2)], id="byte order mark"),
        pytest.param(f"\n\n{ONE}\n \t\n\r\n{ONE}\n\n", [(GOOD, 3), (GOOD, 6)], id="blank lines"),
        pytest.param(f"[{ONE},{ONE}]", [(GOOD, 1)] * 2, id="list"),
        pytest.param(f" [\n{ONE} ,\n\n{ONE}\n]\n", [(GOOD, 2), (GOOD, 4)], id="list over lines"),
        pytest.param(f"[{PRETTY},\n{PRETTY}]", [(GOOD, 1), (GOOD, LINES + 1)], id="pretty list"),
        pytest.param(BATCH, [(GOOD, 1)] * 2, id="batch"),
        pytest.param(json.dumps(json.loads(BATCH), indent=2), [(GOOD, 1)] * 2, id="pretty batch"),
        pytest.param(f"{BATCH}\n{ONE}\n{BATCH}", [(GOOD, n) for n in (1, 1, 2, 3, 3)], id="batches in lines"),
        pytest.param(f"[{ONE},{ONE}]\n[{ONE}]\n", [(GOOD, 1), (GOOD, 1), (GOOD, 2)], id="lists in lines"),
        pytest.param(f"[{ONE},{BATCH}]", [(GOOD, 1)] * 3, id="a batch in a list"),
        pytest.param(f"{PRETTY}\n{PRETTY}\n", [(GOOD, 1), (GOOD, LINES + 1)], id="pretty values"),
        pytest.param("", [], id="nothing"),
        pytest.param(" \n\n ", [], id="blanks"),
        pytest.param("[]", [], id="an empty list"),
        pytest.param('{"batch":[]}', [("empty_batch", 1)], id="an empty batch"),
        pytest.param(f"{ONE}\n{{oops\n{ONE}", [(GOOD, 1), ("unreadable", 2), (GOOD, 3)], id="a broken line"),
        pytest.param(f"{ONE[:40]}\n{ONE}\n", [("unreadable", 1), (GOOD, 2)], id="a broken first line"),
        pytest.param(f"oops\n{ONE}\n", [("unreadable", 1), (GOOD, 2)], id="another broken first line"),
        pytest.param(f"{ONE[:30]},\n{ONE}\n", [("unreadable", 1), (GOOD, 2)], id="cut off at a comma"),
        pytest.param(f"null\n{ONE}\n5", [("not_object", 1), (GOOD, 2), ("not_object", 3)], id="no objects"),
        pytest.param(
            '{"type":"track"}\n{"a":1}', [("event_not_defined", 1), ("type_required", 2)], id="faults"
        ),
        pytest.param(f"[{ONE},7,{ONE}]", [(GOOD, 1), ("not_object", 1), (GOOD, 1)], id="no object in a list"),
        pytest.param(
            f"[{ONE},{{oops}},{ONE}]", [(GOOD, 1), ("unreadable", 1), (GOOD, 1)], id="broken in a list"
        ),
        pytest.param(
            text(x=float("nan")) + "\n" + text(x="\ud800"), [(GOOD, 1), (GOOD, 2)], id="no strict JSON"
        ),
        pytest.param(f'{text()[:-1]},"x":{"[" * 70}{"]" * 70}}}', [("too_deep", 1)], id="deep"),
        pytest.param(text(x="y" * 40_000), [("too_large", 1)], id="large"),
        pytest.param(text(x="y" * 17_000_000) + "\n" + ONE, [("too_large", 1), (GOOD, 2)], id="huge line"),
        pytest.param(text(x="y" * 17_000_000), [("too_large", 1)], id="huge value"),
        pytest.param(
            f"[{text(x='y' * 17_000_000)},\n{ONE}]", [("too_large", 1), (GOOD, 2)], id="huge element"
        ),
        pytest.param(
            text(x="\\" * 9_000_000) + ONE, [("too_large", 1), (GOOD, 1)], id="huge with backslashes"
        ),
        pytest.param(f'{text()[:-1]},"x":{"1" * 5000}}}', [("huge_integer", 1)], id="integer"),
    ],
)
@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gzip"])
def test_events_are_found_with_their_lines(tmp_path, content, found, pack):
    if len(content) > 1_000_000 and pack is gzip.compress:
        pytest.skip("the same, slowly")
    assert read(tmp_path, pack(content.encode())) == (found, "")


@pytest.mark.parametrize(
    ("content", "found", "says"),
    [
        (b"a,b\n1,2\n", 0, "Holds no JSON of events"),
        (b"5", 0, "Holds no JSON of events"),
        (b"x" * 3_000_000, 0, "Holds no JSON of events"),
        (b"\x89PNG\r\n\x1a\n\0\0{\n{" * 9, 0, "Is binary."),
        (ONE.encode("utf-16"), 0, "Is encoded as UTF-16."),
        (f"[{ONE},".encode(), 1, "Line 1: the JSON breaks off."),
        (f"[{ONE},\n{ONE}\n{ONE}]".encode(), 2, "Line 3: a comma or ] should stand here."),
        (f"[{ONE},,{ONE}]".encode(), 1, "Line 1: a value should stand here."),
        (f"[{ONE}]]".encode(), 1, "Line 1: a value should stand here."),
        (b"[" * 3_000_000, 0, "Line 1: the JSON breaks off."),
        (gzip.compress(ONE.encode() * 9)[:-4], 0, "Ends in the middle of its gzip data"),
        (gzip.compress(f"{ONE}\n".encode()) + b"more", 1, "Something that is no gzip follows"),
        (b"\x1f\x8b\x08\x00oops" + bytes(40), 0, "Its gzip data is damaged"),
        (
            f'{{"batch":[{",".join([ONE] * 150_000)}],"context":{{"app":{{}}}}}}'.encode(),
            150_000,
            "`context` stands behind a batch",
        ),
    ],
    ids=lambda value: value[:30] if isinstance(value, str) else None,
)
def test_reading_ends_with_a_reason_after_all_that_came_before(tmp_path, content, found, says):
    messages, problem = read(tmp_path, content)
    assert says in problem
    assert len(messages) >= found


def test_members_of_gzip_follow_one_another_with_padding(tmp_path):
    member = gzip.compress(f"{ONE}\n".encode())
    assert read(tmp_path, member + gzip.compress(b"") + member + bytes(600))[0] == [(GOOD, 1), (GOOD, 2)]


def test_a_batch_of_any_size_lends_its_context_to_all_its_events(tmp_path):
    rule = Rule("track", "Order Completed", 1, {"required": ["context"]})
    judge = Judge(Plan(rules=(rule,)), date(2026, 11, 22), Wanted.NONE)
    content = f'{{"context":{{"a":1}},"batch":[{",".join([ONE] * 150_000)}]}}'
    verdicts = [judge.judge(block).verdicts for block in blocks(Tap(file(tmp_path, "events", content)))]
    assert sum(found["conforming"] for found in verdicts) == 150_000


def test_lists_are_cut_at_borders_between_events_only(tmp_path):
    inner = {"properties": {"order_id": "},{", "list": [{"a": 1}, {"b": [{}, {}]}, {"c": "},"}]}}
    content = "[" + ",".join(text(number, **inner) for number in range(9_000)) + "]"
    found, problem = read(tmp_path, content)
    assert len(content) > 1_500_000
    assert (len(found), set(found), problem) == (9_000, {(GOOD, 1)}, "")


def test_what_is_wrong_is_counted_once_with_its_first_place(tmp_path):
    plan = Plan(
        rules=(Rule("track", "Order Completed", 1, {"properties": {"properties": {"required": ["a", "b"]}}}),)
    )
    judge = Judge(plan, date(2026, 11, 22), Wanted.NONE)
    lines = [
        text(1, properties={"a": 1, "b": 1}),
        text(2),
        "oops",
        text(3, **WRONG),
        text(4, properties={"a": 1}),
    ]
    (block,) = blocks(Tap(file(tmp_path, "events", "\n".join(lines))))
    judged = judge.judge(block)
    assert {(group.code, group.field, group.count, group.line) for group in judged.groups} == {
        ("required", "properties.a", 2, 1),
        ("required", "properties.b", 3, 1),
        ("unreadable", "(root)", 1, 2),
    }
    assert judged.verdicts == {"conforming": 1, "violating": 3, "rejected": 1, "unplanned": 0, "unchecked": 0}

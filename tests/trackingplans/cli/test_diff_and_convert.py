"""Two plans side by side, and one plan in another format."""

import json

import pytest

from tests.trackingplans import plans
from tests.trackingplans.cli.program import ORDER, file, plan, run
from trackingplans.interchange import formats

STRICTER = json.loads(
    json.dumps(ORDER).replace('"required": ["order_id"]', '"required": ["order_id", "total"]')
)
WHOLE = ORDER | {"required": ["properties"]}


def of(folder, name, *rules):
    document = {"planwright": 1, "name": "Shop", "rules": list(rules)}
    return file(folder, name, json.dumps(document))


def rule(schema, name="Order Completed", **more):
    return {"type": "track", "name": name, "version": 1, "schema": schema, **more}


def test_a_breaking_change_is_told_with_its_reason_and_exits_1(tmp_path):
    done = run("diff", of(tmp_path, "old", rule(ORDER)), of(tmp_path, "new", rule(STRICTER), rule({}, "New")))
    assert done.returncode == 1
    assert done.stdout.decode().splitlines() == [
        "track Order Completed changed",
        "  ✗ breaking  properties.total: Required now; it was optional. "
        "Apps that do not send it violate the plan. (senders)",
        "track New added",
        "  · safe      It was not in the plan before.",
        "",
        "1 breaking · 0 risky · 1 safe",
    ]


def test_what_is_not_breaking_exits_0(tmp_path):
    done = run(
        "diff", of(tmp_path, "old", rule(STRICTER)), of(tmp_path, "new", rule(ORDER)), "--format", "json"
    )
    assert done.returncode == 0
    assert json.loads(done.stdout) == {
        "summary": {"breaking": 0, "risky": 1, "safe": 0},
        "changes": [
            {
                "kind": "changed",
                "type": "track",
                "name": "Order Completed",
                "version": 1,
                "former_name": None,
                "severity": "risky",
                "effects": [
                    {
                        "severity": "risky",
                        "path": "properties.total",
                        "reason": "No longer required: what reads it may find it missing.",
                        "breaks": "readers",
                    }
                ],
            }
        ],
    }


def test_plans_in_different_formats_are_the_same(tmp_path):
    segment = str(tmp_path / "segment.json")
    assert run("convert", plan(tmp_path), segment, "--to", "segment").returncode == 0
    done = run("diff", plan(tmp_path), segment)
    assert (done.returncode, done.stdout) == (0, b"The plans are the same.\n")


@pytest.mark.parametrize("name", [one.name for one in formats.FORMATS.values() if not one.is_binary])
def test_a_plan_becomes_every_format_and_comes_back(tmp_path, name):
    came, other, back = of(tmp_path, "came", rule(WHOLE)), str(tmp_path / "other"), str(tmp_path / "back")
    there = run("convert", came, other, "--to", name)
    assert there.returncode == 0
    again = run("convert", other, back, "--from", name, "--to", "planwright-yaml")
    assert again.returncode == 0
    assert run("diff", came, back).returncode == 0


@pytest.mark.parametrize("name", ["segment-flat", "segment-csv"])
def test_where_properties_are_required_with_what_they_hold_that_is_said(tmp_path, name):
    done = run("convert", of(tmp_path, "came", rule(ORDER)), str(tmp_path / "other"), "--to", name)
    assert b"that an event may come without any properties" in done.stderr


def test_what_is_left_behind_is_said_on_stderr(tmp_path):
    done = run("convert", of(tmp_path, "a", rule(ORDER, meta={"purpose": "Money."})), "-", "--to", "segment")
    assert done.returncode == 0
    assert done.stderr == b"Left behind: why an event exists\n"
    assert json.loads(done.stdout)["rules"][0]["key"] == "Order Completed"


def test_a_plan_is_read_from_standard_input(tmp_path):
    typewriter = json.dumps(plans.typewriter_cache()).encode()
    done = run("convert", "-", "-", "--to", "segment-flat", stdin=typewriter)
    assert json.loads(done.stdout) == plans.typewriter_cache()
    assert done.stderr == b""

"""`planwright names`."""

import json
import os
import subprocess
import sys

import pytest
import typer
from django.conf import settings
from typer.testing import CliRunner

from trackingplans.cli.main import Commands
from trackingplans.cli.names import names

TITLE = {"event": {"order": "object_action", "tense": "past", "casing": "title"}}
PLAN = {
    "planwright": 1,
    "name": "Shop",
    "naming": TITLE | {"property": {"casing": "snake"}},
    "rules": [
        {
            "type": "track",
            "name": "Order Completed",
            "schema": {"properties": {"properties": {"properties": {"order_id": {"type": "string"}}}}},
        },
        {"type": "identify", "schema": {"properties": {"traits": {"properties": {"first_name": {}}}}}},
    ],
}

app = typer.Typer(cls=Commands)
app.command()(names)
app.command("other")(lambda: None)


@pytest.fixture
def run(tmp_path):
    def call(lines=(), *arguments, **files):
        path = tmp_path / "names.txt"
        path.write_bytes(lines if isinstance(lines, bytes) else "\n".join(lines).encode())
        given = [str(path), *arguments]
        for option, content in files.items():
            path = tmp_path / f"{option}.json"
            path.write_text(content if isinstance(content, str) else json.dumps(content))
            given += [f"--{option}", str(path)]
        said = CliRunner().invoke(app, ["names", *given])
        results = [json.loads(line) for line in said.stdout.splitlines()] if said.exit_code < 2 else []
        return said.exit_code, results, said.stderr

    return call


def test_one_name_a_line_in_one_object_a_line_out(run):
    lines = "\ufeffOrder Completed\n\nview_cart\r\nCafé Opened\n".encode()

    code, results, _ = run(lines, convention=TITLE)

    assert code == 0
    assert [(one["name"], one["suggestions"]) for one in results] == [
        ("Order Completed", []),
        ("view_cart", ["Cart Viewed"]),
        ("Café Opened", []),
    ]
    assert list(results[0]) == [
        "name", "words", "casing", "order", "object", "action", "tail", "tense", "namespace", "dynamic", "issues",
        "suggestions", "confidence",
    ]  # fmt: skip


def test_without_a_convention_the_names_own_majority_decides(run):
    code, results, _ = run(["A Opened", "B Opened", "C Opened", "D Opened", "e_opened"])

    assert code == 0
    assert results[-1]["suggestions"] == ["E Opened"]


def test_standard_input():
    program = "import typer; from trackingplans.cli.names import names; typer.run(names)"

    said = subprocess.run(
        [sys.executable, "-c", program],
        input=b"Order #7 Shipped",
        capture_output=True,
        cwd=settings.BASE_DIR,
        env=os.environ,
    )

    assert said.returncode == 1
    assert json.loads(said.stdout)["object"] == "order"


def test_an_error_ends_in_1(run):
    code, [result], _ = run(["Order #1042 Shipped"], convention=TITLE)

    assert code == 1
    assert result["dynamic"]
    assert result["issues"][0]["severity"] == "error"


def test_a_plan_brings_its_rules_and_its_names(run):
    code, results, _ = run(["order_completed", "Order Completed", "Cart Viewed"], plan=PLAN)

    assert code == 1
    assert [[issue["code"] for issue in one["issues"]] for one in results] == [
        ["casing", "duplicate"],
        ["duplicate"],
        [],
    ]


@pytest.mark.parametrize(("kind", "near"), [("property", "orderId"), ("trait", "firstName")])
def test_names_of_properties_and_traits(run, kind, near):
    _, [result], _ = run([near], "--kind", kind, plan=PLAN)

    assert "property_near_duplicate" in [issue["code"] for issue in result["issues"]]


def test_a_convention_may_be_the_part_of_a_plan(run):
    _, [result], _ = run(["view_cart"], convention=PLAN)

    assert result["suggestions"] == ["Cart Viewed"]


def test_a_convention_goes_before_the_plans(run):
    _, [result], _ = run(["view_cart"], convention={"event": {"casing": "snake"}}, plan=PLAN)

    assert result["issues"] == []


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"convention": {"evnt": {}}}, "evnt: There is no such key."),
        (
            {"convention": {"event": {"tense": "future"}}},
            "event.tense: Should be one of past, present, consistent",
        ),
        ({"convention": "{"}, "line 1, column 2"),
        ({"convention": "[]"}, "Should be an object, not a list."),
        ({"plan": PLAN | {"naming": {"scope": "old"}}}, "naming.scope: Should be one of new, all"),
        ({"lines": b"Order Completed\n\xff\xfe"}, "Line 2 is not UTF-8."),
    ],
)
def test_what_cannot_be_used_ends_in_2_with_its_place(run, given, told):
    code, _, stderr = run(**given)

    assert code == 2
    assert told in stderr


def test_a_file_that_is_not_there_ends_in_2():
    said = CliRunner().invoke(app, ["names", "nowhere.txt"])

    assert (said.exit_code, said.stderr) == (2, "nowhere.txt: No such file or directory.\n")

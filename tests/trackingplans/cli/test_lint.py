"""`planwright lint` as it is typed: its screen, its formats, its baseline, its exit codes."""

import json
import resource
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.trackingplans import filthy, plans
from tests.trackingplans.domain.linting.problems import THINGS, event, one
from trackingplans.cli.main import app
from trackingplans.interchange import formats

ROOT = Path(__file__).parents[3]
BROKEN = {"type": "number", "minimum": 5, "maximum": 3}
UNOWNED = {"owner": ""}


@pytest.fixture(autouse=True)
def _folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def a_plan(*rules, name="plan.json", **more):
    """A file with the plan of these rules."""
    return written({"planwright": 1, "name": "Shop", "rules": list(rules), **more}, name)


def written(document, name="plan.json"):
    text = formats.write(document, "planwright-yaml" if name.endswith("yaml") else "planwright-json").text
    Path(name).write_text(text)
    return name


def run(*args):
    return CliRunner().invoke(app, ["lint", *args], catch_exceptions=False)


def shown(*args):
    """What is printed, each run of spaces one space."""
    return " ".join(run(*args).stdout.split())


def problems(*args):
    return [
        (one["code"], one["name"]) for one in json.loads(run(*args, "--format", "json").stdout)["problems"]
    ]


def test_a_good_plan_is_told_so_and_ends_with_0():
    result = run(a_plan(event()))

    assert (result.exit_code, result.stdout) == (0, "Shop: no problem in 1 event.\n")


@pytest.mark.parametrize(
    ("rules", "code"), [([event(meta=UNOWNED)], 0), ([one(BROKEN)], 1), ([one({"type": "text"})], 1)]
)
def test_only_errors_end_with_1(rules, code):
    assert run(a_plan(*rules)).exit_code == code


def test_a_few_problems_are_all_on_the_screen():
    text = shown(a_plan(one(BROKEN), event("Cart Viewed", meta=UNOWNED)))

    assert text.startswith(
        "Shop: 3 problems (1 error, 2 warnings) in 2 events. error Order Completed: `total` has to be"
    )
    assert "warn `Cart Viewed` has no owner: nobody is told when it breaks. → Name the team" in text
    assert "first" not in text


def test_the_screen_of_a_filthy_plan_says_what_to_do_first():
    screen = run(written(filthy.document())).stdout
    text = " ".join(screen.split())

    assert len(screen.splitlines()) <= 30
    assert all(len(line) <= 100 for line in screen.splitlines())
    begins = [
        "Acme Store: ", "Do these five first",
        "1 error Order Completed: `discount` has to be at least 100 and at most 0.",
        "2 error 14 event names that should be `Product Viewed`. (and 12 more of dynamic_name) → Rename it",
        "3 error `user_id` is of another type in 12 events than in the rest. (and 13 more of type_conflict)",
        "4 error 3 other spellings of `Ad Clicked`. (and 13 more of duplicate) → Keep `Ad Clicked`",
        "5 warn 4 critical events require nothing useful. → Require what its numbers are made of",
        "errors contradiction 1 · dynamic_name 26 · type_conflict 25", "warnings weak_critical_event 4 · missing_owner",
        "All of a rule: planwright lint plan.json --rule contradiction",
    ]  # fmt: skip
    at = [text.index(begin) for begin in begins]
    assert at == sorted(at)
    assert "planwright lint plan.json --baseline lint-baseline.json" in text


def test_a_missing_baseline_is_written_and_then_there_is_nothing_new():
    plan = written(filthy.document())

    first, again = run(plan, "--baseline", "known.json"), run(plan, "--baseline", "known.json")

    count = len(problems(plan))
    assert first.exit_code == again.exit_code == 0
    assert first.stderr == (
        f"known.json: was not there; written with {count:,} problems. From now on only others are told.\n"
    )
    assert again.stderr == ""
    assert again.stdout == f"Acme Store: no new problem in 584 events; {count:,} existing, 0 fixed since.\n"


def test_only_what_is_new_fails_and_is_told():
    run(a_plan(one(BROKEN), event("Cart Viewed", meta=UNOWNED)), "--baseline", "known.json")
    plan = a_plan(one(BROKEN), event("Cart Viewed"), one(BROKEN, name="Order Refunded"))

    result = run(plan, "--baseline", "known.json")

    assert result.exit_code == 1
    assert result.stdout.startswith(
        "Shop: 1 new problem (1 error) in 3 events; 2 existing, 1 fixed since.\n\nerror "
    )
    assert problems(plan, "--baseline", "known.json") == [("contradiction", "Order Refunded")]


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Product 31337 Viewed", "dynamic_name"),
        ("APP_INSTALLED", "duplicate"),
        ("Sign Up - eve@example.com", "dynamic_name"),
    ],
)
def test_one_bad_name_more_in_a_filthy_plan_fails_with_just_that(name, code):
    document = filthy.document()
    run(written(document), "--baseline", "known.json")
    document["rules"].append({"type": "track", "name": name, "version": 1, "schema": {"type": "object"}})

    result = run(written(document), "--baseline", "known.json")

    assert result.exit_code == 1
    assert problems("plan.json", "--baseline", "known.json") == [(code, name)]
    assert "1 new problem (1 error)" in result.stdout
    assert f"`{name}`" in result.stdout or name in result.stdout


def test_a_new_warning_is_told_and_ends_with_0():
    run(a_plan(event()), "--baseline", "known.json")

    result = run(a_plan(event(meta=UNOWNED)), "--baseline", "known.json")

    assert result.exit_code == 0
    assert "1 new problem (1 warning)" in result.stdout


def test_a_baseline_is_written_anew_when_asked():
    run(a_plan(event()), "--baseline", "known.json")

    result = run(a_plan(one(BROKEN)), "--baseline", "known.json", "--update-baseline")

    assert result.exit_code == 0
    assert result.stderr.startswith("known.json: written anew with 1 problems.")
    assert run(a_plan(one(BROKEN)), "--baseline", "known.json").exit_code == 0


def test_what_is_muted_is_not_told_but_counted():
    mute = {"code": "contradiction", "reason": "New checkout in March", "owner": "ana", "until": "2099-03-31"}

    result = run(a_plan(one(BROKEN), lint={"mutes": [mute]}))

    assert (result.exit_code, result.stdout) == (0, "Shop: no problem in 1 event; 1 muted.\n")


@pytest.mark.parametrize(
    "args", [["--update-baseline"], ["--rule", "nothing"], ["--format", "xml"], ["a", "b"]]
)
def test_bad_usage_ends_with_2(args):
    assert run(a_plan(event()), *args).exit_code == 2


@pytest.mark.parametrize(
    ("plan", "baseline", "words"),
    [
        ("nothing.json", "", "nothing.json: No such file"),
        ("{", "", "plan.json: line 1"),
        ('{"planwright": 1, "rules": [{"type": "Track"}]}', "", "plan.json: rules.0.type"),
        ('{"planwright": 1}', "[]", "known.json: This is not a baseline"),
    ],
)
def test_what_cannot_be_read_is_named_with_its_place(plan, baseline, words):
    if plan.startswith("{"):
        Path("plan.json").write_text(plan)
        plan = "plan.json"
    Path("known.json").write_text(baseline or '{"planwright_baseline": 1, "problems": {}}')

    result = run(plan, "--baseline", "known.json")

    assert result.exit_code == 2
    assert result.stderr.startswith(words)


def test_all_problems_of_a_rule_are_listed():
    rules = [event(name, meta=UNOWNED) for name in THINGS[:9]]

    text = shown(a_plan(*rules, one(BROKEN)), "--rule", "missing_owner")

    assert text.startswith("missing_owner 9 × no owner")
    assert text.count("has no owner") == 9
    assert "at least" not in text
    assert "at least" in shown(a_plan(*rules, one(BROKEN)), "--all")


def test_json_holds_everything():
    told = json.loads(run(a_plan(one(BROKEN), event("Cart Viewed", meta=UNOWNED)), "--format", "json").stdout)

    assert told["plan"] == "Shop"
    assert told["summary"] == {"new": 3, "errors": 1, "warnings": 2, "existing": 0, "fixed": 0, "muted": 0}
    assert told["rules"] == {"contradiction": 1, "missing_owner": 1, "no_funnel": 1}
    assert [one["code"] for one in told["first"]] == ["contradiction", "no_funnel", "missing_owner"]
    assert told["first"][0]["fingerprints"] == [told["problems"][0]["fingerprint"]]
    assert told["problems"][0]["path"] == "/schema/properties/properties/properties/total/minimum"


@pytest.mark.parametrize("name", ["plan.json", "plan.yaml"])
def test_sarif_and_github_point_at_the_line(name):
    plan = a_plan(event("Cart Viewed"), one(BROKEN), event("Name, with: a comma", meta=UNOWNED), name=name)
    lines = Path(name).read_text().splitlines()

    (run_told,) = json.loads(run(plan, "--format", "sarif").stdout)["runs"]
    places = {
        result["ruleId"]: result["locations"][0]["physicalLocation"]["region"]["startLine"]
        for result in run_told["results"]
    }
    github = run(plan, "--format", "github").stdout.splitlines()

    assert "minimum" in lines[places["contradiction"] - 1]
    assert "owner" in lines[places["missing_owner"] - 1]
    assert [rule["id"] for rule in run_told["tool"]["driver"]["rules"]] == [
        "contradiction",
        "missing_owner",
        "no_funnel",
    ]
    assert all(len(result["partialFingerprints"]["planwright/v1"]) == 16 for result in run_told["results"])
    assert github[0] == (
        f"::error file={name},line={places['contradiction']},title=contradiction::Order Completed: `total` has to be "
        "at least 5 and at most 3. No value can be right. Correct `minimum` or `maximum`."
    )
    assert github[-1] == "Shop: 3 problems (1 error, 2 warnings) in 3 events."


def test_names_cannot_steer_the_terminal_or_forge_annotations():
    plan = a_plan(event("\x1b[2J\n::error::forged", meta=UNOWNED))

    assert "\x1b" not in run(plan).stdout
    assert "\\u001b[2J\\u000a::error::forged" in run(plan).stdout
    assert not any(
        line.startswith("::error::forged") for line in run(plan, "--format", "github").stdout.splitlines()
    )


def test_a_segment_plan_is_linted_as_it_comes():
    Path("segment.json").write_text(json.dumps(plans.list_rules_answer()))

    assert ("missing_purpose", "Order Completed") in problems("segment.json")


def test_500_events_take_less_than_2_seconds_and_no_django():
    written(filthy.document())
    code = (
        "import sys; from trackingplans.cli.main import app\n"
        "try: app(['lint', 'plan.json'])\n"
        "except SystemExit as end: assert end.code == 1\n"
        "assert 'django' not in sys.modules"
    )

    before = _seconds_of_children()
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stderr) == (0, "")
    assert _seconds_of_children() - before < 2


def _seconds_of_children():
    """The processor's time, so that a busy machine does not count."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime

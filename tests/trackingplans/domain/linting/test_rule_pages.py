"""Each lint rule has a page in docs/rules, and its examples are what it says they are."""

import re
from pathlib import Path

import pytest

from tests.trackingplans.domain.linting.problems import TODAY
from trackingplans.domain.lint import lint, report
from trackingplans.domain.linting.catalogue import RULES
from trackingplans.domain.plan import from_document
from trackingplans.interchange import yaml_reading

PAGES = Path(__file__).parents[4] / "docs" / "rules"
YAML = re.compile(r"^```yaml\n(.*?)^```", re.MULTILINE | re.DOTALL)


def examples(code):
    return YAML.findall((PAGES / f"{code}.md").read_text())


def codes(example):
    return severities(example).keys()


def severities(example):
    plan = from_document({"planwright": 1} | yaml_reading.read(example))
    return {problem.code: problem.severity for problem in report(plan, lint(plan), TODAY).open}


def test_every_rule_has_a_page_and_every_page_a_rule():
    assert {page.stem for page in PAGES.glob("*.md")} == set(RULES)


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.code)
def test_a_page_shows_a_bad_and_a_good_example_and_how_to_set_the_severity(rule):
    bad, good, *milder, severity = examples(rule.code)

    assert (PAGES / f"{rule.code}.md").read_text().startswith(f"# {rule.code}: {rule.title}\n")
    assert rule.code in codes(bad)
    assert rule.code not in codes(good)
    assert [severities(one)[rule.code] for one in milder] == ["warn"] * len(milder)
    assert "bad_setting" not in codes(severity)
    assert yaml_reading.read(severity)["lint"]["severity"][rule.code] != rule.severity

"""Lint for programs: JSON, SARIF for code scanning, and annotations for GitHub."""

import json
from collections import Counter
from typing import Any
from urllib.parse import quote

from trackingplans.cli.lint_reports.outcome import Outcome
from trackingplans.cli.lint_reports.places import Lines
from trackingplans.cli.lint_reports.text import headline
from trackingplans.domain.linting import ranking
from trackingplans.domain.linting.catalogue import RULES
from trackingplans.domain.linting.problem import Problem, Severity
from trackingplans.domain.linting.ranking import Line

MOST_ANNOTATIONS = 50
_LEVELS = {Severity.ERROR: "error", Severity.WARN: "warning"}


def as_json(outcome: Outcome) -> str:
    """The new problems, how many there are, and the fingerprints of those to begin with."""
    first = ranking.first(ranking.lines(outcome.new))
    document = {
        "plan": outcome.plan,
        "summary": {
            "new": len(outcome.new),
            "errors": outcome.errors,
            "warnings": outcome.warnings,
            "existing": outcome.existing,
            "fixed": outcome.fixed,
            "muted": outcome.muted,
        },
        "rules": dict(Counter(problem.code for problem in outcome.new)),
        "first": [
            {"code": line.rule.code, "message": line.sentence, "advice": line.first.advice, "count": len(line.problems),
             "fingerprints": [problem.fingerprint for problem in line.problems]}
            for line in first
        ],
        "problems": [problem.to_document() for problem in outcome.new],
    }  # fmt: skip
    return json.dumps(document, indent=2, ensure_ascii=False)


def as_sarif(outcome: Outcome) -> str:
    """SARIF 2.1.0, with a fingerprint that survives reordering."""
    lines, names = Lines(outcome.source), _names(outcome)
    codes = sorted({problem.code for problem in outcome.new})
    run = {
        "tool": {"driver": {"name": "Planwright", "rules": [_rule(code) for code in codes]}},
        "results": [_result(outcome.file, problem, lines.of(problem, names)) for problem in outcome.new],
        "columnKind": "unicodeCodePoints",
    }
    schema = "https://json.schemastore.org/sarif-2.1.0.json"
    return json.dumps({"$schema": schema, "version": "2.1.0", "runs": [run]}, indent=2, ensure_ascii=False)


def as_github(outcome: Outcome) -> str:
    """One workflow command for all problems of one cause, worst first; GitHub shows no more than fifty of a job."""
    lines = Lines(outcome.source)
    names = _names(outcome)
    folded = ranking.lines(outcome.new)
    told = [_annotation(outcome.file, one, lines.of(one.first, names)) for one in folded[:MOST_ANNOTATIONS]]
    if len(folded) > MOST_ANNOTATIONS:
        told.append(
            f"::warning title=planwright lint::{len(folded) - MOST_ANNOTATIONS} more kinds of problems"
        )
    return "\n".join([*told, headline(outcome)])


def _annotation(file: str, folded: Line, at: int) -> str:
    problem = folded.first
    event = f"{_begin(problem)} ".lstrip() if len(folded.problems) == 1 else ""
    where = f"file={_property(file)},line={at},title={_property(problem.code)}"
    return f"::{_LEVELS[problem.severity]} {where}::{_data(f'{event}{folded.sentence} {problem.advice}')}"


def _begin(problem: Problem) -> str:
    """The event, where the message does not say it."""
    return f"{problem.unnamed_event}:" if problem.unnamed_event else ""


def _names(outcome: Outcome) -> frozenset[str]:
    return frozenset(problem.name for problem in outcome.new if problem.name)


def _rule(code: str) -> dict[str, Any]:
    rule = RULES[code]
    return {
        "id": code,
        "shortDescription": {"text": f"{rule.title[0].upper()}{rule.title[1:]}."},
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
    }


def _result(file: str, problem: Problem, line: int) -> dict[str, Any]:
    name = " ".join(filter(None, (problem.type, problem.name, problem.path)))
    return {
        "ruleId": problem.code,
        "level": _LEVELS[problem.severity],
        "message": {"text": " ".join((_begin(problem), problem.message, problem.advice)).strip()},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": quote(file.replace("\\", "/"))},
                    "region": {"startLine": line},
                },
                "logicalLocations": [{"fullyQualifiedName": name, "kind": "member"}],
            }
        ],
        "partialFingerprints": {"planwright/v1": problem.fingerprint},
    }


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")

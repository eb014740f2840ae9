"""Plans and judgements for tests of the judge."""

from datetime import date
from typing import Any

from tests.trackingplans.domain.bodies import call, from_document
from trackingplans.domain.findings import Family
from trackingplans.domain.plan import Plan, Rule
from trackingplans.domain.validation import CompiledPlan, Judgement


def wrapped(inner: Any, area: str = "properties", **around: Any) -> dict[str, Any]:
    """The schema of a whole message around that of its properties or traits."""
    return {"type": "object", "properties": {area: inner}, **around}


def track(inner: Any, name: str = "Order Completed", version: int = 1, **meta: Any) -> Rule:
    return Rule("track", name, version, wrapped(inner), meta)


def judged(*rules: Rule, closed: bool = False, on: date | None = None, **fields: Any) -> Judgement:
    """What is said about one call under a plan of these rules."""
    message = from_document({key: value for key, value in call(**fields).items() if value is not ...})
    return CompiledPlan(Plan(rules=rules, closed=closed)).check(message, on)


def told(judgement: Judgement, *families: Family) -> list[tuple[str, str]]:
    """(code, path) of the findings, of these families only if any are given."""
    return [(f.code, f.path) for f in judgement.findings if not families or f.family in families]

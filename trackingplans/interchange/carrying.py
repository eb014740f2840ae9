"""What a reader and a writer of a format hand back."""

from dataclasses import dataclass, field
from typing import Any

from trackingplans.domain.plan import PlanError, Problem


@dataclass(frozen=True, slots=True)
class Carried:
    """A plan document read from `format`; `losses` say what of the file it could not take along."""

    format: str
    document: dict[str, Any]
    losses: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Written:
    """A plan as `value` (JSON) in some format, and sentences about what that format could not carry."""

    value: Any
    losses: list[str] = field(default_factory=list)


def origin_of(part: dict[str, Any]) -> dict[str, Any]:
    """What a reader noted about where a document, or one of its rules, came from; {} if nothing."""
    origin = part.get("origin")
    return origin if isinstance(origin, dict) else {}


def refuse(problems: list[Problem]) -> None:
    """Raises PlanError when there is any problem."""
    if problems:
        raise PlanError(problems)

"""A baseline: the problems of one day, frozen. Later ones are new; those that are gone count down."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from trackingplans.domain.linting.problem import Identity, Problem

FORMAT = 1
_MARK = "planwright_baseline"


class BaselineError(ValueError):
    """A text is no baseline; says where."""


@dataclass(frozen=True, slots=True)
class Compared:
    """Problems beside a baseline. `fixed`: what it lists and is no more."""

    new: list[Problem]
    existing: list[Problem]
    fixed: list[Identity]


def compare(problems: Iterable[Problem], muted: Iterable[Problem], baseline: frozenset[Identity]) -> Compared:
    """Which of the problems are new. A problem of an event that was renamed is known under the former name.

    `muted`: problems that nobody is told of, but which are not fixed either.
    """
    new: list[Problem] = []
    existing: list[Problem] = []
    seen: set[Identity] = set()
    for problem in problems:
        known = baseline & {problem.identity, *problem.former}
        seen |= known
        (existing if known else new).append(problem)
    for problem in muted:
        seen |= baseline & {problem.identity, *problem.former}
    return Compared(new, existing, sorted(baseline - seen))


def write(problems: Iterable[Problem]) -> str:
    """The baseline of these problems: JSON, sorted, one event a line."""
    identities = sorted({problem.identity for problem in problems})
    codes = []
    for code, of_code in groupby(identities, key=lambda one: one.code):
        events = [
            f"      {_text(event)}: {_text([one.place for one in of_event])}"
            for event, of_event in groupby(of_code, key=lambda one: one.event)
        ]
        codes.append(f"    {_text(code)}: {{\n" + ",\n".join(events) + "\n    }")
    inner = "{\n" + ",\n".join(codes) + "\n  }" if codes else "{}"
    return f'{{\n  "{_MARK}": {FORMAT},\n  "problems": {inner}\n}}\n'


def read(text: str) -> frozenset[Identity]:
    """What `write` wrote. Raises BaselineError."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        raise BaselineError("This is not a baseline: it is not JSON.") from None
    if not isinstance(document, dict) or _MARK not in document:
        raise BaselineError(f'This is not a baseline: it has no "{_MARK}".')
    if document[_MARK] != FORMAT:
        raise BaselineError(
            f"{_MARK}: this release reads format {FORMAT} only. Write it anew with --update-baseline."
        )
    return frozenset(_identities(document.get("problems")))


def _identities(codes: Any) -> Iterable[Identity]:
    for code, events in _object(codes, "problems").items():
        for event, places in _object(events, f"problems.{code}").items():
            if not isinstance(places, list) or not all(isinstance(place, str) for place in places):
                raise BaselineError(f"problems.{code}.{event}: should be a list of places.")
            for place in places:
                yield Identity(code, event, place)


def _object(value: Any, place: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise BaselineError(f"{place}: should be an object.")
    return value


def _text(value: str | Sequence[str]) -> str:
    return json.dumps(value, ensure_ascii=False)

"""`planwright names`: are these names right, and what would be right?"""

import sys
from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated, Any

import msgspec
import typer

from trackingplans.cli import files
from trackingplans.cli.complaints import Unusable, of_problems
from trackingplans.domain.legible import storable
from trackingplans.domain.naming import ConventionError, NamingConvention, judge, to_result
from trackingplans.domain.plan import Plan, PlanError
from trackingplans.domain.planned_names import planned_names
from trackingplans.interchange import reading

_LINES_AT_ONCE = 1000


class Kind(StrEnum):
    EVENT = "event"
    PROPERTY = "property"
    TRAIT = "trait"


def names(
    file: Annotated[
        str, typer.Argument(metavar="[FILE]", help="A file with one name a line. - is standard input.")
    ] = files.STDIN,
    *,
    kind: Annotated[Kind, typer.Option(help="What the names are of.")] = Kind.EVENT,
    convention: Annotated[
        str | None,
        typer.Option(metavar="FILE", help="A naming convention, JSON or YAML; also a plan's `naming` part."),
    ] = None,
    plan: Annotated[
        str | None,
        typer.Option(metavar="PLAN", help="Judge by this plan's convention, and beside the names it has."),
    ] = None,
) -> None:
    """Judge names: one a line in, one JSON object a line out.

    Without a convention the names' own majority decides. Exits 1 when a name has an issue of severity error; 2 when
    something cannot be read.
    """
    planned = files.plan(plan) if plan is not None else Plan()
    asked = _convention(convention) if convention is not None else _of_plan(plan or "", planned)
    existing = planned_names(planned, kind.value)
    found = judge(list(_lines(file)), asked, kind.value, existing)
    for start in range(0, len(found), _LINES_AT_ONCE):
        lines = [msgspec.json.encode(to_result(one)) for one in found[start : start + _LINES_AT_ONCE]]
        sys.stdout.buffer.write(b"\n".join(lines) + b"\n")
    has_error = any(issue.severity == "error" for one in found for issue in one.issues)
    raise typer.Exit(1 if has_error else 0)


def _lines(file: str) -> Iterator[str]:
    """The names, without the empty lines. Raises Unusable naming the line that is no text."""
    for number, line in enumerate(files.read(file).split(b"\n"), 1):
        try:
            name = line.removeprefix(b"\xef\xbb\xbf" if number == 1 else b"").removesuffix(b"\r").decode()
        except UnicodeDecodeError:
            raise Unusable((file, f"Line {number} is not UTF-8.")) from None
        if name:
            yield storable(name)


def _convention(name: str) -> NamingConvention:
    """The convention in a file, or in the `naming` part of the plan in it. Raises Unusable."""
    try:
        document = reading.read(files.read(name))
    except PlanError as error:
        raise of_problems(name, error.problems) from None
    if isinstance(document, dict) and ("planwright" in document or "naming" in document):
        document = document.get("naming") or {}
    return _read(name, "", document)


def _of_plan(name: str, planned: Plan) -> NamingConvention:
    return _read(name, "naming", dict(planned.naming))


def _read(name: str, above: str, document: Any) -> NamingConvention:
    try:
        return NamingConvention.from_document(document)
    except ConventionError as error:
        place = ".".join(part for part in (above, error.path) if part)
        raise Unusable((name, f"{place}: {error.message}" if place else error.message)) from None

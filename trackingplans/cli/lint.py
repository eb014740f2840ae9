"""`planwright lint`: what is wrong with a plan itself, and what of it is new."""

import shutil
import sys
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from trackingplans.cli import files
from trackingplans.cli.complaints import Unusable, of_problems
from trackingplans.cli.lint_reports import formats, text
from trackingplans.cli.lint_reports.outcome import Outcome
from trackingplans.domain.lint import Report, report
from trackingplans.domain.lint import lint as problems_of
from trackingplans.domain.linting import baseline as baselines
from trackingplans.domain.linting import ranking
from trackingplans.domain.linting.catalogue import RULES
from trackingplans.domain.linting.problem import Identity
from trackingplans.domain.plan import Plan, PlanError, from_document
from trackingplans.interchange import formats as plans


class Format(StrEnum):
    TEXT = "text"
    JSON = "json"
    SARIF = "sarif"
    GITHUB = "github"


def lint(
    plan: Annotated[
        str,
        typer.Argument(
            metavar="PLAN", help="The plan: ours or Segment's, JSON or YAML. - is standard input."
        ),
    ],
    *,
    baseline: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Problems that are known: only others are told. Written first when it is not there.",
        ),
    ] = None,
    update_baseline: Annotated[
        bool, typer.Option("--update-baseline", help="Write the baseline anew, with the problems of today.")
    ] = False,
    format: Annotated[Format, typer.Option(help="How to tell what was found.")] = Format.TEXT,
    rule: Annotated[
        list[str] | None,
        typer.Option(metavar="CODE", help="In the text, every problem of this rule; may be repeated."),
    ] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="In the text, every problem instead of a screen.")
    ] = False,
) -> None:
    """Say what is wrong with a plan itself: its names, types, owners, purposes, constraints and metrics.

    Exits 1 when a new problem is an error; 2 when something cannot be read.
    """
    _refuse(baseline, update_baseline=update_baseline, codes=rule or ())
    source = files.read(plan)
    read = _plan(plan, source)
    found = report(read, problems_of(read), datetime.now(UTC).astimezone().date())
    known = _baseline(baseline, found, update=update_baseline) if baseline else None
    outcome = _outcome(plan, source, read, found, known)
    if format is Format.TEXT:
        _show(outcome, rule or [], everything=everything)
    else:
        _write(_WRITERS[format](outcome))
    if outcome.errors:
        raise typer.Exit(1)


def _refuse(baseline: Path | None, *, update_baseline: bool, codes: Iterable[str]) -> None:
    """Raises typer.BadParameter for options that make no sense."""
    if update_baseline and baseline is None:
        raise typer.BadParameter("--update-baseline needs --baseline FILE.")
    for code in codes:
        if code not in RULES:
            raise typer.BadParameter(f"No rule is called {code}. There are {', '.join(sorted(RULES))}.")


def _plan(name: str, source: bytes) -> Plan:
    """The plan, whose schemas may be broken: that is a problem to tell. Raises Unusable."""
    try:
        return from_document(plans.detect(source).document)
    except PlanError as error:
        raise of_problems(name, error.problems) from None


def _baseline(path: Path, found: Report, *, update: bool) -> frozenset[Identity]:
    """What the file holds; written first where it is not there, or is to be written anew. Raises Unusable."""
    if update or not path.exists():
        how = "written anew" if path.exists() else "was not there; written"
        files.write(str(path), baselines.write(found.open).encode())
        sys.stderr.write(
            f"{path}: {how} with {len(found.open):,} problems. From now on only others are told.\n"
        )
        return frozenset(problem.identity for problem in found.open)
    try:
        return baselines.read(files.read(str(path)).decode(errors="replace"))
    except baselines.BaselineError as error:
        raise Unusable((str(path), str(error))) from None


def _outcome(
    name: str, source: bytes, plan: Plan, found: Report, known: frozenset[Identity] | None
) -> Outcome:
    compared = baselines.compare(found.open, (problem for problem, _ in found.muted), known or frozenset())
    return Outcome(
        file=name,
        source=source.decode("utf-8-sig", errors="replace"),
        plan=plan.name,
        events=len({(rule.type, rule.name) for rule in plan.rules if rule.type != "common"}),
        new=ranking.ranked(compared.new),
        existing=len(compared.existing),
        fixed=len(compared.fixed),
        muted=len(found.muted),
        has_baseline=known is not None,
    )


def _show(outcome: Outcome, codes: list[str], *, everything: bool) -> None:
    """On a terminal in its own size and colours; elsewhere 100 characters wide."""
    console = Console(highlight=False, soft_wrap=True, emoji=False, markup=False)
    width, height = shutil.get_terminal_size((100, text.LOW)) if sys.stdout.isatty() else (100, text.LOW)
    rows: Iterable[text.Row] = text.screen(outcome, width, height)
    if everything or codes:
        rows = text.listing(outcome, codes, width)
    is_ascii = not (sys.stdout.encoding or "ascii").lower().replace("-", "").startswith("utf")
    for row in rows:
        line = Text.assemble(*row)
        console.print(line.plain.translate(_ASCII).encode("ascii", "replace").decode() if is_ascii else line)


def _write(told: str) -> None:
    sys.stdout.write(f"{told}\n")


_ASCII = str.maketrans({"→": ">", "×": "x", "·": "|", "…": "~", "“": '"', "”": '"'})
_WRITERS: dict[Format, Callable[[Outcome], str]] = {
    Format.JSON: formats.as_json,
    Format.SARIF: formats.as_sarif,
    Format.GITHUB: formats.as_github,
}

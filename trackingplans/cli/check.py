"""`planwright check`: are these events as the plan says?"""

import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from enum import StrEnum
from functools import partial
from typing import Annotated

import typer

from trackingplans.cli import files
from trackingplans.cli.complaints import Unusable, together
from trackingplans.cli.events import workforce
from trackingplans.cli.events.blocks import Block, blocks
from trackingplans.cli.events.judging import Judge
from trackingplans.cli.events.tap import Tap
from trackingplans.cli.progress import Progress
from trackingplans.cli.reports.documents import Document, Lines
from trackingplans.cli.reports.github import GitHub
from trackingplans.cli.reports.junit import JUnit
from trackingplans.cli.reports.report import Asked, Report, Start, Total
from trackingplans.cli.reports.sarif import Sarif
from trackingplans.cli.reports.text import Screen
from trackingplans.domain.findings import Verdict


class Format(StrEnum):
    TEXT = "text"
    JSON = "json"
    NDJSON = "ndjson"
    JUNIT = "junit"
    SARIF = "sarif"
    GITHUB = "github"


REPORTS: dict[Format, Callable[[Asked], Report]] = {
    Format.TEXT: Screen,
    Format.JSON: Document,
    Format.NDJSON: Lines,
    Format.JUNIT: JUnit,
    Format.SARIF: Sarif,
    Format.GITHUB: GitHub,
}


def check(
    events: Annotated[
        list[str],
        typer.Argument(
            metavar="EVENTS...",
            help="Files of events: one a line, a JSON list, or batch bodies; plain or gzip. - is standard input.",
        ),
    ],
    plan: Annotated[
        str,
        typer.Option(metavar="PLAN", help="The plan: ours or Segment's, JSON or YAML, told by its content."),
    ],
    *,
    format: Annotated[Format, typer.Option(help="How to tell what was found.")] = Format.TEXT,
    workers: Annotated[
        int | None, typer.Option(min=1, max=256, help="Processes that judge; by default one a core.")
    ] = None,
    allow_unplanned: Annotated[
        bool, typer.Option("--allow-unplanned", help="Events that are not in the plan are no failure.")
    ] = False,
    all_groups: Annotated[
        bool, typer.Option("--all", help="In the text, everything that was found instead of a screen of it.")
    ] = False,
) -> None:
    """Hold events against a plan.

    Exits 1 when a message violates the plan, is not in it, or is no message; 2 when something cannot be read.
    """
    fails_on = {Verdict.VIOLATING.value, Verdict.REJECTED.value}
    fails_on |= set() if allow_unplanned else {Verdict.UNPLANNED.value}
    if len(set(events)) < len(events):
        raise Unusable((next(name for name in events if events.count(name) > 1), "Is named twice."))
    planned = files.plan(plan)
    taps = _opened(events)
    asked = Asked(plan, events, frozenset(fails_on), all_groups)
    report = REPORTS[format](asked)
    make = partial(Judge, planned, datetime.now(UTC).date(), report.wanted)
    total, problems = _judged(taps, make, report, workers or workforce.cores())
    report.finish(total)
    for name, problem in problems:
        sys.stderr.write(f"{name}: {problem}\n")
    if problems:
        raise typer.Exit(2)
    raise typer.Exit(1 if any(total.verdicts[verdict] for verdict in fails_on) else 0)


def _opened(names: list[str]) -> list[Tap]:
    """All inputs. Raises Unusable with every one that cannot be opened."""
    taps, complaints = [], []
    for name in names:
        try:
            taps.append(Tap(name))
        except Unusable as error:
            complaints.append(error)
    if complaints:
        raise together(complaints)
    return taps


def _judged(
    taps: list[Tap], make: Callable[[], Judge], report: Report, workers: int
) -> tuple[Total, list[tuple[str, str]]]:
    """Everything judged and told block by block; the sum, and why which files could not be read to their end."""
    total, problems = Total(), []
    began = time.monotonic()
    sizes = [tap.size for tap in taps]
    size = None if None in sizes else sum(known or 0 for known in sizes)
    messages, before, line, name, done = 0, 0, 1, "", 0
    with Progress(size) as progress:
        for judged in workforce.judged(_blocks(taps), make, workers):
            if judged.name != name:
                name, line, before, done = judged.name, 1, before + done, 0
            report.take(Start(messages, line), judged)
            total.tally.take(judged.verdicts, judged.groups, line)
            if judged.problem:
                problems.append((name, judged.problem))
            messages += judged.messages
            line += judged.breaks
            done = judged.done
            progress.show(before + done, messages)
    total.seconds = time.monotonic() - began
    return total, problems


def _blocks(taps: list[Tap]) -> Iterator[Block]:
    for tap in taps:
        yield from blocks(tap)

"""One violation over time: how often, in which other sources, with which example."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any

from accounts.models import Workspace
from trackingplans.models import PlanVersion
from violations import inbox, releases
from violations.models import Sample, Violation
from violations.querying import Window

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
MOST_RELEASES = 8  # that are marked, the newest


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time before now, and the step its columns stand for."""

    name: str
    length: timedelta
    step: timedelta

    @property
    def words(self) -> str:
        return f"{self.name[:-1]} {self.name[-1]}"


SPANS = {
    span.name: span
    for span in (
        Span("24h", 24 * HOUR, HOUR),
        Span("7d", 7 * DAY, 3 * HOUR),
        Span("14d", 14 * DAY, 6 * HOUR),
        Span("90d", 90 * DAY, DAY),
        Span("365d", 364 * DAY, 7 * DAY),  # its older part by days
    )
}


@dataclass(frozen=True, slots=True)
class Trend:
    """`points`: label and count of each step, oldest first; `marks`: label of a step and what happened in it."""

    span: Span
    points: Sequence[tuple[str, int]]
    marks: Sequence[tuple[str, str]]

    @property
    def count(self) -> int:
        return sum(count for _, count in self.points)


def trend(violation: Violation, siblings: Sequence[Violation], span: Span, now: datetime) -> Trend:
    """Occurrences of a violation and its siblings in other sources, the running step included."""
    starts = _starts(span, now)
    window = Window(starts[0], starts[-1] + span.step)
    summed = inbox.hours(violation.workspace, [row.pk for row in (violation, *siblings)], window, len(starts))
    counts = dict(zip(starts, map(sum, zip(*summed.values(), strict=True)), strict=True))
    marks = [
        (_label(starts[(at - starts[0]) // span.step], span), text)
        for at, text in _events(violation, siblings, starts[0], now)
    ]
    return Trend(span, [(_label(at, span), count) for at, count in counts.items()], marks)


def siblings(workspace: Workspace, violation: Violation) -> list[Violation]:
    """The same problem in other sources, most occurrences first."""
    rows = Violation.objects.for_workspace(workspace).filter(key=violation.key).exclude(pk=violation.pk)
    return list(rows.select_related("source").order_by("-count", "id"))


def samples(workspace: Workspace, violation: Violation) -> list[Sample]:
    """The newest messages that showed it, newest first; values were masked before they were stored."""
    return list(
        Sample.objects.for_workspace(workspace).filter(violation=violation).order_by("-received_at", "-id")
    )


def got(sample: Sample) -> str:
    """The value at the sample's path as JSON text, at most 200 characters; '' when it is missing there."""
    value: Any = json.loads(sample.message)
    for step in steps(sample.path):
        if isinstance(value, list) and step.isdigit() and int(step) < len(value):
            value = value[int(step)]
        elif isinstance(value, dict) and step in value:
            value = value[step]
        else:
            return ""
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 200 else text[:199] + "…"


def steps(path: str) -> list[str]:
    """The inverse of `dotted`; the root has no steps."""
    if path == "(root)":
        return []
    return [re.sub(r"\\(.)", r"\1", step) for step in re.findall(r"(?:[^.\\]|\\.)+", path)]


def _starts(span: Span, now: datetime) -> list[datetime]:
    """Starts of the span's steps, oldest first; days and parts of days start at UTC midnight."""
    day = now.replace(hour=0, minute=0, second=0, microsecond=0)
    last = day + (now - day) // span.step * span.step
    steps_before = span.length // span.step - 1
    return [last - n * span.step for n in range(steps_before, -1, -1)]


def _label(at: datetime, span: Span) -> str:
    return f"{at:%a %-d %b}" if span.step >= DAY else f"{at:%a %-d %b, %H:%M}"


def _events(
    violation: Violation, siblings: Sequence[Violation], since: datetime, now: datetime
) -> list[tuple[datetime, str]]:
    """What may explain the trend: releases, versions of the plan, and what happened to the violation."""
    moments: list[tuple[datetime | None, str]] = [
        (
            violation.first_seen_at,
            f"began in {violation.first_release}" if violation.first_release else "began",
        ),
        (violation.resolved_at, "resolved"),
        (violation.regressed_at, "came back"),
    ]
    if violation.plan_id is not None:
        versions = PlanVersion.objects.filter(
            workspace_id=violation.workspace_id, plan_id=violation.plan_id, published_at__gte=since
        ).order_by("published_at")
        numbers = versions.values_list("published_at", "number")
        moments += [(published_at, f"v{number} published") for published_at, number in numbers]
    moments += _arrivals([violation, *siblings])
    known = [(at, text) for at, text in moments if at is not None and since <= at <= now]
    return sorted(known, key=lambda event: event[0])


def _arrivals(rows: Sequence[Violation]) -> list[tuple[datetime | None, str]]:
    """Releases that came; on the day it began in one, that says it better."""
    first = rows[0]
    came = releases.arrivals(first.workspace, [row.source_id for row in rows], first.type, first.event)
    return [
        (datetime.combine(day, time(), UTC), f"{release} came")
        for day, release in came[-MOST_RELEASES:]
        if (day, release) != (first.first_seen_at.astimezone(UTC).date(), first.first_release)
    ]

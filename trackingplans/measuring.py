"""A plan's metrics: whether each step of a funnel is tracked and healthy in each source, and how definitions changed.

Planwright computes no metric. What it knows is whether the events that one rests on can be trusted.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from django.db.models import Max, Sum

from trackingplans import implementing, observing
from trackingplans.domain.plan import NAMED_TYPES, Plan
from trackingplans.models import PlanVersion, Source, TrackingPlan
from trackingplans.traffic import counting

WEEK = timedelta(days=7)
HEALTHY = 0.95  # of what was judged conforms
MOST_VERSIONS = 500  # looked through for definitions


class Health(StrEnum):
    """Of one step in one source, over seven days."""

    HEALTHY = "healthy"
    BROKEN = "broken"  # it comes, and too much of it breaks the plan
    SILENT = "silent"  # it does not come
    UNEXPECTED = "unexpected"  # the plan does not ask this source to send it, and it does not
    UNPLANNED = "unplanned"  # the event is not in the plan


@dataclass(frozen=True, slots=True)
class Cell:
    source: Source
    health: Health
    conforming: int = 0
    judged: int = 0
    last_hour: datetime | None = None


@dataclass(frozen=True, slots=True)
class Step:
    event: str
    cells: tuple[Cell, ...]

    @property
    def is_sound(self) -> bool:
        """Whether the step can be trusted: it is healthy wherever it is expected, and somewhere."""
        expected = [cell.health for cell in self.cells if cell.health != Health.UNEXPECTED]
        return bool(expected) and all(health == Health.HEALTHY for health in expected)


@dataclass(frozen=True, slots=True)
class Definition:
    """What a metric was defined as since a version."""

    version: int
    at: datetime
    author: str
    text: str


@dataclass(frozen=True, slots=True)
class Metric:
    """`index`: its place in the plan. `sources`: those that take part, as each step's cells go through them.
    `events`: those that say they serve it. `history`: newest first.
    """

    index: int
    name: str
    question: str
    definition: str
    kind: str
    is_north_star: bool
    sources: tuple[Source, ...]
    steps: tuple[Step, ...]
    events: tuple[str, ...]
    history: tuple[Definition, ...]


@dataclass(frozen=True, slots=True)
class Metrics:
    """`idle`: events that serve no metric."""

    metrics: tuple[Metric, ...]
    idle: tuple[str, ...]


def metrics(plan: TrackingPlan, document: Plan, *, now: datetime) -> Metrics:
    """The metrics of a plan's document (the live one, or a draft's)."""
    sources = observing.counted_sources(plan)
    funnels = {index: _texts(metric.get("funnel")) for index, metric in enumerate(document.metrics)}
    health = _Health(plan, document, sources, {event for funnel in funnels.values() for event in funnel}, now)
    serving = _serving(document)
    history = _history(plan)
    found = [
        Metric(
            index,
            _text(metric, "name"),
            _text(metric, "question"),
            _text(metric, "definition"),
            _text(metric, "kind"),
            metric.get("north_star") is True,
            *health.funnel(funnels[index]),
            tuple(sorted(serving.get(_text(metric, "name"), set()) - set(funnels[index]))),
            tuple(history.get(_text(metric, "name"), ())),
        )
        for index, metric in enumerate(document.metrics)
    ]
    busy = {event for funnel in funnels.values() for event in funnel}.union(*serving.values())
    idle = sorted({rule.name for rule in document.rules if rule.type == "track"} - busy)
    return Metrics(tuple(found), tuple(idle))


class _Health:
    """What came of the steps' events in seven days, read at once."""

    def __init__(
        self, plan: TrackingPlan, document: Plan, sources: Sequence[Source], events: set[str], now: datetime
    ) -> None:
        self._sources = sources
        slugs = [source.slug for source in sources]
        self._expected = {
            rule.name: implementing.expected_of(rule.meta, slugs)
            for rule in document.rules
            if rule.type in NAMED_TYPES
        }
        until = counting.hour_of(now) + timedelta(hours=1)
        hours = counting.hours(
            plan.workspace, sources=[one.pk for one in sources], since=until - WEEK, until=until
        )
        rows = (
            hours.filter(event__in=sorted(events), type__in=sorted(NAMED_TYPES))
            .values("source_id", "event")
            .annotate(right=Sum("conforming"), wrong=Sum("violating"), newest=Max("hour"))
            .order_by()
        )
        self._came = {(row["source_id"], row["event"]): row for row in rows} if events and sources else {}

    def funnel(self, events: Sequence[str]) -> tuple[tuple[Source, ...], tuple[Step, ...]]:
        """The sources that take part in a funnel, and its steps as they send them."""
        columns = [[self._cell(event, source) for event in events] for source in self._sources]
        part = [cells for cells in columns if any(cell.health != Health.UNEXPECTED for cell in cells)]
        rows = zip(*part, strict=True) if part else ((),) * len(events)
        steps = (Step(event, tuple(cells)) for event, cells in zip(events, rows, strict=True))
        return tuple(cells[0].source for cells in part), tuple(steps)

    def _cell(self, event: str, source: Source) -> Cell:
        if event not in self._expected:
            return Cell(source, Health.UNPLANNED)
        came = self._came.get((source.pk, event))
        judged = came["right"] + came["wrong"] if came else 0
        if not came or not judged:
            is_expected = source.slug in self._expected[event]
            return Cell(source, Health.SILENT if is_expected else Health.UNEXPECTED)
        health = Health.HEALTHY if came["right"] >= HEALTHY * judged else Health.BROKEN
        return Cell(source, health, came["right"], judged, came["newest"])


def _serving(document: Plan) -> dict[str, set[str]]:
    """The events that say of themselves that they serve a metric."""
    found: dict[str, set[str]] = defaultdict(set)
    for rule in document.rules:
        for name in _texts(rule.meta.get("metrics")):
            found[name].add(rule.name or rule.type)
    return found


def _history(plan: TrackingPlan) -> dict[str, list[Definition]]:
    """Every definition each metric has had, newest first."""
    versions = (
        PlanVersion.objects.for_workspace(plan.workspace)
        .filter(plan=plan)
        .select_related("published_by")
        .defer("rules", "changes")
        .order_by("-number")[:MOST_VERSIONS]
    )
    found: dict[str, list[Definition]] = defaultdict(list)
    for version in reversed(versions):
        author = str(version.published_by) if version.published_by else "Planwright"
        for metric in _listed(json.loads(version.settings).get("metrics")):
            name, text = _text(metric, "name"), _text(metric, "definition")
            if text and (not found[name] or found[name][-1].text != text):
                found[name].append(Definition(version.number, version.published_at, author, text))
    return {name: definitions[::-1] for name, definitions in found.items()}


def _listed(value: Any) -> list[Mapping[str, Any]]:
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []


def _text(metric: Mapping[str, Any], key: str) -> str:
    value = metric.get(key)
    return value if isinstance(value, str) else ""


def _texts(value: Any) -> list[str]:
    return [one for one in value if isinstance(one, str)] if isinstance(value, Iterable) else []

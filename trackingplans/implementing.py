"""How far a plan is implemented: an event is planned until each expected source sent it as the plan says, then live."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from accounts.models import Workspace
from trackingplans.domain.plan import Plan
from trackingplans.models import Environment, Implemented, Source, TrackingPlan
from trackingplans.outlining import Outline

Event = tuple[str, str]
LOOKS_BACK = timedelta(hours=3)  # the task comes every few minutes; this much may it be late
LOOKS_FAR_BACK = timedelta(
    hours=26
)  # what a backlog brought in late is found by the one that comes less often

_NOTE = """
INSERT INTO trackingplans_implemented (workspace_id, source_id, type, event, since)
SELECT traffic.workspace_id, traffic.source_id, traffic.type, traffic.event, min(traffic.hour)
FROM trackingplans_traffichour AS traffic
JOIN trackingplans_source AS source ON source.id = traffic.source_id AND source.plan_id IS NOT NULL
WHERE traffic.hour >= %s AND traffic.conforming > 0
GROUP BY traffic.workspace_id, traffic.source_id, traffic.type, traffic.event
ORDER BY traffic.source_id, traffic.type, traffic.event
ON CONFLICT DO NOTHING
"""


@dataclass(frozen=True, slots=True)
class Progress:
    """One event: the sources (slugs) that should send it, and those of them that did. `names`: what they are called."""

    expected: tuple[str, ...]
    done: tuple[str, ...]
    names: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_live(self) -> bool:
        return bool(self.expected) and not self.missing

    @property
    def missing(self) -> tuple[str, ...]:
        """The sources that did not send it as planned yet."""
        return tuple(slug for slug in self.expected if slug not in self.done)

    @property
    def done_names(self) -> list[str]:
        return [self.names.get(slug, slug) for slug in self.done]

    @property
    def missing_names(self) -> list[str]:
        return [self.names.get(slug, slug) for slug in self.missing]


def note(now: datetime, back: timedelta = LOOKS_BACK) -> int:
    """Write down which sources sent which events as planned since `back`; returns how many were new."""
    with connection.cursor() as cursor:
        cursor.execute(_NOTE, [now - back])
        return int(cursor.rowcount)


def progress(plan: TrackingPlan, value: Plan) -> dict[Event, Progress]:
    """By (type, name), for every event of the plan that somebody is expected to send; two queries.

    Expected: the production sources that `meta.sources` calls required; where it names none, those that it does not
    exclude ("never"). Deprecated events are left out.
    """
    production = Source.objects.for_workspace(plan.workspace).filter(
        plan=plan, environment=Environment.PRODUCTION
    )
    known = list(production.order_by("name").only("slug", "name"))
    sources = {source.slug: source.pk for source in known}
    called = {source.slug: source.name for source in known}
    names = {rule.name for rule in value.rules}
    done = sent(plan.workspace, sources.values(), names)
    found: dict[Event, Progress] = {}
    for rule in value.rules:
        if rule.type == "common" or rule.meta.get("status") == "deprecated":
            continue
        expected = expected_of(rule.meta, sources)
        by = tuple(slug for slug in expected if (sources[slug], rule.type, rule.name) in done)
        if expected:
            found[rule.type, rule.name] = Progress(expected, by, called)
    return found


def sent(workspace: Workspace, sources: Iterable[int], names: Iterable[str]) -> set[tuple[int, str, str]]:
    """Which of these sources (ids) ever sent events of these names as the plan says: source, type and event. One
    query."""
    rows = Implemented.objects.for_workspace(workspace).filter(source__in=sources, event__in=names)
    return set(rows.values_list("source_id", "type", "event"))


def expected_of(meta: Mapping[str, Any], slugs: Iterable[str]) -> tuple[str, ...]:
    """The sources, of these, that should send an event with these notes."""
    said = meta.get("sources")
    wishes = said if isinstance(said, dict) else {}
    required = tuple(slug for slug in slugs if wishes.get(slug) == "required")
    return required or tuple(slug for slug in slugs if wishes.get(slug) not in {"never", "optional"})


def as_it_is(plan: TrackingPlan, value: Plan, outline: Outline) -> Outline:
    """The outline of the live plan, each event in the state that its traffic gives it."""
    found = progress(plan, value)
    is_sent = bool(found) or has_sources(plan)
    rows = []
    for row in outline.rows:
        state = status(row.status, found.get((row.type, row.name)), is_sent=is_sent)
        rows.append(row if state == row.status else replace(row, status=state))
    return replace(outline, rows=tuple(rows))


def has_sources(plan: TrackingPlan) -> bool:
    """Whether any production source is held against the plan."""
    production = Source.objects.for_workspace(plan.workspace).filter(environment=Environment.PRODUCTION)
    return production.filter(plan=plan).exists()


def status(said: str, done: Progress | None, *, is_sent: bool = True) -> str:
    """What an event is: deprecated as the plan says; else live as soon as everybody sent it, planned until then, and
    while no production source has the plan (`is_sent` false)."""
    if said != "deprecated" and not is_sent:
        return "planned"
    if said == "deprecated" or done is None:
        return said or "live"
    return "live" if done.is_live else "planned"

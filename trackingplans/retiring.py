"""What a plan can do without: deprecated events that still arrive, events that did not come in 90 days, and the draft
that retires them."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Max, Sum

from trackingplans import drafting, observing
from trackingplans.domain.plan import NAMED_TYPES, Plan, PlanError, Problem, Rule
from trackingplans.domain.renames import former_names
from trackingplans.draft_models import Draft
from trackingplans.models import EventProfile, Implemented, PlanVersion, Source, TrackingPlan
from trackingplans.traffic import counting

LOOKS_BACK = timedelta(days=90)  # as long as hours are kept
ARRIVES = timedelta(days=7)
DEPRECATE, REMOVE = "deprecate", "remove"
DEPRECATED = "deprecated"
Event = tuple[str, str]

_CAME = """
SELECT DISTINCT asked.type, asked.event
FROM unnest(%s::bigint[]) AS source (id), unnest(%s::text[], %s::text[]) AS asked (type, event)
WHERE EXISTS (
    SELECT FROM trackingplans_traffichour t
    WHERE t.source_id = source.id AND t.type = asked.type AND t.event = asked.event AND t.hour >= %s
    AND t.received > t.duplicate + t.rejected
)
"""


@dataclass(frozen=True, slots=True)
class Arriving:
    """A deprecated event that a source sent in the last seven days, with the releases it came from, if they say one."""

    event: Event
    source: Source
    messages: int
    last_hour: datetime
    releases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Unused:
    """An event that did not come in 90 days. `was_seen`: it came as planned before that; `is_recent`: it is in the plan
    for less than these 90 days."""

    event: Event
    owner: str
    is_deprecated: bool
    was_seen: bool
    is_recent: bool


def arriving(plan: TrackingPlan, value: Plan, *, now: datetime) -> list[Arriving]:
    """Deprecated events that still arrive, the most frequent first; three queries."""
    events = {(rule.type, rule.name) for rule in _named(value) if _is_deprecated(rule)}
    sources = {source.pk: source for source in observing.counted_sources(plan)} if events else {}
    if not sources:
        return []
    until = counting.hour_of(now) + timedelta(hours=1)
    hours = counting.hours(plan.workspace, sources=sources, since=until - ARRIVES, until=until)
    names = sorted({name for _, name in events})
    rows = hours.filter(event__in=names, received__gt=0).values("source_id", "type", "event")
    came = [
        row
        for row in rows.annotate(messages=Sum("received"), last=Max("hour")).order_by()
        if (row["type"], row["event"]) in events
    ]
    releases = _releases(plan, sources, names, now) if came else {}
    found = [
        Arriving(
            (row["type"], row["event"]), sources[row["source_id"]], row["messages"], row["last"],
            releases.get((row["source_id"], row["type"], row["event"]), ()),
        )
        for row in came
    ]  # fmt: skip
    return sorted(found, key=lambda one: (-one.messages, one.event, one.source.name))


def unused(plan: TrackingPlan, value: Plan, *, now: datetime) -> list[Unused]:
    """Events that no source of the plan sent in 90 days, those to part with first; [] while it has no source."""
    newest = {(rule.type, rule.name): rule for rule in sorted(_named(value), key=lambda one: one.version)}
    sources = [source.pk for source in observing.counted_sources(plan)] if newest else []
    if not sources:
        return []
    called = {event: [event[1], *former_names(rule)] for event, rule in newest.items()}
    asked = [(event[0], name) for event, names in called.items() for name in names]
    since = now - LOOKS_BACK
    with connection.cursor() as cursor:
        cursor.execute(_CAME, [sources, *(list(column) for column in zip(*asked, strict=True)), since])
        came = set(cursor.fetchall())
    silent = [event for event, names in called.items() if not came & {(event[0], name) for name in names}]
    once, recent = _ever(plan, sources), _recent(plan, since)
    found = [
        Unused(
            event, str(newest[event].meta.get("owner") or ""), _is_deprecated(newest[event]),
            any((event[0], name) in once for name in called[event]), event in recent,
        )
        for event in silent
    ]  # fmt: skip
    return sorted(found, key=lambda one: (one.is_recent, not one.is_deprecated, one.event))


def retire(
    plan: TrackingPlan, value: Plan, user: Any, events: Collection[Event], how: str, *, why: str = ""
) -> Draft:
    """A draft in which these events of the live plan are deprecated, or removed.

    Raises PlanError for a choice that names nothing, an event that the plan does not have, or one that cannot go.
    """
    if how not in (DEPRECATE, REMOVE):
        raise PlanError([Problem("action", f"This must be {DEPRECATE} or {REMOVE}.")])
    if not events:
        raise PlanError([Problem("events", "Choose at least one event.")])
    rules: dict[Event, list[Rule]] = {}
    for rule in value.rules:
        rules.setdefault((rule.type, rule.name), []).append(rule)
    wrong = [
        Problem(f"events.{place}", f"The live plan has no event {event[1] or event[0]}.")
        for place, event in enumerate(events)
        if event not in rules
    ]
    if wrong:
        raise PlanError(wrong)
    edits = [edit for event in dict.fromkeys(events) for edit in _edits(rules[event], how)]
    if not edits:
        raise PlanError([Problem("events", "They are deprecated already.")])
    count = len(set(events))
    draft = drafting.start(
        plan, user, f"{how.capitalize()} {_called(events) if count == 1 else f'{count} events'}"
    )
    return drafting.change(draft, user, edits, why=why or "Not in use")


def _edits(rules: Sequence[Rule], how: str) -> Iterable[dict[str, Any]]:
    for rule in rules:
        of = {"type": rule.type, "name": rule.name, "version": rule.version}
        if how == REMOVE:
            yield {"op": "remove_rule", "of": of}
        elif not _is_deprecated(rule):
            yield {"op": "set_rule", "of": of, "path": ["meta", "status"], "value": DEPRECATED}


def _called(events: Collection[Event]) -> str:
    [(kind, name), *_] = events
    return (name or kind)[:100]


def _named(value: Plan) -> Iterable[Rule]:
    return (rule for rule in value.rules if rule.type in NAMED_TYPES and rule.name)


def _is_deprecated(rule: Rule) -> bool:
    return rule.meta.get("status") == DEPRECATED


def _releases(
    plan: TrackingPlan, sources: Iterable[int], names: Sequence[str], now: datetime
) -> dict[tuple[int, str, str], tuple[str, ...]]:
    """The releases that sent an event in the last days, by source, type and event."""
    rows = EventProfile.objects.for_workspace(plan.workspace).filter(
        source__in=list(sources), event__in=names, day__gte=(now - ARRIVES).date()
    )
    found: dict[tuple[int, str, str], tuple[str, ...]] = {}
    told = rows.exclude(release="").order_by("release").values_list("source_id", "type", "event", "release")
    for source, kind, event, release in told.distinct():
        found[source, kind, event] = (*found.get((source, kind, event), ()), release)
    return found


def _ever(plan: TrackingPlan, sources: Sequence[int]) -> set[Event]:
    """The events that one of the sources sent as planned, however long ago."""
    rows = Implemented.objects.for_workspace(plan.workspace).filter(source__in=sources)
    return set(rows.values_list("type", "event"))


def _recent(plan: TrackingPlan, since: datetime) -> set[Event]:
    """The events that came into the plan after a moment, under this or a former name."""
    rows = PlanVersion.objects.for_workspace(plan.workspace).filter(plan=plan, published_at__gt=since)
    return {
        (change["type"], change["name"])
        for changes in rows.values_list("changes", flat=True)
        for change in changes
        if change["kind"] == "added"
    }

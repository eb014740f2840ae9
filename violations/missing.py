"""What should arrive and does not: events that stopped or never came, sources that do not send what they must, and
messages from sources that should never send them. Production sources only."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from accounts.models import Workspace
from trackingplans import implementing, live
from trackingplans.domain.plan import Plan, Rule
from trackingplans.models import Environment, EventProfile, Source
from trackingplans.traffic import counting
from violations.releases import is_older

LOOKS_BACK = timedelta(days=7)
SHORTEST = timedelta(hours=2)  # a silence that says anything
TIMES = 3  # the longest gap of the week
REGULAR = 6  # hours with messages that make a gap mean something
NAMED = ("track", "page", "screen")

STOPPED, SILENT, ABSENT, UNEXPECTED, NEVER = "stopped", "silent", "absent", "unexpected", "never"
KINDS = (STOPPED, SILENT, ABSENT, UNEXPECTED, NEVER)  # as they are listed

_SEEN = """
WITH came AS (
    SELECT source_id, type, event, hour, received - duplicate - rejected AS messages,
           hour - lag(hour) OVER (PARTITION BY source_id, type, event ORDER BY hour) AS gap
    FROM trackingplans_traffichour
    WHERE workspace_id = %s AND source_id = ANY(%s) AND hour >= %s AND hour < %s AND received > duplicate + rejected
)
SELECT source_id, type, event, max(hour), max(gap), count(*), sum(messages)::bigint FROM came GROUP BY 1, 2, 3
"""
_EVER = """
SELECT DISTINCT asked.plan_id, asked.type, asked.event
FROM unnest(%s::bigint[], %s::bigint[], %s::text[], %s::text[]) AS asked (plan_id, source_id, type, event)
WHERE EXISTS (
    SELECT FROM trackingplans_traffichour t
    WHERE t.source_id = asked.source_id AND t.type = asked.type AND t.event = asked.event
)
"""

Event = tuple[str, str]  # call type and name


@dataclass(frozen=True, slots=True)
class Seen:
    """An event in a source during the last seven days."""

    last_hour: datetime
    longest_gap: timedelta | None  # between two hours with messages
    hours: int
    messages: int

    def stopped_since(self, now: datetime) -> datetime | None:
        """When it stopped: longer ago than three times its longest gap, two hours at least; None while it comes."""
        ended = self.last_hour + timedelta(hours=1)
        if self.hours < REGULAR or self.longest_gap is None:
            return None
        return ended if now - ended > max(SHORTEST, TIMES * self.longest_gap) else None


@dataclass(frozen=True, slots=True)
class Missing:
    """One line. `source`: None when it is of all the sources of the plan; `since`: None for never."""

    kind: str
    plan_id: int
    event: Event | None
    source: Source | None
    since: datetime | None
    messages: int = 0


def find(workspace: Workspace, now: datetime) -> list[Missing]:
    """Everything that is missing, in the order of KINDS, then by name. Five queries, and the live plans."""
    sources = list(
        Source.objects.for_workspace(workspace)
        .filter(environment=Environment.PRODUCTION, plan__live_version__isnull=False)
        .select_related("plan")
        .order_by("name", "id")
    )
    if not sources:
        return []
    plans = {_plan_of(source): live.plan(source.plan.live_version_id) for source in sources}
    seen = _seen(workspace, sources, now)
    releases = _releases(workspace, sources, now)
    sent = _sent(workspace, sources, plans)
    lines = [line for source in sources for line in of_source(
        source, plans[_plan_of(source)], seen.get(source.pk, {}), releases.get(source.pk, set()), now,
        sent.get(source.pk, ()),
    )]  # fmt: skip
    lines += _never(sources, plans)
    return sorted(
        lines, key=lambda line: (KINDS.index(line.kind), line.event or ("", ""), line.source is None)
    )


def of_source(
    source: Source,
    plan: Plan,
    seen: Mapping[Event, Seen],
    releases: Iterable[str],
    now: datetime,
    sent: Collection[Event] = (),
) -> list[Missing]:
    """What is missing in one source, or comes though it should not. A source that sends nothing is one line.

    `sent`: of the events that the plan calls planned, those that the source did send as planned. They are live there,
    whatever the plan still says; the others are not missed yet.
    """
    if not seen:
        return [Missing(SILENT, _plan_of(source), None, source, None)]
    lines = []
    for rule in _asked_for(plan):
        event = rule.type, rule.name
        found, wanted = seen.get(event), _of(rule, "sources").get(source.slug)
        if wanted == "never":
            if found is not None:
                lines.append(
                    Missing(UNEXPECTED, _plan_of(source), event, source, found.last_hour, found.messages)
                )
        elif _is_planned(rule) and event not in sent:
            continue
        elif found is None:
            if wanted == "required" and _is_out(rule, source, releases):
                lines.append(Missing(ABSENT, _plan_of(source), event, source, None))
        elif since := found.stopped_since(now):
            lines.append(Missing(STOPPED, _plan_of(source), event, source, since, found.messages))
    return lines


def _is_out(rule: Rule, source: Source, releases: Iterable[str]) -> bool:
    """Whether the source sends a release in which the event is: old ones cannot know it."""
    first = _of(rule, "since_release").get(source.slug)
    return not isinstance(first, str) or any(not is_older(release, first) for release in releases)


def _plan_of(source: Source) -> int:
    assert source.plan_id is not None  # noqa: S101  # only sources with a plan are looked at
    return source.plan_id


def _asked_for(plan: Plan) -> list[Rule]:
    """The named rules whose events should come, now or one day, each once."""
    rules = {(rule.type, rule.name): rule for rule in plan.rules if rule.type in NAMED and rule.name}
    return [rule for rule in rules.values() if rule.meta.get("status") != "deprecated"]


def _is_planned(rule: Rule) -> bool:
    """Whether the plan says that it is still to be built."""
    return rule.meta.get("status") == "planned"


def _sent(
    workspace: Workspace, sources: Sequence[Source], plans: Mapping[int, Plan]
) -> dict[int, set[Event]]:
    """By source, the events it sent as planned, of those that the plans call planned."""
    names = {rule.name for plan in plans.values() for rule in _asked_for(plan) if _is_planned(rule)}
    found: dict[int, set[Event]] = {}
    if names:
        for source_id, kind, event in implementing.sent(workspace, [one.pk for one in sources], names):
            found.setdefault(source_id, set()).add((kind, event))
    return found


def _of(rule: Rule, key: str) -> Mapping[str, Any]:
    found = rule.meta.get(key)
    return found if isinstance(found, Mapping) else {}


def _seen(workspace: Workspace, sources: Sequence[Source], now: datetime) -> dict[int, dict[Event, Seen]]:
    until = counting.hour_of(now) + timedelta(hours=1)
    found: dict[int, dict[Event, Seen]] = {}
    with connection.cursor() as cursor:
        ids = [source.pk for source in sources]
        cursor.execute(_SEEN, [workspace.pk, ids, until - LOOKS_BACK, until])
        for source_id, kind, event, *facts in cursor.fetchall():
            found.setdefault(source_id, {})[kind, event] = Seen(*facts)
    return found


def _releases(workspace: Workspace, sources: Sequence[Source], now: datetime) -> dict[int, set[str]]:
    rows = EventProfile.objects.for_workspace(workspace).filter(
        source__in=sources, day__gte=(now - LOOKS_BACK).date()
    )
    found: dict[int, set[str]] = {}
    for source_id, release in rows.order_by().values_list("source_id", "release").distinct():
        found.setdefault(source_id, set()).add(release)
    return found


def _never(sources: Sequence[Source], plans: Mapping[int, Plan]) -> list[Missing]:
    """Planned events that no source of their plan ever sent, as far back as hours are kept."""
    asked = [
        (_plan_of(source), source.pk, rule.type, rule.name)
        for source in sources
        for rule in _asked_for(plans[_plan_of(source)])
        if not _is_planned(rule)
    ]
    if not asked:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_EVER, [list(column) for column in zip(*asked, strict=True)])
        came = set(cursor.fetchall())
    names = dict.fromkeys((plan_id, kind, event) for plan_id, _, kind, event in asked)
    return [Missing(NEVER, name[0], (name[1], name[2]), None, None) for name in names if name not in came]

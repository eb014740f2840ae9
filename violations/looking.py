"""What is missing, remembered where looking for it takes long: with many sources, beat looks and pages read."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count

from accounts.models import Workspace
from trackingplans.models import Environment, Source, TrackingPlan
from violations import missing
from violations.missing import Missing
from violations.models import Look

MANY = 5  # production sources: up to so many, one looks whenever somebody asks
EVERY = timedelta(minutes=5)
STALE = timedelta(minutes=20)  # older than this, nobody trusts what was seen
KEPT = 200  # lines of a kind that a page shows
KEPT_IN_ALL = 10_000  # lines remembered beside those, for lists of all of it


@dataclass(frozen=True, slots=True)
class Seen:
    """`lines`: at most KEPT of each kind (or all), in the order of `missing.KINDS`; `totals`: lines in all, by kind."""

    at: datetime
    lines: Sequence[Missing]
    totals: dict[str, int]


def seen(workspace: Workspace, now: datetime) -> Seen:
    """What is missing: as it was when last looked for, a few minutes ago, else as it is now. Three queries, or those of
    `missing.find`."""
    look = Look.objects.for_workspace(workspace).filter(at__gt=now - STALE).defer("others").first()
    if look is None:
        seen = _look(workspace, now)
        return replace(seen, lines=_split(seen.lines)[0])
    return Seen(look.at, _read(workspace, look.lines), look.totals)


def everything(workspace: Workspace, now: datetime) -> Seen:
    """The same with every line; where more are missing than is remembered, it is looked for again."""
    look = Look.objects.for_workspace(workspace).filter(at__gt=now - STALE).first()
    if look is None or sum(look.totals.values()) > len(look.lines) + len(look.others):
        return _look(workspace, now)
    lines = _read(workspace, [*look.lines, *look.others])
    return Seen(look.at, sorted(lines, key=lambda line: missing.KINDS.index(line.kind)), look.totals)


def look_again(now: datetime) -> int:
    """Looks in every workspace of many sources where nobody did lately; returns in how many."""
    crowded = (
        Source.objects.filter(environment=Environment.PRODUCTION, plan__live_version__isnull=False)
        .exclude(workspace__in=Look.objects.filter(at__gt=now - EVERY).values("workspace"))
        .values("workspace")
        .annotate(sources=Count("pk"))
        .filter(sources__gt=MANY)
    )
    due = list(Workspace.objects.filter(pk__in=crowded.values("workspace")).order_by("pk"))
    for workspace in due:
        _look(workspace, now)
    return len(due)


def _look(workspace: Workspace, now: datetime) -> Seen:
    """All of it, as it is now; remembered where there are many sources."""
    found = missing.find(workspace, now)
    totals = dict(Counter(one.kind for one in found))
    sources = Source.objects.for_workspace(workspace).filter(environment=Environment.PRODUCTION)
    if sources.count() > MANY:
        lines, others = _split(found)
        Look.objects.update_or_create(
            workspace=workspace,
            defaults={
                "at": now,
                "lines": [_written(one) for one in lines],
                "others": [_written(one) for one in others[:KEPT_IN_ALL]],
                "totals": totals,
            },
        )
    return Seen(now, found, totals)


def _split(found: Sequence[Missing]) -> tuple[list[Missing], list[Missing]]:
    """The first lines of each kind, and the others."""
    lines: list[Missing] = []
    others: list[Missing] = []
    held = Counter[str]()
    for one in found:
        held[one.kind] += 1
        (lines if held[one.kind] <= KEPT else others).append(one)
    return lines, others


def _written(one: Missing) -> dict[str, Any]:
    return {
        "kind": one.kind,
        "plan": one.plan_id,
        "event": one.event,
        "source": one.source.pk if one.source else None,
        "since": one.since.isoformat() if one.since else None,
        "messages": one.messages,
    }


def _read(workspace: Workspace, lines: Sequence[Mapping[str, Any]]) -> list[Missing]:
    """The lines again; those of a source or plan that is gone are left out."""
    sources = Source.objects.for_workspace(workspace).in_bulk({one["source"] for one in lines} - {None})
    plans = set(TrackingPlan.objects.for_workspace(workspace).values_list("pk", flat=True))
    return [
        Missing(
            kind=one["kind"],
            plan_id=one["plan"],
            event=(one["event"][0], one["event"][1]) if one["event"] else None,
            source=sources.get(one["source"]),
            since=datetime.fromisoformat(one["since"]) if one["since"] else None,
            messages=one["messages"],
        )
        for one in lines
        if one["plan"] in plans and (one["source"] is None or one["source"] in sources)
    ]

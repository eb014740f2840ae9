"""What arrived of a plan's events, for the plan's pages."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Max, Q, Sum

from trackingplans.models import Environment, Source, TrackingPlan
from trackingplans.outlining import Row
from trackingplans.traffic import counting

DAY = timedelta(hours=24)
LOOKS_BACK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Seen:
    """Of one event: messages in the last 24 hours, and how many of them conform; the newest hour it came in
    (`is_now`: this one)."""

    received: int
    conforming: int
    judged: int
    last_hour: datetime | None
    is_now: bool = False


NOTHING = Seen(0, 0, 0, None)


def counted_sources(plan: TrackingPlan) -> list[Source]:
    """The sources whose numbers a plan's pages show: its production ones, or all while it has none."""
    sources = list(Source.objects.for_workspace(plan.workspace).filter(plan=plan).order_by("name"))
    return [one for one in sources if one.environment == Environment.PRODUCTION] or sources


def seen(
    plan: TrackingPlan, rows: Iterable[Row], *, now: datetime, back: timedelta = LOOKS_BACK
) -> dict[tuple[str, str], Seen]:
    """By (type, name), for those of `rows` that came within a week (`back`); the last 24 hours are whole UTC hours."""
    return seen_names(plan, {(row.type, row.name) for row in rows}, now=now, back=back)


def seen_names(
    plan: TrackingPlan, events: Iterable[tuple[str, str]], *, now: datetime, back: timedelta = LOOKS_BACK
) -> dict[tuple[str, str], Seen]:
    """The same for events by (type, name), whether or not they are in the plan."""
    names = {name for _, name in events}
    sources = [source.pk for source in counted_sources(plan)]
    if not names or not sources:
        return {}
    until = counting.hour_of(now) + timedelta(hours=1)
    is_recent = Q(hour__gte=until - DAY)
    hours = counting.hours(plan.workspace, sources=sources, since=until - back, until=until)
    found = (
        hours.filter(event__in=names)
        .values("type", "event")
        .annotate(
            all=Sum("received", filter=is_recent, default=0),
            right=Sum("conforming", filter=is_recent, default=0),
            wrong=Sum("violating", filter=is_recent, default=0),
            newest=Max("hour"),
        )
        .order_by()
    )
    return {
        (row["type"], row["event"]): Seen(
            row["all"],
            row["right"],
            row["right"] + row["wrong"],
            row["newest"],
            is_now=row["newest"] == until - timedelta(hours=1),
        )
        for row in found
    }


def week(plan: TrackingPlan, events: Iterable[str], *, now: datetime) -> dict[str, int]:
    """Messages of each of these track events in the last seven days."""
    sources = [source.pk for source in counted_sources(plan)]
    until = counting.hour_of(now) + timedelta(hours=1)
    hours = counting.hours(plan.workspace, sources=sources, since=until - LOOKS_BACK, until=until)
    found = hours.filter(type="track", event__in=list(events)).values("event").annotate(all=Sum("received"))
    return {row["event"]: row["all"] for row in found.order_by()}

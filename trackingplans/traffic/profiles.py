"""Reads the profiles of events: what was sampled of their messages, over all sources and releases or for each."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from django.db.models import Q, QuerySet

from accounts.models import Workspace
from trackingplans.domain import profiling
from trackingplans.domain.profiling import Profile
from trackingplans.models import EventProfile, Source, TrackingPlan

WEEK = timedelta(days=7)

Event = tuple[str, str]  # call type and name ('' where the call has none)


class Slice(NamedTuple):
    """The profile of one source and release ('' for messages that name none, "(other)" beyond twenty)."""

    source_id: int
    release: str
    profile: Profile


def of_event(
    workspace: Workspace, sources: Iterable[int], event: Event, since: date, release: str | None = None
) -> Profile:
    """What was sampled of an event in these sources since a UTC day; of one release, or (None) of all."""
    rows = _rows(workspace, sources, [event], since)
    if release is not None:
        rows = rows.filter(release=release)
    return profiling.merged(profiling.decoded(body) for body in rows.values_list("body", flat=True))


def of_events(
    workspace: Workspace, sources: Iterable[int], events: Collection[Event], since: date
) -> dict[Event, Profile]:
    """The same for several events in one query; those of which nothing was sampled are left out."""
    found: dict[Event, Profile] = {}
    for kind, name, body in _rows(workspace, sources, events, since).values_list("type", "event", "body"):
        found.setdefault((kind, name), Profile()).merge(profiling.decoded(body))
    return found


def slices(workspace: Workspace, sources: Iterable[int], event: Event, since: date) -> list[Slice]:
    """The profile of each source and release on its own, sorted by both."""
    found: dict[tuple[int, str], Profile] = {}
    for source, release, body in _rows(workspace, sources, [event], since).values_list(
        "source_id", "release", "body"
    ):
        found.setdefault((source, release), Profile()).merge(profiling.decoded(body))
    return [Slice(source, release, profile) for (source, release), profile in sorted(found.items())]


def of_plan(plan: TrackingPlan, events: Sequence[Event], since: date) -> dict[Event, Profile]:
    """What was sampled of these events in all sources that follow the plan: production ones, or all if none is."""
    sources = list(
        Source.objects.for_workspace(plan.workspace).filter(plan=plan).values_list("pk", "environment")
    )
    real = [pk for pk, environment in sources if environment == "production"]
    return of_events(plan.workspace, real or [pk for pk, _ in sources], events, since)


def _rows(
    workspace: Workspace, sources: Iterable[int], events: Collection[Event], since: date
) -> QuerySet[EventProfile]:
    kinds = {kind for kind, _ in events}
    wanted = Q()
    for kind in kinds:
        wanted |= Q(type=kind, event__in=[name for other, name in events if other == kind])
    rows = EventProfile.objects.for_workspace(workspace)
    return rows.filter(wanted, source_id__in=list(sources), day__gte=since) if kinds else rows.none()

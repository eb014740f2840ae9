"""Fills a database with violations, by COPY."""

import functools
import operator
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from django.db import connection

from accounts.models import Membership, Role, Team, User, Workspace
from benchmarks.violations import shape
from benchmarks.violations.shape import EVENTS, SHARED_BY, Place, Seeded
from trackingplans import publishing
from trackingplans.models import Environment, Source, TrackingPlan
from trackingplans.traffic import partitions
from violations import heat, people
from violations.persons import digest
from violations.searching import words

TEAMS = 50
EVENTS_OF_A_SOURCE = 100
DAYS_OF_TRAFFIC = 2
CRITICAL = 20  # every which event is
NULL = "\\N"
SAMPLE = '{"type":"track","event":"%s","messageId":"m","userId":"u","properties":{"total":"89.90"}}'
HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Size:
    sources: int
    per_source: int
    hours: int  # of each violation

    @property
    def kinds(self) -> int:
        return max(1, self.sources // SHARED_BY)

    @property
    def violations(self) -> int:
        return self.sources * self.per_source


@dataclass(frozen=True, slots=True)
class World:
    workspace: Workspace
    member: Membership
    sources: list[Source]
    teams: list[Team]


def world(size: Size, now: datetime) -> World:
    """The workspace with its people, plan and sources."""
    workspace = Workspace.objects.create(name="Benchmark")
    user = User.objects.create_user(email="bench@example.com", password="a good long password")
    member = Membership.objects.create(workspace=workspace, user=user, role=Role.ADMIN)
    teams = [
        Team.objects.create(workspace=workspace, name=f"Team {n}", slug=f"team-{n}", digest_enabled=True)
        for n in range(TEAMS)
    ]
    for team in teams:
        team.addresses = [f"{team.slug}@example.com"]
        team.save()
    plan = publishing.create(workspace, _plan(), actor=user).plan
    return World(workspace, member, _sources(workspace, plan, teams, size, now), teams)


def _plan() -> dict[str, Any]:
    return {
        "planwright": 1,
        "name": "Benchmark shop",
        "rules": [
            {
                "type": "track",
                "name": name,
                "version": 1,
                "schema": {"type": "object", "properties": {"properties": {"type": "object"}}},
                "meta": {
                    "owner": f"team-{number % TEAMS}",
                    "importance": "critical" if number % CRITICAL == 0 else "normal",
                },
            }
            for number, name in enumerate(EVENTS)
        ],
    }  # fmt: skip


def _sources(
    workspace: Workspace, plan: TrackingPlan, teams: list[Team], size: Size, now: datetime
) -> list[Source]:
    """Eight of ten are production."""
    environments = [Environment.PRODUCTION] * 8 + [Environment.STAGING, Environment.DEVELOPMENT]
    return [
        Source.objects.create(
            workspace=workspace, name=f"Source {n}", slug=f"source-{n}", plan=plan, owner=teams[n % TEAMS],
            environment=environments[n % 10], plan_attached_at=now - timedelta(days=95),
        )
        for n in range(size.sources)
    ]  # fmt: skip


def fill(world: World, size: Size, now: datetime) -> None:
    """Rows of violations, their places and hours, of traffic and of samples."""
    listed = shape.places(size.per_source, size.kinds)
    newest = now.replace(minute=0, second=0, microsecond=0)
    partitions.ensure_months("violations_violationhour", [now - timedelta(days=28 * n) for n in range(5)])
    partitions.ensure_months("trackingplans_traffichour", [now, now - timedelta(days=DAYS_OF_TRAFFIC)])
    filling = _Filling(world, listed, size, [newest - n * HOUR for n in range(shape.OLDEST)])
    _copy("violations_place (workspace_id, key, words)", filling.places())
    _copy(_VIOLATIONS, filling.violations(now))
    _copy("violations_violationhour (workspace_id, violation_id, hour, count)", filling.hours())
    _copy(_TRAFFIC, filling.traffic())
    _copy(
        "violations_sample (workspace_id, violation_id, received_at, release, path, message)",
        filling.samples(),
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT setval('violations_violation_id_seq', %s)", [size.violations])
        cursor.execute("VACUUM (ANALYZE, PARALLEL 0)")


_VIOLATIONS = """violations_violation (id, public_id, workspace_id, source_id, plan_id, key, family, code, type, event,
path, message, detail, is_critical, is_settling, count, first_seen_at, last_seen_at, first_release, last_release, heat,
state, passed_at, resolved_at, resolution, resolved_in, muted_until, mute, people)"""
_TRAFFIC = """trackingplans_traffichour (workspace_id, source_id, hour, type, event, received, conforming, violating,
passed)"""
_LINES = 5_000


def _copy(what: str, lines: Iterable[str]) -> None:
    """Lines of tab-separated text; nothing in them needs to be escaped."""
    waiting = iter(lines)
    began = time.monotonic()
    with connection.cursor() as cursor, cursor.copy(f"COPY {what} FROM STDIN") as copy:
        while some := "".join(islice(waiting, _LINES)):
            copy.write(some)
    print(f"  {what.split()[0]}: {time.monotonic() - began:.0f} s", flush=True)


def _crowd(number: int) -> str:
    bits = (people.bit(digest(f"{number} {person}")) for person in range(number * number))
    return people.written(functools.reduce(operator.or_, bits))


class _Filling:
    """The lines of each table."""

    def __init__(self, world: World, listed: list[Place], size: Size, times: list[datetime]) -> None:
        self.world = world
        self.listed = listed
        self.size = size
        self.newest = times[0]
        self.times = [time.isoformat() for time in times]  # by how many hours ago

    def seeded(self) -> Iterator[tuple[int, Seeded]]:
        size = self.size
        return enumerate(shape.violations(size.sources, size.per_source, size.kinds, size.hours), start=1)

    def places(self) -> Iterator[str]:
        for place in self.listed:
            texts = (place.event, place.path, place.code, place.family, "track", place.sentence)
            vector = " ".join(f"'{word}'" for word in sorted(words(texts)))
            yield f"{self.world.workspace.pk}\t{place.key}\t{vector}\n"

    def violations(self, now: datetime) -> Iterator[str]:
        workspace, newest = self.world.workspace.pk, heat.of({self.newest: 1})
        critical = {name for number, name in enumerate(EVENTS) if number % CRITICAL == 0}
        muted_until = (now + timedelta(days=3)).isoformat()
        crowds = [_crowd(number) for number in range(1, 200)]
        for pk, one in self.seeded():
            place, source = self.listed[one.place], self.world.sources[one.source]
            first, last = self.times[one.ages[-1]], self.times[one.age]
            yield (
                f"{pk}\tvi_{pk:012x}\t{workspace}\t{source.pk}\t{source.plan_id}\t{place.key}\t{place.family}"
                f"\t{place.code}\ttrack\t{place.event}\t{place.path}\t{place.sentence}\t{{}}"
                f"\t{place.event in critical}\tf\t{one.count}\t{first}\t{last}\t1.0\t2.4.0\t{one.heat(newest)}"
                f"\t{one.state}\t{first if one.count >= 5 else NULL}"
                f"\t{self.times[max(0, one.age - 25)] if one.state == 'resolved' else NULL}"
                f"\t{'fixed' if one.state == 'resolved' else NULL}\t"
                f"\t{muted_until if one.state == 'muted' else NULL}\t{{}}\t{crowds[pk % len(crowds)]}\n"
            )

    def hours(self) -> Iterator[str]:
        workspace, times = self.world.workspace.pk, self.times
        for pk, one in self.seeded():
            head, tail = f"{workspace}\t{pk}\t", f"\t{one.volume}\n"
            yield "".join([head + times[age] + tail for age in one.ages])

    def traffic(self) -> Iterator[str]:
        for number, source in enumerate(self.world.sources):
            first = number % self.size.kinds % 4 * 100
            for event in EVENTS[first : first + EVENTS_OF_A_SOURCE]:
                for hour in self.times[: 24 * DAYS_OF_TRAFFIC]:
                    head = f"{self.world.workspace.pk}\t{source.pk}\t{hour}\ttrack\t{event}"
                    yield f"{head}\t50000\t48000\t2000\t50000\n"

    def samples(self) -> Iterator[str]:
        for pk, one in self.seeded():
            if pk % 10 == 0:
                place = self.listed[one.place]
                head = f"{self.world.workspace.pk}\t{pk}\t{self.times[one.age]}\t2.4.0\t{place.path}\t"
                yield f"{head}{SAMPLE % place.event}\n" * 3

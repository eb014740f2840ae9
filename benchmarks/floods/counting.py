"""Counts what a flood left in every table, beside what bounds it. Prints a JSON list of figures.

A process of its own (`python -m benchmarks.floods.counting ATTACKER`), because the bounds stand in the code.
"""

import json
import os
import sys
from dataclasses import asdict, dataclass

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.apps import apps  # noqa: E402  # needs Django set up
from django.db import connection  # noqa: E402  # needs Django set up
from django.db.models import Model, Sum  # noqa: E402  # needs Django set up

from ingest import accounting  # noqa: E402  # needs Django set up
from ingest.models import DeadRow, InboxRow  # noqa: E402  # needs Django set up
from trackingplans.models import EventProfile, RecentMessage, Source, TrafficHour, UnplannedName  # noqa: E402  # needs Django set up
from trackingplans.traffic import naming, profiling, recent  # noqa: E402  # needs Django set up
from violations import admitting, tallying  # noqa: E402  # needs Django set up
from violations.models import Facet, FoldedName, Place, Sample, Turn, Violation, ViolationHour  # noqa: E402  # needs Django set up

FEW = 1_000  # rows of a table that no flood should reach
EXPECTED = ("ingest_seen",)  # one hash a message, for a day or two: what makes a repeat a repeat


@dataclass(frozen=True, slots=True)
class Figure:
    """`is_kept`: whether the promise holds that `promise` tells in words."""

    what: str
    figure: int
    promise: str
    is_kept: bool


def at_most(what: str, rows: int, cap: int) -> Figure:
    return Figure(what, rows, f"at most {cap:,}", rows <= cap)


def exactly(what: str, found: int, wanted: int) -> Figure:
    return Figure(what, found, f"{wanted:,}", found == wanted)


def figures(attacker: Source, neighbour: Source, sent: dict[str, int]) -> list[Figure]:
    return [*_tables(attacker, neighbour), *_uncapped(), *_books(attacker, neighbour, sent)]


def _tables(attacker: Source, neighbour: Source) -> list[Figure]:
    every, mine = Violation.objects.count(), Violation.objects.filter(source=attacker)
    apart = mine.exclude(event=tallying.OTHER)
    events = apart.filter(code="unplanned_event").count()
    hours = TrafficHour.objects.filter(source_id=attacker.pk)
    planned = 100  # rules of the benchmark's plan
    in_an_hour = naming.CAP + planned + len(("", tallying.OTHER))
    of_violations = ViolationHour.objects.values("hour").distinct().count() * every
    return [
        at_most("violations of the attacker", apart.count(), admitting.VIOLATIONS_PER_SOURCE),
        at_most("  of unplanned events", events, admitting.UNPLANNED_EVENTS_PER_SOURCE),
        at_most("  (other) rows", mine.count() - apart.count(), 20),
        at_most("hours of violations", ViolationHour.objects.count(), of_violations),
        at_most("samples", Sample.objects.count(), tallying.SAMPLES * every),
        at_most("facets", Facet.objects.count(), 4 * (tallying.FACETS + 1) * every),
        at_most("names of folded events", FoldedName.objects.count(), tallying.NAMES * events),
        at_most("places, for search", Place.objects.count(), every),
        at_most("turns", Turn.objects.count(), every),
        at_most(
            "names counted apart", UnplannedName.objects.filter(source=attacker).count(), naming.CAP
        ),
        at_most(
            "hours of traffic", hours.count(), in_an_hour * hours.values("hour").distinct().count()
        ),
        at_most(
            "profiles", EventProfile.objects.filter(source=attacker, is_folded=True).count(),
            2 * profiling.MOST_EVENTS,
        ),
        at_most("newest messages", RecentMessage.objects.count(), 2 * recent.KEPT),
        exactly("requests in the inbox", InboxRow.objects.count(), 0),
        exactly("requests in the dead inbox", DeadRow.objects.count(), 0),
        exactly("violations of the neighbour", Violation.objects.filter(source=neighbour).count(), 1),
    ]  # fmt: skip


def _uncapped() -> list[Figure]:
    """All other tables: none of them may have grown with the attack."""
    capped: set[type[Model]] = {
        Violation, ViolationHour, Sample, Facet, FoldedName, Place, Turn, UnplannedName, TrafficHour, EventProfile,
        RecentMessage, InboxRow, DeadRow,
    }  # fmt: skip
    parts = {
        table
        for model in apps.get_models(include_auto_created=True)
        if model in capped
        for table in _with_partitions(model._meta.db_table)
    }
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_stat_user_tables ORDER BY relname")
        others = [
            name for (name,) in cursor.fetchall() if name not in parts and not name.startswith(EXPECTED)
        ]
        found = []
        for name in others:
            cursor.execute(f'SELECT count(*) FROM "{name}"')  # its own catalogue says that it is a table
            found.append((cursor.fetchone()[0], name))
    rows, name = max(found)
    return [at_most(f"largest other table ({name})", rows, FEW)]


def _with_partitions(table: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT relid::regclass::text FROM pg_partition_tree(%s)", [table])
        return [table, *(name.strip('"') for (name,) in cursor.fetchall())]


def _books(attacker: Source, neighbour: Source, sent: dict[str, int]) -> list[Figure]:
    """What was acknowledged is what was counted, in traffic and in violations."""
    received = TrafficHour.objects.filter(source_id=attacker.pk).aggregate(n=Sum("received"))["n"]
    mine = Violation.objects.filter(source=attacker)
    wrong = Violation.objects.filter(source=neighbour).aggregate(n=Sum("count"))["n"]
    in_hours = ViolationHour.objects.filter(violation_id__in=mine.values("pk")).aggregate(n=Sum("count"))["n"]
    by_code = dict(mine.values_list("code").annotate(n=Sum("count")))
    return [
        exactly("messages of the attacker counted", received, sent["names"] + sent["keys"]),
        exactly("unplanned events counted", by_code.get("unplanned_event", 0), sent["names"]),
        exactly("unplanned properties counted", by_code.get("unplanned_property", 0), sent["keys"]),
        exactly("occurrences in hours", in_hours, sum(by_code.values())),
        exactly("what the neighbour did wrong", wrong, sent["neighbour"]),
        exactly("hours that do not balance", len(list(accounting.imbalances())), 0),
    ]


def main() -> None:
    sent = json.loads(sys.argv[1])
    attacker, neighbour = Source.objects.get(name="Attacker"), Source.objects.get(name="Neighbour")
    profiling.fold(10**6)  # as every ten minutes
    recent.trim()  # as every five seconds
    json.dump([asdict(figure) for figure in figures(attacker, neighbour, sent)], sys.stdout)


if __name__ == "__main__":
    main()

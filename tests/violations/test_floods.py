"""An attack: a source that sends distinct names and keys without end."""

import os
import random

import pytest
from django.db.models import Sum

from tests.factories import PlanFactory, SourceFactory, WorkspaceFactory
from tests.violations.judging import NOON, record, track
from violations import admitting, facets, tallying
from violations.models import Facet, FoldedName, Place, Sample, Violation, ViolationHour

BATCH = 2_500
FLOOD = int(os.environ.get("FLOOD", "100000"))  # FLOOD=1000000 takes some twenty minutes
LETTERS = "bcdfghjklmnpqrstvwxz"


def odd(chance):
    """A word that resembles no other and is no pattern of another."""
    return "".join(chance.choices(LETTERS, k=12))


def names(chance, size):
    """A third are one name with a number in it, the others are like nothing else."""
    return [f"Product {n} Viewed" if n % 3 == 0 else f"{odd(chance)} {odd(chance)}" for n in range(size)]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("size", "violations", "events"),
    [
        pytest.param(5_000, 600, 200, id="5,000"),
        pytest.param(FLOOD, 10_000, 2_000, id="large", marks=pytest.mark.slow),
    ],
)
def test_distinct_names_and_keys_stay_within_the_caps_and_every_count_is_kept(
    monkeypatch, size, violations, events
):
    monkeypatch.setattr(admitting, "VIOLATIONS_PER_SOURCE", violations)
    monkeypatch.setattr(admitting, "UNPLANNED_EVENTS_PER_SOURCE", events)
    workspace = WorkspaceFactory.create()
    plan = PlanFactory.create(workspace=workspace)
    attacker, neighbour = (SourceFactory.create(workspace=workspace, plan=plan) for _ in range(2))
    chance = random.Random(3)

    record(attacker, [track("Product Viewed", {"price": "cheap"})] * 9)
    for start in range(0, size, BATCH):
        count = min(BATCH, size - start)
        record(attacker, [track(name, anonymousId=odd(chance)) for name in names(chance, count)])
        record(attacker, [track("Product Viewed", {odd(chance): 1}) for _ in range(count)])
        if start == 0:
            record(neighbour, [track("Product Viewed", {"price": "cheap"})] * 9)
    record(attacker, [track("Product Viewed", {"price": "cheap"})] * 9)

    mine = Violation.objects.filter(source=attacker)
    apart = mine.exclude(event=tallying.OTHER)
    assert apart.count() <= violations
    assert apart.filter(code="unplanned_event").count() <= events
    assert mine.filter(code="unplanned_event").aggregate(n=Sum("count"))["n"] == size
    assert mine.filter(code="unplanned_property").aggregate(n=Sum("count"))["n"] == size
    assert mine.get(code="type").count == 18
    assert mine.get(event="Product <number> Viewed").count == sum(
        -(-min(BATCH, size - start) // 3) for start in range(0, size, BATCH)
    )
    in_hours = ViolationHour.objects.filter(violation_id__in=mine.values("pk"), hour=NOON)
    assert in_hours.aggregate(n=Sum("count"))["n"] == 2 * size + 18
    assert FoldedName.objects.count() <= tallying.NAMES
    assert Place.objects.count() <= mine.count()
    assert Sample.objects.count() <= tallying.SAMPLES * Violation.objects.count()
    assert Facet.objects.count() <= 4 * (facets.FACETS + 1) * mine.count()
    assert Violation.objects.get(source=neighbour).count == 9

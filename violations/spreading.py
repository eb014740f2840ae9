"""Whom and what a violation concerns: people, releases, platforms, SDKs, and what the bad values look like."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_

from django.db.models import Sum

from accounts.models import Workspace
from violations import people
from violations.facets import VALUELESS
from violations.models import Facet, FacetKind, Violation

SHOWN = 8  # of each kind
TITLES = {
    FacetKind.VALUE: "What came",
    FacetKind.RELEASE: "Releases",
    FacetKind.PLATFORM: "Platforms",
    FacetKind.LIBRARY: "SDKs",
}


@dataclass(frozen=True, slots=True)
class Part:
    value: str
    count: int
    total: int  # of its kind


@dataclass(frozen=True, slots=True)
class Spread:
    """One kind of facet, the most frequent first; `others`: how often it was any not listed."""

    title: str
    parts: Sequence[Part]
    others: int

    @property
    def first(self) -> Part:
        return self.parts[0]


def spreads(workspace: Workspace, violations: Sequence[Violation]) -> dict[str, Spread]:
    """By kind of facet, what the violations of a row came with since they were first seen. One query."""
    rows = Facet.objects.filter(workspace_id=workspace.pk, violation__in=violations)
    if violations and violations[0].code in VALUELESS:
        rows = rows.exclude(kind=FacetKind.VALUE)
    counts: dict[str, list[tuple[str, int]]] = {}
    for kind, value, count in (
        rows.values_list("kind", "value").annotate(n=Sum("count")).order_by("-n", "value")
    ):
        counts.setdefault(kind, []).append((value, count))
    return {kind.value: _spread(title, counts[kind]) for kind, title in TITLES.items() if kind in counts}


def _spread(title: str, counts: Sequence[tuple[str, int]]) -> Spread:
    total = sum(count for _, count in counts)
    parts = [Part(value, count, total) for value, count in counts[:SHOWN]]
    return Spread(title, parts, sum(count for _, count in counts[SHOWN:]))


def affected(violations: Sequence[Violation]) -> int:
    """About how many people the violations ever concerned: never more than they occurred."""
    estimate = people.estimate(reduce(or_, (people.read(row.people) for row in violations), 0))
    return min(estimate, sum(row.count for row in violations))

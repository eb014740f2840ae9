"""Releases of senders: told apart by their numbers, when a violation was first seen in one, when one came at all."""

import re
from collections.abc import Callable, Iterable
from datetime import date, datetime

from django.db.models import Min

from accounts.models import Workspace
from trackingplans.models import EventProfile
from trackingplans.traffic.naming import OTHER
from violations.models import Sample, Violation

Reaches = Callable[[str, str], bool]  # a release that was seen, the one that is waited for


def first_reached(
    rows: Iterable[tuple[Violation, datetime | None, str]], reaches: Reaches
) -> dict[int, datetime]:
    """When each violation was first seen, after a moment, in a release that reaches the wanted one; those that were.

    `rows`: violation, moment, wanted release. Told by the kept samples, and by the release of its last occurrence.
    """
    wanted = {row.pk: (row, since, release) for row, since, release in rows if since is not None}
    seen: dict[int, list[tuple[datetime, str]]] = {
        pk: [(row.last_seen_at, row.last_release)] for pk, (row, _, _) in wanted.items()
    }
    samples = Sample.objects.filter(violation_id__in=list(wanted))
    for pk, at, release in samples.values_list("violation_id", "received_at", "release"):
        seen[pk].append((at, release))
    found = {
        pk: [at for at, shown in seen[pk] if at > since and reaches(shown, release)]
        for pk, (_, since, release) in wanted.items()
    }
    return {pk: min(moments) for pk, moments in found.items() if moments}


def arrivals(workspace: Workspace, sources: Iterable[int], kind: str, event: str) -> list[tuple[date, str]]:
    """The UTC days on which releases of these sources first sent an event, oldest first, as far back as profiles are
    kept. A release that was there from their beginning is none that came."""
    rows = EventProfile.objects.for_workspace(workspace).filter(
        source_id__in=list(sources), type=kind, event=event
    )
    began: dict[int, date] = {}
    found: dict[str, date] = {}
    for source, release, day in (
        rows.values_list("source_id", "release").annotate(Min("day")).order_by("day__min")
    ):
        began.setdefault(source, day)
        if release and release != OTHER and day > began[source]:
            found.setdefault(release, day)
    return sorted((day, release) for release, day in found.items())


def may_hold(seen: str, release: str) -> bool:
    """Whether what was promised for a release is broken by another: unless that one surely came before."""
    return not is_older(seen, release)


def has_come(seen: str, release: str) -> bool:
    """Whether a release, or surely a later one, has come. One without a number is only ever itself."""
    if not (_numbers(seen) and _numbers(release)):
        return seen == release
    return not is_older(seen, release)


def is_older(release: str, than: str) -> bool:
    """Whether a release surely came before another: `2.9` before `2.10`. One without a number never is."""
    left, right = _numbers(release), _numbers(than)
    length = max(len(left), len(right))
    padded = [part + [0] * (length - len(part)) for part in (left, right)]
    return bool(left and right) and padded[0] < padded[1]


def _numbers(release: str) -> list[int]:
    """The numbers a release begins with: `v2.4.0-rc1` -> [2, 4, 0]."""
    match = re.match(r"\D{0,10}(\d{1,9}(?:\.\d{1,9})*)", release)
    return [int(part) for part in match[1].split(".")] if match else []

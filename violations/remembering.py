"""What digests said, once the hours they counted are gone."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from accounts.models import Workspace
from trackingplans.domain.findings import Family
from violations.digest_models import Digest, DigestKind
from violations.grouping import Group
from violations.models import State, Violation
from violations.querying import Filters, Window
from violations.sharing import TOLD

HOURS_KEPT = timedelta(days=90)
KINDS = {
    "new": "New",
    "back": "Back",
    "growing": "Growing",
    "unmuted": "Mute ended",
    "fixed": "Fixed",
    "debt": "Found while a source settled in",
    "rare": "Rare",
    "open": "Still open",
}


@dataclass(frozen=True, slots=True)
class Number:
    """How many rows changed in one way, as it was mailed."""

    kind: str
    word: str
    violations: int
    not_in_plan: int
    occurrences: int


def digest_of(workspace: Workspace, window: Window, teams: Sequence[str], now: datetime) -> Digest | None:
    """The digest that told this very stretch of time, when its hours may be gone; None otherwise."""
    if window.since > now - HOURS_KEPT:
        return None
    return _digest(workspace, window, teams)


@dataclass(frozen=True, slots=True)
class Mailed:
    """What the digest said of a list that one of its links opens. `rows`: how many there were, None when it did not
    say; `since`: what became of them."""

    digest: Digest
    rows: int | None
    since: str
    is_old: bool  # the hours it told may be gone


def mailed(
    workspace: Workspace, asked: Filters, groups: Sequence[Group] | None, now: datetime
) -> Mailed | None:
    """What was mailed of the changes that these filters ask for. `groups`: all that they find now; None when that is
    not known."""
    teams = asked.copied or asked.teams
    if asked.window is None or not (asked.changes or asked.window.since <= now - HOURS_KEPT):
        return None
    digest = _digest(workspace, asked.window, teams) if len(teams) < 2 else None
    if digest is None:
        return None
    rows = _rows(digest, asked) if teams else None
    since = _since(asked.changes, groups) if rows is not None and groups is not None else ""
    return Mailed(digest, rows, since, is_old=asked.window.since <= now - HOURS_KEPT)


def _digest(workspace: Workspace, window: Window, teams: Sequence[str]) -> Digest | None:
    told = Digest.objects.for_workspace(workspace).filter(
        since=window.since, until=window.until, kind=DigestKind.TEAM
    )
    if teams:
        told = told.filter(team__slug__in=teams)
    found: Digest | None = told.exclude(numbers={}).select_related("team").order_by("id").first()
    return found


def _rows(digest: Digest, asked: Filters) -> int | None:
    """How many rows the digest said that there are of these changes and families."""
    changes = digest.numbers.get("changes", {})
    together: dict[str, int] = digest.numbers.get("together", {})
    tabs = [
        tab
        for tab, is_in in (
            ("violations", set(asked.families) != {Family.UNPLANNED}),
            ("not_in_plan", Family.UNPLANNED in asked.families),
        )
        if is_in
    ]
    if asked.copied:
        told = digest.numbers.get("copied", {})
    elif len(asked.changes) == 1:
        told = changes.get(asked.changes[0], {})
    elif tabs == ["not_in_plan"]:
        return together.get("not_in_plan")
    else:
        return together.get("all") if len(tabs) == 2 and len(asked.changes) == len(TOLD) else None
    return sum(int(told.get(tab, 0)) for tab in tabs)


def _since(changes: Sequence[str], groups: Sequence[Group]) -> str:
    """What became of rows since they were mailed: "2 resolved since, 1 muted since"; '' when nothing did."""
    states = Counter(group.status for group in groups)
    if "fixed" in changes:
        words = [] if len(changes) > 1 else [(len(groups) - states["resolved"], "back")]
    else:
        words = [(states["resolved"], "resolved"), (states["muted"], "muted")]
    return ", ".join(f"{count} {word} since" for count, word in words if count)


def numbers(digest: Digest) -> list[Number]:
    """Every kind of change that the digest told, none left out."""
    changes = digest.numbers.get("changes", {})
    return [Number(kind, word, **changes[kind]) for kind, word in KINDS.items() if kind in changes]


def line(digest: Digest, public_id: str) -> dict[str, Any] | None:
    """What the digest said of one violation."""
    lines: list[dict[str, Any]] = digest.numbers.get("lines", [])
    return next((one for one in lines if one["violation"] == public_id), None)


def since_mailed(digest: Digest) -> str:
    """What became since of the problems that the digest has lines for: "2 resolved since, 1 muted since"; '' when
    nothing did."""
    ids = [line["violation"] for line in digest.numbers.get("lines", []) if line["change"] != "fixed"]
    rows = Violation.objects.for_workspace(digest.workspace).filter(public_id__in=ids)
    states = Counter(rows.values_list("state", flat=True))
    words = ((State.RESOLVED, "resolved"), (State.MUTED, "muted"))
    return ", ".join(f"{states[state]} {word} since" for state, word in words if states[state])

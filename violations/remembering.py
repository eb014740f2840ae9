"""What digests said, once the hours they counted are gone."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from accounts.models import Workspace
from violations.models import Digest, DigestKind, State, Violation
from violations.querying import Window

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
    told = Digest.objects.for_workspace(workspace).filter(
        since=window.since, until=window.until, kind=DigestKind.TEAM
    )
    if teams:
        told = told.filter(team__slug__in=teams)
    found: Digest | None = told.exclude(numbers={}).select_related("team").order_by("id").first()
    return found


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

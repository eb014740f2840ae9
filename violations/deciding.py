"""What people decide about violations. Each verb stores the decision, a turn, and who it was; of one violation or of
hundreds, in the same number of queries."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Coalesce

from accounts import auditing
from accounts.models import Membership, User, Workspace
from violations import unmuting
from violations.models import Resolution, State, Turn, TurnKind, Violation

MUTED_FOR = timedelta(days=7)


class Impossible(ValueError):
    """What was asked for cannot be done. `field` says which value is wrong."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True, slots=True)
class Mute:
    """Why and until when nobody wants to hear of a violation. What comes first ends it."""

    until: datetime | None = None  # None: seven days
    reason: str = ""
    count: int | None = None  # after so many more occurrences
    release: str = ""  # when this release, or a later one, shows it
    version: str = ""  # when this version of the plan is live: `14` or `v14`


@dataclass(frozen=True, slots=True)
class Decision:
    """What is written to each violation: `values` of its columns, its turn (None: it takes none), and what is noted.

    `telling`: those columns by which one sees that it was decided so already.
    """

    done: str  # in the past: `resolved`
    values: Mapping[str, Any]
    telling: tuple[str, ...]
    turn: TurnKind | None = None
    ends_at: datetime | None = None
    detail: Mapping[str, auditing.Detail] = field(default_factory=dict)

    def is_done(self, row: Violation) -> bool:
        return all(getattr(row, name) == self.values[name] for name in self.telling)


UNMUTED: dict[str, Any] = {"muted_at": None, "muted_until": None, "muted_count": None, "mute": {}}
UNSOLVED = {"resolution": None, "resolved_at": None, "resolved_in": ""}


def resolving(now: datetime, release: str = "") -> Decision:
    """Called done by a person; with `release` from that release on. Seen again, it is back."""
    resolution = Resolution.RELEASE if release else Resolution.MANUAL
    solved = {"state": State.RESOLVED, "resolution": resolution, "resolved_at": now, "resolved_in": release}
    return Decision(
        "resolved",
        solved | UNMUTED,
        ("state", "resolved_in"),
        TurnKind.RESOLVED,
        detail={"release": release or None},
    )


def reopening(now: datetime) -> Decision:
    """Open again, whether it was resolved or muted; evidence that it is fixed starts anew."""
    values = {"state": State.OPEN, "reopened_at": now} | UNSOLVED | UNMUTED
    return Decision("reopened", values, ("state",), TurnKind.REOPENED)


def muting(wanted: Mute, now: datetime) -> Decision:
    """Counted on, but not told about, until a time and what else ends it. Raises Impossible when that time is over, or
    for a version that is none."""
    until = wanted.until or now + MUTED_FOR
    if until <= now:
        raise Impossible("muted_until", "A mute ends in the future.")
    if wanted.version and unmuting.version_number(wanted.version) is None:
        raise Impossible("mute.version", "Name a version of the plan by its number, such as 14.")
    kept = {name: value for name, value in asdict(wanted).items() if name != "until" and value}
    values = {
        "state": State.MUTED,
        "muted_at": now,
        "muted_until": until,
        "muted_count": F("count"),
        "mute": kept,
    }
    detail = {"until": until.isoformat(), **kept}
    return Decision("muted", values | UNSOLVED, ("state", "muted_until"), TurnKind.MUTED, until, detail)


def assigning(workspace: Workspace, assignee: User | None) -> Decision:
    """Somebody's now, or (None) nobody's. Raises Impossible for people of other workspaces."""
    if assignee is not None:
        members = Membership.objects.for_workspace(workspace)
        if not members.filter(user=assignee, user__is_active=True).exists():
            raise Impossible("assignee", "Nobody in this workspace has this e-mail address.")
    detail = {"assignee": assignee.email if assignee else None}
    return Decision(
        "assigned", {"assignee_id": assignee.pk if assignee else None}, ("assignee_id",), detail=detail
    )


def resolve(violation: Violation, *, actor: User | None, now: datetime, release: str = "") -> Violation:
    return _decided(violation, resolving(now, release), actor, now)


def reopen(violation: Violation, *, actor: User | None, now: datetime) -> Violation:
    return _decided(violation, reopening(now), actor, now)


def mute(violation: Violation, wanted: Mute, *, actor: User | None, now: datetime) -> Violation:
    return _decided(violation, muting(wanted, now), actor, now)


def assign(violation: Violation, assignee: User | None, *, actor: User | None, now: datetime) -> Violation:
    return _decided(violation, assigning(violation.workspace, assignee), actor, now)


def _decided(violation: Violation, decision: Decision, actor: User | None, now: datetime) -> Violation:
    [(_, after)] = decide(violation.workspace, [violation.pk], decision, actor=actor, now=now, is_anew=True)
    return after


@transaction.atomic
def decide(
    workspace: Workspace, ids: Iterable[int], decision: Decision, *, actor: User | None, now: datetime,
    is_anew: bool = False,
) -> list[tuple[Violation, Violation]]:  # fmt: skip
    """Decides about violations of the workspace, held until it is stored: the second of two clicks sees the first.

    Returns each as it was and as it is. Those of which it is done already are left alone, unless `is_anew`.
    """
    rows = Violation.objects.for_workspace(workspace).select_related(
        "workspace", "source", "plan", "assignee"
    )
    locked = rows.filter(pk__in=list(ids)).select_for_update(of=("self",)).order_by("source_id", "key")
    before = [row for row in locked if is_anew or not decision.is_done(row)]
    if not before:
        return []
    values = {**decision.values, "acted_at": now}
    if actor is not None:
        values["noticed_at"] = Coalesce(F("noticed_at"), Value(now))
    wanted = rows.filter(pk__in=[row.pk for row in before])
    wanted.update(**values)
    if decision.turn:
        turns = (
            Turn(
                workspace=workspace, violation=row, kind=decision.turn, at=now, ends_at=decision.ends_at, actor=actor
            )
            for row in before
        )  # fmt: skip
        Turn.objects.bulk_create(turns)
    note(workspace, before, decision.done, actor, decision.detail)
    after = wanted.in_bulk()
    return [(row, after[row.pk]) for row in before]


def note(
    workspace: Workspace,
    rows: Iterable[Violation],
    done: str,
    actor: User | None,
    detail: Mapping[str, auditing.Detail],
) -> None:
    """Notes that somebody did the same to all of them."""
    subjects = (
        (
            " › ".join(part for part in (row.event or row.type, row.path) if part),
            {"violation": row.public_id, **detail},
        )
        for row in rows
    )
    auditing.record_all(workspace, actor, f"violation.{done}", subjects)

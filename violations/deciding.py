"""What people decide about a violation. Each verb stores the decision, a turn, and who it was."""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from django.db import transaction

from accounts import auditing
from accounts.models import Membership, User
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


@transaction.atomic
def resolve(violation: Violation, *, actor: User | None, now: datetime, release: str = "") -> Violation:
    """Called done by a person; with `release` from that release on. Seen again, it is back."""
    row = _locked(violation)
    row.state = State.RESOLVED
    row.resolution = Resolution.RELEASE if release else Resolution.MANUAL
    row.resolved_at, row.resolved_in = now, release
    _unmute(row)
    return _decided(row, TurnKind.RESOLVED, actor, now, release=release or None)


@transaction.atomic
def reopen(violation: Violation, *, actor: User | None, now: datetime) -> Violation:
    """Open again, whether it was resolved or muted; evidence that it is fixed starts anew."""
    row = _locked(violation)
    row.state = State.OPEN
    row.resolution, row.resolved_at, row.resolved_in = None, None, ""
    _unmute(row)
    row.reopened_at = now
    return _decided(row, TurnKind.REOPENED, actor, now)


@transaction.atomic
def mute(violation: Violation, wanted: Mute, *, actor: User | None, now: datetime) -> Violation:
    """Counted on, but not told about, until a time and what else ends it. Raises Impossible when that time is over, or
    for a version that is none."""
    until = wanted.until or now + MUTED_FOR
    if until <= now:
        raise Impossible("muted_until", "A mute ends in the future.")
    if wanted.version and unmuting.version_number(wanted.version) is None:
        raise Impossible("mute.version", "Name a version of the plan by its number, such as 14.")
    row = _locked(violation)
    row.state = State.MUTED
    row.resolution, row.resolved_at, row.resolved_in = None, None, ""
    row.muted_at, row.muted_until, row.muted_count = now, until, row.count
    kept = {name: value for name, value in asdict(wanted).items() if name != "until" and value}
    row.mute = kept
    return _decided(row, TurnKind.MUTED, actor, now, ends_at=until, until=until.isoformat(), **kept)


@transaction.atomic
def assign(violation: Violation, assignee: User | None, *, actor: User | None, now: datetime) -> Violation:
    """Somebody's now, or (None) nobody's. Raises Impossible for people of other workspaces."""
    row = _locked(violation)
    if assignee is not None:
        members = Membership.objects.for_workspace(row.workspace)
        if not members.filter(user=assignee, user__is_active=True).exists():
            raise Impossible("assignee", "Nobody in this workspace has this e-mail address.")
    row.assignee = assignee
    _acted(row, actor, now)
    row.save(update_fields=["assignee", "acted_at", "noticed_at"])
    _note(row, "assigned", actor, assignee=assignee.email if assignee else None)
    return row


def _locked(violation: Violation) -> Violation:
    row: Violation = (
        Violation.objects.for_workspace(violation.workspace)
        .select_for_update(of=("self",))
        .select_related("workspace", "source", "plan", "assignee")
        .get(pk=violation.pk)
    )
    return row


def _decided(
    row: Violation,
    kind: TurnKind,
    actor: User | None,
    now: datetime,
    ends_at: datetime | None = None,
    **detail: auditing.Detail,
) -> Violation:
    _acted(row, actor, now)
    row.save(
        update_fields=[
            "state", "resolution", "resolved_at", "resolved_in", "muted_at", "muted_until", "muted_count", "mute",
            "reopened_at", "acted_at", "noticed_at",
        ]
    )  # fmt: skip
    Turn.objects.create(
        workspace=row.workspace, violation=row, kind=kind, at=now, ends_at=ends_at, actor=actor
    )
    _note(row, kind.value, actor, **detail)
    return row


def _unmute(row: Violation) -> None:
    row.muted_at, row.muted_until, row.muted_count, row.mute = None, None, None, {}


def _acted(row: Violation, actor: User | None, now: datetime) -> None:
    row.acted_at = now
    if actor is not None and row.noticed_at is None:
        row.noticed_at = now


def _note(row: Violation, done: str, actor: User | None, **detail: auditing.Detail) -> None:
    subject = " › ".join(part for part in (row.event or row.type, row.path) if part)
    auditing.record(row.workspace, actor, f"violation.{done}", subject, violation=row.public_id, **detail)

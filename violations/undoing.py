"""Takes back what a person just decided, as long as nobody decided anything since."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.core import signing
from django.db import transaction

from accounts import auditing
from accounts.models import User, Workspace
from violations.models import State, Turn, TurnKind, Violation

SALT = "violations.undo"
KEPT_FOR = 24 * 3600  # seconds
TIMES = ("resolved_at", "muted_at", "muted_until", "reopened_at", "acted_at")
OTHERS = ("state", "resolution", "resolved_in", "mute", "muted_count", "assignee_id")
TURNS = {State.OPEN: TurnKind.REOPENED, State.RESOLVED: TurnKind.RESOLVED, State.MUTED: TurnKind.MUTED}


def ticket(pairs: Sequence[tuple[Violation, Violation]]) -> str:
    """What `undo` takes: signed text about violations as they were and as they are now."""
    return signing.dumps(
        [
            {
                "id": before.pk,
                "acted_at": _written(after.acted_at),
                "before": {name: _written(getattr(before, name)) for name in TIMES}
                | {name: getattr(before, name) for name in OTHERS},
            }
            for before, after in pairs
        ],
        salt=SALT,
        compress=True,
    )


@transaction.atomic
def undo(workspace: Workspace, ticket: str, *, actor: User, now: datetime) -> list[Violation]:
    """Puts violations back as they were; returns those that were. Untouched: what somebody decided on since.

    Raises signing.BadSignature for a ticket that is not ours or older than a day.
    """
    wanted = {one["id"]: one for one in signing.loads(ticket, salt=SALT, max_age=KEPT_FOR)}
    rows = Violation.objects.for_workspace(workspace).select_for_update(of=("self",))
    done = []
    for row in rows.filter(pk__in=wanted).select_related("source").order_by("source_id", "key"):
        if _written(row.acted_at) != wanted[row.pk]["acted_at"]:
            continue
        state_now = row.state
        _restore(row, wanted[row.pk]["before"])
        if row.state != state_now:
            Turn.objects.create(
                workspace=workspace, violation=row, kind=TURNS[State(row.state)], at=now, actor=actor,
                ends_at=row.muted_until,
            )  # fmt: skip
        subject = " › ".join(part for part in (row.event or row.type, row.path) if part)
        auditing.record(workspace, actor, "violation.undone", subject, violation=row.public_id)
        done.append(row)
    return done


def _restore(row: Violation, before: dict[str, Any]) -> None:
    for name in TIMES:
        setattr(row, name, datetime.fromisoformat(before[name]) if before[name] else None)
    for name in OTHERS:
        setattr(row, name, before[name])
    row.save(update_fields=[*TIMES, *OTHERS])


def _written(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None

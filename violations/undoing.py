"""Takes back what a person just decided, as long as nobody decided anything since."""

import json
from collections.abc import Sequence
from datetime import datetime

from django.core import signing
from django.db import connection, transaction

from accounts.models import User, Workspace
from violations import deciding
from violations.models import State, Turn, TurnKind, Violation

SALT = "violations.undo"
KEPT_FOR = 24 * 3600  # seconds
TIMES = ("resolved_at", "muted_at", "muted_until", "reopened_at", "acted_at")
OTHERS = ("state", "resolution", "resolved_in", "mute", "muted_count", "assignee_id")
_RESTORE = f"""
UPDATE violations_violation v SET {", ".join(f"{name} = n.{name}" for name in (*TIMES, *OTHERS))}
FROM jsonb_populate_recordset(NULL::violations_violation, %s::jsonb) AS n WHERE v.id = n.id
"""  # noqa: S608  # names of our own columns
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
    """Puts violations back as they were; returns those it did, as they stood. Untouched: what was decided on since.

    Raises signing.BadSignature for a ticket that is not ours or older than a day.
    """
    wanted = {one["id"]: one for one in signing.loads(ticket, salt=SALT, max_age=KEPT_FOR)}
    rows = Violation.objects.for_workspace(workspace).select_for_update(of=("self",))
    locked = rows.filter(pk__in=wanted).select_related("source").order_by("source_id", "key")
    done = [row for row in locked if _written(row.acted_at) == wanted[row.pk]["acted_at"]]
    if not done:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_RESTORE, [json.dumps([wanted[row.pk]["before"] | {"id": row.pk} for row in done])])
    earlier = ((row, wanted[row.pk]["before"]) for row in done)
    Turn.objects.bulk_create(
        Turn(
            workspace=workspace, violation=row, kind=TURNS[State(before["state"])], at=now, actor=actor,
            ends_at=datetime.fromisoformat(before["muted_until"]) if before["muted_until"] else None,
        )
        for row, before in earlier
        if row.state != before["state"]
    )  # fmt: skip
    deciding.note(workspace, done, "undone", actor, {})
    return done


def _written(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None

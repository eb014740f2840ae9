"""Starting debt burning down: of what was wrong when a plan came, how much is left, day by day."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from trackingplans.models import TrackingPlan
from violations.models import Turn, TurnKind, Violation

DAY = timedelta(days=1)
COLUMNS = 30
MOST = 20_000  # violations up to which the days are told
_OVER = (TurnKind.RESOLVED, TurnKind.FIXED, TurnKind.ACCEPTED)


@dataclass(frozen=True, slots=True)
class Happened:
    """A turn of a violation; `ends_at`: of a mute."""

    kind: str
    at: datetime
    ends_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Owed:
    """One violation that was found while its source settled in, with its turns, oldest first."""

    key: UUID
    since: datetime
    turns: Sequence[Happened] = ()

    def is_left(self, moment: datetime) -> bool:
        """Whether it was there and open then: neither solved nor muted."""
        if self.since > moment:
            return False
        last = next((turn for turn in reversed(self.turns) if turn.at <= moment), None)
        if last is None or last.kind in _OVER:
            return last is None
        return not (last.kind == TurnKind.MUTED and last.ends_at is not None and last.ends_at > moment)


@dataclass(frozen=True, slots=True)
class Debt:
    """Rows (event, field and code): `total` there ever were, `left` there are. `points`: label and rows left at the end
    of each step, oldest first; none where there were too many violations to tell. `since`: the first of them."""

    total: int
    left: int
    points: Sequence[tuple[str, int]]
    since: datetime


def debt(plan: TrackingPlan, now: datetime) -> Debt | None:
    """A plan's starting debt; None when it had none. Two queries."""
    rows = Violation.objects.for_workspace(plan.workspace).filter(plan=plan, is_settling=True).order_by("pk")
    known = list(rows.values_list("pk", "key", "first_seen_at"))
    if not known:
        return None
    turns: dict[int, list[Happened]] = defaultdict(list)
    told = Turn.objects.for_workspace(plan.workspace).filter(violation__in=rows.order_by())
    for pk, kind, at, ends_at in told.order_by("at", "pk").values_list(
        "violation_id", "kind", "at", "ends_at"
    ):
        turns[pk].append(Happened(kind, at, ends_at))
    owed = [Owed(key, since, turns.get(pk, ())) for pk, key, since in known]
    began = min(one.since for one in owed)
    return Debt(
        total=len({one.key for one in owed}),
        left=left(owed, now),
        points=points(owed, began, now) if len(owed) <= MOST else (),
        since=began,
    )


def left(owed: Iterable[Owed], moment: datetime) -> int:
    """Rows that were left then: a row is, while it is in one of its sources."""
    return len({one.key for one in owed if one.is_left(moment)})


def points(owed: Sequence[Owed], began: datetime, now: datetime) -> list[tuple[str, int]]:
    """At the end of each day (of each few days, where there are more than COLUMNS), and now."""
    first = began.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0) + DAY
    days = max(0, -(-(now - first) // DAY))
    step = max(1, -(-(days + 1) // COLUMNS)) * DAY
    ends = [
        first + number * step
        for number in range(int((now - first) // step) + 1)
        if first + number * step < now
    ]
    return [*((f"{end - DAY:%-d %b}", left(owed, end)) for end in ends), ("today", left(owed, now))]

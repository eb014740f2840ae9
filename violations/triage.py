"""What state a violation is in: what people see, as a value and as a condition for the database.

Decisions and turns are stored (`deciding`, `assessing`); that something is new, or that a mute is over, follows from
the clock alone.
"""

from datetime import datetime, timedelta
from typing import Any, Protocol

from django.db.models import (
    BooleanField,
    Case,
    CharField,
    DateTimeField,
    ExpressionWrapper,
    F,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.lookups import GreaterThan

from violations.assessing import FIXED_AFTER, Assessed, assess
from violations.models import State, Violation

__all__ = [
    "STATUSES",
    "UNSOLVED",
    "Assessed",
    "annotated",
    "assess",
    "has_status",
    "is_new",
    "is_quiet",
    "status",
    "was_new",
]

NEW, OPEN, REGRESSED, RESOLVED, MUTED = "new", "open", "regressed", "resolved", "muted"
STATUSES = (NEW, OPEN, REGRESSED, RESOLVED, MUTED)
UNSOLVED = (NEW, OPEN, REGRESSED)  # what the pages call open
NEW_FOR = timedelta(hours=24)


class Standing(Protocol):
    """The columns of a violation that say what state it is in."""

    @property
    def state(self) -> str: ...
    @property
    def is_settling(self) -> bool: ...
    @property
    def muted_until(self) -> datetime | None: ...
    @property
    def passed_at(self) -> datetime | None: ...
    @property
    def acted_at(self) -> datetime | None: ...
    @property
    def regressed_at(self) -> datetime | None: ...
    @property
    def last_seen_at(self) -> datetime: ...


def status(violation: Standing, now: datetime) -> str:
    """One of STATUSES. `new` for a day after it passed the threshold or until someone acts; `regressed` until someone
    acts; a mute that is over is `open`."""
    if violation.state == State.MUTED and (violation.muted_until is None or violation.muted_until > now):
        return MUTED
    if violation.state == State.RESOLVED:
        return RESOLVED
    if violation.regressed_at is not None:
        return REGRESSED if _untouched_since(violation, violation.regressed_at) else OPEN
    passed_at = violation.passed_at
    if violation.is_settling or passed_at is None or passed_at <= now - NEW_FOR:
        return OPEN
    return NEW if _untouched_since(violation, passed_at) else OPEN


def has_status(wanted: str, now: datetime) -> Q:
    """The condition for `status(violation, now) == wanted`, on indexed columns."""
    muted = Q(state=State.MUTED) & (Q(muted_until=None) | Q(muted_until__gt=now))
    regressed = Q(regressed_at__isnull=False) & (Q(acted_at=None) | Q(acted_at__lt=F("regressed_at")))
    new = (
        Q(GreaterThan(unguessed("passed_at"), now - NEW_FOR), passed_at__isnull=False)
        & Q(regressed_at=None, is_settling=False)
        & (Q(acted_at=None) | Q(acted_at__lt=F("passed_at")))
    )  # fmt: skip
    active = Q(state=State.OPEN) | Q(state=State.MUTED, muted_until__lte=now)
    conditions = {
        MUTED: muted,
        RESOLVED: Q(state=State.RESOLVED),
        REGRESSED: active & regressed,
        NEW: active & new,
        OPEN: active & ~regressed & ~new,
    }
    return conditions[wanted]


def unguessed(column: str) -> Any:
    """A column of times written so that the database guesses nothing from what it knows of it: where one condition
    follows from another, it would take both together for far rarer than they are."""
    return ExpressionWrapper(F(column) + Value(timedelta(0)), output_field=DateTimeField())


def is_new(violation: Violation, since: datetime, until: datetime) -> bool:
    """Whether it passed the threshold from `since` up to before `until`. Starting debt never is new."""
    passed_at = violation.passed_at
    return not violation.is_settling and passed_at is not None and since <= passed_at < until


def was_new(since: datetime, until: datetime) -> Q:
    """The condition for `is_new`."""
    return Q(is_settling=False, passed_at__gte=since, passed_at__lt=until)


def was_resolved(violation: Violation, since: datetime, until: datetime) -> bool:
    """Whether it is resolved, and became so from `since` up to before `until`."""
    resolved_at = violation.resolved_at
    return violation.state == State.RESOLVED and resolved_at is not None and since <= resolved_at < until


def is_quiet(violation: Standing, now: datetime) -> bool:
    """Whether nothing came for a day and too little traffic to call it fixed."""
    return status(violation, now) in UNSOLVED and violation.last_seen_at <= now - FIXED_AFTER


def annotated(rows: QuerySet[Violation], now: datetime) -> QuerySet[Any]:
    """The rows with `status_now` and `is_quiet_now`."""
    whens = [When(has_status(name, now), then=Value(name)) for name in (MUTED, RESOLVED, REGRESSED, NEW)]
    idle = Q(last_seen_at__lte=now - FIXED_AFTER) & ~has_status(MUTED, now) & ~Q(state=State.RESOLVED)
    return rows.annotate(
        status_now=Case(*whens, default=Value(OPEN), output_field=CharField()),
        is_quiet_now=Case(When(idle, then=Value(True)), default=Value(False), output_field=BooleanField()),  # noqa: FBT003
    )


def _untouched_since(violation: Standing, moment: datetime) -> bool:
    return violation.acted_at is None or violation.acted_at < moment

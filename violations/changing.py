"""What happened to violations in a closed stretch of time, told as of its end: what a digest says.

Asked again later it says the same: turns and hours are only ever added, and none in a stretch that is closed.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db.models import BooleanField, F, Func, OuterRef, Q, QuerySet, Subquery

from violations.models import State, Turn, TurnKind, Violation

CHANGES = ("new", "back", "growing", "unmuted", "fixed", "debt", "rare", "open")
GROWING_COUNT = 50  # in the last 24 hours
GROWING_TIMES = 2  # its daily mean of the seven days before
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
WEEK = timedelta(days=7)

_GROWS = """(
    SELECT sum(h.count) FILTER (WHERE h.hour >= %s) >= %s
    AND sum(h.count) FILTER (WHERE h.hour >= %s) * extract(epoch FROM %s - greatest({first_seen_at}, %s))
        >= coalesce(sum(h.count) FILTER (WHERE h.hour < %s), 0) * %s
    FROM violations_violationhour h WHERE h.violation_id = {pk} AND h.hour >= %s AND h.hour < %s
)"""


def changed(
    rows: QuerySet[Violation], kinds: Iterable[str], since: datetime, until: datetime
) -> QuerySet[Violation]:
    """Those to which one of these changes happened from `since` up to before `until`:

    * new: passed the threshold, and still open at the end;
    * back: seen again after it was resolved, past the threshold, and still open;
    * growing: in the last day at least 50 and twice its mean, open, neither new nor back;
    * unmuted: its mute ended, and it is still open, neither new nor back;
    * fixed: resolved by evidence, and so at the end (what never passed the threshold is left out);
    * debt: first seen while its source settled in;
    * rare: first seen, but below the threshold;
    * open: passed the threshold before, and still open, neither back nor unmuted.

    Each kind is found from its own index; of several, their union.
    """
    wanted = [_of_kind(rows, kind, since, until) for kind in kinds]
    if len(wanted) == 1:
        return wanted[0]
    found = Q(pk__in=[])
    for one in wanted:
        found |= Q(pk__in=one.order_by().values("pk"))
    return rows.filter(found)


def _of_kind(rows: QuerySet[Violation], kind: str, since: datetime, until: datetime) -> QuerySet[Violation]:
    if kind == "fixed":
        ended = rows.filter(pk__in=_turned(TurnKind.FIXED, since, until), passed_at__lt=until)
        return _as_of(ended, until).filter(turn_then=TurnKind.FIXED, turn_at_then__gte=since)
    came_back = Q(pk__in=_turned(TurnKind.BACK, since, until))
    is_new = Q(is_settling=False, passed_at__gte=since, passed_at__lt=until)
    if kind == "open":
        over = Q(pk__in=_turned(TurnKind.UNMUTED, since, until))
        return _still_open(
            rows.filter(passed_at__lt=since, is_settling=False).exclude(came_back | over), until
        )
    began = rows.filter(first_seen_at__gte=since, first_seen_at__lt=until)
    found = {
        "new": lambda: rows.filter(is_new).exclude(came_back),
        "back": lambda: rows.filter(came_back, passed_at__lt=until),
        "growing": lambda: rows.filter(pk__in=growing(rows, until).values("pk")).exclude(is_new | came_back),
        "unmuted": lambda: rows.filter(pk__in=_turned(TurnKind.UNMUTED, since, until)).exclude(
            is_new | came_back
        ),
        "debt": lambda: began.filter(is_settling=True),
        "rare": lambda: began.filter(Q(passed_at=None) | Q(passed_at__gte=until), is_settling=False),
    }[kind]()
    return _open_then(found, until)


def _turned(kind: TurnKind, since: datetime, until: datetime) -> QuerySet[Turn, dict[str, Any]]:
    return Turn.objects.filter(kind=kind, at__gte=since, at__lt=until).values("violation_id")


def _open_then(rows: QuerySet[Violation], until: datetime) -> QuerySet[Violation]:
    """Those that were open at `until`, told by the last turn each had taken by then."""
    over = Q(turn_then__in=[TurnKind.RESOLVED, TurnKind.FIXED, TurnKind.ACCEPTED])
    muted = Q(turn_then=TurnKind.MUTED, turn_ends_then__gt=until)
    return _as_of(rows, until).filter(Q(turn_then=None) | ~(over | muted))


def _still_open(rows: QuerySet[Violation], until: datetime) -> QuerySet[Violation]:
    """The same of many rows: what took no turn since is as it stands now."""
    later = Q(pk__in=Turn.objects.filter(at__gte=until).values("violation_id"))
    now_open = Q(state=State.OPEN) | Q(state=State.MUTED, muted_until__lte=until)
    turned = _open_then(rows.filter(later), until)
    return rows.filter((now_open & ~later) | Q(pk__in=turned.order_by().values("pk")))


def growing(rows: QuerySet[Violation], until: datetime) -> QuerySet[Violation]:
    """Those with at least 50 occurrences in the day before `until` and twice the daily mean of the week before that
    (of as many of its days as the violation is old; one day at least)."""
    grows = _Grows(F("pk"), F("first_seen_at"), until=until)
    return rows.filter(
        grows, last_hour__gt=until - DAY - HOUR, first_seen_at__lte=until - 2 * DAY, count__gte=GROWING_COUNT
    )


class _Grows(Func):
    """Whether a violation (its id and when it was first seen) grows: one look at its hours."""

    output_field = BooleanField()
    conditional = True

    def __init__(self, *columns: Any, until: datetime) -> None:
        super().__init__(*columns)
        self.until = until

    def as_sql(self, compiler: Any, connection: Any, **_: Any) -> tuple[str, list[Any]]:  # type: ignore[override]  # noqa: ARG002  # Django's
        (pk, first), (seen, second) = [compiler.compile(column) for column in self.get_source_expressions()]
        began, before = self.until - DAY, self.until - DAY - WEEK
        given = [began, GROWING_COUNT, began, began, *second, before, began]
        given += [GROWING_TIMES * DAY.total_seconds(), *first, before, self.until]
        return _GROWS.format(pk=pk, first_seen_at=seen), given


def _as_of(rows: QuerySet[Violation], until: datetime) -> QuerySet[Any]:
    """The rows with the last turn each had taken before `until`."""
    turns = Turn.objects.filter(violation=OuterRef("pk"), at__lt=until).order_by("-at", "-id")
    return rows.annotate(
        turn_then=Subquery(turns.values("kind")[:1]),
        turn_at_then=Subquery(turns.values("at")[:1]),
        turn_ends_then=Subquery(turns.values("ends_at")[:1]),
    )

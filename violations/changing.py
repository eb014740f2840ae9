"""What happened to violations in a closed stretch of time, told as of its end: what a digest says.

Asked again later it says the same: turns and hours are only ever added, and none in a stretch that is closed.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db.models import (
    BigIntegerField,
    DurationField,
    Exists,
    ExpressionWrapper,
    F,
    FloatField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
)
from django.db.models.functions import Coalesce, Extract, Greatest

from violations.models import Turn, TurnKind, Violation, ViolationHour

CHANGES = ("new", "back", "growing", "fixed", "debt", "rare")
GROWING_COUNT = 50  # in the last 24 hours
GROWING_TIMES = 2  # its daily mean of the seven days before
DAY = timedelta(days=1)
WEEK = timedelta(days=7)


def changed(
    rows: QuerySet[Violation], kinds: Iterable[str], since: datetime, until: datetime
) -> QuerySet[Violation]:
    """Those to which one of these changes happened from `since` up to before `until`:

    * new: passed the threshold, and still open at the end;
    * back: seen again after it was resolved, past the threshold, and still open;
    * growing: in the last day at least 50 and twice its mean, open, neither new nor back;
    * fixed: resolved by evidence, and so at the end (what never passed the threshold is left out);
    * debt: first seen while its source settled in;
    * rare: first seen, but below the threshold.
    """
    rows = _as_of(rows, until)
    is_open = ~Q(turn_then__in=[TurnKind.RESOLVED, TurnKind.FIXED, TurnKind.ACCEPTED]) & ~Q(
        turn_then=TurnKind.MUTED, turn_ends_then__gt=until
    )
    is_open |= Q(turn_then=None)
    began = Q(first_seen_at__gte=since, first_seen_at__lt=until)
    is_new = Q(is_settling=False, passed_at__gte=since, passed_at__lt=until)
    came_back = Turn.objects.filter(violation=OuterRef("pk"), kind=TurnKind.BACK, at__gte=since, at__lt=until)
    is_back = Q(Exists(came_back), passed_at__lt=until)
    conditions = {
        "new": is_open & is_new & ~Q(Exists(came_back)),
        "back": is_open & is_back,
        "fixed": Q(turn_then=TurnKind.FIXED, turn_at_then__gte=since, passed_at__lt=until),
        "debt": is_open & began & Q(is_settling=True),
        "rare": is_open & began & Q(is_settling=False) & (Q(passed_at=None) | Q(passed_at__gte=until)),
    }
    wanted = Q(pk__in=[])
    for kind in kinds:
        if kind == "growing":
            wanted |= is_open & ~is_new & ~Q(Exists(came_back)) & Q(pk__in=growing(rows, until).values("pk"))
        else:
            wanted |= conditions[kind]
    return rows.filter(wanted)


def growing(rows: QuerySet[Violation], until: datetime) -> QuerySet[Violation]:
    """Those with at least 50 occurrences in the day before `until` and twice the daily mean of the week before that
    (of as many of its days as the violation is old; one day at least)."""
    day_began = until - DAY
    age = ExpressionWrapper(
        Value(day_began) - Greatest(F("first_seen_at"), Value(day_began - WEEK)), output_field=DurationField()
    )
    mean_over = ExpressionWrapper(
        F("in_last_day") * Extract(age, "epoch", output_field=FloatField()), output_field=FloatField()
    )
    return (
        rows.filter(last_seen_at__gte=day_began, first_seen_at__lte=day_began - DAY)
        .annotate(in_last_day=_count(day_began, until), in_week_before=_count(day_began - WEEK, day_began))
        .annotate(mean_over=mean_over)
        .filter(in_last_day__gte=GROWING_COUNT)
        .filter(mean_over__gte=F("in_week_before") * GROWING_TIMES * DAY.total_seconds())
    )


def _as_of(rows: QuerySet[Violation], until: datetime) -> QuerySet[Violation]:
    """The rows with the last turn each had taken before `until`."""
    turns = Turn.objects.filter(violation=OuterRef("pk"), at__lt=until).order_by("-at", "-id")
    return rows.annotate(
        turn_then=Subquery(turns.values("kind")[:1]),
        turn_at_then=Subquery(turns.values("at")[:1]),
        turn_ends_then=Subquery(turns.values("ends_at")[:1]),
    )


def _count(since: datetime, until: datetime) -> Any:
    hours = ViolationHour.objects.filter(violation_id=OuterRef("pk"), hour__gte=since, hour__lt=until)
    summed = hours.order_by().values("violation_id").annotate(summed=Sum("count")).values("summed")
    return Coalesce(Subquery(summed, output_field=BigIntegerField()), Value(0))

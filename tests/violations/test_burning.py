"""Starting debt, day by day."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from violations.burning import COLUMNS, Happened, Owed, left, points
from violations.models import TurnKind

BEGAN = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
DAY = timedelta(days=1)
ONE, OTHER = UUID(int=1), UUID(int=2)


def owed(key=ONE, *turns):
    return Owed(
        key, BEGAN, [Happened(kind, BEGAN + after, ends and BEGAN + ends) for kind, after, ends in turns]
    )


@pytest.mark.parametrize(
    ("turns", "days"),
    [
        ([], "11111"),
        ([(TurnKind.RESOLVED, 2 * DAY, None)], "11000"),
        ([(TurnKind.FIXED, 1 * DAY, None), (TurnKind.BACK, 3 * DAY, None)], "10011"),
        ([(TurnKind.ACCEPTED, 4 * DAY, None)], "11110"),
        ([(TurnKind.MUTED, 1 * DAY, 3 * DAY)], "10011"),  # a mute that ended, before anybody noted it
        ([(TurnKind.MUTED, 1 * DAY, 9 * DAY), (TurnKind.UNMUTED, 2 * DAY, None)], "10111"),
        ([(TurnKind.RESOLVED, 1 * DAY, None), (TurnKind.REOPENED, 1 * DAY, None)], "11111"),
    ],
)
def test_it_is_left_until_it_is_solved_or_muted(turns, days):
    one = owed(ONE, *turns)
    assert "".join(str(left([one], BEGAN + n * DAY)) for n in range(5)) == days
    assert left([one], BEGAN - timedelta(seconds=1)) == 0


def test_a_row_is_left_while_it_is_in_one_of_its_sources():
    solved = owed(ONE, (TurnKind.RESOLVED, DAY, None))
    assert left([solved, owed(ONE), owed(OTHER)], BEGAN + 2 * DAY) == 2


@pytest.mark.parametrize(
    ("length", "labels"),
    [
        (timedelta(hours=2), ["today"]),
        (2 * DAY, ["2 Nov", "3 Nov", "today"]),
        (90 * DAY, None),
        (730 * DAY, None),
    ],
)
def test_each_day_is_a_point_and_few_days_where_there_are_many(length, labels):
    told = points([owed(ONE, (TurnKind.RESOLVED, DAY, None)), owed(OTHER)], BEGAN, BEGAN + length)
    assert len(told) <= COLUMNS + 1
    assert told[-1][0] == "today"
    if labels:
        assert [label for label, _ in told] == labels
    else:
        assert len(told) > COLUMNS // 2
        assert (told[0][1], told[-1][1]) == (2, 1)

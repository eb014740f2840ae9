"""One number for how often and how recently something occurred, that never has to be counted again.

Every occurrence weighs twice as much as one six hours earlier. The heat is the binary logarithm of the sum of these
weights: it grows with occurrences, is never less, and two heats compare the same today as next week. So an index
over it lists what is hot now without a look at any hour. `violations_rank` (a function of the database) makes of it
the order in which violations are looked at; what a page then shows is counted exactly.
"""

import math
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

HALF_LIFE = timedelta(hours=6)
BEGINNING = datetime(2026, 1, 1, tzinfo=UTC)

# Two heats as one; far apart, the smaller adds nothing that a float could hold.
MERGED = """
greatest({a}, {b}) + ln(1 + power(2::float8, -least(abs({a} - {b}), 60))) / ln(2::float8)
"""


PASSED = 16  # steps of rank that passing the threshold, or coming back, adds to the moment it happened


def least_rank(moment: datetime) -> int:
    """The rank that whatever occurred at this moment or later has at least."""
    return math.floor(2 * ((moment - BEGINNING) / HALF_LIFE)) - 1


def of(hours: Mapping[datetime, int]) -> float:
    """The heat of occurrences by hour; 0 for none."""
    heats = [math.log2(count) + (hour - BEGINNING) / HALF_LIFE for hour, count in hours.items() if count]
    if not heats:
        return 0.0
    hottest = max(heats)
    return hottest + math.log2(sum(2.0 ** max(heat - hottest, -1000.0) for heat in heats))

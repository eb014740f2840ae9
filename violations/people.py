"""Roughly how many different people were affected, in 192 bytes that merge by `|`.

Each person (`persons` says who is one) sets one of 64 × 24 bits: which of the 64 columns is chance, the level is as
rare as it is high (Flajolet and Martin's probabilistic counting). The number is the one under which the bits that are
set are most likely. Its standard error is about 8 %; a handful is told exactly or nearly so.
"""

import math
from functools import lru_cache

COLUMNS, LEVELS = 64, 24
BITS = COLUMNS * LEVELS
NOBODY = "0" * BITS  # as PostgreSQL writes bit(1536)
_COLUMN = (1 << COLUMNS) - 1
_NUMBER = (1 << 64) - 1
_CHANCES = [2.0 ** -(level + 1) / COLUMNS for level in range(LEVELS - 1)]
_CHANCES.append(_CHANCES[-1])  # the last level holds all that are rarer too
MOST = COLUMNS << LEVELS  # people: more cannot be told apart


def bit(person: int) -> int:
    """The one bit that a person sets, whose number is as good as random."""
    rest = (person & _NUMBER) >> 6
    level = min((rest & -rest).bit_length() - 1, LEVELS - 1) if rest else LEVELS - 1
    return 1 << (level * COLUMNS + person % COLUMNS)


def written(bits: int) -> str:
    """As PostgreSQL reads bit(1536)."""
    return f"x{bits:0{BITS // 4}x}"


def read(text: str) -> int:
    """The inverse, of what PostgreSQL writes."""
    return int(text, 2)


@lru_cache(maxsize=4096)  # lists are read far more often than somebody new turns up
def estimate(bits: int) -> int:
    """How many people set these bits, most likely."""
    if not bits:
        return 0
    counts = [((bits >> (level * COLUMNS)) & _COLUMN).bit_count() for level in range(LEVELS)]
    seen = [(count * chance, chance) for count, chance in zip(counts, _CHANCES, strict=True) if count]
    unset = sum((COLUMNS - count) * chance for count, chance in zip(counts, _CHANCES, strict=True))
    if not unset:
        return MOST
    # The slope of the likelihood's logarithm falls and flattens, so that Newton's steps from below never go too far:
    # each comes nearer. There are at least as many people as bits, and one level tells how many to begin with.
    people: float = max(float(bits.bit_count()), 0.5 * COLUMNS * 2.0 ** (bits.bit_count() / COLUMNS))
    slope, bend = _slope(seen, unset, people)
    while slope < 0:
        people /= 2
        slope, bend = _slope(seen, unset, people)
    step = slope / bend
    while step > 0.001 * people:
        people += step
        slope, bend = _slope(seen, unset, people)
        step = slope / bend
    return min(round(people + step), MOST)


def _slope(seen: list[tuple[float, float]], unset: float, people: float) -> tuple[float, float]:
    """Of the logarithm of how likely the bits are, and how fast it falls."""
    slope, bend = -unset, 0.0
    for weight, chance in seen:
        exponent = people * chance
        if exponent < 700:
            over = math.expm1(exponent)
            slope += weight / over
            bend += weight * chance * (1 + over) / (over * over)
    return slope, bend

"""Roughly how many different people were affected, in 192 bytes that merge by `|`.

Each person sets one of 64 × 24 bits: which of the 64 columns is chance, the level is as rare as it is high (Flajolet
and Martin's probabilistic counting). The number is the one under which the bits that are set are most likely. Its
standard error is about 8 %; a handful is told exactly or nearly so.
"""

import math

from xxhash import xxh3_64_intdigest

COLUMNS, LEVELS = 64, 24
BITS = COLUMNS * LEVELS
NOBODY = "0" * BITS  # as PostgreSQL writes bit(1536)
_COLUMN = (1 << COLUMNS) - 1
_CHANCES = [2.0 ** -(level + 1) / COLUMNS for level in range(LEVELS - 1)]
_CHANCES.append(_CHANCES[-1])  # the last level holds all that are rarer too


def bit(person: str) -> int:
    """The one bit that a person sets."""
    digest = xxh3_64_intdigest(person.encode("utf-8", "surrogatepass"))
    rest = digest >> 6
    level = min((rest & -rest).bit_length() - 1, LEVELS - 1) if rest else LEVELS - 1
    return 1 << (level * COLUMNS + digest % COLUMNS)


def written(bits: int) -> str:
    """As PostgreSQL reads bit(1536)."""
    return f"x{bits:0{BITS // 4}x}"


def read(text: str) -> int:
    """The inverse, of what PostgreSQL writes."""
    return int(text, 2)


def estimate(bits: int) -> int:
    """How many people set these bits, most likely."""
    if not bits:
        return 0
    counts = [((bits >> (level * COLUMNS)) & _COLUMN).bit_count() for level in range(LEVELS)]
    low, high = 0.0, 40.0  # the number's natural logarithm; the slope falls all the way
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (middle, high) if _slope(counts, math.exp(middle)) > 0 else (low, middle)
    return round(math.exp(low))


def _slope(counts: list[int], people: float) -> float:
    """Of the logarithm of how likely these counts are."""
    return sum(
        chance * (count / math.expm1(min(people * chance, 700.0)) - (COLUMNS - count))
        for count, chance in zip(counts, _CHANCES, strict=True)
    )

"""Did you mean …? The planned name that a name which came was surely meant to be; nothing rather than a guess.

Two names mean the same when their words are the same but for casing, separators, order, parts made at run time,
word endings (complete, completed) and typing errors. Words that differ otherwise make another name: `Signed Up` is
not `Signed In`, `Product Viewed` not `Product List Viewed`.
"""

import re
from collections.abc import Iterable

from rapidfuzz.distance import DamerauLevenshtein

from trackingplans.domain.folding import fold

_LONGEST = 200
_MOST_CANDIDATES = 5000
_MADE = re.compile(r"<(?:number|id|uuid|date|email)>")
_HUMPS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_SEPARATORS = re.compile(r"[\W_]+")
_SAYS_NOTHING = frozenset(("event", "evt", "track"))
_ENDINGS = ("ing", "ed", "d", "es", "ion")

_EXACT, _ENDING, _TYPO = 0, 1, 2


def nearest(name: str, candidates: Iterable[str]) -> str | None:
    """The candidate a name was meant to be; None when none is, or two are as near."""
    wanted = words(name)
    if not wanted or len(name) > _LONGEST:
        return None
    joined = "".join(wanted)
    found: list[tuple[int, str]] = []
    for _, candidate in zip(range(_MOST_CANDIDATES), candidates, strict=False):
        distance = _distance(wanted, joined, words(candidate))
        if distance is not None:
            found.append((distance, candidate))
    found.sort(key=lambda item: item[0])
    if not found or (len(found) > 1 and found[0][0] == found[1][0] and found[0][0] > _EXACT):
        return None
    return found[0][1]


def words(name: str) -> list[str]:
    """The words of a name in lower case, without parts made at run time: `product_123_viewed` -> product, viewed."""
    plain = _SEPARATORS.sub(" ", _MADE.sub(" ", fold(_HUMPS.sub(" ", name)))).lower().split()
    return [word for word in plain if word not in _SAYS_NOTHING] or plain


def _distance(wanted: list[str], joined: str, planned: list[str]) -> int | None:
    """How far two names are apart, in the sum of their words; None when they mean different things."""
    if wanted == planned or joined == "".join(planned):
        return _EXACT
    if len(wanted) != len(planned):
        return None
    in_order = _sum(wanted, planned)
    if in_order is not None or len(wanted) == 1:
        return in_order
    return _sum(sorted(wanted), sorted(planned))


def _sum(wanted: list[str], planned: list[str]) -> int | None:
    shortest = 3 if len(wanted) > 1 else 4  # other words of the name say that this one was meant
    distance = 0
    for one, other in zip(wanted, planned, strict=True):
        apart = _apart(one, other, shortest)
        if apart is None:
            return None
        distance += apart
    return distance if distance <= 2 * _TYPO else None


def _apart(one: str, other: str, shortest: int) -> int | None:
    if one == other:
        return _EXACT
    if one + "s" == other or other + "s" == one or _stems(one) & _stems(other):
        return _ENDING
    if one[:2] != other[:2]:
        return None  # increased is not decreased, nor installed uninstalled
    length = min(len(one), len(other))
    edits = DamerauLevenshtein.distance(one, other, score_cutoff=2)
    if edits == 1 and (length >= 5 or (length >= shortest and _is_no_substitution(one, other))):
        return _TYPO
    return _TYPO if edits == 2 and length >= 8 else None


def _stems(word: str) -> set[str]:
    """What may be left of a word without its ending: `started` and `starting` share `start`."""
    found = {word.removesuffix("e"), word}
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) > 2:
            found.add(word.removesuffix(ending))
    return {stem for stem in found if len(stem) > 2}


def _is_no_substitution(one: str, other: str) -> bool:
    """Whether one letter too many, too few, or two swapped: `card` for `cart` is another word."""
    return len(one) != len(other) or sorted(one) == sorted(other)

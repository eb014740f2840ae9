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
_MOST_KNOWN = 5000
_MADE = re.compile(r"<(?:number|id|uuid|date|email)>")
_HUMPS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_SEPARATORS = re.compile(r"[\W_]+")
_SAYS_NOTHING = frozenset(("event", "evt", "track"))
_ENDINGS = ("ing", "ed", "d", "es", "ion")

_EXACT, _ENDING, _TYPO = 0, 1, 2


class Vocabulary:
    """Planned names, made ready for being asked often."""

    def __init__(self, names: Iterable[str]) -> None:
        self._exact: dict[str, str] = {}
        self._alike: dict[tuple[str, ...], list[tuple[list[str], str]]] = {}
        self._known: dict[str, str | None] = {}
        for name in dict.fromkeys(names):
            plain = words(name)
            self._exact.setdefault("".join(plain), name)
            for order in (plain, sorted(plain)):
                self._alike.setdefault(_beginnings(order), []).append((order, name))

    def nearest(self, name: str) -> str | None:
        """The name that another one was meant to be; None when none is, or two are as near."""
        if name not in self._known:
            if len(self._known) >= _MOST_KNOWN:
                self._known.clear()
            self._known[name] = self._found(words(name)) if len(name) <= _LONGEST else None
        return self._known[name]

    def _found(self, wanted: list[str]) -> str | None:
        if not wanted:
            return None
        exact = self._exact.get("".join(wanted))
        if exact is not None:
            return exact
        nearest: dict[str, int] = {}
        for order in (wanted, sorted(wanted)):
            for planned, name in self._alike.get(_beginnings(order), ()):
                distance = _sum(order, planned)
                if distance is not None:
                    nearest[name] = min(distance, nearest.get(name, distance))
        best = sorted(nearest.items(), key=lambda item: item[1])[:2]
        if not best or (len(best) > 1 and best[0][1] == best[1][1]):
            return None
        return best[0][0]


def nearest(name: str, candidates: Iterable[str]) -> str | None:
    """The candidate that a name was meant to be, by a vocabulary for once."""
    return Vocabulary(candidates).nearest(name)


def words(name: str) -> list[str]:
    """The words of a name in lower case, without parts made at run time: `product_123_viewed` -> product, viewed."""
    plain = _SEPARATORS.sub(" ", _MADE.sub(" ", fold(_HUMPS.sub(" ", name)))).lower().split()
    return [word for word in plain if word not in _SAYS_NOTHING] or plain


def _beginnings(plain: list[str]) -> tuple[str, ...]:
    """What two names that mean the same have in common: increased is not decreased, nor installed uninstalled."""
    return tuple(word[:2] for word in plain)


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

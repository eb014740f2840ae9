"""Did you mean …? The planned name that a name which came was surely meant to be; nothing rather than a guess."""

import re
from collections.abc import Iterable

from rapidfuzz import fuzz, process

from trackingplans.domain.folding import fold

CLEAR = 86.0
_CLEARER_BY = 3.0
_LONGEST = 200
_PLACEHOLDERS = re.compile(r"<(?:number|id|uuid|date|email)>")
_HUMPS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_SEPARATORS = re.compile(r"[\W_]+")


def nearest(name: str, candidates: Iterable[str]) -> str | None:
    """The candidate a name was meant to be, or None.

    Spelling, casing, separators and run-time parts may differ.
    """
    wanted = plain(name)
    if not wanted or len(name) > _LONGEST:
        return None
    by_plain: dict[str, str] = {}
    for candidate in candidates:
        by_plain.setdefault(plain(candidate), candidate)
    if wanted in by_plain:
        return by_plain[wanted]
    found = process.extract(wanted, by_plain.keys(), scorer=fuzz.ratio, limit=2, score_cutoff=CLEAR)
    if not found or (len(found) > 1 and found[0][1] - found[1][1] < _CLEARER_BY):
        return None
    return by_plain[found[0][0]]


def plain(name: str) -> str:
    """The words of a name in lower case, run-time parts left out:

    `product_123_viewed` -> `product viewed`.
    """
    words = _SEPARATORS.sub(" ", _PLACEHOLDERS.sub(" ", fold(_HUMPS.sub(" ", name))))
    return " ".join(words.lower().split())

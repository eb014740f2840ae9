"""Which casing a name is written in, and names written in a casing.

A name has a casing when that casing makes the whole name out of its words; else it is `mixed`.
"""

import re
from collections.abc import Sequence
from enum import StrEnum

from trackingplans.domain.naming.lexicon import ACRONYMS, BRAND_FORMS, BRANDS, SMALL_WORDS


class Casing(StrEnum):
    TITLE = "title"
    SENTENCE = "sentence"
    SNAKE = "snake"
    CAMEL = "camel"
    PASCAL = "pascal"
    KEBAB = "kebab"
    UPPER_SNAKE = "upper_snake"
    LOWER = "lower"
    MIXED = "mixed"


EXAMPLES = {
    Casing.TITLE: "Title Case",
    Casing.SENTENCE: "Sentence case",
    Casing.SNAKE: "snake_case",
    Casing.CAMEL: "camelCase",
    Casing.PASCAL: "PascalCase",
    Casing.KEBAB: "kebab-case",
    Casing.UPPER_SNAKE: "UPPER_SNAKE_CASE",
    Casing.LOWER: "lower case",
    Casing.MIXED: "no one casing",
}
SEPARATORS = {
    Casing.TITLE: " ",
    Casing.SENTENCE: " ",
    Casing.SNAKE: "_",
    Casing.CAMEL: "",
    Casing.PASCAL: "",
    Casing.KEBAB: "-",
    Casing.UPPER_SNAKE: "_",
    Casing.LOWER: " ",
}
_WORD = r"[^\W_]+(?:['’][^\W_]+)*"
_SPACED = re.compile(rf"{_WORD}(?:-{_WORD})*(?: {_WORD}(?:-{_WORD})*)+|{_WORD}(?:-{_WORD})?")
_JOINED = {
    Casing.SNAKE: re.compile(r"[a-z0-9]+(?:_[a-z0-9]+)*"),
    Casing.KEBAB: re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*"),
    Casing.UPPER_SNAKE: re.compile(r"[A-Z0-9]+(?:_[A-Z0-9]+)*"),
    Casing.CAMEL: re.compile(r"[a-z]+[0-9]*(?:[A-Z0-9][a-zA-Z0-9]*)*"),
    Casing.PASCAL: re.compile(r"(?=.*[a-z])[A-Z0-9][a-zA-Z0-9]*"),
}


def casing_of(name: str) -> Casing:
    """The casing of a name. One capitalised word is title, one in lower case is lower."""
    if " " in name:
        likeliest: tuple[Casing, ...] = (Casing.TITLE, Casing.SENTENCE, Casing.LOWER)
        if name[0].islower():
            likeliest = (Casing.LOWER, Casing.TITLE, Casing.SENTENCE)
    elif "_" in name:
        likeliest = (Casing.SNAKE, Casing.UPPER_SNAKE)
    elif "-" in name:
        likeliest = (Casing.KEBAB, Casing.TITLE)
    else:
        likeliest = (Casing.LOWER, Casing.UPPER_SNAKE, Casing.TITLE, Casing.CAMEL, Casing.PASCAL)
    return next((casing for casing in likeliest if is_in(name, casing)), Casing.MIXED)


def is_in(name: str, casing: Casing) -> bool:
    """Whether a name is written in a casing; one word may be in several (`watched`: lower, snake, camel, kebab)."""
    if not name.isascii():
        name = "".join(_plain(character) for character in name)
    pattern = _JOINED.get(casing)
    if pattern is not None:
        return pattern.fullmatch(name) is not None
    if not _SPACED.fullmatch(name):
        return False
    if " " not in name:
        return _is_one_word(name, casing)
    words = name.split(" ")
    if casing == Casing.LOWER:
        return _is_lower(words[0]) and all(_is_lower(word) or _is_always_so(word) for word in words)
    if not _is_capitalised(words[0]):
        return False
    if casing == Casing.SENTENCE:
        return all(_is_lower(word) or _is_always_so(word) for word in words[1:])
    return _is_title(words)


def _plain(character: str) -> str:
    """A letter beyond ASCII as one that has its case; scripts without case are in every casing."""
    if character.isascii() or not character.isalpha():
        return character
    return "A" if character.isupper() else "a" if character.islower() else "1"


def _is_one_word(word: str, casing: Casing) -> bool:
    """`watched`, `Watched`, `Sign-up`, `NFT`, `GitHub`; a word with humps is PascalCase."""
    if casing == Casing.LOWER:
        return _is_lower(word) and "-" not in word
    first, _, rest = word.partition("-")
    is_known = word.lower() in ACRONYMS or word in BRAND_FORMS
    is_hyphened = _is_lower(rest) or rest.lower() in ("up", "in", "out", "on", "off")
    return is_known or (first[0].isupper() and _is_lower(first[1:]) and is_hyphened)


def _is_title(words: list[str]) -> bool:
    letters = [word for word in words if any(map(str.isalpha, word))]
    if len(letters) > 1 and all(map(str.isupper, letters)):
        return all(word.lower() in ACRONYMS for word in letters)
    if not all(_is_capitalised(word) or word.lower() in SMALL_WORDS for word in words):
        return False
    return any(_is_capitalised(word) for word in words[1:])


def _is_lower(word: str) -> bool:
    return word == word.lower()


def _is_capitalised(word: str) -> bool:
    return word[0].isupper() or word[0].isdigit() or word in BRAND_FORMS


def _is_always_so(word: str) -> bool:
    """Acronyms, their plurals and brands, which no casing changes."""
    singular = word[:-1] if len(word) > 2 and word.endswith("s") else word
    return (singular.isupper() and len(singular) < 6) or word in BRAND_FORMS


def render(words: Sequence[str], casing: Casing, acronyms: frozenset[str] = frozenset()) -> str:
    """The words written in a casing. A word with capitals inside (`MetaMetrics`, `ANR`) keeps them where it can."""
    written = [_written(word, place, casing, acronyms) for place, word in enumerate(words)]
    return SEPARATORS.get(casing, " ").join(written)


def _written(word: str, place: int, casing: Casing, acronyms: frozenset[str]) -> str:
    lower = word.lower()
    if casing in (Casing.SNAKE, Casing.KEBAB):
        return lower.replace("'", "")
    if casing == Casing.UPPER_SNAKE:
        return word.upper().replace("'", "")
    if casing == Casing.CAMEL and place == 0:
        return lower.replace("'", "")
    if casing in (Casing.CAMEL, Casing.PASCAL):
        fixed = _fixed(word, acronyms) if lower in BRANDS or not _is_lower(word[1:]) else None
        return fixed or capitalised(lower.replace("'", ""))  # imageUrl, as programmers write it
    if casing == Casing.LOWER:
        return lower
    if casing == Casing.SENTENCE and place:
        return _fixed(word, acronyms) or lower
    if casing == Casing.TITLE and place and lower in SMALL_WORDS and word[0].islower():
        return lower
    return _fixed(word, acronyms) or capitalised(lower)


def _fixed(word: str, acronyms: frozenset[str]) -> str | None:
    """How a word is written in every casing; None for a usual word."""
    lower = word.lower()
    if lower in BRANDS:
        return BRANDS[lower]
    if lower in ACRONYMS or lower in acronyms:
        return (
            word.upper()
            if not lower.endswith("s") or lower[:-1] not in ACRONYMS
            else lower[:-1].upper() + "s"
        )
    return word if word[1:] != word[1:].lower() else None


def capitalised(word: str) -> str:
    """The first letter as a capital; `str.title` would spoil `what's`."""
    return word[:1].upper() + word[1:]

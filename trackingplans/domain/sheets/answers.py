"""What people write into a cell that asks for yes or no, and into one that lists several values."""

import re

_YES_WORDS = """
yes y true 1 x ✓ ✔ ✅ ☑ required req mandatory always must m r ja j oui si sí pflicht muss obligatoire obligatorio
requis erforderlich
"""
_NO_WORDS = """
no n false 0 - – — ✗ ❌ ☐ optional opt never sometimes recommended may nein non kann facultatif optionnel opcional n/a
na none
"""
_YES, _NO = frozenset(_YES_WORDS.split()), frozenset(_NO_WORDS.split())
_UNSETTLED = re.compile(
    r"(tbd|tbc|todo|\?+|open|offen|unclear|unklar|depends|conditional(ly)?|bedingt|sous condition|if|wenn|falls|selon"
    r"|required (if|when|for|on)|mandatory (if|when|for|on)|optional .+|only .+|nur .+)\b.*|\?+",
    re.IGNORECASE,
)
_QUOTES = " \t\"'“”„‟«»\u2018\u2019\u201a`"
_SEPARATORS = ("\n", "|", ";", ",", " / ")
_SLASHED = re.compile(r"\w[\w+-]{0,24}(/\w[\w+-]{0,24})+")


def yes(text: str) -> bool | None:
    """Whether a cell says yes, or no (an empty one does); None when it says neither."""
    word = text.strip().casefold().rstrip("!.*")
    if word.rstrip("?") in _YES:
        return True
    return False if not word or word in _NO else None


def is_unsettled(text: str) -> bool:
    """Whether a cell says that it depends, or that nobody knows yet."""
    return _UNSETTLED.fullmatch(text.strip()) is not None


def parts(text: str) -> list[str]:
    """The values a cell lists, each once, without quotes and bullets: between lines, |, ;, commas or slashes."""
    separator = next((one for one in _SEPARATORS if one in text), "")
    if not separator and _SLASHED.fullmatch(text.strip()):
        separator = "/"
    found = text.split(separator) if separator else [text]
    return [part for part in dict.fromkeys(bare(part) for part in found) if part]


def bare(part: str) -> str:
    """A text without the quotes and bullets around it."""
    return re.sub(r"^[•*·]\s*|^[-–]\s+", "", part.strip()).strip(_QUOTES)

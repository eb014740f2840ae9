"""What values look like, so that thousands of them are a few kinds and none of them tells on a person."""

import re

from trackingplans.domain.addresses import EMAIL

SHOWN = 24  # characters of a word that is shown as it is
PATTERN = 32

_WORD = re.compile(r"[^\W\d_](?:[^\W\d_]|[ _-])*")
_RUN = re.compile(r"a{5,}|A{5,}|0{5,}")


def likeness(actual: str | None, *, hidden: bool) -> str:
    """What a value, given as JSON text (shortened or not), looks like: `"GBP"`, `text like 00.00`, `null`, `a list`.

    Short words and small numbers are shown as they are; with `hidden` (a personal value) only the kind is told.
    """
    if actual is None:
        return "nothing"
    if actual.startswith('"'):
        text = actual[1:].removesuffix('"')
        return "text" if hidden else _of_text(text)
    if actual.startswith("{"):
        return "an object"
    if actual.startswith("["):
        return "a list"
    if actual in ("true", "false", "null", "NaN", "Infinity", "-Infinity"):
        return actual
    if hidden:
        return "a number"
    return actual if len(actual) <= 3 else f"a number like {_pattern(actual)}"


def _of_text(text: str) -> str:
    if not text.strip():
        return "empty text" if not text else "blank text"
    if EMAIL.search(text):
        return "an e-mail address"
    if len(text) <= SHOWN and _WORD.fullmatch(text):
        return f'"{text}"'
    return f"text like {_pattern(text)}"


def _pattern(text: str) -> str:
    kinds = "".join(
        "0"
        if character.isdigit()
        else "A"
        if character.isupper()
        else "a"
        if character.isalpha()
        else character
        for character in text[: 4 * PATTERN]
    )
    short = _RUN.sub(lambda run: f"{run[0][:3]}…", kinds)
    return short if len(short) <= PATTERN else f"{short[: PATTERN - 1]}…"

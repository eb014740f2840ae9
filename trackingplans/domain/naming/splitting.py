"""The words of a name with their places: `ApiUrlCreated` -> api, url, created; `Copy Issue URL` -> copy, issue, url.

Separators always split; humps only where the name has no space, so that `MetaMetrics Turned On` keeps its brand.
Acronyms, words with digits (`2fa`, `s3`, `oauth2`) and apostrophes stay whole.
"""

import re
from typing import NamedTuple

from trackingplans.domain.naming.lexicon import HUMPED

_RUNS = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_HUMPED_BRANDS = "|".join(sorted(HUMPED, key=len, reverse=True))
_HUMPS = re.compile(
    rf"(?:{_HUMPED_BRANDS})(?![a-z])"
    r"|\d*[A-Z]{2,}s(?![a-z])"  # APIs, URLs
    r"|\d*[A-Z]+\d*(?=[A-Z][a-z])"  # the acronym before a word: CTAClicked, 2FAEnabled
    r"|\d+[a-z]+"  # 24h, 3p
    r"|[A-Z]?[a-z]+\d*"
    r"|\d*[A-Z]+\d*"
    r"|\d+"
)


class Token(NamedTuple):
    """One word as it is written, where it stands in the name, and in lower case with a plain apostrophe."""

    text: str
    start: int
    end: int
    word: str


def tokens(name: str) -> list[Token]:
    """The words of a name in their order; none for a name of separators."""
    runs = [_token(run[0], run.start()) for run in _RUNS.finditer(name)]
    if len(name.split(None, 1)) > 1:
        return runs
    return [part for run in runs for part in _humps(run)]


def _humps(run: Token) -> list[Token]:
    text = run.text
    if text.islower() or text.isupper() or text.isdigit() or not text.isascii() or "'" in text:
        return [run]
    return [_token(part[0], run.start + part.start()) for part in _HUMPS.finditer(text)]


def _token(text: str, start: int) -> Token:
    return Token(text, start, start + len(text), text.lower().replace("’", "'"))

"""Values made at run time inside a name: `Order #1042 Shipped`, `Invite Sent to maria@acme.io`, `Level9 Started`."""

import re
from dataclasses import dataclass

from trackingplans.domain.naming.splitting import Token
from trackingplans.domain.naming.wordlists import word_set

_EMAIL = r"(?P<email>[\w.+%-]{1,64}@(?:[\w-]{1,63}\.){1,8}[^\W\d_]{2,24})"
_URL = r"(?P<url>(?:https?://|www\.)[^\s]+)"
_UUID = r"(?P<uuid>(?<![0-9A-Za-z])[0-9A-Fa-f]{8}(?:[-_][0-9A-Fa-f]{4}){3}[-_][0-9A-Fa-f]{12}(?![0-9A-Za-z]))"
_DATE = (
    r"(?P<date>(?<!\d)(?:\d{4}[-/._]\d{1,2}[-/._]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4})"
    r"(?:[T ]\d{1,2}:\d{2}(?::\d{2})?(?:\.\d+)?(?:Z|[+-]\d{2}:?\d{2})?)?(?!\d)"
    r"|\b(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.? (?:\d{1,2}(?:st|nd|rd|th)?,? )?(?:19|20)\d{2}\b)"
)
_IP = r"(?P<ip>(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.]))"
_PATH = r"(?P<path>(?<=\s)/[\w.~%-]+(?:/[\w.~%-]*)*|^/[\w.~%-]+(?:/[\w.~%-]*)*)"
_TEMPLATE = (
    r"(?P<template>\$?\{\{?[^{}]{0,80}\}?\}|<[^<>]{1,80}>|\[\[[^\]]{0,80}\]\]"
    r"|%[sd](?![a-z])|\[object \w+\]|\bundefined\b|\bNaN\b)"
)
_NUMBERED = r"(?P<id>#\s?\d+)"
_ALL = re.compile("|".join((_TEMPLATE, _EMAIL, _URL, _UUID, _DATE, _IP, _PATH, _NUMBERED)))

_SUSPICIOUS = re.compile(r"[\d@/<{%\[]|undefined|NaN|www\.")

_HEX = re.compile(r"(?=[a-f]*\d)(?=\d*[a-f])[0-9a-f]{8,}|[0-9A-F]{8,}")
_CHANGES = re.compile(r"(?<=[A-Za-z])(?=\d)|(?<=\d)(?=[A-Za-z])")
_SKU = re.compile(r"\b[A-Z]{2,6}-\d{3,}\b")
_STANDARDS = word_set(
    "aes bip ccpa covid cve eip erc hl iec ieee iso nist oauth psd rfc sha soc tls utf wcag"
)

# Nouns that a bare number follows as part of what they are called: Office 365, Error 404, Web 3.
_CALLED_WITH_NUMBERS = word_set(
    """
    android angular area auth auth0 bip catch channel chatgpt claude code covid eip erc error every first form
    formula fortune ga gemini gpt http ios ipad iphone iso last llama mac mp next office past php playstation ps
    python rfc route section series sha soc top under up utf version vitamin web windows xbox
    """
)
_UNITS = word_set(
    """
    click col cols column columns d day days eur gb h hour hours k kb m mb min mins minute minutes month months ms
    pct percent player players px s sec second seconds secs star stars step steps tap usd w way week weeks x year
    years
    """
)
# Nouns that are counted: with a number glued to them they are a value (`Level9`), unlike mp3 or web3.
COUNTED = word_set(
    """
    account ad answer article attempt banner block box button campaign card category chapter choice coin column
    course day episode event experiment feature field file filter folder frame game goal group id image invoice item
    job lesson level line link list match message milestone mission module month number offer option order page
    panel part phase photo pick plan player point post product project prop property quest question quiz rank record
    reward room round row rule score screen season section segment session shop side sku slide slot stage star step
    store story survey tab table tag target task team test tier tile topic track trial tutorial unit user value
    variant variation video visit wave week widget win winner world zone
    """
)
# In keys, not in names of events: `address_line_1`, `day_7_retention`.
BEFORE_NUMBERS_IN_KEYS = word_set(
    "addr address day days hour hours line month months street week weeks year years"
)
_GLUED = re.compile(r"([a-z]+)(\d{1,6})")
_FIRST_NAMES = word_set(
    """
    adam ahmed alice amanda andrea andrew anna anthony brian carlos charles christina christopher daniel david
    deborah diego dmitri donald dorothy edward elena elizabeth emily emma eric ethan fatima giovanni hannah heather
    helen ivan jacob jake james jane jason jennifer jessica joanna john jonathan jose joseph joshua juan julia karen
    katherine kevin laura lauren liam linda lisa luis maria mary matthew megan michael michelle mohammed muhammad
    natalie nicholas nicole nina noah olivia pablo patricia patrick priya rachel raj rebecca richard robert ryan
    samantha samuel sandra sarah sofia sophia stephanie stephen steven susan thomas timothy tom victoria vladimir
    william yusuf
    """
)


@dataclass(frozen=True, slots=True)
class Value:
    """One value in a name: its kind, where it stands, and the property that it should be."""

    kind: str
    start: int
    end: int
    property: str


def values(name: str, words: list[Token], allowed: frozenset[str] = frozenset()) -> tuple[Value, ...]:
    """What in a name looks made at run time.

    `allowed`: words with numbers in them, or before a number, that may stand.
    """
    found = _patterns(name)
    taken = [(value.start, value.end) for value in found]
    for place, token in enumerate(words):
        if token.word.isalpha() and token.word not in _FIRST_NAMES:
            continue
        if token.word in allowed or any(start <= token.start < end for start, end in taken):
            continue
        kind = _kind(name, words, place, allowed)
        if kind is not None:
            start = token.start + (len(token.text.rstrip("0123456789")) if kind == "glued" else 0)
            found.append(Value("number" if kind == "glued" else kind, start, token.end, ""))
    found.sort(key=lambda value: value.start)
    return tuple(Value(one.kind, one.start, one.end, _property(one, name, words)) for one in found)


def _patterns(name: str) -> list[Value]:
    """What one expression sees in the whole name."""
    if not _SUSPICIOUS.search(name):
        return []
    found = [Value(match.lastgroup or "", match.start(), match.end(), "") for match in _ALL.finditer(name)]
    skus = (match for match in _SKU.finditer(name) if _is_sku(match[0]))
    return found + [Value("sku", match.start(), match.end(), "") for match in skus]


def _is_sku(text: str) -> bool:
    return text.partition("-")[0].lower() not in _STANDARDS


def _kind(name: str, words: list[Token], place: int, allowed: frozenset[str]) -> str | None:
    """What kind of value one word is, by itself and the word before it; None for a usual word."""
    token, word = words[place], words[place].word
    if word.isdigit():
        return _number(name, words, place, allowed)
    if not any(character.isdigit() for character in word):
        return "person" if _is_person(words, place) else None
    if _HEX.fullmatch(token.text):
        return "hash"
    changes = len(_CHANGES.findall(word)) if word.isascii() else 0
    if (len(word) >= 8 and changes >= 3) or (len(word) >= 6 and changes >= 4):
        return "id"
    glued = _GLUED.fullmatch(word)
    if glued and glued[1] in COUNTED and glued[2] not in allowed:
        return "glued"
    return None


def _number(name: str, words: list[Token], place: int, allowed: frozenset[str]) -> str | None:
    token = words[place]
    if len(token.text) >= 6:
        return "id"
    if place == 0:
        return "id" if len(words) == 1 else None
    before, after = words[place - 1], words[place + 1].word if place + 1 < len(words) else ""
    if before.word in _CALLED_WITH_NUMBERS or after in _UNITS or before.word in allowed:
        return None
    if before.word.isdigit() or (
        before.text.isupper() and name[before.end : token.start] == "-" and " " in name
    ):
        return None
    return "number"


def _is_person(words: list[Token], place: int) -> bool:
    """A first name that is capitalised and follows to, by, with or from, or comes before another such word."""
    token = words[place]
    if token.word not in _FIRST_NAMES or not token.text.istitle() or place == 0:
        return False
    before = words[place - 1].word
    after = words[place + 1].text if place + 1 < len(words) else ""
    return before in ("to", "by", "with", "from", "for", "and") or (
        after.istitle() and place + 2 == len(words)
    )


_COUNTED_THROUGH = word_set(
    """
    attempt chapter column day episode floor hour lesson level month page part phase position question rank round
    row score season slide stage step tier time unit version week year
    """
)
_BY_KIND = {"email": "email", "url": "url", "date": "date", "path": "path", "ip": "ip", "person": "name"}


def _property(value: Value, name: str, words: list[Token]) -> str:
    """`product_id` for an id after Product, `step` for the number in Step 2, `email` for an address."""
    if value.kind in _BY_KIND:
        return _BY_KIND[value.kind]
    if value.kind == "template":
        inner = re.sub(r"\W+", "_", name[value.start : value.end]).strip("_").lower()
        if inner and inner not in ("s", "d", "undefined", "nan") and not inner.startswith("object"):
            return inner
    nouns = [
        token.word.rstrip("0123456789")
        for token in words
        if token.start < value.start and not token.word.isdigit()
    ]
    noun = next((noun for noun in reversed(nouns) if noun), "")
    if value.kind == "number" and (noun in _COUNTED_THROUGH or not noun):
        return noun or "number"
    if noun in ("id", "uid", "uuid", "no", "number", "nr"):
        noun = nouns[nouns.index(noun) - 1] if nouns.index(noun) else ""
    return f"{noun}_id" if noun else "id"

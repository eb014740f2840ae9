"""Hides personal values in a message before anything of it is stored; keys, structure and types stay readable.

Hidden are values under paths that the plan marks as personal, under key names that Segment calls red or yellow, and
whatever looks like an e-mail address. What is left can be stored as strict JSON.
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from trackingplans.domain import schemas
from trackingplans.domain.addresses import EMAIL
from trackingplans.domain.legible import non_finite, storable
from trackingplans.domain.plan import Rule
from trackingplans.domain.planned import PLACEHOLDERS

MASK = "•••"
MASKED_NUMBER = "••• (number)"
MASKED_FLAG = "••• (true or false)"
MASKED_EMAIL = "•••@•••"
ANY = "$"

Path = tuple[str, ...]

# Segment's red and yellow names, as words
_PERSONAL = """
social security number, social security, ssn, password, passwd, pwd, visa, veteran, disability, credit card,
card number, passport, token, race, birthdate, birth date, birthday, date of birth, dob, phone, telephone, mobile,
address, gender, ethnicity, citizenship, name, street, city, zipcode, zip code, zip, postal code, postalcode,
postcode, email, e mail, certificate, license, licence, identification, serial, ip, photo, salary, religion, mac,
sex, sexual orientation, medication, allergy, condition, diagnosis, procedure, username, firstname, lastname,
fullname, surname, nickname
"""
# the same behind another word, as in `billing_address`
_PERSONAL_BEHIND = """
ssn, password, passwd, passport, token, birthdate, birth date, birthday, phone, telephone, address, gender,
ethnicity, citizenship, street, city, zipcode, zip code, zip, postal code, postcode, email, e mail, ip, photo,
serial, identification, salary, religion, username, credit card, card number, license, licence, diagnosis,
medication, firstname, lastname, fullname
"""
# whose name is a person's
_PEOPLE = """
first, last, full, middle, given, family, sur, maiden, nick, user, customer, client, contact, cardholder, card,
account, holder, recipient, patient, person, guest, member, employee, owner, author, sender, receiver, display,
real, legal, billing, shipping, parent, child, spouse, student, street
"""
# what may follow without making it anything else
_DETAILS = "number, no, nr, id, url, value, code, plate, line, line1, line2, 1, 2, hash, raw"
# names of things
_THINGS = "app, library, os, campaign, browser, page, screen, network, carrier, locale"


def _words(listed: str) -> frozenset[tuple[str, ...]]:
    return frozenset(tuple(name.split()) for name in listed.split(","))


_NAMES = _words(_PERSONAL)
_ENDINGS = _words(_PERSONAL_BEHIND)
_WHOSE = _words(_PEOPLE)
_ADDED = _words(_DETAILS)
_NAMED_THINGS = _words(_THINGS)
_SPLIT = re.compile(r"[^A-Za-z0-9]+|(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|(?<=[A-Za-z]{3})(?=\d)")
_NOT_PERSONAL = frozenset(
    ("type", "event", "messageId", "timestamp", "sentAt", "originalTimestamp", "receivedAt")
)


def mask(document: dict[str, Any], pii: Iterable[Path] = ()) -> dict[str, Any]:
    """A copy of a message with personal values hidden.

    `pii`: paths from the message's root, `$` for any index (`pii_paths`). A hidden text is `•••`; a hidden
    number or flag still says that it was one; null and placeholders ("", "null" …) stay, for they are what
    is to be seen. Texts are storable and floats finite: NaN becomes the text "NaN". The depth of a message
    is limited before.
    """
    marked = frozenset(pii)
    is_named = document.get("type") in ("page", "screen")
    named = document.get("name") if is_named else None
    masked: dict[str, Any] = {}
    for key, value in document.items():
        if key in _NOT_PERSONAL or (is_named and key in ("name", "category")):
            masked[_text(key)] = _shown(value) if (key,) not in marked else _hidden(value)
        else:
            masked[_text(key)] = _hidden(value) if is_personal(key) else _masked(value, (key,), marked, named)
    return masked


def pii_paths(rule: Rule | None) -> tuple[Path, ...]:
    """The paths that a rule's notes mark as personal.

    A JSON Pointer there leads into the schema (`/properties/properties/properties/email`, `…/items/…` for
    any index) or into the message (`/properties/email`).
    """
    notes = rule.meta.get("properties") if rule is not None else None
    if rule is None or not isinstance(notes, dict):
        return ()
    return tuple(
        _path(pointer, rule.schema)
        for pointer, note in notes.items()
        if isinstance(note, dict) and note.get("pii") and note["pii"] not in ("green", "none")
    )


def is_personal(key: str) -> bool:
    """Whether Segment calls a key of this name red or yellow, however it is written."""
    return _is_personal(key[:100])


@lru_cache(maxsize=10_000)
def _is_personal(key: str) -> bool:
    words = tuple(word.lower() for word in _SPLIT.split(key) if word)
    if words in _NAMES:
        return True
    while len(words) > 1 and words[-1:] in _ADDED:
        words = words[:-1]
    if words[-1:] in _ENDINGS or words[-2:] in _ENDINGS:
        return True
    return len(words) > 1 and words[-1] == "name" and words[-2:-1] in _WHOSE


def _path(pointer: str, schema: Any) -> Path:
    parts = tuple(schemas.unescaped(part) for part in pointer.lstrip("#").split("/")[1:])
    into_schema = _message_path(parts)
    if into_schema is not None and schemas.local(schema, "#" + pointer.lstrip("#")) is not None:
        return into_schema
    return tuple(ANY if part.isdecimal() or part in ("$", "*") else part for part in parts)


def _message_path(parts: Path) -> Path | None:
    """Where in a message a place of a schema is; None when the parts are not of that kind."""
    path: list[str] = []
    waiting = iter(parts)
    for part in waiting:
        if part == "properties":
            name = next(waiting, None)
            if name is None:
                return None
            path.append(name)
        elif part == "items":
            path.append(ANY)
        else:
            return None
    return tuple(path)


def _masked(value: Any, path: Path, marked: frozenset[Path], named: Any) -> Any:
    if path in marked:
        return _hidden(value)
    if isinstance(value, dict):
        return {
            _text(key): _hidden(child)
            if _is_hidden(key, child, path, named)
            else _masked(child, (*path, key), marked, named)
            for key, child in value.items()
        }
    if isinstance(value, list):
        return [_masked(child, (*path, ANY), marked, named) for child in value]
    return _shown(value)


def _is_hidden(key: str, value: Any, path: Path, named: Any) -> bool:
    if path[0] == "integrations" or not is_personal(key):
        return False
    if key != "name":
        return True
    if path == ("properties",):
        return named is None or value != named
    return not (path[0] == "context" and path[-1:] in _NAMED_THINGS)


def _hidden(value: Any) -> Any:
    """Every value below, hidden."""
    if isinstance(value, dict):
        return {_text(key): _hidden(child) for key, child in value.items()}
    if isinstance(value, list):
        return [_hidden(child) for child in value]
    if isinstance(value, bool):
        return MASKED_FLAG
    if isinstance(value, int | float):
        return MASKED_NUMBER
    return value if value is None or value in PLACEHOLDERS else MASK


def _shown(value: Any) -> Any:
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, dict):
        return {_text(key): _shown(child) for key, child in value.items()}
    if isinstance(value, list):
        return [_shown(child) for child in value]
    if isinstance(value, float):
        return non_finite(value) or value
    return value


def _text(text: str) -> str:
    """The text, storable, addresses in it hidden."""
    if "@" in text:
        text = EMAIL.sub(MASKED_EMAIL, text)
    if "%40" in text:
        decoded = text.replace("%40", "@")
        text = EMAIL.sub(MASKED_EMAIL, decoded) if EMAIL.search(decoded) else text
    return storable(text)

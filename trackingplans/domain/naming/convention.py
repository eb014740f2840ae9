"""How a plan wants its names: a frozen value; its document (DESIGN 7.1) read with every key optional, and written.

`consistent` means that the plan's own majority decides.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from trackingplans.domain.naming.casing import Casing

CONSISTENT = "consistent"
ORDERS = ("object_action", "action_object", CONSISTENT)
TENSES = ("past", "present", CONSISTENT)
CASINGS = (*(casing.value for casing in Casing if casing is not Casing.MIXED), CONSISTENT)
SEVERITIES = ("off", "warn", "error")
SCOPES = ("new", "all")
CODES = (
    "casing",
    "separator",
    "order",
    "tense",
    "vocabulary",
    "synonym",
    "forbidden_word",
    "reserved",
    "too_long",
    "dynamic_name",
    "property_in_name",
    "duplicate",
    "near_duplicate",
    "dynamic_property_key",
    "property_near_duplicate",
)
_NONE: frozenset[str] = frozenset()
BLOCKING = frozenset(("dynamic_name", "dynamic_property_key", "duplicate"))


class ConventionError(ValueError):
    """The document is no convention. `path` is the place (`event.order`, "" for the whole), `message` what is wrong."""

    def __init__(self, path: str, message: str) -> None:
        super().__init__(f"{path}: {message}" if path else message)
        self.path = path
        self.message = message


@dataclass(frozen=True, slots=True)
class EventNames:
    """What the names of events look like. `actor`: whether `User Signed Up` may begin with who acted."""

    order: str = CONSISTENT
    tense: str = CONSISTENT
    casing: str = CONSISTENT
    max_words: int | None = None
    actor: bool = True


@dataclass(frozen=True, slots=True)
class KeyNames:
    """What the names of properties or traits look like."""

    casing: str = CONSISTENT


@dataclass(frozen=True, slots=True)
class NamingConvention:
    """A plan's naming rules. The default one asks only that names agree with each other.

    `prefixes` and `suffixes` are allowed around a name and left out of its judgement. `objects` and `actions` are
    the words to use (any, when empty). `synonyms` leads from a word to the preferred one. `exceptions` are names
    that stand, with the reason. `severity` holds what differs from the default.
    """

    event: EventNames = EventNames()
    property: KeyNames = KeyNames()
    trait: KeyNames = KeyNames()
    prefixes: tuple[str, ...] = ()
    suffixes: tuple[str, ...] = ()
    objects: tuple[str, ...] = ()
    actions: tuple[str, ...] = ()
    synonyms: Mapping[str, str] = field(default_factory=dict)
    acronyms: tuple[str, ...] = ()
    forbidden_words: tuple[str, ...] = ()
    numeric_allowed: tuple[str, ...] = ()
    exceptions: Mapping[str, str] = field(default_factory=dict)
    severity: Mapping[str, str] = field(default_factory=dict)
    scope: str = "new"

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> "NamingConvention":
        """The convention that a document describes; an empty one gives the default.

        Raises `ConventionError` naming the unknown key or the value that cannot be used, and its place.
        """
        _object("", document, tuple(_READ))
        return cls(**{key: _READ[key](key, value) for key, value in document.items()})

    def to_document(self) -> dict[str, Any]:
        """The document again, without what is as by default."""
        document: dict[str, Any] = {}
        for one in fields(self):
            value = getattr(self, one.name)
            if isinstance(value, EventNames | KeyNames):
                value = _changed(value)
            elif isinstance(value, tuple):
                value = list(value)
            elif isinstance(value, Mapping):
                value = dict(value)
            if value and not (one.name == "scope" and value == "new"):
                document[one.name] = value
        return document

    def severity_of(self, code: str) -> str:
        """How bad an issue is: off, warn or error."""
        return self.severity.get(code, "error" if code in BLOCKING else "warn")

    def casing_for(self, kind: str) -> str:
        """The casing asked of `event`, `property` or `trait`."""
        return (
            self.event.casing
            if kind == "event"
            else self.trait.casing
            if kind == "trait"
            else self.property.casing
        )

    def numbers_allowed(self) -> frozenset[str]:
        """The words with or before numbers that may stand in names, in lower case."""
        if not self.numeric_allowed:
            return _NONE
        return frozenset(
            part for text in self.numeric_allowed for part in re.findall(r"[^\W_]+", text.lower())
        )

    def known_acronyms(self) -> frozenset[str]:
        """The plan's own acronyms, in lower case."""
        return frozenset(acronym.lower() for acronym in self.acronyms) if self.acronyms else _NONE


def _changed(names: EventNames | KeyNames) -> dict[str, Any]:
    default = type(names)()
    pairs = ((one.name, getattr(names, one.name)) for one in fields(names))
    return {name: value for name, value in pairs if value != getattr(default, name)}


def _object(path: str, value: Any, keys: tuple[str, ...] | None = None) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise ConventionError(path, f"Should be an object, not {_kind(value)}.")
    for key in value:
        if not isinstance(key, str) or (keys is not None and key not in keys):
            known = f" Known are {', '.join(keys)}." if keys else ""
            raise ConventionError(_join(path, key), f"There is no such key.{known}")
    return value


def _event(path: str, value: Any) -> EventNames:
    document = _object(path, value, ("order", "tense", "casing", "max_words", "actor"))
    readers: dict[str, Callable[[str, Any], Any]] = {
        "order": _one_of(ORDERS),
        "tense": _one_of(TENSES),
        "casing": _one_of(CASINGS),
        "max_words": _count,
        "actor": _flag,
    }
    return EventNames(**{key: readers[key](_join(path, key), inner) for key, inner in document.items()})


def _keys(path: str, value: Any) -> KeyNames:
    document = _object(path, value, ("casing",))
    return KeyNames(**{key: _one_of(CASINGS)(_join(path, key), inner) for key, inner in document.items()})


def _one_of(allowed: tuple[str, ...]) -> Callable[[str, Any], str]:
    def read(path: str, value: Any) -> str:
        if value not in allowed:
            raise ConventionError(path, f"Should be one of {', '.join(allowed)}, not {value!r}.")
        return str(value)

    return read


def _count(path: str, value: Any) -> int | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise ConventionError(path, f"Should be a whole number from 1 up, not {value!r}.")
    return value


def _flag(path: str, value: Any) -> bool:
    if not isinstance(value, bool):
        raise ConventionError(path, f"Should be true or false, not {value!r}.")
    return value


def _texts(path: str, value: Any) -> tuple[str, ...]:
    if not isinstance(value, list | tuple):
        raise ConventionError(path, f"Should be a list of texts, not {_kind(value)}.")
    for index, text in enumerate(value):
        _text(f"{path}.{index}", text)
    return tuple(value)


def _text(path: str, value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ConventionError(path, f"Should be a text that is not empty, not {value!r}.")
    return value


def _reasons(path: str, value: Any) -> dict[str, str]:
    """Names with their reasons."""
    document = _object(path, value)
    for name, reason in document.items():
        if not isinstance(reason, str):
            raise ConventionError(_join(path, name), f"Should be the reason as a text, not {_kind(reason)}.")
    return dict(document)


def _synonyms(path: str, value: Any) -> dict[str, str]:
    """`{"seen": "viewed"}`, or the preferred word with all it replaces: `{"viewed": ["seen", "watched"]}`."""
    read: dict[str, str] = {}
    for key, inner in _object(path, value).items():
        if isinstance(inner, list | tuple):
            read.update((word.lower(), key.lower()) for word in _texts(_join(path, key), inner))
        else:
            read[key.lower()] = _text(_join(path, key), inner).lower()
    for word, preferred in read.items():
        if preferred in read:
            raise ConventionError(
                _join(path, word), f"Leads to {preferred!r}, which itself is to be replaced."
            )
    return read


def _severities(path: str, value: Any) -> dict[str, str]:
    document = _object(path, value, CODES)
    return {code: _one_of(SEVERITIES)(_join(path, code), severity) for code, severity in document.items()}


_READ: dict[str, Callable[[str, Any], Any]] = {
    "event": _event,
    "property": _keys,
    "trait": _keys,
    "prefixes": _texts,
    "suffixes": _texts,
    "objects": _texts,
    "actions": _texts,
    "synonyms": _synonyms,
    "acronyms": _texts,
    "forbidden_words": _texts,
    "numeric_allowed": _texts,
    "exceptions": _reasons,
    "severity": _severities,
    "scope": _one_of(SCOPES),
}


def _join(path: str, key: object) -> str:
    return f"{path}.{key}" if path else str(key)


def _kind(value: object) -> str:
    if value is None:
        return "nothing"
    names = {dict: "an object", list: "a list", str: "text", bool: "true or false"}
    return names.get(type(value), "a number" if isinstance(value, int | float) else type(value).__name__)

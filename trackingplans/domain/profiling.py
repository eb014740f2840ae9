"""What sampled messages of one event hold: which properties, how often, of which types and forms, which values.

A profile is bounded, holds no personal value, and two of them merge into the one that both samples would have given
(of frequent values: as long as there are few different ones).
"""

from collections.abc import Iterable
from typing import Any

import msgspec

from trackingplans.domain import masking
from trackingplans.domain.findings import dotted, undotted
from trackingplans.domain.legible import shortened
from trackingplans.domain.message import Message
from trackingplans.domain.plan import Rule
from trackingplans.domain.text_forms import form_of

MOST_PLACES = 200
MOST_VALUES = 30
LONGEST_VALUE = 80  # characters of a value as JSON text
_DEEPEST = 6
_MOST_ITEMS = 5  # of a list that are looked at
_LONGEST_PATH = 300
_LARGEST = 2.0**63  # of numbers whose range is kept
_AREAS = ("properties", "traits")


class Place(msgspec.Struct, omit_defaults=True):
    """What was seen at one place of a message.

    `seen`: how often the property came, null too. `kinds`, `forms`: how often each JSON type, and each form of a text
    (`text_forms`). `values`: frequent values as JSON text; `others`: how often one came that is not listed or is
    hidden. `least`, `greatest`: of numbers; `shortest`, `longest`: of texts, in characters.
    """

    seen: int = 0
    kinds: dict[str, int] = msgspec.field(default_factory=dict)
    forms: dict[str, int] = msgspec.field(default_factory=dict)
    values: dict[str, int] = msgspec.field(default_factory=dict)
    others: int = 0
    least: float | None = None
    greatest: float | None = None
    shortest: int | None = None
    longest: int | None = None

    def add(self, value: Any, shown: Any) -> None:
        """Count one value; `shown` is how masking shows it."""
        self.seen += 1
        kind = kind_of(value)
        _count(self.kinds, kind)
        if kind in ("object", "array", "null"):
            return
        if kind == "string":
            form = form_of(value)
            if form:
                _count(self.forms, form)
            self.shortest, self.longest = _least(self.shortest, len(value)), _most(self.longest, len(value))
        if _is_hidden(value, shown):
            self.others += 1
            return
        if kind in ("number", "integer"):
            if abs(value) >= _LARGEST:
                self.others += 1
                return
            self.least, self.greatest = _least(self.least, float(value)), _most(self.greatest, float(value))
        self._keep(shown)

    def merge(self, other: "Place") -> None:
        """Take in what another sample saw here."""
        self.seen += other.seen
        self.others += other.others
        for mine, theirs in (
            (self.kinds, other.kinds),
            (self.forms, other.forms),
            (self.values, other.values),
        ):
            for key, times in theirs.items():
                _count(mine, key, times)
        self.least, self.greatest = _least(self.least, other.least), _most(self.greatest, other.greatest)
        self.shortest, self.longest = (
            _least(self.shortest, other.shortest),
            _most(self.longest, other.longest),
        )
        if len(self.values) > MOST_VALUES:
            ranked = sorted(self.values.items(), key=lambda item: (-item[1], item[0]))
            self.values = dict(ranked[:MOST_VALUES])
            self.others += sum(times for _, times in ranked[MOST_VALUES:])

    def _keep(self, shown: Any) -> None:
        text = msgspec.json.encode(shown).decode()
        if len(text) <= LONGEST_VALUE and (text in self.values or len(self.values) < MOST_VALUES):
            _count(self.values, text)
        else:
            self.others += 1


class Profile(msgspec.Struct, omit_defaults=True):
    """The sample of one event: how many messages, and each place by its dotted path (`properties.products.$.sku`)."""

    messages: int = 0
    places: dict[str, Place] = msgspec.field(default_factory=dict)

    def add(self, message: Message, rule: Rule | None = None) -> None:
        """Count a message; `rule` is the one it was judged by: it may mark more values as personal."""
        self.messages += 1
        areas = {area: getattr(message, area) for area in _AREAS}
        known = {area: value for area, value in areas.items() if value is not msgspec.UNSET}
        frame = {"type": message.type, "name": message.event} if message.type in ("page", "screen") else {}
        masked = masking.mask({**frame, **known}, masking.pii_paths(rule))
        for area, value in known.items():
            self._look(area, value, masked[area], 1)

    def merge(self, other: "Profile") -> None:
        """Take in another sample of the event."""
        self.messages += other.messages
        for path, place in other.places.items():
            mine = self.places.get(path)
            if mine is None:
                mine = self.places[path] = Place()
            mine.merge(place)
        if len(self.places) > MOST_PLACES:
            ranked = sorted(self.places.items(), key=lambda item: (-item[1].seen, item[0]))
            self.places = dict(ranked[:MOST_PLACES])

    def base(self, path: str) -> int:
        """How often there was something that could hold this property: messages, or the objects around it."""
        parent = undotted(path)[:-1]
        if len(parent) < 2:
            return self.messages
        around = self.places.get(dotted(parent))
        if around is None:
            return 0
        return around.kinds.get("array" if path.endswith(".$") else "object", 0)

    def fill(self, path: str) -> float | None:
        """The share of those that hold the property, 0 to 1; None when nothing could have held it."""
        base = self.base(path)
        return min(1.0, self.places[path].seen / base if path in self.places else 0.0) if base else None

    def lacking(self, path: str) -> int:
        """How many of `base` lack the property."""
        return max(0, self.base(path) - (self.places[path].seen if path in self.places else 0))

    def shares(self, path: str) -> list[tuple[str, float]]:
        """The types that came, each with its share of the values, most frequent first."""
        place = self.places.get(path)
        if place is None or not place.seen:
            return []
        ranked = sorted(place.kinds.items(), key=lambda item: (-item[1], item[0]))
        return [(kind, times / place.seen) for kind, times in ranked]

    def misfits(self, path: str, kinds: Iterable[str]) -> int:
        """How many values are of none of these JSON Schema types."""
        place, allowed = self.places.get(path), set(kinds)
        if "number" in allowed:
            allowed.add("integer")
        return sum(times for kind, times in place.kinds.items() if kind not in allowed) if place else 0

    def strangers(self, path: str, values: Iterable[Any]) -> int | None:
        """How many values are none of these; None when too many different ones came to tell."""
        place = self.places.get(path)
        if place is None:
            return 0
        if place.others:
            return None
        allowed = {msgspec.json.encode(value).decode() for value in values}
        return sum(times for text, times in place.values.items() if text not in allowed)

    def _look(self, path: str, value: Any, shown: Any, depth: int) -> None:
        place = self.places.get(path)
        if place is None:
            if len(self.places) >= MOST_PLACES or len(path) > _LONGEST_PATH:
                return
            place = self.places[path] = Place()
        place.add(value, shown)
        if depth >= _DEEPEST:
            return
        if isinstance(value, dict):
            if len(value) == len(shown):  # else masking made two keys one
                for child, (key, masked) in zip(value.values(), shown.items(), strict=True):
                    self._look(f"{path}.{_step(key)}", child, masked, depth + 1)
        elif isinstance(value, list):
            for child, masked in zip(value[:_MOST_ITEMS], shown, strict=False):
                self._look(f"{path}.$", child, masked, depth + 1)


def merged(profiles: Iterable[Profile]) -> Profile:
    """All samples in one."""
    whole = Profile()
    for profile in profiles:
        whole.merge(profile)
    return whole


def encoded(profile: Profile) -> str:
    """As JSON text."""
    return msgspec.json.encode(profile).decode()


_decode = msgspec.json.Decoder(Profile).decode


def decoded(text: str) -> Profile:
    """The inverse of `encoded`."""
    return _decode(text)


def kind_of(value: Any) -> str:
    """The JSON Schema type of a value."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int):
        return "integer"
    if isinstance(value, float):
        return "integer" if value.is_integer() else "number"
    return "string" if isinstance(value, str) else "array" if isinstance(value, list) else "object"


def _step(key: str) -> str:
    return shortened(key).replace("\\", "\\\\").replace(".", "\\.")


def _is_hidden(value: Any, shown: Any) -> bool:
    return type(value) is not type(shown) or (isinstance(shown, str) and masking.MASK in shown)


def _count(counts: dict[str, int], key: str, times: int = 1) -> None:
    counts[key] = counts.get(key, 0) + times


def _least(mine: Any, other: Any) -> Any:
    return other if mine is None else mine if other is None else min(mine, other)


def _most(mine: Any, other: Any) -> Any:
    return other if mine is None else mine if other is None else max(mine, other)

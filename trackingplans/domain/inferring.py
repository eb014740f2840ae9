"""The schema that fits what was sampled of an event: a start for a rule nobody has written yet."""

import json
from collections import defaultdict
from typing import Any

from trackingplans.domain.findings import dotted, undotted
from trackingplans.domain.profiling import Place, Profile
from trackingplans.domain.text_forms import FORMATS, PLACEHOLDER

ALWAYS = 0.995  # what fewer lack, or are not, is taken for a slip of a sender
RARE = 0.01  # a type that fewer values have is one too
FEW = 20  # values, below which nothing is concluded from them
MANY = 200
MOST_ALLOWED = 12  # values of an enum

_DRAFT = "http://json-schema.org/draft-07/schema#"
Schema = dict[str, Any]


def inferred(profile: Profile, kind: str) -> Schema:
    """The schema of a whole message of this call type: types, required ones, formats and enums as they came."""
    area = "traits" if kind in ("identify", "group") else "properties"
    below = _below(profile)
    whole: Schema = {"$schema": _DRAFT, "type": "object", "properties": {area: {"type": "object"}}}
    inside = _holder(profile, area, below)
    whole["properties"][area] |= inside
    if "required" in inside:
        whole["required"] = [area]
    return whole


def schema_at(profile: Profile, path: str) -> Schema:
    """What a value at one place is, without what lies in it."""
    place = profile.places.get(path)
    return _value(place) if place is not None else {}


def whole_at(profile: Profile, path: str) -> Schema:
    """What a value at one place is, with all that lies in it; {} when none was sampled."""
    return _whole(profile, path, _below(profile)) if path in profile.places else {}


def types_of(place: Place) -> list[str]:
    """The types that count, most frequent first and null last; numbers are whole ones when enough came and all were."""
    counted = {kind: times for kind, times in place.kinds.items() if times >= RARE * place.seen}
    numbers = counted.pop("number", 0), counted.pop("integer", 0)
    if any(numbers):
        counted["integer" if not numbers[0] and numbers[1] >= FEW else "number"] = sum(numbers)
    return sorted(counted, key=lambda kind: (kind == "null", -counted[kind], kind))


def format_of(place: Place) -> str | None:
    """The JSON Schema format that nearly all texts have; None when there is none."""
    texts = place.kinds.get("string", 0) - place.forms.get(PLACEHOLDER, 0)
    for form in FORMATS:
        if texts >= FEW and place.forms.get(form, 0) >= ALWAYS * texts:
            return form
    return None


def enum_of(place: Place) -> list[str] | None:
    """The few texts that came again and again; None when there were many, or rare ones among them."""
    texts = place.kinds.get("string", 0)
    if place.others or texts < MANY or texts != sum(place.values.values()):
        return None
    if (
        not 2 <= len(place.values) <= MOST_ALLOWED
        or min(place.values.values()) < 3
        or place.forms.get(PLACEHOLDER)
    ):
        return None
    return sorted(json.loads(text) for text in place.values)


def _below(profile: Profile) -> dict[str, list[str]]:
    """The places right below each place."""
    below: dict[str, list[str]] = defaultdict(list)
    for path in profile.places:
        steps = undotted(path)
        if len(steps) > 1:
            below[dotted(steps[:-1])].append(path)
    return below


def _holder(profile: Profile, path: str, below: dict[str, list[str]]) -> Schema:
    """The properties of an object, and which of them are required."""
    properties: Schema = {}
    needed: list[str] = []
    for child in sorted(below.get(path, ())):
        name = undotted(child)[-1]
        if name == "$":
            continue
        properties[name] = _whole(profile, child, below)
        if profile.base(child) >= FEW and (profile.fill(child) or 0) >= ALWAYS:
            needed.append(name)
    return ({"properties": properties} if properties else {}) | ({"required": needed} if needed else {})


def _whole(profile: Profile, path: str, below: dict[str, list[str]]) -> Schema:
    node = _value(profile.places[path])
    kinds, items = node.get("type", []), f"{path}.$"
    if "object" in kinds:
        node |= _holder(profile, path, below)
    if "array" in kinds and items in profile.places:
        node["items"] = _value(profile.places[items]) | _holder(profile, items, below)
    return node


def _value(place: Place) -> Schema:
    kinds = types_of(place)
    node: Schema = {"type": kinds[0] if len(kinds) == 1 else kinds} if kinds else {}
    if [kind for kind in kinds if kind != "null"] == ["string"]:
        form, values = format_of(place), enum_of(place)
        if form is not None:
            node["format"] = form
        elif values is not None:
            node["enum"] = [*values, *([None] if "null" in kinds else [])]
    return node

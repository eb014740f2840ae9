"""What each broken keyword is called in words, for people and as Segment says it."""

from collections.abc import Callable
from typing import Any

import jsonschema_rs

from trackingplans.domain import engine
from trackingplans.domain.findings import Step, dotted
from trackingplans.domain.nearest import nearest
from trackingplans.domain.sentences import (
    FORMATS,
    came,
    kind_of,
    listed,
    named,
    one_of,
    plain_value,
    shown,
)

Words = tuple[str, str | None, str, str]  # sentence, expected, Segment's type, Segment's text


def format_of(kind: Any) -> str | None:
    if isinstance(kind, jsonschema_rs.ValidationErrorKind.Format):
        return kind.format
    if isinstance(kind, jsonschema_rs.ValidationErrorKind.Pattern):
        return engine.PATTERNS_OF_FORMATS.get(kind.pattern)
    return None


def words(keyword: str, kind: Any, steps: tuple[Step, ...], value: Any) -> Words:
    it, given = named(steps), value
    format_name = format_of(kind)
    if format_name is not None:
        expected = FORMATS.get(format_name, format_name)
        return f"{it} should be {expected}.", expected, "Format", f"Does not match format '{format_name}'"
    say = _SAYINGS.get(kind.name)
    if say is not None:
        return say(it, kind, dotted(steps), given)
    return f"{it} does not fit its rule ({keyword}).", None, keyword.title(), keyword


def _type(it: str, kind: Any, _path: str, value: Any) -> Words:
    kinds = sorted(kind.types, key=lambda name: (name == "null", name))
    expected = one_of(kinds)
    told = kinds[0] if len(kinds) == 1 else f"[{','.join(kinds)}]"
    text = f"Invalid type. Expected: {told}, given: {kind_of(value)}"
    came_now = came(value)
    if kinds == ["integer"] and isinstance(value, float):
        came_now = came_now.replace("a number came", "a number with a fraction came")
    return f"{it} should be {expected}, but {came_now}.", expected, "Invalid Type", text


def _enum(it: str, kind: Any, path: str, _value: Any) -> Words:
    options = kind.options
    text = f"{path} must be one of the following: {', '.join(shown(option) for option in options)}"
    return f"{it} is none of the values the plan allows.", f"one of {listed(options)}", "Enum", text


def _const(it: str, kind: Any, path: str, _value: Any) -> Words:
    only = shown(kind.expected_value)
    return f"{it} is not the one value the plan allows.", only, "Const", f"{path} does not match: {only}"


def _pattern(it: str, kind: Any, _path: str, _value: Any) -> Words:
    expected = f"text that matches {plain_value(kind.pattern)}"
    text = f"Does not match pattern '{kind.pattern}'"
    return f"{it} does not have the form the plan asks for.", expected, "Pattern", text


def _bound(label: str, sentence: str, segment: str) -> Callable[[str, Any, str, Any], Words]:
    def say(it: str, kind: Any, _path: str, _value: Any) -> Words:
        limit = plain_value(kind.as_dict().get("limit", kind.as_dict().get("multiple_of")))
        told = sentence.format(limit=limit)
        expected = told.removeprefix("be ").removeprefix("have ")
        return f"{it} should {told}.", expected, label, segment.format(limit=limit)

    return say


def _said(
    sentence: str, expected: str | None, label: str, segment: str
) -> Callable[[str, Any, str, Any], Words]:
    def say(it: str, _kind: Any, _path: str, _value: Any) -> Words:
        return sentence.format(it=it), expected, label, segment

    return say


def _property_names(it: str, kind: Any, _path: str, _value: Any) -> Words:
    name = shown(kind.error.instance)
    text = f"Property name of {name} does not match"
    return (
        f"{it} has a property with a name that the plan does not allow.",
        None,
        "Invalid Property Name",
        text,
    )


def _unique(it: str, _kind: Any, _path: str, value: Any) -> Words:
    same = next(
        (f"{i},{j}" for j in range(min(len(value), 200)) for i in range(j) if _are_same(value[i], value[j])),
        "",
    )
    return f"{it} repeats an item.", "different items", "Unique", f"array items[{same}] must be unique"


def _are_same(one: Any, other: Any) -> bool:
    return bool(one == other) and isinstance(one, bool) == isinstance(other, bool)


_SAYINGS: dict[str, Callable[[str, Any, str, Any], Words]] = {
    "type": _type,
    "enum": _enum,
    "const": _const,
    "pattern": _pattern,
    "propertyNames": _property_names,
    "minLength": _bound(
        "String Gte",
        "have {limit} characters or more",
        "String length must be greater than or equal to {limit}",
    ),
    "maxLength": _bound(
        "String Lte", "have at most {limit} characters", "String length must be less than or equal to {limit}"
    ),
    "minimum": _bound("Number Gte", "be {limit} or more", "Must be greater than or equal to {limit}"),
    "exclusiveMinimum": _bound("Number Gt", "be more than {limit}", "Must be greater than {limit}"),
    "maximum": _bound("Number Lte", "be {limit} or less", "Must be less than or equal to {limit}"),
    "exclusiveMaximum": _bound("Number Lt", "be less than {limit}", "Must be less than {limit}"),
    "multipleOf": _bound("Multiple Of", "be a multiple of {limit}", "Must be a multiple of {limit}"),
    "minItems": _bound(
        "Array Min Items", "have {limit} items or more", "Array must have at least {limit} items"
    ),
    "maxItems": _bound(
        "Array Max Items", "have at most {limit} items", "Array must have at most {limit} items"
    ),
    "minProperties": _bound(
        "Array Min Properties", "have {limit} properties or more", "Must have at least {limit} properties"
    ),
    "maxProperties": _bound(
        "Array Max Properties", "have at most {limit} properties", "Must have at most {limit} properties"
    ),
    "additionalItems": _bound(
        "Array No Additional Items", "have at most {limit} items", "No additional items allowed on array"
    ),
    "uniqueItems": _unique,
    "contains": _said(
        "{it} lacks an item of the kind the plan asks for.",
        None,
        "Contains",
        "At least one of the items must match",
    ),
    "anyOf": _said(
        "{it} fits none of the forms the plan allows.",
        "one of several forms",
        "Number Any Of",
        "Must validate at least one schema (anyOf)",
    ),
    "oneOf": _said(
        "{it} should fit exactly one of the forms the plan allows.",
        "exactly one of several forms",
        "Number One Of",
        "Must validate one and only one schema (oneOf)",
    ),
    "not": _said(
        "{it} has a form that the plan rules out.", None, "Number Not", "Must not validate the schema (not)"
    ),
    "falseSchema": _said("{it} must not be sent.", "nothing", "False", "False always fails validation"),
}


def meant_value(kind: Any, value: Any) -> str | None:
    """The allowed value that a text which came was surely meant to be."""
    if not isinstance(kind, jsonschema_rs.ValidationErrorKind.Enum) or not isinstance(value, str):
        return None
    return nearest(value, [option for option in kind.options if isinstance(option, str)])


def suggestion(kind: Any, value: Any, meant: str | None) -> str | None:
    """What to do about it, when that is plain. Says no value of the message."""
    if meant is not None:
        return f"Did you mean {meant}?"
    return (
        _conversion(kind.types, value) if isinstance(kind, jsonschema_rs.ValidationErrorKind.Type) else None
    )


def _conversion(kinds: list[str], value: Any) -> str | None:
    if isinstance(value, str) and {"number", "integer"} & set(kinds):
        return "Send the number without quotes." if _is_number(value) else None
    if isinstance(value, str) and "boolean" in kinds:
        return "Send true or false without quotes." if value.lower() in ("true", "false") else None
    if "string" in kinds and isinstance(value, int | float):
        return "Send it in quotes."
    return None


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return len(text) < 400 and not text.isspace()

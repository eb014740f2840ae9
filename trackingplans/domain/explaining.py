"""Errors of the engine -> findings."""

from collections.abc import Iterable
from typing import Any

import jsonschema_rs

from trackingplans.domain import schemas, wording
from trackingplans.domain.findings import Family, Finding, Step, dotted
from trackingplans.domain.sentences import came, kind_of, named, shown

MISSING = object()
_MOST_REMEMBERED = 2000
_KINDS = jsonschema_rs.ValidationErrorKind
_GAVE_UP = (_KINDS.BacktrackLimitExceeded, _KINDS.RegexEngineFailure)
_TOO_MANY = (_KINDS.AdditionalProperties, _KINDS.UnevaluatedProperties)
_CLOSING = ("additionalProperties", "unevaluatedProperties")


class Explainer:
    """Explains the errors of one schema. Remembers what it said: the same thing goes wrong again and again.

    `prefix` stands before every code, `root` before every path: where in the message the schema's values lie.
    """

    def __init__(self, prefix: str = "", root: tuple[Step, ...] = ()) -> None:
        self._prefix = prefix
        self._root = root
        self._said: dict[tuple[object, ...], Finding] = {}

    def explained(self, error: jsonschema_rs.ValidationError, message: Any) -> list[Finding]:
        """What one error about this value says: a finding; one for each property where a closed object has too many.

        None when the engine gave up on a pattern with look-around: then nobody knows whether the text fits.
        """
        here = tuple(error.instance_path)
        return self.said(error.kind, here, tuple(error.schema_path), value_at(message, here))

    def said(self, kind: Any, here: tuple[Step, ...], path: tuple[Step, ...], value: Any) -> list[Finding]:
        """The same of an error that was taken apart. `here`: its value's place, below `root`."""
        if isinstance(kind, _GAVE_UP):
            return []
        steps = self._root + here
        if isinstance(kind, _KINDS.Required):
            if isinstance(value, dict) and kind.property in value:
                return []  # the engine says so of one that is both required and not allowed
            return [self._remembered((steps, path, kind.property), self._missing, kind)]
        names = unexpected(kind, path, value)
        if names is not None:
            return [self._forbidden(path, steps, name) for name in names]
        told = _depends_on(kind, value)
        template = self._remembered((steps, path, told), self._broken, kind, value)
        return [template.about(None if value is MISSING else shown(value))]

    def _remembered(self, key: tuple[Any, ...], explain: Any, *what: Any) -> Finding:
        known = self._said.get(key)
        if known is None:
            if len(self._said) >= _MOST_REMEMBERED:
                self._said.clear()
            known = self._said[key] = explain(key[0], key[1], *what)
        return known

    def _code(self, keyword: str) -> str:
        return self._prefix + code_of(keyword)

    def _missing(self, steps: tuple[Step, ...], path: tuple[Step, ...], kind: Any) -> Finding:
        keyword, name = keyword_of(path, kind), kind.property
        if keyword == "required":
            missing = (*steps, name)
            return Finding(
                family=Family.VIOLATION,
                code=self._code(keyword),
                steps=missing,
                message=f"{named(missing)} is missing.",
                expected="a value",
                segment_type="Required",
                segment_text=f"{dotted(missing)} is required",
            )
        return Finding(
            family=Family.VIOLATION,
            code=self._code(keyword),
            steps=steps,
            message=f"{named(steps)} lacks a property that must come along with another one.",
            expected=f"`{name}`",
            segment_type="Missing Dependency",
            segment_text=f"Has a dependency on {name}",
        )

    def _forbidden(self, path: tuple[Step, ...], steps: tuple[Step, ...], name: str) -> Finding:
        return Finding(
            family=Family.VIOLATION,
            code=self._code(str(path[-1])),
            steps=steps,
            message=f"{named(steps)} has a property that its rule does not allow.",
            expected="only the properties of the rule",
            actual=shown(name),
            segment_type="Additional Property Not Allowed",
            segment_text=f"Additional property {shown(name)[1:-1]} is not allowed",
        )

    def _broken(self, steps: tuple[Step, ...], path: tuple[Step, ...], kind: Any, value: Any) -> Finding:
        keyword = keyword_of(path, kind)
        it = None if value is MISSING else value
        sentence, expected, segment_type, segment_text = wording.words(keyword, kind, steps, it)
        meant = wording.meant_value(kind, it)
        return Finding(
            family=Family.VIOLATION,
            code=self._code(keyword),
            steps=steps,
            message=sentence,
            expected=expected,
            suggestion=wording.suggestion(kind, it, meant),
            meant=meant,
            segment_type=segment_type,
            segment_text=segment_text,
        )


def unexpected(kind: Any, path: tuple[Step, ...], value: Any) -> Iterable[str] | None:
    """The properties of a closed object that are too many; None when the error says something else."""
    if isinstance(kind, _TOO_MANY):
        return kind.unexpected
    is_closed = isinstance(kind, _KINDS.FalseSchema) and path[-1:] and path[-1] in _CLOSING
    return value if is_closed and isinstance(value, dict) else None


def keyword_of(path: tuple[Step, ...], kind: Any) -> str:
    """The keyword that was broken, by its place in the schema: the engine's own names follow other rules."""
    if isinstance(kind, _KINDS.PropertyNames):
        return "propertyNames"
    if wording.format_of(kind) is not None:
        return "format"
    keywords = schemas.keywords_of(path)
    if isinstance(kind, _KINDS.FalseSchema):
        return keywords[-1] if keywords and keywords[-1] in schemas.SINGLES else "falseSchema"
    return keywords[-1] if keywords else str(kind.name)


def code_of(keyword: str) -> str:
    """A keyword in snake_case."""
    return "".join(f"_{char.lower()}" if char.isupper() else char for char in keyword).lstrip("_$")


def value_at(message: Any, steps: tuple[Step, ...]) -> Any:
    """The value at a path; a marker when the path leads nowhere."""
    for step in steps:
        try:
            message = message[step]
        except (KeyError, IndexError, TypeError):
            return MISSING
    return message


def _depends_on(kind: Any, value: Any) -> object:
    """What of the value the words about it depend on."""
    if isinstance(kind, _KINDS.Type):
        return kind_of(value), came(value), wording.suggestion(kind, value, None)
    if isinstance(kind, _KINDS.Enum):
        return value if isinstance(value, str) and len(value) < 100 else None
    if isinstance(kind, _KINDS.UniqueItems):
        return shown(value, 2000)
    return shown(kind.error.instance) if isinstance(kind, _KINDS.PropertyNames) else None

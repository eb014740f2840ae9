"""The JSON Schema engine: the one place that makes validators.

Linear-time patterns, asserted formats, no network.
"""

from functools import lru_cache
from typing import Any

import jsonschema_rs

from trackingplans.domain import schemas

BACKTRACK_LIMIT = 2_000
UUID = "^[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$"
DURATION = (
    r"^P(?:\d+W|(?:\d+Y(?:\d+M(?:\d+D)?)?|\d+M(?:\d+D)?|\d+D)?"
    r"(?:T(?:\d+H(?:\d+M(?:\d+S)?)?|\d+M(?:\d+S)?|\d+S))?)$"
)
FORMATS_AS_PATTERNS = {"uuid": UUID, "duration": DURATION}
PATTERNS_OF_FORMATS = {pattern: name for name, pattern in FORMATS_AS_PATTERNS.items()}

_CLASSES = {
    "draft-04": jsonschema_rs.Draft4Validator,
    "draft-06": jsonschema_rs.Draft6Validator,
    "draft-07": jsonschema_rs.Draft7Validator,
    "2019-09": jsonschema_rs.Draft201909Validator,
    "2020-12": jsonschema_rs.Draft202012Validator,
}
_UNASSERTED = ("contentEncoding", "contentMediaType", "contentSchema")


class UnusableSchema(ValueError):
    """The engine refuses the schema. `at` is the place inside of it when the engine tells."""

    def __init__(self, message: str, at: schemas.Pointer = ()) -> None:
        super().__init__(message)
        self.message = message
        self.at = at


def prepared(schema: Any) -> Any:
    """The schema as the engine should see it.

    `$id`s go when nothing refers to them (Segment's and Typewriter's are labels, not addresses); formats
    that the draft would leave unchecked become patterns; what is never asserted goes.
    """
    has_references = any(isinstance(node, dict) and "$ref" in node for _, node in schemas.walk(schema))
    is_old = schemas.draft_of(schema) in schemas.OLD_DRAFTS

    def rewrite(node: dict[str, Any]) -> dict[str, Any]:
        for keyword in _UNASSERTED:
            node.pop(keyword, None)
        if not has_references:
            node.pop("$id", None)
            node.pop("id", None)
        pattern = FORMATS_AS_PATTERNS.get(node["format"]) if is_old and _names_format(node) else None
        if pattern is not None:
            node = {**node, "allOf": [*node.get("allOf", []), {"pattern": pattern}]}
        return node

    return schemas.rewritten(schema, rewrite)


def validator(schema: Any, registry: jsonschema_rs.Registry | None = None) -> jsonschema_rs.Validator:
    """A validator for a prepared schema. Raises `UnusableSchema`.

    `registry` holds what `$ref`s may point at outside of the schema; without it they point at nothing.
    """
    make = _CLASSES[schemas.draft_of(schema)]
    linear, fancy = jsonschema_rs.RegexOptions(), jsonschema_rs.FancyRegexOptions(BACKTRACK_LIMIT)
    try:
        return make(schema, pattern_options=linear, validate_formats=True, registry=registry, offline=True)
    except (ValueError, RecursionError, UnicodeError):
        pass
    try:
        return make(schema, pattern_options=fancy, validate_formats=True, registry=registry, offline=True)
    except jsonschema_rs.ValidationError as error:
        raise UnusableSchema(error.message, tuple(error.instance_path)) from None
    except (ValueError, RecursionError, UnicodeError) as error:
        raise UnusableSchema(str(error)) from None


@lru_cache(maxsize=4096)
def is_linear(pattern: str) -> bool:
    """Whether a pattern is matched in a time that only grows with the text: no look-around, no back-references."""
    try:
        jsonschema_rs.Draft7Validator(
            {"pattern": pattern}, pattern_options=jsonschema_rs.RegexOptions(), offline=True
        )
    except (ValueError, RecursionError, UnicodeError):
        return False
    return True


def _names_format(node: dict[str, Any]) -> bool:
    return isinstance(node.get("format"), str)

"""Schemas that cannot be used, found when a plan is saved.

Each problem names its place in the plan's document.
"""

from collections.abc import Iterator
from functools import cache
from typing import Any

import jsonschema_rs
import msgspec

from trackingplans.domain import engine, schema_costs, schemas
from trackingplans.domain.findings import dotted
from trackingplans.domain.plan import Plan, Problem
from trackingplans.domain.sentences import KINDS, listed, one_of

MAX_BYTES = 256 * 1024
MAX_DEPTH = 64
MAX_PROBLEMS = 50

_METASCHEMAS = {
    "draft-04": "http://json-schema.org/draft-04/schema#",
    "draft-06": "http://json-schema.org/draft-06/schema#",
    "draft-07": "http://json-schema.org/draft-07/schema#",
    "2019-09": "https://json-schema.org/draft/2019-09/schema",
    "2020-12": "https://json-schema.org/draft/2020-12/schema",
}
_TYPES = ("array", "boolean", "integer", "null", "number", "object", "string")


def problems_of(plan: Plan) -> list[Problem]:
    """Every schema of the plan that could not be used, with its place (`rules.3.schema.properties.total.type`).

    Checks the size, the metaschema, every pattern, every `$ref` (only inside of the same schema) and what following
    the references costs.
    """
    found: list[Problem] = []
    for index, rule in enumerate(plan.rules):
        found += schema_problems(rule.schema, ("rules", str(index), "schema"))
    for name, schema in plan.properties.items():
        found += schema_problems(schema, ("properties", name))
    return found


def schema_problems(schema: Any, at: schemas.Pointer = ()) -> list[Problem]:
    """What is wrong with one schema; `at` is its own place."""
    absurd = _absurd(schema)
    if absurd:
        return [_problem(at, (), absurd)]
    found = list(_misshapen(schema, at)) or [*_bad_patterns(schema, at), *_bad_references(schema, at)]
    if found:
        return found[:MAX_PROBLEMS]
    try:
        affordable = schema_costs.is_affordable(schema)
    except schema_costs.EndlessReference:
        return [_problem(at, (), "A `$ref` leads back to itself without end.")]
    if not affordable:
        return [_problem(at, (), "Its references multiply: checking one message could take for ever.")]
    try:
        engine.validator(engine.prepared(schema))
    except engine.UnusableSchema as error:
        return [_problem(at, error.at, "The schema cannot be used: it is not valid JSON Schema here.")]
    return []


def _problem(at: schemas.Pointer, inner: schemas.Pointer, message: str) -> Problem:
    return Problem(dotted(tuple(str(step) for step in (*at, *inner))), message)


def _absurd(schema: Any) -> str:
    """Why a schema is too much of one.

    Told without recursion; the encoder gives up by itself on absurd depth.
    """
    try:
        size = len(msgspec.json.encode(schema))
    except (RecursionError, ValueError, UnicodeError, TypeError):
        return f"The schema nests deeper than {MAX_DEPTH} levels, or holds what JSON cannot."
    if size > MAX_BYTES:
        return f"The schema has {size // 1024:,} KB; {MAX_BYTES // 1024} KB are the most."
    waiting: list[tuple[Any, int]] = [(schema, 1)]
    while waiting:
        node, depth = waiting.pop()
        if depth > MAX_DEPTH:
            return f"The schema nests deeper than {MAX_DEPTH} levels."
        inner = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
        waiting.extend((child, depth + 1) for child in inner if isinstance(child, dict | list))
    return ""


def _misshapen(schema: Any, at: schemas.Pointer) -> Iterator[Problem]:
    """Where the schema is not JSON Schema: told by the fast engine, explained by the talkative one."""
    draft = schemas.draft_of(schema)
    if _metaschema(draft).is_valid(schema):
        return
    import jsonschema  # noqa: PLC0415  # slow to import with all its formats, and few schemas are wrong

    judge = jsonschema.validators.validator_for({"$schema": _METASCHEMAS[draft]})
    for error in judge(judge.META_SCHEMA).iter_errors(schema):
        deepest = _deepest(error)
        yield _problem(at, tuple(deepest.absolute_path), _told(deepest))


@cache
def _metaschema(draft: str) -> jsonschema_rs.Validator:
    """The judge of schemas of a draft: all metaschemas come with the engine."""
    return jsonschema_rs.validator_for(
        {"$schema": _METASCHEMAS[draft], "$ref": _METASCHEMAS[draft]}, validate_formats=False
    )


def _deepest(error: Any) -> Any:
    """The inner error that says most: of alternatives, the one that got furthest into the schema."""
    while error.context and error.validator in ("allOf", "$ref", "$dynamicRef", "$recursiveRef"):
        error = error.context[0]
    return error


def _told(error: Any) -> str:
    where = tuple(error.absolute_path)
    keyword = str(where[-1]) if where else ""
    if keyword == "type" or (len(where) > 1 and where[-2] == "type"):
        return f"Should be one of {', '.join(_TYPES)}, or a list of them."
    if error.validator == "type":
        kinds = error.validator_value if isinstance(error.validator_value, list) else [error.validator_value]
        return f"Should be {one_of(kinds)}, not {KINDS[_json_kind(error.instance)]}."
    if error.validator == "enum":
        return f"Should be one of {listed(error.validator_value)}."
    if error.validator == "uniqueItems":
        return "Should not say the same twice."
    if error.validator in ("minimum", "exclusiveMinimum"):
        return (
            "Should not be a negative number." if error.validator == "minimum" else "Should be more than 0."
        )
    if error.validator == "minItems":
        return "Should not be an empty list."
    return "This is not what JSON Schema allows here."


def _json_kind(value: Any) -> str:
    kinds = {dict: "object", list: "array", str: "string", bool: "boolean", type(None): "null"}
    return kinds.get(type(value), "number")


def _bad_patterns(schema: Any, at: schemas.Pointer) -> Iterator[Problem]:
    for pointer, node in schemas.walk(schema):
        if not isinstance(node, dict):
            continue
        pattern, keyed = node.get("pattern"), node.get("patternProperties")
        places = [((*pointer, "pattern"), pattern)] if isinstance(pattern, str) else []
        places += [
            ((*pointer, "patternProperties", key), key) for key in (keyed if isinstance(keyed, dict) else ())
        ]
        for place, text in places:
            try:
                engine.validator({"pattern": text})
            except engine.UnusableSchema:
                yield _problem(at, place, _PATTERN_ADVICE)


_PATTERN_ADVICE = (
    "This regular expression cannot be used. Patterns follow JavaScript: no (?i), no (?P<name>), "
    "and a - in brackets stands last."
)


def _bad_references(schema: Any, at: schemas.Pointer) -> Iterator[Problem]:
    for pointer, node in schemas.walk(schema):
        if not isinstance(node, dict) or "$ref" not in node:
            continue
        reference = node["$ref"]
        if not isinstance(reference, str):
            yield _problem(at, (*pointer, "$ref"), "Should be text like #/definitions/address.")
        elif not reference.startswith("#"):
            advice = (
                "Points outside of this schema. Copy what it means under `definitions` and refer to that."
            )
            yield _problem(at, (*pointer, "$ref"), advice)
        elif (reference == "#" or reference.startswith("#/")) and schemas.local(schema, reference) is None:
            yield _problem(at, (*pointer, "$ref"), "Points at nothing in this schema.")

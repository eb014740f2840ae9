"""What is wrong inside of the schemas of a plan, although each of them can be used."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from difflib import get_close_matches
from typing import Any

from trackingplans.domain import engine, schemas
from trackingplans.domain.findings import dotted, undotted
from trackingplans.domain.legible import shortened
from trackingplans.domain.linting.contradictions import contradictions
from trackingplans.domain.linting.problem import Found, steps_text
from trackingplans.domain.linting.slots import Described
from trackingplans.domain.plan import Plan, Rule
from trackingplans.domain.schema_problems import schema_problems
from trackingplans.domain.sentences import FORMATS

_OTHER_FORMATS = {
    "url": "uri", "datetime": "date-time", "timestamp": "date-time", "ip": "ipv4", "ip-address": "ipv4",
    "host-name": "hostname", "guid": "uuid", "e-mail": "email", "mail": "email",
}  # fmt: skip
_PLAIN = frozenset(
    ("type", "description", "title", "examples", "default")
)  # nothing in them excludes anything


def about_broken(plan: Plan) -> Iterator[Found]:
    """Schemas that cannot be used at all."""
    for rule, at, schema, name in _schemas(plan):
        for problem in schema_problems(schema):
            inner = undotted(problem.path)
            where = f" at `{problem.path}`" if inner else ""
            yield Found(
                "broken_schema", f"The schema of {name} cannot be used{where}: {problem.message}",
                "Correct it: nothing can be checked by it, and a plan that holds it is not published.",
                rule, at + inner, cause=f"the schema of {name}",
            )  # fmt: skip


def sound(plan: Plan, broken: Sequence[Found]) -> Plan:
    """The plan without its broken schemas; what is asked of schemas after this may count on their shape."""
    if not broken:
        return plan
    rules = {one.rule.identity for one in broken if one.rule}
    shared = {one.steps[1] for one in broken if not one.rule}
    return replace(
        plan,
        rules=tuple(rule for rule in plan.rules if rule.identity not in rules),
        properties={name: schema for name, schema in plan.properties.items() if name not in shared},
    )


def about_schemas(plan: Plan) -> Iterator[Found]:
    """Contradictions, patterns and formats of every rule and of the shared properties."""
    for rule, at, schema, name in _schemas(plan):
        draft = schemas.draft_of(schema)
        for inner, node in schemas.walk(schema, _PLAIN):
            if isinstance(node, dict):
                for one in contradictions(node, draft):
                    yield Found(
                        "contradiction", f"{_subject(at + inner)} {one.message}", one.advice, rule,
                        at + inner + one.at, key=f"{_place(at + inner)}: {one.kind}", cause=name,
                    )  # fmt: skip
                yield from _unsafe(rule, at + inner, node)
                yield from _unknown(rule, at + inner, node)


def _schemas(plan: Plan) -> Iterator[tuple[Rule | None, schemas.Pointer, Any, str]]:
    """Every schema of the plan: its rule, its place in the rule's document (or the plan's), and what to call it."""
    for rule in plan.rules:
        yield rule, ("schema",), rule.schema, f"`{rule.name or rule.type}`"
    for name, schema in plan.properties.items():
        yield None, ("properties", name), schema, f"the shared property `{name}`"


def about_required(event: Described) -> Iterator[Found]:
    """Properties that a rule requires and nowhere declares."""
    for path, steps in event.undeclared.items():
        inner = dotted(path[1:])
        yield Found(
            "required_not_declared",
            f"`{inner}` is required but not declared, so nothing says what it holds.",
            f"Declare `{inner}` with its type, or do not require it. A typing error in one of the two is likely.",
            event.rule, steps, key=inner, cause=f"`{inner}`",
        )  # fmt: skip


def _unsafe(rule: Rule | None, at: schemas.Pointer, node: dict[str, Any]) -> Iterator[Found]:
    pattern, keyed = node.get("pattern"), node.get("patternProperties")
    places: list[tuple[schemas.Pointer, str]] = (
        [((*at, "pattern"), pattern)] if isinstance(pattern, str) else []
    )
    places += [((*at, "patternProperties", key), key) for key in (keyed if isinstance(keyed, dict) else ())]
    for steps, text in places:
        if not engine.is_linear(text):
            yield Found(
                "unsafe_pattern",
                f"{_subject(at)} has a pattern with look-around or back-references: some texts would take very long to "
                "check, so the check gives up after a while.",
                "Write it without look-around and back-references; what it forbids can go into `not`.",
                rule, steps, key=f"{_place(at)}: {text}", cause=f"`{shortened(text, 60)}`",
            )  # fmt: skip


def _unknown(rule: Rule | None, at: schemas.Pointer, node: dict[str, Any]) -> Iterator[Found]:
    name = node.get("format")
    if not isinstance(name, str) or name in FORMATS:
        return
    meant = _OTHER_FORMATS.get(name.lower()) or next(iter(get_close_matches(name, FORMATS, 1, 0.75)), None)
    yield Found(
        "unknown_format",
        f"{_subject(at)} has the format `{name}`, which nothing checks: any text passes.",
        f"Did you mean `{meant}`?" if meant else "Use a format of JSON Schema, or a pattern.",
        rule, (*at, "format"), suggestion=meant, key=f"{_place(at)}: {name}", cause=f"`{name}`",
    )  # fmt: skip


def _subject(at: schemas.Pointer) -> str:
    """The value that a schema is about, as a sentence begins with it: `products.$.price`."""
    names = _names(at)
    inner = names[1:] if len(names) > 1 and names[0] in ("properties", "traits") else names
    return f"`{dotted(tuple(inner))}`" if inner else "The message"


def _place(at: schemas.Pointer) -> str:
    return dotted(tuple(_names(at))) if _names(at) else steps_text(at)


def _names(at: schemas.Pointer) -> list[str]:
    """The names of properties on the way to a schema, `$` for the items of a list."""
    if at and at[0] == "properties":  # a shared property
        return [str(at[1]), *_names(("schema", *at[2:]))]
    names = []
    steps = iter(at[1:])
    for step in steps:
        if step in (
            "properties",
            "patternProperties",
            "definitions",
            "$defs",
            "dependencies",
            "dependentSchemas",
        ):
            name = next(steps, None)
            if step != "dependencies" and step != "dependentSchemas" and name is not None:
                names.append(str(name))
        elif step == "items":
            names.append("$")
    return names

"""Segment's Public API: rules with the JSON Schema of the whole message, in whatever envelope they came.

Everything of the file that is not ours to edit stays, as it stood, under `origin`: the envelope with its
rules taken out, and each rule with its schema taken out. Writing puts the schemas back and changes only what
was edited since.
"""

from collections.abc import Callable
from typing import Any

from trackingplans.domain.findings import Step, dotted
from trackingplans.domain.plan import Problem
from trackingplans.interchange import segment_flat, uncarried
from trackingplans.interchange.carrying import Carried, Written, origin_of, refuse

NAME = "segment"
TYPES = {"track", "identify", "group", "page", "screen", "common"}
NAMED_TYPES = {"track", "page", "screen"}
NEVER_DEPRECATED = "0001-01-01T00:00:00"
DEEPEST_ENVELOPE = 4

Document = dict[str, Any]


def recognises(value: Any) -> bool:
    return _rules_place(value) is not None


def read(value: Any) -> Carried:
    """The plan document of a Segment plan; its format is `segment-flat` where any rule's schema is flat.

    Raises PlanError naming each rule that cannot be one.
    """
    at = _rules_place(value) or ()
    raw_rules = _get(value, at)
    flat = segment_flat.is_flat_plan(raw_rules)
    problems: list[Problem] = []
    rules = [
        _read_rule(raw, (*at, index), problems, in_flat_plan=flat) for index, raw in enumerate(raw_rules)
    ]
    refuse(problems)
    is_flat = any("flat" in rule["origin"] for rule in rules)
    described = _described(value, at)
    document: Document = {"planwright": 1, "name": described.get("name", "")}
    if "description" in described:
        document["description"] = described["description"]
    document["origin"] = {
        "format": segment_flat.NAME if is_flat else NAME,
        "rules_at": list(at),
        "frame": _replaced(value, at, []),
    }
    document["rules"] = rules
    return Carried(document["origin"]["format"], document)


def write(document: Document) -> Written:
    """The Public API shape; a plan that came in such a shape goes back into its own envelope."""

    def schema_of(rule: Document) -> tuple[segment_flat.Schema | bool | None, list[str]]:
        kept = origin_of(rule).get("flat")
        has_more = segment_flat.is_origin(kept) and kept["aside"]
        return rule.get("schema", {}), ["Typewriter's own “$id” and “eventMetadata”"] if has_more else []

    return _write(document, schema_of)


def write_flat(document: Document) -> Written:
    """Typewriter's cache: each rule's schema is that of its properties or traits alone."""
    came_flat = origin_of(document).get("format") == segment_flat.NAME

    def schema_of(rule: Document) -> tuple[segment_flat.Schema | bool | None, list[str]]:
        origin = origin_of(rule)
        if came_flat and "rule" in origin and "flat" not in origin:
            return rule.get("schema", {}), []
        return segment_flat.unwrapped(rule)

    return _write(document, schema_of)


def _write(
    document: Document, schema_of: Callable[[Document], tuple[segment_flat.Schema | bool | None, list[str]]]
) -> Written:
    losses = uncarried.Losses()
    written = []
    for rule in document.get("rules", []):
        schema, lost = schema_of(rule)
        losses.add(lost)
        if schema is not None:
            losses.add(uncarried.of_rule(rule, _meta_of(_frame(rule) or {})))
            written.append(_write_rule(rule, schema))
    losses.add(uncarried.of_plan(document))
    return Written(_enveloped(document, written, losses), losses.sentences())


def _enveloped(document: Document, rules: list[Document], losses: uncarried.Losses) -> Any:
    """The rules in the envelope they came in, name and description as they are now."""
    origin = origin_of(document)
    frame, at = origin.get("frame"), origin.get("rules_at")
    at = tuple(at) if isinstance(at, list) else ()
    if not isinstance(_get(frame, at), list):
        described = {key: document[key] for key in ("name", "description") if document.get(key)}
        return described | {"rules": rules}
    place = _described_place(frame, at)
    before = _described(frame, at) | ({"name": origin["named"]} if "named" in origin else {})
    for key in ("name", "description"):
        now = document.get(key, "")
        if now != before.get(key, "") and place is None:
            losses.add([f"the plan's {key}"])
        elif now != before.get(key, "") and place is not None:
            frame = _replaced(frame, (*place, key), now)
    return _replaced(frame, at, rules)


def _read_rule(raw: Any, place: tuple[Step, ...], problems: list[Problem], *, in_flat_plan: bool) -> Document:
    if not isinstance(raw, dict):
        problems.append(Problem(dotted(place), "A rule must be an object."))
        return {"origin": {}}
    kind, name, version = _identity(raw)
    if kind not in TYPES:
        known = ", ".join(sorted(word.upper() for word in TYPES))
        problems.append(Problem(dotted((*place, "type")), f"The type of a rule must be one of {known}."))
    if not isinstance(name, str | None) or (kind == "track" and not name):
        problems.append(Problem(dotted((*place, "key")), "The key must be text: the name of the event."))
    if version is None:
        problems.append(Problem(dotted((*place, "version")), "The version must be a whole number."))
    schema = raw.get("jsonSchema", {})
    if not isinstance(schema, dict | bool):
        problems.append(Problem(dotted((*place, "jsonSchema")), "The schema must be an object."))
        return {"origin": {}}
    rule: Document = {"type": kind, "name": name, "version": version, "schema": schema}
    if name is None:
        del rule["name"]
    if meta := _meta_of(raw):
        rule["meta"] = meta
    rule["origin"] = {"rule": {key: None if key == "jsonSchema" else child for key, child in raw.items()}}
    if isinstance(schema, dict) and segment_flat.is_flat(kind, schema, in_flat_plan=in_flat_plan):
        rule["schema"], rule["origin"]["flat"] = segment_flat.wrapped(kind, schema)
    return rule


def _identity(raw: Document) -> tuple[str, Any, int | None]:
    """Type, name and version of a Segment rule as our document has them; version None if it is no number."""
    kind = raw.get("type")
    kind = kind.lower() if isinstance(kind, str) else ""
    key = raw.get("key")
    name = None if kind not in NAMED_TYPES or (key == "" and kind != "track") else key
    version = raw.get("version")
    if isinstance(version, str) and version.isdecimal() and len(version) < 10:
        version = int(version)
    if version is None:
        version = 1
    is_whole = not isinstance(version, bool) and isinstance(version, int | float) and version == int(version)
    return kind, name, int(version) if is_whole else None


def _frame(rule: Document) -> Document | None:
    """The rule as it came, its schema taken out."""
    frame = origin_of(rule).get("rule")
    return frame if isinstance(frame, dict) else None


def _meta_of(raw: Document) -> Document:
    since = raw.get("deprecatedAt")
    if isinstance(since, str) and since and not since.startswith(NEVER_DEPRECATED):
        return {"status": "deprecated"}
    return {}


def _write_rule(rule: Document, schema: Any) -> Document:
    now = {"type": rule["type"], "key": rule.get("name"), "version": rule.get("version", 1)}
    frame = _frame(rule)
    if frame is None:
        frame = {"type": "", "key": None, "jsonSchema": None, "version": 0}
        if not rule.get("name"):
            del frame["key"]
    kind, name, version = _identity(frame)
    written = dict(frame)
    if kind != now["type"]:
        written["type"] = rule["type"].upper()
    if name != now["key"]:
        written["key"] = now["key"]
    if version != now["version"]:
        written["version"] = now["version"]
    if "jsonSchema" in frame or schema:
        written["jsonSchema"] = schema
    return written


def _rules_place(value: Any) -> tuple[Step, ...] | None:
    """The steps to the list of rules: the value itself, or the nearest `rules` key some objects below it."""
    if isinstance(value, list):
        return () if value and _are_rules(value) else None
    places: list[tuple[Step, ...]] = []
    level: list[tuple[tuple[Step, ...], Any]] = [((), value)]
    for _ in range(DEEPEST_ENVELOPE):
        objects = [(steps, node) for steps, node in level if isinstance(node, dict)]
        places += [(*steps, "rules") for steps, node in objects if _may_be_rules(node.get("rules"))]
        level = [((*steps, key), child) for steps, node in objects for key, child in node.items()]
    likely = (place for place in places if _are_rules(_get(value, place)))
    return next(likely, places[0] if places else None)


def _may_be_rules(found: Any) -> bool:
    """Whether a list looks like Segment's, its mistakes included; other tools have lists called `rules` too."""
    if not isinstance(found, list):
        return False
    return not found or any(
        isinstance(one, dict) and ("jsonSchema" in one or str(one.get("type")).lower() in TYPES)
        for one in found
    )


def _are_rules(found: list[Any]) -> bool:
    return all(isinstance(one, dict) and "jsonSchema" in one for one in found)


def _described_place(frame: Any, at: tuple[Step, ...]) -> tuple[Step, ...] | None:
    """The steps to the object that says the plan's name: the one with the rules, or a plan beside them."""
    if not at:
        return None
    for steps in (at[:-1], (*at[:-1], "trackingPlan"), (*at[:-1], "tracking_plan")):
        node = _get(frame, steps)
        if isinstance(node, dict) and isinstance(node.get("name"), str):
            return steps
    return None


def _described(value: Any, at: tuple[Step, ...]) -> dict[str, str]:
    place = _described_place(value, at)
    node = {} if place is None else _get(value, place)
    return {key: node[key] for key in ("name", "description") if isinstance(node.get(key), str)}


def _get(value: Any, steps: tuple[Step, ...]) -> Any:
    for step in steps:
        value = value.get(step) if isinstance(value, dict) else None
    return value


def _replaced(value: Any, steps: tuple[Step, ...], new: Any) -> Any:
    """A copy of `value` with `new` at the steps, all else shared."""
    if not steps:
        return new
    return {**value, steps[0]: _replaced(value.get(steps[0]), steps[1:], new)}

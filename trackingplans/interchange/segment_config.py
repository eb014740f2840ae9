"""Segment's old Config API: one object with a schema for each call type and a list of events.

As with the Public API, what is not ours to edit stays under `origin`: the envelope with its rules taken out, and
each event with its schema taken out.
"""

from typing import Any

from trackingplans.domain.findings import Step, dotted
from trackingplans.domain.plan import PlanError, Problem
from trackingplans.interchange import uncarried
from trackingplans.interchange.carrying import Carried, Written, origin_of, refuse

NAME = "segment-config"
_SECTIONS = {"global": "common", "identify": "identify", "group": "group"}
_RULES = {*_SECTIONS, "events"}
_SENTENCE = "Should be the JSON Schema of the whole message, an object."

Document = dict[str, Any]


def recognises(value: Any) -> bool:
    return _plans(value) is not None


def read(value: Any) -> Carried:
    """The plan document of a Config API plan. Raises PlanError naming each rule that cannot be one."""
    places = _plans(value) or []
    if len(places) != 1:
        raise PlanError([Problem("tracking_plans", f"Holds {len(places)} plans. Give one of them.")])
    at = places[0]
    plan = _get(value, at)
    problems: list[Problem] = []
    rules = [rule for rule in _read_sections(plan["rules"], (*at, "rules"), problems) if rule]
    rules += _read_events(plan["rules"].get("events"), (*at, "rules", "events"), problems)
    refuse(problems)
    name = plan.get("display_name")
    document: Document = {"planwright": 1, "name": name if isinstance(name, str) else ""}
    kept = {
        key: child for key, child in plan["rules"].items() if key != "events" and not _has_schema(key, child)
    }
    document["origin"] = {
        "format": NAME,
        "plan_at": list(at),
        "frame": _replaced(value, at, {**plan, "rules": kept}),
        "order": list(plan["rules"]),
    }
    document["rules"] = rules
    return Carried(NAME, document)


def write(document: Document) -> Written:
    """The Config API shape; a plan that came in it goes back into its own envelope."""
    losses = uncarried.Losses()
    sections: Document = {}
    events = []
    for rule in document.get("rules", []):
        section = next((key for key, kind in _SECTIONS.items() if kind == rule["type"]), None)
        if rule["type"] == "track":
            events.append(_write_event(rule))
        elif section is not None and section not in sections:
            sections[section] = rule.get("schema", {})
            losses.add(_of_section(rule))
        else:
            losses.add(
                [f"a rule for {rule['type']} calls"] if section is None else ["a further version of a rule"]
            )
            continue
        losses.add(uncarried.of_rule(rule, {}))
    losses.add(uncarried.of_plan(document))
    if document.get("description"):
        losses.add(["the plan's description"])
    return Written(_enveloped(document, sections, events), losses.sentences())


def _of_section(rule: Document) -> list[str]:
    """What a section, which is a schema alone, does not say of its rule."""
    lost = [] if rule.get("version", 1) == 1 else ["the version of a rule"]
    return lost if rule.get("schema") else [*lost, "a rule that says nothing"]


def _read_sections(rules: Document, at: tuple[Step, ...], problems: list[Problem]) -> list[Document]:
    found = []
    for section, kind in _SECTIONS.items():
        schema = rules.get(section)
        if _has_schema(section, schema):
            found.append({"type": kind, "version": 1, "schema": schema, "origin": {"section": section}})
        elif schema:
            problems.append(Problem(dotted((*at, section)), _SENTENCE))
    return found


def _has_schema(section: str, schema: Any) -> bool:
    return section in _SECTIONS and isinstance(schema, dict) and bool(schema)


def _read_events(events: Any, at: tuple[Step, ...], problems: list[Problem]) -> list[Document]:
    if not isinstance(events, list | None):
        problems.append(Problem(dotted(at), "Should be a list of events."))
        return []
    return [_read_event(raw, (*at, index), problems) for index, raw in enumerate(events or [])]


def _read_event(raw: Any, at: tuple[Step, ...], problems: list[Problem]) -> Document:
    if not isinstance(raw, dict):
        problems.append(Problem(dotted(at), "An event must be an object."))
        return {}
    name, version, schema = raw.get("name"), raw.get("version", 1), raw.get("rules", {})
    if not isinstance(name, str) or not name:
        problems.append(Problem(dotted((*at, "name")), "Should be the name of the event."))
    if isinstance(version, bool) or not isinstance(version, int):
        problems.append(Problem(dotted((*at, "version")), "The version must be a whole number."))
    if not isinstance(schema, dict):
        problems.append(Problem(dotted((*at, "rules")), _SENTENCE))
        return {}
    origin: Document = {"event": {key: None if key == "rules" else child for key, child in raw.items()}}
    described = raw.get("description")
    if isinstance(described, str) and "description" not in schema:
        schema = _described(schema, described)
        origin["moved"] = True
    return {"type": "track", "name": name, "version": version, "schema": schema, "origin": origin}


def _described(schema: Document, description: str) -> Document:
    """The schema with the description of its event, where the other shapes have it."""
    front = {key: schema[key] for key in ("$schema", "type") if key in schema}
    return front | {"description": description} | schema


def _write_event(rule: Document) -> Document:
    schema = rule.get("schema", {})
    origin = origin_of(rule)
    frame = origin.get("event")
    is_new = not isinstance(frame, dict)
    written: Document = {"name": "", "description": "", "version": 0, "rules": None}
    if isinstance(frame, dict):
        written = dict(frame)
    written["name"] = rule.get("name", "")
    if rule.get("version", 1) != written.get("version", 1):
        written["version"] = rule.get("version", 1)
    if isinstance(schema, dict) and (is_new or origin.get("moved")):
        written["description"] = schema.get("description", "")
        schema = {key: child for key, child in schema.items() if key != "description"}
    if "rules" in written or schema:
        written["rules"] = schema
    return written


def _enveloped(document: Document, sections: Document, events: list[Document]) -> Any:
    origin = origin_of(document)
    frame, place = origin.get("frame"), origin.get("plan_at")
    at = tuple(place) if isinstance(place, list) else ()
    plan = _get(frame, at)
    if not isinstance(plan, dict) or not isinstance(plan.get("rules"), dict):
        empty: Document = {"global": {}, "identify": {}, "group": {}}
        return {"display_name": document.get("name", ""), "rules": empty | sections | {"events": events}}
    order = [key for key in origin.get("order") or [] if isinstance(key, str)]
    found = plan["rules"] | sections | ({"events": events} if "events" in order or events else {})
    rules = {key: found.get(key, {}) for key in order} | found
    before = origin.get("named", plan.get("display_name", ""))
    named = {} if document.get("name", "") == before else {"display_name": document.get("name", "")}
    return _replaced(frame, at, plan | named | {"rules": rules})


def _plans(value: Any) -> list[tuple[Step, ...]] | None:
    """The steps to each plan in a value; None when it is nothing of the Config API."""
    if not isinstance(value, dict):
        return None
    if _is_plan(value):
        return [()]
    if _is_plan(value.get("tracking_plan")):
        return [("tracking_plan",)]
    many = value.get("tracking_plans")
    if isinstance(many, list) and many and all(map(_is_plan, many)):
        return [("tracking_plans", index) for index in range(len(many))]
    return None


def _is_plan(value: Any) -> bool:
    rules = value.get("rules") if isinstance(value, dict) else None
    return isinstance(rules, dict) and bool(_RULES & rules.keys())


def _get(value: Any, steps: tuple[Step, ...]) -> Any:
    for step in steps:
        if isinstance(step, int):
            value = value[step] if isinstance(value, list) and step < len(value) else None
        else:
            value = value.get(step) if isinstance(value, dict) else None
    return value


def _replaced(value: Any, steps: tuple[Step, ...], new: Any) -> Any:
    """A copy of `value` with `new` at the steps, all else shared."""
    if not steps:
        return new
    inner = _replaced(_get(value, steps[:1]), steps[1:], new)
    if isinstance(value, list):
        return [inner if index == steps[0] else child for index, child in enumerate(value)]
    return {**value, steps[0]: inner}

"""Edits as sentences for a log: what somebody did, in the words of the pages."""

import json
from typing import Any

from trackingplans.domain.editing import Edit, identity_of, named
from trackingplans.domain.legible import names_until, shortened
from trackingplans.domain.paths import steps_of

_LONGEST = 80
_MAPS = frozenset(("properties", "definitions", "$defs"))


def sentence(edit: Edit) -> str:
    """What an edit did: "Order Completed: total is required now"."""
    op = edit["op"]
    if op == "set_plan":
        return f"{'The plan'}: {_set(edit['path'], edit)}"
    if op == "order_rules":
        return "The order of the events"
    if op == "add_rule":
        return f"{_called(edit['rule'])}: added"
    return f"{_called(edit['of'])}: {_of_rule(op, edit)}"


def _of_rule(op: str, edit: Edit) -> str:
    if op == "remove_rule":
        return "removed"
    if op == "replace_rule":
        return "replaced as a whole"
    if op == "rename_rule":
        kept = ", the old name is still understood" if edit.get("keep_former") is not None else ""
        return f"renamed to {edit['name']}{kept}"
    if op == "set_rule":
        return _set(edit["path"], edit)
    name = property_name(edit["at"])
    if op == "add_property":
        below = f"{name}." if name else ""
        return f"property {below}{edit['name']} added{', required' if edit.get('required') else ''}"
    if op == "remove_property":
        return f"property {name} removed"
    if op == "rename_property":
        return f"property {name} renamed to {edit['name']}"
    if op == "set_required":
        return f"{name} is {'required' if edit['required'] else 'optional'} now"
    return f"{name}: {_set(edit['path'], edit)}" if edit["path"] else f"{name}: its schema replaced"


def property_name(pointer: str) -> str:
    """A place in a schema as people call it: /properties/properties/properties/products/items -> products.$"""
    return _dotted(list(steps_of(pointer)))


def _dotted(steps: list[Any]) -> str:
    names: list[str] = []
    index = 0
    while index < len(steps):
        step = steps[index]
        if step in _MAPS and index + 1 < len(steps):
            names.append(str(steps[index + 1]))
            index += 2
        else:
            names.append("$" if step == "items" else str(step))
            index += 1
    return ".".join(names[1:] if names[:1] in (["properties"], ["traits"]) else names)


def _set(path: list[Any], edit: Edit) -> str:
    if path[0] == "schema":
        what = _dotted(path[1:]) or "the schema"
    elif path[0] == "meta":
        what = " ".join(str(key).replace("_", " ") for key in path[1:]) or "what is noted"
    else:
        what = " ".join(str(key) for key in path)
    if "value" not in edit:
        return f"{what} removed"
    return f"{what} set to {shortened(_plain(edit['value']), _LONGEST)}"


def _plain(value: Any) -> str:
    if isinstance(value, str):
        return value or "nothing"
    if names := names_until(value):
        return names
    return json.dumps(value, ensure_ascii=False)


def _called(rule: Any) -> str:
    return named(identity_of(rule))

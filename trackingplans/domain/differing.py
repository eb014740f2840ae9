"""The edits that make one plan out of another: `apply(before, edits(before, after))` is `after`."""

from typing import Any

from trackingplans.domain.editing import Identity, apply, identity_of
from trackingplans.domain.paths import MISSING, Key, same
from trackingplans.domain.plan import Plan, to_document
from trackingplans.domain.renames import renames

_IDENTITY = ("type", "name", "version")


def edits(before: Plan, after: Plan) -> list[dict[str, Any]]:
    """The edits that lead from one plan to the other; a rule under a new name is renamed, not replaced."""
    old = {rule.identity: rule for rule in before.rules}
    new = {rule.identity: rule for rule in after.rules}
    moved = renames(old, new)
    left = set(moved.values())
    made: list[dict[str, Any]] = [
        {"op": "remove_rule", "of": of(identity)}
        for identity in old
        if identity not in new and identity not in left
    ]
    for identity, rule in new.items():
        former = moved.get(identity, identity)
        if former != identity:
            made.append({"op": "rename_rule", "of": of(former), "name": identity[1], "keep_former": None})
        if former not in old:
            made.append({"op": "add_rule", "rule": rule.to_document()})
        elif old[former] is not rule:
            changed = {**old[former].to_document(), **({"name": rule.name} if former != identity else {})}
            made += _of_rule(identity, changed, rule.to_document())
    document, wanted = apply(to_document(before), made), to_document(after)
    made += [{"op": "set_plan", **one} for one in sets(_top(document), _top(wanted))]
    order = [rule.identity for rule in after.rules]
    if [identity_of(rule) for rule in document["rules"]] != order:
        made.append({"op": "order_rules", "order": [of(identity) for identity in order]})
    return made


def of(identity: Identity) -> dict[str, Any]:
    """How an edit names a rule."""
    kind, name, version = identity
    return {"type": kind, "name": name, "version": version}


def sets(old: dict[str, Any], new: dict[str, Any]) -> list[dict[str, Any]]:
    """What to set (`path`, `value`) or remove (`path` alone) to make one object out of another."""
    return list(_sets(old, new, ()))


def _sets(old: dict[str, Any], new: dict[str, Any], path: tuple[Key, ...]) -> Any:
    for key in {**old, **new}:
        was, now = old.get(key, MISSING), new.get(key, MISSING)
        place = (*path, key)
        if now is MISSING:
            yield {"path": list(place)}
        elif isinstance(was, dict) and isinstance(now, dict):
            if was is not now:
                yield from _sets(was, now, place)
        elif was is MISSING or not same(was, now):
            yield {"path": list(place), "value": now}


def _of_rule(identity: Identity, old: dict[str, Any], new: dict[str, Any]) -> list[dict[str, Any]]:
    """A rule that says its own identity in other words is replaced; else what differs is set."""
    if same(old, new):
        return []
    if any(old.get(key, MISSING) != new.get(key, MISSING) for key in _IDENTITY):
        return [{"op": "replace_rule", "of": of(identity), "rule": new}]
    return [{"op": "set_rule", "of": of(identity), **one} for one in sets(old, new)]


def _top(document: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in document.items() if key != "rules"}

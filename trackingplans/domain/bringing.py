"""Rules out of a sheet or another plan become those of a plan: as the edits of a draft."""

from collections.abc import Iterable, Mapping
from typing import Any

from trackingplans.domain import editing

NEW, OTHER, SAME = "new", "other", "same"

Document = dict[str, Any]
Edit = dict[str, Any]


def edits_for(before: Document, brought: Document) -> list[Edit]:
    """What makes the rules of a plan those that are brought; notes that these do not say stay."""
    known = {editing.identity_of(rule): rule for rule in before["rules"]}
    edits: list[Edit] = _shared(before, brought)
    for rule in brought["rules"]:
        old = known.get(editing.identity_of(rule))
        if old is None:
            edits.append({"op": "add_rule", "rule": rule})
            continue
        new = _over(old, rule)
        if new != {"meta": {}, **old}:
            kind, name, version = editing.identity_of(old)
            of = {"type": kind, "name": name, "version": version}
            edits.append({"op": "replace_rule", "of": of, "rule": new})
    return edits


def outcomes(before: Document, rules: Iterable[Document]) -> list[str]:
    """For each rule whether the plan has it not yet, otherwise, or the same."""
    known = {editing.identity_of(rule): rule for rule in before["rules"]}
    found = []
    for rule in rules:
        old = known.get(editing.identity_of(rule))
        found.append(NEW if old is None else SAME if _over(old, rule) == {"meta": {}, **old} else OTHER)
    return found


def _over(old: Document, rule: Document) -> Document:
    return {**old, **rule, "meta": _both(old.get("meta", {}), rule.get("meta", {}))}


def _both(old: Document, new: Document) -> Document:
    """What is said of properties and sources one by one stays where only others are spoken of."""
    inner = {key: _both(old[key], value) for key, value in new.items() if _are_maps(old.get(key), value)}
    return {**old, **new, **inner}


def _are_maps(*values: Any) -> bool:
    return all(isinstance(value, dict) for value in values)


def _shared(before: Document, brought: Document) -> list[Edit]:
    """The definitions of shared properties that the brought rules use and the plan has not."""
    defined = brought.get("properties")
    if not isinstance(defined, Mapping):
        return []
    used = {note.get("shared") for rule in brought["rules"] for note in _notes(rule)}
    missing = [name for name in defined if name in used and name not in before.get("properties", {})]
    return [{"op": "set_plan", "path": ["properties", name], "value": defined[name]} for name in missing]


def _notes(rule: Document) -> list[Mapping[str, Any]]:
    noted = rule.get("meta", {}).get("properties")
    return (
        [note for note in noted.values() if isinstance(note, Mapping)] if isinstance(noted, Mapping) else []
    )

"""Edits: the changes that people and programs make on a plan document, as JSON objects, and what they do to it.

`{"op": "set_property", "of": {"type", "name", "version"}, "at": "/properties/properties/properties/total",
"path": ["type"], "value": "number"}`. `OPS` lists them. A document is never changed in place: what an edit does not
touch is shared between the old and the new one.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from trackingplans.domain import property_edits
from trackingplans.domain.paths import MISSING, NoSuchPlace, put
from trackingplans.domain.plan import PlanError, Problem, rule_from_document

Edit = Mapping[str, Any]
Identity = tuple[str, str, int]
MOST = 100_000  # edits at once
_IDENTITY = ("type", "name", "version")
_FOLLOWS_BY_PATH = frozenset(("properties", "groups"))


def apply(document: Mapping[str, Any], edits: Iterable[Edit]) -> dict[str, Any]:
    """The document with the edits made, one after the other.

    Raises PlanError whose places are `changes.<index>.…`: an edit that cannot be read, or names what is not there.
    Whether the outcome is a plan is `plan.from_document`'s to say.
    """
    editing = _Editing(document)
    for index, edit in enumerate(edits):
        try:
            editing.make(edit)
        except _Wrong as wrong:
            place = ".".join(part for part in (f"changes.{index}", wrong.where) if part)
            raise PlanError([Problem(place, wrong.message)]) from None
    return editing.document()


def touched(edit: Edit) -> list[tuple[str | int, ...]]:
    """What an edit that could be applied touches: identities of rules, or ("plan", key) for the plan's own settings."""
    op = edit["op"]
    if op == "set_plan":
        path = edit["path"]
        return [("plan", *path[: 2 if path[0] in _FOLLOWS_BY_PATH else 1])]
    if op == "order_rules":
        return [("plan", "rules")]
    if op == "add_rule":
        return [identity_of(edit["rule"])]
    found = [identity_of(edit["of"])]
    if op == "rename_rule":
        found.append((found[0][0], edit["name"], found[0][2]))
    if op == "replace_rule":
        found.append(identity_of(edit["rule"]))
    return list(dict.fromkeys(found))


def overlap(one: tuple[str | int, ...], other: tuple[str | int, ...]) -> bool:
    """Whether two touched things are the same, or one holds the other."""
    shared = min(len(one), len(other))
    return one[:shared] == other[:shared]


def identity_of(rule: Mapping[str, Any]) -> Identity:
    """What tells a rule's document (or what names one) from the others: type, name and version."""
    return rule["type"], rule.get("name") or "", int(rule.get("version") or 1)


def named(identity: Identity) -> str:
    """A rule as people call it."""
    kind, name, version = identity
    words = name if kind == "track" else f"{kind} {name}".strip()
    return f"{words}, version {version}" if version > 1 else words


class _Wrong(Exception):
    def __init__(self, where: str, message: str) -> None:
        super().__init__(message)
        self.where, self.message = where, message


@dataclass(frozen=True, slots=True)
class _Key:
    """One key of an edit: of which kind, and whether it may be left out."""

    kinds: tuple[type, ...]
    words: str
    is_needed: bool = True


_OF = _Key((dict,), 'the rule: {"type", "name", "version"}')
_PATH = _Key((list,), "a list of keys")
_TEXT = _Key((str,), "text")
_POINTER = _Key((str,), "a JSON pointer into the schema, like /properties/properties/properties/total")
_ANY = _Key((object,), "any value", is_needed=False)
OPS: dict[str, dict[str, _Key]] = {
    "add_rule": {"rule": _Key((dict,), "a rule")},
    "remove_rule": {"of": _OF},
    "replace_rule": {"of": _OF, "rule": _Key((dict,), "a rule")},
    "rename_rule": {
        "of": _OF,
        "name": _TEXT,
        "keep_former": _Key((dict, type(None)), 'null or {"until": day or null}', is_needed=False),
    },
    "set_rule": {"of": _OF, "path": _PATH, "value": _ANY},
    "add_property": {
        "of": _OF,
        "at": _POINTER,
        "name": _TEXT,
        "schema": _Key((dict, bool), "a JSON Schema"),
        "required": _Key((bool,), "true or false", is_needed=False),
    },
    "remove_property": {"of": _OF, "at": _POINTER},
    "rename_property": {"of": _OF, "at": _POINTER, "name": _TEXT},
    "set_property": {"of": _OF, "at": _POINTER, "path": _PATH, "value": _ANY},
    "set_required": {"of": _OF, "at": _POINTER, "required": _Key((bool,), "true or false")},
    "set_plan": {"path": _PATH, "value": _ANY},
    "order_rules": {"order": _Key((list,), "a list of rules' identities")},
}


def _checked(edit: Any) -> str:
    """The edit's op, when all its keys are there and of the right kind."""
    if not isinstance(edit, Mapping) or edit.get("op") not in OPS:
        raise _Wrong("op", f"Should be one of {', '.join(OPS)}.")
    keys = OPS[edit["op"]]
    for key in edit:
        if key not in keys and key not in {"op", "why"}:
            raise _Wrong(str(key), f"{edit['op']} knows no such key.")
    for key, rule in keys.items():
        if key not in edit:
            if rule.is_needed:
                raise _Wrong(key, f"Should be {rule.words}.")
        elif not isinstance(edit[key], rule.kinds):
            raise _Wrong(key, f"Should be {rule.words}.")
    if "of" in edit:
        _named_rule(edit["of"], "of")
    if "path" in edit and not all(isinstance(key, str | int) for key in edit["path"]):
        raise _Wrong("path", "Should be a list of keys.")
    return str(edit["op"])


def _named_rule(of: Any, where: str) -> Identity:
    """The identity that an edit names."""
    if not isinstance(of, dict) or not isinstance(of.get("type"), str):
        raise _Wrong(where, f"Should be {_OF.words}.")
    name, version = of.get("name"), of.get("version")
    if not isinstance(name, str | None) or not isinstance(version, int | None) or isinstance(version, bool):
        raise _Wrong(where, f"Should be {_OF.words}.")
    return identity_of(of)


class _Editing:
    """A document that is being edited: its rules in slots, found by identity."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self.top = {key: value for key, value in document.items() if key != "rules"}
        self.keys = list(document)
        self.slots: list[dict[str, Any] | None] = list(document.get("rules") or ())
        self.at = {identity_of(rule): slot for slot, rule in enumerate(self.slots) if rule is not None}
        self.does: dict[str, Callable[[Edit], None]] = {
            "add_rule": self.add_rule,
            "remove_rule": self.remove_rule,
            "replace_rule": self.replace_rule,
            "rename_rule": self.rename_rule,
            "set_rule": self.set_rule,
            "set_plan": self.set_plan,
            "order_rules": self.order_rules,
        }

    def document(self) -> dict[str, Any]:
        made = {**self.top, "rules": [rule for rule in self.slots if rule is not None]}
        order = [*(key for key in self.keys if key in made), *(key for key in made if key not in self.keys)]
        return {key: made[key] for key in order}

    def make(self, edit: Edit) -> None:
        op = _checked(edit)
        try:
            if op in self.does:
                self.does[op](edit)
            else:
                rule = self.rule(edit)
                self.slots[self.at[identity_of(rule)]] = property_edits.OPS[op](rule, edit)
        except NoSuchPlace as error:
            raise _Wrong("path" if op in {"set_rule", "set_plan"} else "at", str(error)) from None

    def rule(self, edit: Edit) -> dict[str, Any]:
        identity = identity_of(edit["of"])
        found = self.slots[self.at[identity]] if identity in self.at else None
        if found is None:
            raise _Wrong("of", f"There is no {named(identity)} in the plan.")
        return found

    def add_rule(self, edit: Edit) -> None:
        rule = _readable(edit["rule"])
        self.free(identity_of(rule), "rule")
        self.at[identity_of(rule)] = len(self.slots)
        self.slots.append(rule)

    def remove_rule(self, edit: Edit) -> None:
        identity = identity_of(self.rule(edit))
        self.slots[self.at.pop(identity)] = None

    def replace_rule(self, edit: Edit) -> None:
        old, rule = identity_of(self.rule(edit)), _readable(edit["rule"])
        self.move(old, identity_of(rule), rule, "rule")

    def rename_rule(self, edit: Edit) -> None:
        """The event under a new name; what speaks of it (funnels, mutes) follows its last version."""
        rule = self.rule(edit)
        old = identity_of(rule)
        renamed = {**rule, "name": edit["name"]}
        if (former := edit.get("keep_former")) is not None:
            renamed["meta"] = _with_former(rule.get("meta") or {}, old[1], edit["name"], former.get("until"))
        readable = _readable(renamed, "name")
        self.move(old, identity_of(readable), readable, "name")
        if not any((kind, name) == old[:2] for kind, name, _ in self.at):
            self.follow(old[0], old[1], edit["name"])

    def move(self, old: Identity, new: Identity, rule: dict[str, Any], where: str) -> None:
        if new != old:
            self.free(new, where)
        slot = self.at.pop(old)
        self.at[new] = slot
        self.slots[slot] = rule

    def free(self, identity: Identity, where: str) -> None:
        if identity in self.at:
            raise _Wrong(where, f"{named(identity)} is in the plan already.")

    def follow(self, kind: str, old: str, new: str) -> None:
        metrics = self.top.get("metrics")
        if kind == "track" and isinstance(metrics, list):
            self.top["metrics"] = [_funnel_renamed(metric, old, new) for metric in metrics]
        lint = self.top.get("lint")
        if isinstance(lint, dict) and isinstance(lint.get("mutes"), list):
            mutes = [_mute_renamed(mute, kind, old, new) for mute in lint["mutes"]]
            self.top["lint"] = {**lint, "mutes": mutes}

    def set_rule(self, edit: Edit) -> None:
        rule, path = self.rule(edit), edit["path"]
        if not path or path[0] in _IDENTITY:
            raise _Wrong("path", "Starts with schema or meta; a rule's name is changed by rename_rule.")
        self.slots[self.at[identity_of(rule)]] = put(rule, path, edit.get("value", MISSING))

    def set_plan(self, edit: Edit) -> None:
        path = edit["path"]
        if not path or path[0] == "rules":
            raise _Wrong("path", "Starts with a key of the plan; rules have edits of their own.")
        self.top = put(self.top, path, edit.get("value", MISSING))

    def order_rules(self, edit: Edit) -> None:
        order = [_named_rule(of, f"order.{index}") for index, of in enumerate(edit["order"])]
        if sorted(order) != sorted(self.at):
            raise _Wrong("order", "Should name every rule of the plan once.")
        self.slots = [self.slots[self.at[identity]] for identity in order]
        self.at = {identity: slot for slot, identity in enumerate(order)}


def _readable(rule: dict[str, Any], where: str = "rule") -> dict[str, Any]:
    try:
        rule_from_document(rule)
    except PlanError as error:
        problem = error.problems[0]
        inner = problem.path if problem.path and where == "rule" else ""
        raise _Wrong(".".join(part for part in (where, inner) if part), problem.message) from None
    return rule


def _with_former(meta: dict[str, Any], old: str, new: str, until: str | None) -> dict[str, Any]:
    known = [former for former in meta.get("former_names") or () if former.get("name") not in {old, new}]
    former: dict[str, Any] = {"name": old} if until is None else {"name": old, "until": until}
    return {**meta, "former_names": [*known, former]}


def _funnel_renamed(metric: Any, old: str, new: str) -> Any:
    if not isinstance(metric, dict) or old not in (metric.get("funnel") or ()):
        return metric
    return {**metric, "funnel": [new if step == old else step for step in metric["funnel"]]}


def _mute_renamed(mute: Any, kind: str, old: str, new: str) -> Any:
    if isinstance(mute, dict) and (mute.get("type"), mute.get("name")) == (kind, old):
        return {**mute, "name": new}
    return mute

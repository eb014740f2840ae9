"""Which rules of a plan are rules of another plan under a new name."""

import json
from collections.abc import Iterable, Mapping
from typing import TypeVar

from trackingplans.domain import schema_impact
from trackingplans.domain.plan import NAMED_TYPES, Rule

Identity = tuple[str, str, int]
Key = TypeVar("Key")


def renames(old: Mapping[Identity, Rule], new: Mapping[Identity, Rule]) -> dict[Identity, Identity]:
    """The rules that came under a new name, each with the one that went: by its former names, else by its schema.

    No rule is taken twice, and where two could be meant none is.
    """
    gone = {key: rule for key, rule in old.items() if key not in new and rule.type in NAMED_TYPES}
    came = {key: rule for key, rule in new.items() if key not in old and rule.type in NAMED_TYPES}
    said = [
        (rule.identity, former)
        for rule in came.values()
        for former in ((rule.type, name, rule.version) for name in former_names(rule))
        if former in gone
    ]
    found = _one_to_one(said)
    left = [rule for key, rule in gone.items() if key not in found.values()]
    asks: dict[str, list[Identity]] = {}
    for rule in left:
        if schema_impact.says_something(rule.schema):
            asks.setdefault(_asked(rule), []).append(rule.identity)
    alike = [
        (key, one)
        for key, rule in came.items()
        if key not in found and asks
        for one in asks.get(_asked(rule), ())
    ]
    return found | _one_to_one(alike)


def former_names(rule: Rule) -> dict[str, str]:
    """The names the event had before, each with the day until which it is understood ('': for good)."""
    return {former["name"]: former.get("until") or "" for former in rule.meta.get("former_names") or ()}


def _one_to_one(pairs: Iterable[tuple[Identity, Identity]]) -> dict[Identity, Identity]:
    """The pairs of which neither side stands in another pair."""
    known = list(pairs)
    lefts, rights = _counted(one for one, _ in known), _counted(other for _, other in known)
    return {one: other for one, other in known if lefts[one] == rights[other] == 1}


def _counted(keys: Iterable[Key]) -> dict[Key, int]:
    counts: dict[Key, int] = {}
    for key in keys:
        counts[key] = counts.get(key, 0) + 1
    return counts


def _asked(rule: Rule) -> str:
    """What a rule asks, as text: the same for the same type, version and schema."""
    return json.dumps([rule.type, rule.version, rule.schema], sort_keys=True)

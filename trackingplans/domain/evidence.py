"""What sampled traffic says about a change of a rule: how many of the messages that came would break by it."""

from typing import Any

from trackingplans.domain.findings import undotted
from trackingplans.domain.paths import MISSING
from trackingplans.domain.plan import Rule
from trackingplans.domain.profiling import Profile
from trackingplans.domain.schema_impact import Breaks, Effect, Severity

NOTHING = "Structural only: nothing was sampled of it in 7 days."


def evidence(effect: Effect, old: Rule | None, new: Rule | None, profile: Profile | None) -> str:
    """A sentence about an effect that may break senders; '' where traffic has nothing to say of such an effect."""
    if effect.severity is Severity.SAFE or (effect.breaks != Breaks.SENDERS and effect.path):
        return ""
    if profile is None or not profile.messages:
        return NOTHING
    if new is None or not effect.path:
        is_left = new is None or (
            effect.breaks == Breaks.SENDERS and old is not None and old.name != new.name
        )
        return f"{profile.messages:,} were sampled in 7 days." if is_left else ""
    was, now = (_node(rule.schema if rule else {}, effect.path) for rule in (old, new))
    name = undotted(effect.path)[-1]
    if _is_required(new, effect.path) and not (old is not None and _is_required(old, effect.path)):
        base = profile.base(effect.path)
        return _share(profile.lacking(effect.path), base, "sampled events", f"lack {name}")
    place = profile.places.get(effect.path)
    if place is None or not place.seen:
        return f"None of {profile.base(effect.path):,} sampled events in 7 days holds {name}."
    if isinstance(now, dict) and isinstance(was, dict | type(MISSING)):
        return _values(profile, effect.path, now, was if isinstance(was, dict) else {})
    return ""


def _values(profile: Profile, path: str, now: dict[str, Any], was: dict[str, Any]) -> str:
    seen = profile.places[path].seen
    kinds = now.get("type")
    if kinds is not None and kinds != was.get("type"):
        misfits = profile.misfits(path, kinds if isinstance(kinds, list) else [kinds])
        return _share(misfits, seen, "sampled values", "are of another type")
    values = now.get("enum")
    if isinstance(values, list) and values != was.get("enum"):
        strangers = profile.strangers(path, values)
        return "" if strangers is None else _share(strangers, seen, "sampled values", "are none of these")
    return ""


def _share(count: int, base: int, of: str, what: str) -> str:
    if not base:
        return NOTHING
    if not count:
        return f"None of {base:,} {of} in 7 days: nobody would break."
    share = count / base * 100
    words = f"{share:.0f} %" if share >= 1 else "Less than 1 %"
    return f"{words} of {base:,} {of} in 7 days {what}."


def _node(schema: Any, path: str) -> Any:
    """What the schema says at a dotted path; MISSING where it says nothing."""
    node = schema
    for step in undotted(path):
        if not isinstance(node, dict):
            return MISSING
        if step == "$":
            node = node.get("items", MISSING)
        else:
            properties = node.get("properties")
            node = properties.get(step, MISSING) if isinstance(properties, dict) else MISSING
    return node


def _is_required(rule: Rule, path: str) -> bool:
    steps = undotted(path)
    parent = rule.schema
    for step in steps[:-1]:
        parent = parent.get("items" if step == "$" else "properties") if isinstance(parent, dict) else None
        if step != "$" and isinstance(parent, dict):
            parent = parent.get(step)
    names = parent.get("required") if isinstance(parent, dict) else None
    return isinstance(names, list) and steps[-1] in names

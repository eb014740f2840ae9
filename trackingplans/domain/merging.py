"""Two plans that grew out of one, brought together: three-way, rule by rule and key by key.

`merge(base, ours, theirs)` and `merge(base, theirs, ours)` give the same plan when there is no conflict.
"""

from collections.abc import Collection, Container, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from trackingplans.domain.editing import Identity, identity_of, named
from trackingplans.domain.paths import MISSING, Key, same
from trackingplans.domain.plan import Plan, Rule, to_document
from trackingplans.domain.renames import renames

Choice = Literal["ours", "theirs"]
Named = tuple[str, Any]  # an item of a list: of which kind, and what tells it from the others


@dataclass(frozen=True, slots=True)
class Conflict:
    """What both sides changed in different ways. MISSING stands for what is not there.

    `of`: the rule as it was called before ('' as its type: the plan's own settings); `path` inside it, () for the
    rule as a whole. `key` names the rule in `choices`.
    """

    of: Identity
    path: tuple[Key, ...]
    base: Any
    ours: Any
    theirs: Any

    @property
    def key(self) -> str:
        return "plan" if not self.of[0] else "/".join(str(part) for part in self.of)

    @property
    def name(self) -> str:
        return named(self.of) if self.of[0] else "The plan itself"


@dataclass(frozen=True, slots=True)
class Merged:
    """`document` holds what could be merged; where a conflict was not chosen about it holds ours."""

    document: dict[str, Any]
    conflicts: list[Conflict]


def merge(base: Plan, ours: Plan, theirs: Plan, choices: Mapping[str, Choice] | None = None) -> Merged:
    """Both sides' changes since `base` in one plan, and what contradicts itself.

    `choices`: for the key of a rule in conflict, whose side to take where the two contradict each other. A conflict
    that was chosen about is not reported again.
    """
    merging = _Merging(choices or {})
    rules = merging.rules(base, ours, theirs)
    top = merging.value(("", "", 0), (), *(_top(plan) for plan in (base, ours, theirs)))
    return Merged({**top, "rules": rules}, merging.conflicts)


class _Merging:
    def __init__(self, choices: Mapping[str, Choice]) -> None:
        self.choices = choices
        self.conflicts: list[Conflict] = []

    def conflict(self, of: Identity, path: tuple[Key, ...], base: Any, ours: Any, theirs: Any) -> Any:
        found = Conflict(of, path, base, ours, theirs)
        choice = self.choices.get(found.key)
        if choice is None:
            self.conflicts.append(found)
        return theirs if choice == "theirs" else ours

    def rules(self, base: Plan, ours: Plan, theirs: Plan) -> list[dict[str, Any]]:
        old = {rule.identity: rule for rule in base.rules}
        sides = [_Side(old, ours), _Side(old, theirs)]
        made: dict[Identity, dict[str, Any]] = {}
        origins: dict[Identity, Identity] = {}
        for origin in dict.fromkeys([*old, *sides[0].rules, *sides[1].rules]):
            mine, other = (side.rules.get(origin, MISSING) for side in sides)
            merged = self.rule(origin, _document(old.get(origin, MISSING)), _document(mine), _document(other))
            if merged is MISSING:
                continue
            identity = identity_of(merged)
            if identity in made:  # came to this name on one side, and is another rule on the other
                both = (_document(side.by_name.get(identity, MISSING)) for side in sides)
                made[identity] = self.conflict(identity, (), MISSING, *both)
            else:
                made[identity], origins[origin] = merged, identity
        order = ordered(list(old), list(sides[0].rules), list(sides[1].rules), origins)
        return [made[origins[origin]] for origin in order]

    def rule(self, of: Identity, base: Any, ours: Any, theirs: Any) -> Any:
        """One rule on three sides; MISSING where it is not there."""
        if same(ours, theirs) or same(theirs, base):
            return ours
        if same(ours, base):
            return theirs
        if base is MISSING:
            return self.conflict(of, (), base, ours, theirs)
        return self.value(of, (), base, ours, theirs)

    def value(self, of: Identity, path: tuple[Key, ...], base: Any, ours: Any, theirs: Any) -> Any:
        """The three-way merge of one value."""
        if ours is theirs or theirs is base:
            return ours
        if ours is base:
            return theirs
        if all(isinstance(one, dict) for one in (base, ours, theirs)):
            return self.objects(of, path, base, ours, theirs)
        if same(ours, theirs) or same(theirs, base):
            return ours
        if same(ours, base):
            return theirs
        if all(isinstance(one, list) for one in (base, ours, theirs)):
            return self.lists(of, path, base, ours, theirs)
        return self.conflict(of, path, base, ours, theirs)

    def objects(self, of: Identity, path: tuple[Key, ...], *three: Any) -> Any:
        base, ours, theirs = three
        made = {}
        for key in {**ours, **theirs, **base}:
            values = (one.get(key, MISSING) for one in three)
            merged = self.value(of, (*path, key), *values)
            if merged is not MISSING:
                made[key] = merged
        return made

    def lists(self, of: Identity, path: tuple[Key, ...], *three: Any) -> Any:
        """Lists of different plain values, and of objects told apart by `name`, are merged item by item."""
        keyed = [_keyed(one) for one in three]
        if any(one is None for one in keyed):
            return self.conflict(of, path, *three)
        base, ours, theirs = (one or {} for one in keyed)
        made = {}
        for key in {**ours, **theirs, **base}:
            values = (one.get(key, MISSING) for one in (base, ours, theirs))
            merged = self.value(of, (*path, key[1]), *values)
            if merged is not MISSING:
                made[key] = merged
        if _reordered(base, ours) and _reordered(base, theirs):
            return self.conflict(of, path, *three)
        return [made[key] for key in ordered(list(base), list(ours), list(theirs), made)]


class _Side:
    """One plan's rules by what they were called in the base."""

    def __init__(self, old: Mapping[Identity, Rule], plan: Plan) -> None:
        new = {rule.identity: rule for rule in plan.rules}
        former = renames(old, new)
        self.by_name = new
        self.rules = {former.get(identity, identity): rule for identity, rule in new.items()}


def ordered(
    base: Sequence[Any], ours: Sequence[Any], theirs: Sequence[Any], kept: Container[Any]
) -> list[Any]:
    """The keys of `kept` in an order that follows whoever changed it; what was added stays behind what it followed."""
    sides = [[key for key in side if key in kept] for side in (base, ours, theirs)]
    old = set(sides[0])
    spines = [[key for key in side if key in old] for side in sides[1:]]
    changed = [spine for side, spine in zip((ours, theirs), spines, strict=True) if _reordered(base, side)]
    spine = min(changed, key=repr) if changed else max(spines, key=len)
    runs: dict[Any, list[list[Any]]] = {}
    for side in sides:
        for anchor, run in _runs(side, set(spine)).items():
            runs.setdefault(anchor, []).append(run)
    placed: dict[Any, None] = {}
    for anchor in (None, *spine):
        if anchor is not None:
            placed[anchor] = None
        for run in sorted(runs.get(anchor, ()), key=repr):
            placed.update(dict.fromkeys(key for key in run if key not in placed))
    return list(placed)


def _runs(side: Sequence[Any], spine: Container[Any]) -> dict[Any, list[Any]]:
    """What stands behind each key of the spine (None: before all of them)."""
    runs: dict[Any, list[Any]] = {}
    anchor = None
    for key in side:
        if key in spine:
            anchor = key
        else:
            runs.setdefault(anchor, []).append(key)
    return runs


def _reordered(base: Collection[Any], side: Collection[Any]) -> bool:
    """Whether a side brought what both have into another order."""
    left, right = set(base), set(side)
    return [key for key in base if key in right] != [key for key in side if key in left]


def _keyed(items: list[Any]) -> dict[Named, Any] | None:
    """The items by what tells them apart; None where nothing does."""
    keyed: dict[Named, Any] = {}
    for item in items:
        name = item.get("name") if isinstance(item, dict) else item
        if isinstance(name, dict | list) or (isinstance(item, dict) and not isinstance(name, str)):
            return None
        keyed["object" if isinstance(item, dict) else str(isinstance(item, bool)), name] = item
    return keyed if len(keyed) == len(items) else None


def _document(rule: Any) -> Any:
    return rule.to_document() if isinstance(rule, Rule) else rule


def _top(plan: Plan) -> dict[str, Any]:
    return {key: value for key, value in to_document(plan).items() if key != "rules"}

"""Groups of shared properties: added to events together, seen as used where all of them are."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from trackingplans.domain import library
from trackingplans.domain.plan import Plan, PlanError, Problem, Rule
from trackingplans.domain.properties import area_pointer, below, property_at
from trackingplans.domain.sheets.cells import Change, identity

LONGEST_NAME = 100


@dataclass(frozen=True, slots=True)
class Held:
    """What an event has of a group: `missing` it has not at all, `otherwise` it says something else of."""

    rule: Rule
    missing: tuple[str, ...]
    otherwise: tuple[str, ...]
    unmarked: tuple[str, ...] = ()  # said as defined, without being noted as shared

    @property
    def has_all(self) -> bool:
        return not self.missing


def members(plan: Plan, name: str) -> list[str]:
    """The shared properties in a group; those without a definition are left out. Raises PlanError."""
    listed = plan.groups.get(name)
    if not isinstance(listed, list):
        raise PlanError([Problem("", f"The library has no group “{name}”.")])
    return [one for one in listed if isinstance(one, str) and isinstance(plan.properties.get(one), Mapping)]


def uses(plan: Plan, name: str) -> list[Held]:
    """The events that have at least one property of the group, those that have all of them first."""
    wanted = members(plan, name)
    found = [held(plan, wanted, rule) for rule in plan.rules if rule.type != "common"]
    used = [one for one in found if wanted and len(one.missing) < len(wanted)]
    return sorted(used, key=lambda one: (len(one.missing), one.rule.name.casefold()))


def lacked(plan: Plan, rule: Rule) -> list[tuple[str, tuple[str, ...]]]:
    """The groups of which an event has not all, by name, each with the properties that it would get."""
    found = [(name, held(plan, members(plan, name), rule).missing) for name in sorted(plan.groups)]
    return [(name, missing) for name, missing in found if missing]


def held(plan: Plan, wanted: Sequence[str], rule: Rule) -> Held:
    """What one event has of these shared properties."""
    missing, otherwise, unmarked = [], [], []
    notes = rule.meta.get("properties")
    for name in wanted:
        at = below(area_pointer(rule), name)
        one = property_at(rule, at)
        note = notes.get(at) if isinstance(notes, Mapping) else None
        if one is None:
            missing.append(name)
        elif not library.says_the_same(dict(one.schema), dict(plan.properties[name])):
            otherwise.append(name)
        elif not isinstance(note, Mapping) or note.get("shared") != name:
            unmarked.append(name)
    return Held(rule, tuple(missing), tuple(otherwise), tuple(unmarked))


def edits_to_add(plan: Plan, name: str, rules: Iterable[Rule], *, over: bool = False) -> list[Change]:
    """What gives the events all properties of a group. What an event says otherwise stays, unless `over`.

    New properties are optional and allow null. Raises PlanError for a group that is not there.
    """
    wanted, edits = members(plan, name), list[Change]()
    for rule in rules:
        found = held(plan, wanted, rule)
        replaced = found.otherwise if over else ()
        for one in found.missing:
            schema = library.with_null(dict(plan.properties[one]))
            edits.append(
                {"op": "add_property", "of": identity(rule), "at": area_pointer(rule), "name": one,
                 "schema": schema, "required": False}
            )  # fmt: skip
        for one in replaced:
            now = property_at(rule, below(area_pointer(rule), one))
            schema = dict(plan.properties[one])
            if now is not None and library.allows_null(dict(now.schema)):
                schema = library.with_null(schema)
            at = below(area_pointer(rule), one)
            edits.append({"op": "set_property", "of": identity(rule), "at": at, "path": [], "value": schema})
        for one in (*found.missing, *replaced, *found.unmarked):
            path = ["meta", "properties", below(area_pointer(rule), one), "shared"]
            edits.append({"op": "set_rule", "of": identity(rule), "path": path, "value": one})
    return edits


def edits_to_define(
    plan: Plan, was: str, name: str, wanted: Sequence[str], *, everywhere: bool
) -> list[Change]:
    """What makes a group hold these shared properties, under this name (`was`: '' for a new one).

    `everywhere`: the events that had all of the group get what is new in it. Raises PlanError.
    """
    name = name.strip()
    if not name or len(name) > LONGEST_NAME:
        raise PlanError([Problem("name", f"A group needs a name of at most {LONGEST_NAME} characters.")])
    if name != was and name in plan.groups:
        raise PlanError([Problem("name", f"There is a group “{name}” already.")])
    unknown = [one for one in wanted if one not in plan.properties]
    if unknown or not wanted:
        sentence = (
            f"“{unknown[0]}” is no shared property." if unknown else "Choose the properties of the group."
        )
        raise PlanError([Problem("members", sentence)])
    edits: list[Change] = []
    if was and was != name:
        edits.append({"op": "set_plan", "path": ["groups", was]})
    if plan.groups.get(name) != list(wanted):
        edits.append({"op": "set_plan", "path": ["groups", name], "value": list(wanted)})
    if was and everywhere:
        users = [one.rule for one in uses(plan, was) if one.has_all]
        after = Plan(properties=plan.properties, groups={name: list(wanted)})
        edits += edits_to_add(after, name, users)
    return edits

"""What a plan leaves unsaid: who owns an event, why it exists, what it and its properties are."""

from collections.abc import Iterator, Sequence
from typing import Any

from trackingplans.domain.linting.problem import Found
from trackingplans.domain.linting.slots import KIND_OF_AREA, Described, Slot, area_of
from trackingplans.domain.plan import Plan, Rule
from trackingplans.domain.sentences import listed

_TYPED = ("type", "enum", "const", "anyOf", "oneOf", "allOf", "$ref", "$dynamicRef", "$recursiveRef")
_IDS = ("_id", "id", "uuid", "guid")


def about_event(plan: Plan, event: Described) -> Iterator[Found]:
    """What an event, given by its newest version, leaves unsaid."""
    if event.rule.type == "common":
        return
    yield from _unsaid(plan, event.rule)
    if event.rule.is_critical:
        yield from _weak(event.rule, event.slots)


def about_types(plan: Plan, event: Described) -> Iterator[Found]:
    """Properties of one version of an event that may hold anything."""
    for slot in event.slots:
        if not (_is_typed(slot.nodes) or slot.is_refused or _is_typed([_shared(plan, slot)])):
            yield Found(
                "untyped_property",
                f"`{slot.inner}` has no type, so anything passes: text where a number is meant, too.",
                "Say what it is: text, a number, true or false, a list, an object.",
                slot.rule, slot.steps, key=slot.inner,
            )  # fmt: skip


def about_descriptions(plan: Plan, events: Sequence[Described]) -> Iterator[Found]:
    """Properties that no event describes: what one holds is said once and holds everywhere."""
    places: dict[tuple[str, ...], list[Slot]] = {}
    for event in events:
        for slot in event.slots:
            if not slot.is_refused:
                places.setdefault(slot.path, []).append(slot)
    for path, slots in places.items():
        if any(_is_described(plan, slot) for slot in slots):
            continue
        where = f" in any of its {len(slots)} events" if len(slots) > 1 else ""
        yield Found(
            "missing_description",
            f"`{slots[0].inner}` has no description{where}.",
            "Say in a few words what it holds, so that two teams fill it alike.",
            slots[0].rule, slots[0].steps, key=slots[0].inner, cause="properties", subject=KIND_OF_AREA[path[0]],
            among=tuple(slot.rule for slot in slots),
        )  # fmt: skip


def _is_described(plan: Plan, slot: Slot) -> bool:
    shared = _shared(plan, slot)
    said = shared.get("description") if isinstance(shared, dict) else None
    return any(_is_text(one) for one in (*slot.says("description"), said))


def _unsaid(plan: Plan, rule: Rule) -> Iterator[Found]:
    event = f"`{rule.name}`" if rule.name else f"The rule for {rule.type} calls"
    if not _is_text(rule.meta.get("purpose")):
        yield Found(
            "missing_purpose",
            f"{event} does not say why it exists.",
            "Write the question that it answers. Where nobody has one, take the event out.",
            rule, ("meta", "purpose"), key="",
        )  # fmt: skip
    if not (_is_text(rule.meta.get("owner")) or plan.owner.strip()):
        yield Found(
            "missing_owner",
            f"{event} has no owner: nobody is told when it breaks.",
            "Name the team that sends it, or an owner of the whole plan.",
            rule, ("meta", "owner"), key="",
        )  # fmt: skip
    described = rule.schema.get("description") if isinstance(rule.schema, dict) else None
    if not (_is_text(described) or _is_text(rule.meta.get("trigger"))):
        yield Found(
            "missing_description",
            f"{event} says neither what it is nor when it fires.",
            "Describe it, or write what triggers it.",
            rule, ("schema", "description"), key="", cause="events",
        )  # fmt: skip


def _weak(rule: Rule, slots: list[Slot]) -> Iterator[Found]:
    """A critical event from whose message nothing follows but that it came."""
    required = [slot for slot in slots if slot.is_required and len(slot.path) == 2]
    if any(not _is_id(slot.name) for slot in required):
        return
    where = area_of(rule)
    what = f"only {listed([slot.name for slot in required])}" if required else "no property"
    yield Found(
        "weak_critical_event",
        f"`{rule.name or rule.type}` is critical, but requires {what}: it can arrive empty and still conform.",
        "Require what its numbers are made of, an amount or a kind for instance.",
        rule, ("schema", "properties", where), key="",
    )  # fmt: skip


def _is_id(name: str) -> bool:
    return name.lower() in _IDS or name.lower().endswith("_id") or name.endswith("Id")


def _shared(plan: Plan, slot: Slot) -> Any:
    """The shared property that a rule's note names for this place."""
    notes = slot.rule.meta.get("properties")
    if not isinstance(notes, dict):
        return None
    note = notes.get(
        "/" + "/".join(str(step).replace("~", "~0").replace("/", "~1") for step in slot.steps[1:])
    )
    name = note.get("shared") if isinstance(note, dict) else None
    return plan.properties.get(name) if isinstance(name, str) else None


def _is_typed(nodes: Sequence[Any]) -> bool:
    return any(isinstance(node, dict) and not node.keys().isdisjoint(_TYPED) for node in nodes)


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())

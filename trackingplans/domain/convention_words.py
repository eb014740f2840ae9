"""A naming convention in plain words, as a plan's page opens with it."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import lru_cache

from trackingplans.domain.naming.casing import EXAMPLES, Casing
from trackingplans.domain.naming.convention import CONSISTENT, ConventionError, NamingConvention
from trackingplans.domain.naming.inferring import Support, infer_convention, is_majority
from trackingplans.domain.plan import Plan
from trackingplans.domain.planned_names import planned_names

_ORDERS = {
    "object_action": "what it is about, then what happened",
    "action_object": "what happened, then to what",
}
_TENSES = {"past": "in the past tense", "present": "in the present tense"}
_LISTED = 6
_LOOKED_AT = 200  # rules and names tell what most do; more of them tell the same


def told(plan: Plan) -> tuple[str, ...]:
    """One sentence each for events, properties and special words: what the convention asks, or what most names do."""
    try:
        convention = NamingConvention.from_document(dict(plan.naming))
    except ConventionError as error:
        return (f"The naming rules cannot be used: {error}",)
    return tuple(_sentences(plan, convention))


def _sentences(plan: Plan, convention: NamingConvention) -> Iterator[str]:
    events = planned_names(plan, "event")
    properties = planned_names(replace(plan, rules=plan.rules[:_LOOKED_AT]), "property")
    event = convention.event
    asked = {"casing": event.casing, "order": event.order, "tense": event.tense}
    yield from _sentence("Events", asked, events, "event")
    yield from _sentence("Properties", {"casing": convention.property.casing}, properties, "property")
    if event.max_words:
        yield f"An event has at most {event.max_words} words."
    if convention.objects:
        yield f"Events are about {_some(convention.objects)}."
    if convention.actions:
        yield f"What happens is one of {_some(convention.actions)}."
    if convention.synonyms:
        pairs = [f"{good}, not {bad}" for bad, good in convention.synonyms.items()]
        yield f"Say {_some(tuple(pairs))}."
    if convention.forbidden_words:
        yield f"Never {_some(convention.forbidden_words)}."


def _sentence(what: str, asked: dict[str, str], names: list[str], kind: str) -> Iterator[str]:
    """What is asked of one kind of names; what most of them do where the convention leaves it to them."""
    found = _support(tuple(names[:_LOOKED_AT]), kind)
    said, is_theirs = {}, False
    for setting, value in asked.items():
        support = found.get(setting)
        if value != CONSISTENT:
            said[setting] = value
        elif support is not None and is_majority(support):
            said[setting], is_theirs = support.value, True
    parts = [
        words
        for words in (
            _ORDERS.get(said.get("order", "")),
            _TENSES.get(said.get("tense", "")),
            f"in {EXAMPLES[Casing(said['casing'])]}" if "casing" in said else None,
        )
        if words
    ]
    example = next((one.example for setting, one in found.items() if said.get(setting) == one.value), "")
    if parts:
        yield f"{what}: {', '.join(parts)}{f' (`{example}`)' if example else ''}{', as most are' if is_theirs else ''}."


@lru_cache(maxsize=64)
def _support(names: tuple[str, ...], kind: str) -> Mapping[str, Support]:
    return infer_convention(names, kind).support


def _some(words: tuple[str, ...]) -> str:
    more = len(words) - _LISTED
    return ", ".join(words[:_LISTED]) + (f" and {more} more" if more > 0 else "")

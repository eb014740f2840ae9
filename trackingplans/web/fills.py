"""What was sampled of an event, beside what its plan says: how often a property is there, what would fit better."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.utils import timezone

from trackingplans.domain import fitting
from trackingplans.domain.fitting import Suggestion
from trackingplans.domain.plan import Rule
from trackingplans.domain.profiling import Profile
from trackingplans.domain.properties import area_of
from trackingplans.models import TrackingPlan
from trackingplans.traffic import profiles

LOOKS_BACK = timedelta(days=7)
SHOWN = 8


@dataclass(frozen=True, slots=True)
class Fills:
    """`shares`: of the messages (or objects around it) with a property, by its path below the message's root."""

    messages: int = 0
    shares: dict[str, str] = field(default_factory=dict)
    suggestions: tuple[Suggestion, ...] = ()


def fills(plan: TrackingPlan, rule: Rule) -> Fills:
    """Of the last seven days, in the sources whose numbers the plan's pages show; two queries."""
    event = (rule.type, rule.name)
    found = profiles.of_plan(plan, [event], _since()).get(event)
    if found is None or not found.messages:
        return Fills()
    suggestions = tuple(fitting.suggestions(found, rule)[:SHOWN])
    return Fills(found.messages, _shares(found, rule), suggestions)


def shares(plan: TrackingPlan, rules: Collection[Rule]) -> dict[tuple[str, str], dict[str, str]]:
    """The `shares` of several events, by type and name; two queries for all of them."""
    events = [(rule.type, rule.name) for rule in rules]
    found = profiles.of_plan(plan, events, _since()) if events else {}
    sampled = [rule for rule in rules if (rule.type, rule.name) in found]
    return {(rule.type, rule.name): _shares(found[rule.type, rule.name], rule) for rule in sampled}


def _since() -> date:
    return (timezone.now() - LOOKS_BACK).date()


def _shares(found: Profile, rule: Rule) -> dict[str, str]:
    area = area_of(rule)
    return {
        path: fitting.percent(share)
        for path in found.places
        if path.startswith(f"{area}.") and (share := found.fill(path)) is not None
    }

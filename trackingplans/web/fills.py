"""What was sampled of an event, beside what its plan says: how often a property is there, what would fit better."""

from dataclasses import dataclass, field
from datetime import timedelta

from django.utils import timezone

from trackingplans.domain import fitting
from trackingplans.domain.fitting import Suggestion
from trackingplans.domain.plan import Rule
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
    found = profiles.of_plan(plan, [event], (timezone.now() - LOOKS_BACK).date()).get(event)
    if found is None or not found.messages:
        return Fills()
    area = area_of(rule)
    shares = {
        path: fitting.percent(share)
        for path in found.places
        if path.startswith(f"{area}.") and (share := found.fill(path)) is not None
    }
    return Fills(found.messages, shares, tuple(fitting.suggestions(found, rule)[:SHOWN]))

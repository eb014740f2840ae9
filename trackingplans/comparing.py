"""Two states of a plan side by side: what each change is, whom it breaks, and what traffic says to that."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from trackingplans.domain.changes import Kind
from trackingplans.domain.evidence import evidence
from trackingplans.domain.impact import Impact, impacts
from trackingplans.domain.plan import Plan, Rule
from trackingplans.domain.profiling import Profile
from trackingplans.domain.schema_impact import Effect, Severity
from trackingplans.models import TrackingPlan
from trackingplans.traffic import profiles

LOOKS_BACK = timedelta(days=7)
Event = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Judged:
    """An effect with what sampled traffic says about it ('': nothing)."""

    effect: Effect
    evidence: str


@dataclass(frozen=True, slots=True)
class Difference:
    """One change with both sides of its rule (None where it was not, or is no more)."""

    impact: Impact
    before: Rule | None
    after: Rule | None
    effects: Sequence[Judged]

    @property
    def event(self) -> Event:
        return self.impact.type, self.impact.name

    @property
    def identity(self) -> tuple[str, str, int]:
        return self.impact.type, self.impact.name, self.impact.version


def differences(plan: TrackingPlan, before: Plan, after: Plan, *, now: datetime) -> list[Difference]:
    """Every change from one state to the other, the worst first; one query for what was sampled of their events."""
    found = impacts(before, after)
    sampled = sampled_of(plan, found, now)
    old = {rule.identity: rule for rule in before.rules}
    new = {rule.identity: rule for rule in after.rules}
    return [_difference(impact, old, new, sampled) for impact in found]


def sampled_of(plan: TrackingPlan, found: Sequence[Impact], now: datetime) -> dict[Event, Profile]:
    """The samples of the events that changes other than safe ones touch, under the names they arrive by."""
    touched = {
        (one.type, one.former or one.name)
        for one in found
        if one.type and one.kind is not Kind.ADDED and one.severity is not Severity.SAFE
    }
    if not touched:
        return {}
    return profiles.of_plan(plan, sorted(touched), (now - LOOKS_BACK).date())


def _difference(
    impact: Impact,
    old: Mapping[tuple[str, str, int], Rule],
    new: Mapping[tuple[str, str, int], Rule],
    sampled: Mapping[Event, Profile],
) -> Difference:
    before = old.get((impact.type, impact.former or impact.name, impact.version))
    after = new.get((impact.type, impact.name, impact.version))
    if impact.kind is Kind.ADDED or not impact.type:
        effects = [Judged(effect, "") for effect in impact.effects]
    else:
        profile = sampled.get((impact.type, impact.former or impact.name))
        effects = [Judged(effect, evidence(effect, before, after, profile)) for effect in impact.effects]
    return Difference(impact, before, after, effects)

"""What is wrong with a plan as a whole, whatever is sent: the checks of `linting/` over one plan."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from trackingplans.domain.linting import completeness, conflicts, constraints, metrics, muting, names
from trackingplans.domain.linting.catalogue import RULES
from trackingplans.domain.linting.muting import Mute
from trackingplans.domain.linting.problem import Found, Problem, Severity, placed
from trackingplans.domain.linting.slots import Described, described
from trackingplans.domain.plan import Plan, Rule


@dataclass(frozen=True, slots=True)
class Report:
    """The problems of a plan on a day: the open ones, and those that a mute covers, each with it."""

    open: list[Problem]
    muted: list[tuple[Problem, Mute]]


def lint(plan: Plan, *, is_published: bool = False) -> list[Problem]:
    """Every problem of a plan that no day changes, muted ones too, with the severities that the plan sets.

    Schemas may be broken (`broken_schema`, and no further look inside); those of a plan that `is_published` are known
    not to be, which saves half of the time.
    """
    return _judged(plan, _found(plan, is_published=is_published))


def report(plan: Plan, problems: list[Problem], on: date) -> Report:
    """What is open and what is muted on a day, of what `lint` found; mutes that have ended are problems too."""
    ended = _judged(plan, muting.about_mutes(plan, on))
    return Report(*muting.sorted_out([*problems, *ended], plan, on))


def _judged(plan: Plan, found: Iterable[Found]) -> list[Problem]:
    """The problems, without those of rules that the plan switches off."""
    chosen, off = muting.severities(plan)

    def severity_of(one: Found) -> Severity:
        return chosen.get(one.code) or one.severity or RULES[one.code].severity

    return list(placed((one for one in found if one.code not in off), severity_of))


def _found(plan: Plan, *, is_published: bool) -> Iterator[Found]:
    yield from muting.about_settings(plan)
    broken = [] if is_published else list(constraints.about_broken(plan))
    yield from broken
    sound = constraints.sound(plan, broken)
    yield from constraints.about_schemas(sound)
    yield from conflicts.about_versions(plan)
    yield from metrics.about_metrics(plan)
    events = [described(rule) for rule in sound.rules]
    yield from conflicts.about_types(plan, events)
    for event in events:
        yield from constraints.about_required(event)
    misnamed = list(names.about_names(plan, events, muting.severities(plan)[1]))
    yield from misnamed
    yield from _unsaid(plan, events, names.strays(plan, misnamed))


def _unsaid(plan: Plan, events: Sequence[Described], strays: frozenset[tuple[str, str]]) -> Iterator[Found]:
    """What is left unsaid of events; not of strays, which should not be there under their name."""
    newest = {identity: rule for identity, rule in _newest(plan).items() if identity not in strays}
    kept = [event for event in events if (event.rule.type, event.rule.name) not in strays]
    yield from metrics.about_claims(plan, list(newest.values()))
    yield from completeness.about_descriptions(plan, kept)
    for event in kept:
        yield from completeness.about_types(plan, event)
        if newest[event.rule.type, event.rule.name] is event.rule:
            yield from completeness.about_event(plan, event)


def _newest(plan: Plan) -> dict[tuple[str, str], Rule]:
    found: dict[tuple[str, str], Rule] = {}
    for rule in plan.rules:
        known = found.get((rule.type, rule.name))
        if known is None or known.version < rule.version:
            found[rule.type, rule.name] = rule
    return found

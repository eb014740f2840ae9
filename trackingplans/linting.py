"""Plan problems of published versions, kept in the process: a version never changes, so neither do its problems."""

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

from django.db.models import Q

from trackingplans import live
from trackingplans.domain.lint import lint, report
from trackingplans.domain.linting import baseline, ranking
from trackingplans.domain.linting.muting import Mute
from trackingplans.domain.linting.problem import Identity, Problem, Severity
from trackingplans.domain.plan import Plan
from trackingplans.models import PlanVersion, TrackingPlan

NEW, EXISTING, MUTED = "new", "existing", "muted"
STATES = {NEW: "New", EXISTING: "Existing", MUTED: "Muted"}


@dataclass(frozen=True, slots=True)
class Listed:
    """A problem as pages and REST list it. `mute`: what covers it, of the state `muted`."""

    problem: Problem
    state: str
    mute: Mute | None = None


@dataclass(frozen=True, slots=True)
class PlanReport:
    """The problems of a plan's live version, worst first; the `existing` ones were there in version `since` already."""

    listed: tuple[Listed, ...] = ()
    fixed: int = 0
    since: int = 0

    @property
    def counts(self) -> Mapping[str, int]:
        return {state: sum(one.state == state for one in self.listed) for state in STATES}

    @property
    def open(self) -> list[Listed]:
        return [one for one in self.listed if one.state != MUTED]

    @property
    def errors(self) -> int:
        return sum(one.problem.severity is Severity.ERROR for one in self.open)

    def first(self) -> list[ranking.Line]:
        """What to begin with: of what is new, where anything is."""
        new = [one.problem for one in self.listed if one.state == NEW]
        return ranking.first(ranking.lines(new or (one.problem for one in self.open)))

    def find(self, fingerprint: str) -> Listed | None:
        return next((one for one in self.listed if one.problem.fingerprint == fingerprint), None)


def plan_report(plan: TrackingPlan, *, on: date) -> PlanReport:
    """What is wrong with a plan as it is live; one query, and the versions when they are not in memory.

    Existing is what the first version had, or the last one that changed the naming rules, judged by the settings
    of now: names that were there before the rules were set are nobody's new mistake.
    """
    if plan.live_version_id is None:
        return PlanReport()
    since = _first_judged(plan)
    found = report(live.plan(plan.live_version_id), list(problems(plan.live_version_id)), on)
    muted = {problem.fingerprint: mute for problem, mute in found.muted}
    compared = baseline.compare(
        found.open, (problem for problem, _ in found.muted), _known(since.pk, plan.live_version_id)
    )
    new = {problem.fingerprint for problem in compared.new}
    listed = [
        Listed(
            one,
            MUTED if one.fingerprint in muted else NEW if one.fingerprint in new else EXISTING,
            muted.get(one.fingerprint),
        )
        for one in ranking.ranked([*found.open, *(problem for problem, _ in found.muted)])
    ]
    return PlanReport(tuple(listed), len(compared.fixed), since.number)


_found: OrderedDict[tuple[int, int], tuple[Problem, ...]] = (
    OrderedDict()
)  # (0, version) and (draft, revision)


def problems(version_id: int) -> tuple[Problem, ...]:
    """What lint finds in a version (its primary key). Raises PlanVersion.DoesNotExist."""
    return _known_or((0, version_id), lambda: live.plan(version_id))


def of_draft(draft_id: int, revision: int, value: Plan) -> tuple[Problem, ...]:
    """What lint finds in a draft (its primary key) at a revision, at which it is `value`."""
    return _known_or((draft_id, revision), lambda: value)


def of_plan(value: Plan) -> tuple[Problem, ...]:
    """What lint finds in a plan that is neither a version nor a draft (yet)."""
    return tuple(lint(value, is_published=True))


def remember(version_id: int, found: Sequence[Problem]) -> None:
    """A version became live of which it is known what lint finds."""
    _found[0, version_id] = tuple(found)


def _known_or(key: tuple[int, int], value: Callable[[], Plan]) -> tuple[Problem, ...]:
    found = _found.get(key)
    if found is None:
        found = _found[key] = of_plan(value())
        while len(_found) > live.KEPT:
            _found.popitem(last=False)
    return found


@lru_cache(maxsize=live.KEPT)
def _known(version_id: int, live_id: int) -> frozenset[Identity]:
    """The problems of an older version by the naming and lint settings of the live one."""
    if version_id == live_id:
        return frozenset(problem.identity for problem in problems(live_id))
    now = live.plan(live_id)
    then = replace(live.plan(version_id), naming=now.naming, lint=now.lint)
    return frozenset(problem.identity for problem in lint(then, is_published=True))


def _first_judged(plan: TrackingPlan) -> PlanVersion:
    """The newest version that changed the naming rules; the first one where none did."""
    versions = PlanVersion.objects.for_workspace(plan.workspace).filter(plan=plan)
    judged = versions.filter(Q(changes__contains=[{"type": "", "parts": ["naming"]}]) | Q(number=1))
    found: PlanVersion = judged.only("pk", "number").latest("number")
    return found


def new_errors(live_id: int | None, after: Plan, found: Sequence[Problem], *, on: date) -> list[Problem]:
    """The open problems of severity error that a plan would bring and the version (its primary key) does not have.

    `found`: what lint finds in the plan.
    """
    said = report(after, list(found), on)
    if not any(problem.severity is Severity.ERROR for problem in said.open):
        return []
    known = frozenset(problem.identity for problem in problems(live_id)) if live_id else frozenset()
    compared = baseline.compare(said.open, (problem for problem, _ in said.muted), known)
    return [problem for problem in compared.new if problem.severity is Severity.ERROR]

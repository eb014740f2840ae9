"""Diff, merge, change and publish, on a plan of 2,000 events with 30 properties each."""

import statistics
import time
from collections.abc import Callable
from typing import Any

from django.utils import timezone

from accounts.models import Membership, Role, User, Workspace
from benchmarks.authoring import plan as made
from trackingplans import comparing, drafting, live, publishing, rebasing, releasing, reviewing
from trackingplans.domain import differing, editing
from trackingplans.domain.impact import impacts
from trackingplans.domain.merging import merge
from trackingplans.domain.plan import from_document, to_document
from trackingplans.draft_models import Draft, ReviewState
from trackingplans.models import TrackingPlan

RUNS = 5
LIMITS = {"diff": 500, "edits between": 500, "merge": 500, "differences of a draft's page": 500, "change": 500,
          "update from live": 1000, "publish": 2000}  # fmt: skip


def measure() -> bool:
    """Measure and print; whether every promise is kept."""
    times = _domain() | _verbs()
    print(f"a plan of {made.EVENTS:,} events with {made.PROPERTIES} properties; ms, median of {RUNS} runs")
    for what, (median, most) in times.items():
        print(f"  {what:<32}{median:8.0f}   at most {most:5.0f}   promised {LIMITS[what]:,}")
    return all(times[what][0] <= LIMITS[what] for what in times)


def _domain() -> dict[str, tuple[float, float]]:
    """Plans that share nothing in memory, as two versions read from the database do."""
    base, ours, theirs = (from_document(made.document()) for _ in range(3))
    mine = from_document(editing.apply(to_document(ours), made.edits(0, 100, "ours")))
    other = from_document(editing.apply(to_document(theirs), made.edits(100, 100, "theirs")))
    return {
        "diff": _timed(lambda: impacts(base, mine)),
        "edits between": _timed(lambda: differing.edits(base, mine)),
        "merge": _timed(lambda: merge(base, mine, other)),
    }


def _verbs() -> dict[str, tuple[float, float]]:
    ana, bob = (User.objects.create(email=f"{name}@example.com", name=name) for name in ("ana", "bob"))
    workspace = Workspace.objects.create(name="Measured")
    for user in (ana, bob):
        Membership.objects.create(workspace=workspace, user=user, role=Role.ADMIN)
    plan = publishing.create(workspace, made.document(), actor=ana).plan
    spent: dict[str, list[float]] = {
        key: [] for key in ("differences of a draft's page", "change", "update from live", "publish")
    }
    for run in range(RUNS):
        _round(plan, ana, bob, run, spent)
    return {what: (statistics.median(runs), max(runs)) for what, runs in spent.items()}


def _round(plan: TrackingPlan, ana: User, bob: User, run: int, spent: dict[str, list[float]]) -> None:
    """One draft's life, while another one goes live beside it."""
    plan.refresh_from_db()
    first, second = drafting.start(plan, ana, "First"), drafting.start(plan, ana, "Second")
    drafting.change(first, ana, made.edits(run * 100, 50, f"one{'abcde'[run]}"))
    drafting.change(second, ana, made.edits(run * 100 + 50, 50, f"two{'abcde'[run]}"))
    _publish(first, bob)
    owner = {"op": "set_plan", "path": ["description"], "value": f"Round {run}"}
    spent["change"].append(_once(lambda: drafting.change(second, ana, [owner])))
    second = _again(second)
    spent["update from live"].append(_once(lambda: rebasing.update(second, ana)))
    second = _again(second)
    spent["differences of a draft's page"].append(
        _once(
            lambda: comparing.differences(
                second.plan, drafting.base(second), drafting.value(second), now=timezone.now()
            )
        )
    )
    reviewing.standing(
        second, drafting.value(second), on=timezone.now().date()
    )  # the page that has the button
    spent["publish"].append(_once(lambda: _publish(second, bob)))
    live.plan(_again(second).plan.live_version_id or 0)


def _publish(draft: Draft, user: User) -> None:
    now, held = timezone.now(), _again(draft)
    reviewing.decide(held, user, ReviewState.APPROVED, now=now)
    releasing.release(held, user, now=now)


def _again(draft: Draft) -> Draft:
    found: Draft = Draft.objects.select_related("plan__live_version", "base", "workspace").get(pk=draft.pk)
    return found


def _timed(work: Callable[[], Any]) -> tuple[float, float]:
    runs = [_once(work) for _ in range(RUNS)]
    return statistics.median(runs), max(runs)


def _once(work: Callable[[], Any]) -> float:
    """Milliseconds."""
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000

"""What the owner of a plan hears on Mondays: how much conforms, what is wrong with the plan, what never came."""

from datetime import datetime
from typing import Any

from django.db.models import Count, Min, Q

from accounts.models import Team
from trackingplans import implementing, linting, live
from trackingplans.domain.findings import Family
from trackingplans.models import Environment, PlanVersion, Source, TrackingPlan
from trackingplans.traffic import counting
from violations import routing
from violations.models import State, Violation

NAMED = 3  # events that are named of those that did not come


def plans_of(team: Team) -> list[TrackingPlan]:
    """The plans that the team owns by their live versions."""
    plans = (
        TrackingPlan.objects.for_workspace(team.workspace).filter(live_version__isnull=False).order_by("pk")
    )
    return [plan for plan in plans if routing.owned(plan.live_version_id).plan == team.slug]


def compose(plan: TrackingPlan, since: datetime, until: datetime) -> dict[str, Any]:
    """The health of a plan in a stretch of time, production sources only, as JSON."""
    names: dict[int, str] = dict(
        Source.objects.for_workspace(plan.workspace)
        .filter(plan=plan, environment=Environment.PRODUCTION)
        .order_by("name", "id")
        .values_list("pk", "name")
    )
    now = counting.per_source(counting.hours(plan.workspace, sources=names, since=since, until=until))
    before = counting.totals(
        counting.hours(plan.workspace, sources=names, since=since - (until - since), until=since)
    )
    totals = {name: sum(getattr(one, name) for one in now.values()) for name in counting.COLUMNS}
    report = linting.plan_report(plan, on=until.date())
    versions = PlanVersion.objects.for_workspace(plan.workspace).filter(
        plan=plan, published_at__gte=since, published_at__lt=until
    )
    return {
        "plan": plan.name,
        "checked": sum(one.judged for one in now.values()),
        "sources": len(names),
        "silent": [name for pk, name in names.items() if not (pk in now and now[pk].received)],
        "verdicts": {name: totals[name] for name in ("conforming", "violating", "unplanned")},
        "before": {"conforming": before.conforming, "judged": before.judged},
        "problems": {"new": report.counts[linting.NEW], "all": len(report.open), "errors": report.errors},
        "missing": _missing(plan, names, since, until),
        "versions": list(versions.order_by("number").values_list("number", flat=True)),
        **_open(plan),
    }


def _missing(plan: TrackingPlan, sources: dict[int, str], since: datetime, until: datetime) -> dict[str, Any]:
    """Planned track events that should come and did not; those that are still to be built, once a source sent them as
    planned."""
    rules = live.plan(plan.live_version_id).rules if plan.live_version_id else ()
    said = {(rule.name, rule.meta.get("status")) for rule in rules if rule.type == "track"}
    unbuilt = {name for name, status in said if status == "planned"}
    sent = implementing.sent(plan.workspace, sources, unbuilt) if unbuilt else ()
    planned = {name for name, status in said if status not in ("planned", "deprecated")}
    planned |= {name for _, kind, name in sent if kind == "track"}
    seen = counting.hours(plan.workspace, sources=sources, since=since, until=until).filter(type="track")
    came = set(seen.order_by().values_list("event", flat=True).distinct())
    gone = sorted(planned - came)
    return {"planned": len(planned), "events": len(gone), "first": gone[:NAMED]}


def _open(plan: TrackingPlan) -> dict[str, Any]:
    """What is open as the mail is written, whenever it was last seen."""
    rows = Violation.objects.for_workspace(plan.workspace).filter(
        plan=plan, state=State.OPEN, passed_at__isnull=False, source__environment=Environment.PRODUCTION
    )
    unplanned = Q(family=Family.UNPLANNED)
    found = rows.aggregate(
        open=Count("key", distinct=True, filter=~unplanned),
        not_in_plan=Count("key", distinct=True, filter=unplanned),
        since=Min("first_seen_at", filter=~unplanned),
    )
    since = found.pop("since")
    return {**found, "open_since": since.isoformat() if since else None}

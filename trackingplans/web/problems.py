"""Plan problems: the list, one of them with its mute, and what the plan's and the event's page show of them."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import Role
from accounts.web import notices
from accounts.web.access import WorkspaceRequest, member
from trackingplans import linting, muting
from trackingplans.domain.linting.catalogue import RULES, LintRule
from trackingplans.domain.linting.problem import Problem, Severity
from trackingplans.forms import MuteProblem
from trackingplans.linting import STATES, Listed, PlanReport
from trackingplans.models import PlanVersion, TrackingPlan
from trackingplans.web import proposals, tabs
from trackingplans.web.plans import plan_of

PROBLEMS_A_PAGE = 100
SHOWN_OF_AN_EVENT = 5
FILTERS = ("q", "rule", "severity", "state", "type", "name")


@dataclass(frozen=True, slots=True)
class OfRule:
    """How many problems of a rule are open, and how many of those are new."""

    rule: LintRule
    severity: Severity
    new: int
    existing: int


@require_GET
@member(Role.VIEWER)
def plan_problems(request: WorkspaceRequest, plan: str) -> HttpResponse:
    """Without a filter what to begin with and how many there are of each rule; with one the problems that fit."""
    found = plan_of(request, plan)
    report = _report(found)
    chosen = {key: request.GET.get(key, "") for key in FILTERS}
    fitting = [one for one in report.listed if _fits(one, chosen)]
    start = _whole(request.GET.get("start", ""))
    shown = fitting[start : start + PROBLEMS_A_PAGE]
    context = {
        "plan": found,
        "report": report,
        "chosen": chosen,
        "is_filtered": any(chosen.values()),
        "first": report.first(),
        "rules": _rules(report),
        "about": RULES.get(chosen["rule"]),
        "shown": shown,
        "count": len(fitting),
        "start": start,
        "shown_to": start + len(shown),
        "states": STATES,
        "severities": list(Severity),
        "tabs": tabs.of_plan(request, found, "plan_problems"),
    }
    template = "trackingplans/_problem_rows.html" if request.htmx else "trackingplans/plan_problems.html"
    return render(request, template, context)


@require_http_methods(["GET", "POST"])
@member(Role.VIEWER, post=Role.PUBLISHER)
def plan_problem(request: WorkspaceRequest, plan: str, problem: str) -> HttpResponse:
    """One problem; a POST by a publisher mutes it by a new version of the plan."""
    found = plan_of(request, plan)
    listed = _report(found).find(problem)
    if listed is None:
        raise Http404(
            "The live version of the plan has no such problem: it is fixed, or its event was renamed."
        )
    form = MuteProblem(request.POST or None, today=timezone.now().date())
    if form.is_valid():
        version = _muted(request, found, listed.problem, form)
        if isinstance(version, HttpResponse):
            return version
        undo = reverse("plan_problem_unmute", args=[request.workspace.public_id, found.public_id, problem])
        until = form.cleaned_data["until"]
        notices.done(request, f"Muted until {until}; version {version.number} is live.", undo=undo)
        return redirect("plan_problems", request.workspace.public_id, found.public_id)
    context = {
        "plan": found,
        "listed": listed,
        "problem": listed.problem,
        "rule": RULES[listed.problem.code],
        "form": form,
        "may_mute": request.membership.role >= Role.PUBLISHER,
    }
    return render(request, "trackingplans/plan_problem.html", context, status=422 if form.errors else 200)


def _muted(
    request: WorkspaceRequest, plan: TrackingPlan, problem: Problem, form: MuteProblem
) -> PlanVersion | HttpResponse:
    """The version in which it is muted; of a whole rule, where the plan's policy lets it be."""
    reason, until = form.cleaned_data["reason"], form.cleaned_data["until"]
    if form.cleaned_data["what"] == form.RULE:
        wanted = muting.of_rule(plan, problem.code, reason=reason, until=until, actor=request.user)
        return proposals.settled(request, plan, wanted)
    return muting.mute(plan, problem, reason=reason, until=until, actor=request.user)


@require_POST
@member(Role.PUBLISHER)
def plan_problem_unmute(request: WorkspaceRequest, plan: str, problem: str) -> HttpResponse:
    found = plan_of(request, plan)
    listed = _report(found).find(problem)
    if listed is None:
        raise Http404("The live version of the plan has no such problem.")
    if listed.mute is not None:
        version = muting.unmute(found, listed.mute, actor=request.user)
        notices.done(request, f"No longer muted; version {version.number} is live.")
    return redirect("plan_problem", request.workspace.public_id, found.public_id, problem)


@require_GET
@member(Role.VIEWER)
def plan_problem_note(request: WorkspaceRequest, plan: str) -> HttpResponse:
    """The line on the plan's page; without htmx, the list."""
    found = plan_of(request, plan)
    if not request.htmx:
        return redirect("plan_problems", request.workspace.public_id, found.public_id)
    return render(request, "trackingplans/_problem_note.html", {"plan": found, "report": _report(found)})


@require_GET
@member(Role.VIEWER)
def event_problems(request: WorkspaceRequest, plan: str) -> HttpResponse:
    """What is wrong with the event `?type=&name=`, for its page; without htmx, the list of the same."""
    found = plan_of(request, plan)
    event = {"type": request.GET.get("type", "track"), "name": request.GET.get("name", "")}
    address = (
        reverse("plan_problems", args=[request.workspace.public_id, found.public_id]) + f"?{urlencode(event)}"
    )
    if not request.htmx:
        return redirect(address)
    fitting = [one for one in _report(found).open if _fits(one, event)]
    context = {"plan": found, "shown": fitting[:SHOWN_OF_AN_EVENT], "count": len(fitting), "address": address}
    return render(request, "trackingplans/_event_problems.html", context)


def _report(plan: TrackingPlan) -> PlanReport:
    return linting.plan_report(plan, on=timezone.now().date())


def _fits(listed: Listed, chosen: dict[str, str]) -> bool:
    """Muted problems only where that state is asked for."""
    problem = listed.problem
    state = chosen.get("state", "")
    words = chosen.get("q", "").casefold().split()
    told = f"{problem.event} {problem.message}".casefold()
    return (
        (listed.state == state if state else listed.state != linting.MUTED)
        and problem.code == (chosen.get("rule") or problem.code)
        and problem.severity == (chosen.get("severity") or problem.severity)
        and (not chosen.get("type") or (chosen["type"], chosen["name"]) in problem.events)
        and all(word in told for word in words)
    )


def _rules(report: PlanReport) -> list[OfRule]:
    """The rules with open problems: errors first, then by number."""
    found: dict[str, list[Listed]] = {}
    for one in report.open:
        found.setdefault(one.problem.code, []).append(one)
    rows = [
        OfRule(
            RULES[code],
            of_rule[0].problem.severity,
            sum(one.state == linting.NEW for one in of_rule),
            sum(one.state == linting.EXISTING for one in of_rule),
        )
        for code, of_rule in found.items()
    ]
    return sorted(
        rows, key=lambda row: (row.severity is not Severity.ERROR, -(row.new + row.existing), row.rule.code)
    )


def _whole(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 7 else 0

"""Names judged while they are typed: what is wrong, what is better, and what the plan has already by another name."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.models import Role
from accounts.web.access import WorkspaceRequest, member
from trackingplans import observing
from trackingplans.domain.naming import ConventionError, Judgement, NamingConvention, judge
from trackingplans.domain.plan import Plan
from trackingplans.domain.planned_names import planned_names
from trackingplans.web.editions import edition_of
from trackingplans.web.plans import plan_of

KINDS = ("event", "property", "trait")
LONGEST = 300


@dataclass(frozen=True, slots=True)
class Twin:
    """A name that the plan has and that seems to mean the same; `week`: its messages in seven days."""

    name: str
    week: int


@require_GET
@member(Role.VIEWER)
def name_check(request: WorkspaceRequest, plan: str) -> HttpResponse:
    """`?kind=&name=&draft=` judged beside the names that the plan has; `?was=` is the one it is to replace."""
    found = plan_of(request, plan)
    edition = edition_of(request, found)
    kind = request.GET.get("kind", "event")
    name, was = request.GET.get("name", "").strip()[:LONGEST], request.GET.get("was", "")
    judged = judged_name(edition.value, kind if kind in KINDS else "event", name, was) if name else None
    context: dict[str, Any] = {"judged": judged, "kind": kind}
    if judged is not None:
        related = dict.fromkeys(other for issue in judged.issues for other in issue.related)
        weeks = observing.week(found, related, now=timezone.now()) if kind == "event" and related else {}
        context["twins"] = [Twin(other, weeks.get(other, 0)) for other in related]
        context["better"] = [one for one in judged.suggestions if one not in related]
    return render(request, "trackingplans/_name_check.html", context)


def judged_name(plan: Plan, kind: str, name: str, was: str = "") -> Judgement | None:
    """A name judged as a new one; None where the plan's naming rules cannot be used, or the plan has just this name."""
    try:
        convention = NamingConvention.from_document(dict(plan.naming))
    except ConventionError:
        return None
    existing = [one for one in planned_names(plan, kind) if one != was]
    if kind != "event" and name in existing:
        existing.remove(name)  # the same property in another event
    return judge([name], convention, kind, existing)[0]

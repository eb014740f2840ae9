"""From traffic into a draft: what is not in the plan, looked at with all that is known of it, then added."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.models import Role, Workspace
from accounts.web import notices
from accounts.web.access import WorkspaceRequest, member
from trackingplans import drafting
from trackingplans.domain.plan import PlanError
from trackingplans.draft_models import Draft, DraftStatus
from trackingplans.models import TrackingPlan
from trackingplans.web import event_profile
from trackingplans.web.event_profile import Row
from violations import adopting
from violations.adopting import Newcomer
from violations.models import Violation

SHOWN = 50
FILLS = 60


@dataclass(frozen=True, slots=True)
class Shown:
    """A newcomer with how often its properties came, and its schema as text."""

    newcomer: Newcomer
    fills: Sequence[Row]
    schema: str

    @property
    def messages(self) -> int:
        return self.newcomer.profile.messages


@dataclass(frozen=True, slots=True)
class Choice:
    """What goes into one plan, and the drafts it can go into."""

    plan: TrackingPlan
    rows: Sequence[Shown]
    drafts: Sequence[Draft]


@require_http_methods(["GET", "POST"])
@member(Role.VIEWER, post=Role.EDITOR)
def violation_adopt(request: WorkspaceRequest) -> HttpResponse:
    """`?violation=`, repeated: one violation of each row. A POST takes for each its `name-<id>`, for each plan its
    `draft-<id>` (else a new one)."""
    found = adopting.newcomers(
        request.workspace, _asked(request.workspace, request.GET.getlist("violation")), timezone.now()
    )
    choices = _choices(request.workspace, found)
    if request.method == "POST":
        return _add(request, choices)
    context: dict[str, Any] = {
        "choices": choices,
        "obstacles": [one for one in found if one.obstacle],
        "total": sum(len(choice.rows) for choice in choices),
        "back": reverse("not_in_plan", args=[request.workspace.public_id]),
    }
    return render(request, "violations/violation_adopt.html", context)


def shown(newcomer: Newcomer) -> Shown:
    fills = [event_profile.row(newcomer.profile, path) for path in newcomer.places[:FILLS]]
    schema = newcomer.schema
    return Shown(newcomer, fills, adopting.written(schema) if schema else "")


def _asked(workspace: Workspace, ids: Sequence[str]) -> list[Violation]:
    rows = Violation.objects.for_workspace(workspace).filter(public_id__in=ids[: adopting.MOST])
    return list(rows.select_related("plan__live_version", "source").order_by("event", "path", "pk"))


def _choices(workspace: Workspace, found: Sequence[Newcomer]) -> list[Choice]:
    plans: dict[int, TrackingPlan] = {}
    rows: dict[int, list[Shown]] = {}
    for one in found:
        if not one.obstacle and one.violation.plan is not None:
            plans[one.violation.plan.pk] = one.violation.plan
            rows.setdefault(one.violation.plan.pk, []).append(shown(one))
    drafts = Draft.objects.for_workspace(workspace).filter(plan__in=plans.values(), status=DraftStatus.OPEN)
    known: dict[int, list[Draft]] = {}
    for draft in drafts.select_related("author", "plan").order_by("-updated_at"):
        known.setdefault(draft.plan_id, []).append(draft)
    return [Choice(plan, rows[pk], known.get(pk, [])[:SHOWN]) for pk, plan in plans.items()]


def _add(request: WorkspaceRequest, choices: Sequence[Choice]) -> HttpResponse:
    chosen: list[tuple[Newcomer, str]] = []
    drafts: dict[int, Draft] = {}
    for choice in choices:
        asked = request.POST.get(f"draft-{choice.plan.public_id}", "")
        drafts |= {choice.plan.pk: one for one in choice.drafts if one.public_id == asked}  # noqa: B035  # one at most
        for row in choice.rows:
            one = row.newcomer
            name = request.POST.get(f"name-{one.violation.public_id}", "")
            chosen.append((one, name if name in one.names else one.name))
    try:
        changed = adopting.add(chosen, drafts, actor=request.user, now=timezone.now())
    except PlanError as error:
        notices.failed(request, f"The draft cannot take it: {error.problems[0].message}")
    except drafting.NotOpen:
        notices.failed(request, "This draft was published or discarded meanwhile.")
    else:
        draft = changed[0]
        undo = reverse(
            "draft_undo", args=[request.workspace.public_id, draft.plan.public_id, draft.public_id]
        )
        what = "1 is" if len(chosen) == 1 else f"{len(chosen)} are"
        others = "".join(f", and in {one.name}" for one in changed[1:])
        notices.done(
            request,
            f"{what} in this draft{others}. Once it is published, they are accepted by themselves.",
            undo=undo if len(changed) == 1 else "",
        )
        return redirect("draft_detail", request.workspace.public_id, draft.plan.public_id, draft.public_id)
    return redirect(request.get_full_path())

"""The tabs of a plan's pages."""

from dataclasses import dataclass

from django.urls import reverse

from accounts.web.access import WorkspaceRequest
from trackingplans.models import TrackingPlan


@dataclass(frozen=True, slots=True)
class Tab:
    url: str
    word: str
    is_current: bool
    count: int | None = None


def of_plan(request: WorkspaceRequest, plan: TrackingPlan, current: str) -> list[Tab]:
    """What a plan has pages of; `current` is the URL name of the page."""
    return [
        Tab(reverse(name, args=[request.workspace.public_id, plan.public_id]), word, name == current)
        for name, word in (
            ("plan_detail", "Events"),
            ("plan_library", "Library"),
            ("plan_metrics", "Metrics"),
            ("plan_problems", "Problems"),
            ("plan_usage", "In use"),
            ("draft_list", "Drafts"),
            ("plan_versions", "Versions"),
            ("try_event", "Try an event"),
        )
    ]

"""The plan as a page shows it: what is live, or a draft that `?draft=` names."""

from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock

from accounts.web.access import WorkspaceRequest
from trackingplans import drafting, live, outlining
from trackingplans.domain.plan import Plan, Rule
from trackingplans.draft_models import Draft, DraftStatus
from trackingplans.models import TrackingPlan
from trackingplans.outlining import Outline
from trackingplans.web.drafts import draft_of

KEPT = 32


@dataclass(frozen=True, slots=True)
class Edition:
    """`may_edit`: it is an open draft, and this person may change it."""

    plan: TrackingPlan
    draft: Draft | None
    value: Plan
    outline: Outline
    may_edit: bool

    @property
    def query(self) -> str:
        """What links within this edition carry."""
        return f"&draft={self.draft.public_id}" if self.draft else ""


def edition_of(request: WorkspaceRequest, plan: TrackingPlan, named: str = "") -> Edition:
    """The draft `named` here or by `?draft=`, else the live version. Raises Http404 for one that is not the plan's."""
    named = named or request.GET.get("draft", "")
    if named:
        draft = draft_of(request, plan, named)
        value, outline = of_draft(draft)
        is_open = draft.status == DraftStatus.OPEN
        return Edition(plan, draft, value, outline, may_edit=is_open and request.membership.may_edit)
    if plan.live_version_id is None:
        return Edition(plan, None, Plan(name=plan.name), Outline((), ()), may_edit=False)
    outline = outlining.outline(plan.live_version_id)
    return Edition(plan, None, live.plan(plan.live_version_id), outline, may_edit=False)


def of_draft(draft: Draft) -> tuple[Plan, Outline]:
    """A draft as a value, with its outline. Kept in the process: what a draft is at a revision never changes."""
    return _drafts.get(draft)


def newest_rules(plan: Plan) -> dict[tuple[str, str], Rule]:
    """The newest version of each event."""
    return {(rule.type, rule.name): rule for rule in sorted(plan.rules, key=lambda one: one.version)}


class _Drafts:
    """The drafts asked for last, each at the revision it was at."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[int, int], tuple[Plan, Outline]] = OrderedDict()
        self._lock = Lock()

    def get(self, draft: Draft) -> tuple[Plan, Outline]:
        key = (draft.pk, draft.revision)
        with self._lock:
            found = self._kept.get(key)
            if found is not None:
                self._kept.move_to_end(key)
                return found
        value = drafting.value(draft)
        made = (value, outlining.of_plan(value))
        with self._lock:
            self._kept[key] = made
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return made


_drafts = _Drafts()

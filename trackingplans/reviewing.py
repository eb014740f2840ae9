"""Reviews of drafts: who is asked, what they say, and what still stands in the way of publishing."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from accounts import auditing
from accounts.models import Membership, Role, Team, User
from trackingplans import drafting, linting, posting
from trackingplans.domain import changes
from trackingplans.domain.legible import storable
from trackingplans.domain.linting.problem import Problem
from trackingplans.domain.plan import Plan
from trackingplans.draft_models import Draft, DraftStatus, DraftStep, Review, ReviewState
from trackingplans.models import TrackingPlan

LONGEST_NOTE = 2000
MOST_APPROVALS = 9
Event = tuple[str, str]


class NotTheirs(Exception):
    """Nobody reviews what they made themselves."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How a draft stands. `blockers`: sentences that say what must be done before it can be published."""

    needed: int
    reviews: Sequence[Review] = ()
    given: Sequence[Review] = ()  # approvals that count: of others, and of what the draft is now
    stale: Sequence[Review] = ()  # approvals of what it was
    errors: Sequence[Problem] = ()  # plan problems of severity error that the live version does not have
    blockers: Sequence[str] = ()
    warnings: Sequence[str] = ()
    problems: Sequence[Problem] = ()  # all that lint finds in it

    @property
    def may_publish(self) -> bool:
        return not self.blockers


@transaction.atomic
def set_policy(
    plan: TrackingPlan, *, approvals: int | None, asks_owners: bool, errors_block: bool, actor: User
) -> None:
    """`approvals` None: one by somebody else, none while nobody else could give it."""
    plan.approvals, plan.asks_owners, plan.errors_block = approvals, asks_owners, errors_block
    plan.save(update_fields=["approvals", "asks_owners", "errors_block"])
    auditing.record(
        plan.workspace, actor, "plan.policy_changed", plan.name, approvals=approvals, asks_owners=asks_owners,
        errors_block=errors_block,
    )  # fmt: skip


def standing(draft: Draft, after: Plan, *, on: date) -> Standing:
    """How a draft stands whose document reads as `after`."""
    plan = draft.plan
    reviews = list(draft.reviews.select_related("reviewer").order_by("pk"))
    makers = makers_of(draft)
    last = _last_change(draft)
    approved = [one for one in reviews if one.state == ReviewState.APPROVED and one.reviewer_id not in makers]
    given = [one for one in approved if one.revision >= last]
    needed = _needed(plan, makers or {draft.author_id})
    problems = linting.of_draft(draft.pk, draft.revision, after)
    blockers: list[str] = []
    if draft.status != DraftStatus.OPEN:
        blockers.append(f"It is {draft.get_status_display().lower()}.")
    if draft.base_id != plan.live_version_id:
        blockers.append("The live version has moved on: update the draft first.")
    if len(given) < needed:
        missing = needed - len(given)
        blockers.append(f"It needs {missing} more approval{'s' if missing > 1 else ''} by somebody else.")
    blockers += [f"{one.reviewer} wants changes." for one in reviews if one.state == ReviewState.CHANGES]
    errors, warnings = _errors(plan, after, problems, blockers, on)
    stale = [one for one in approved if one.revision < last]
    return Standing(needed, reviews, given, stale, errors, blockers, warnings, problems)


def unreviewed(plan: TrackingPlan, after: Plan, user: User | None, *, on: date) -> Standing:
    """How it stands with a plan that somebody would publish without a draft, in which nobody can have approved it."""
    needed, problems = _needed(plan, {user.pk} if user else set()), linting.of_plan(after)
    blockers: list[str] = []
    if needed:
        people = "somebody else" if needed == 1 else f"{needed} others"
        blockers.append(f"It needs the approval of {people}, which a draft can get.")
    errors, warnings = _errors(plan, after, problems, blockers, on)
    return Standing(needed, errors=errors, blockers=blockers, warnings=warnings, problems=problems)


def _errors(
    plan: TrackingPlan, after: Plan, problems: Sequence[Problem], blockers: list[str], on: date
) -> tuple[list[Problem], list[str]]:
    """The errors that a plan would bring, and what is only said of them; where they block, it is among `blockers`."""
    errors = linting.new_errors(plan.live_version_id, after, problems, on=on)
    if not errors:
        return [], []
    told = (
        "1 new plan problem that is an error"
        if len(errors) == 1
        else f"{len(errors)} new plan problems that are errors"
    )
    sentence = f"It brings {told}."
    if plan.errors_block:
        blockers.append(sentence)
        return errors, []
    return errors, [sentence]


def owners(draft: Draft, before: Plan, after: Plan) -> dict[int, str]:
    """The people whose teams own what a draft touches, by primary key, each with the reason."""
    slugs = owning(before, after)
    teams = Team.objects.for_workspace(draft.workspace).filter(slug__in=slugs).prefetch_related("members")
    found: dict[int, str] = {}
    for team in teams:
        for member in team.members.all():
            found.setdefault(member.user_id, f"{team.name} owns {slugs[team.slug]}")
    return found


def owning(before: Plan, after: Plan) -> dict[str, str]:
    """The teams (slugs) that own rules in which two plans differ, each with the first of their events."""
    rules = [{(rule.type, rule.name, rule.version): rule for rule in plan.rules} for plan in (before, after)]
    found: dict[str, str] = {}
    for change in changes.diff(before, after):
        for side in rules:
            rule = side.get((change.type, change.name, change.version))
            owner = rule.meta.get("owner") if rule is not None else None
            if isinstance(owner, str) and owner:
                found.setdefault(owner, change.name or change.type)
    return found


@transaction.atomic
def ask(
    draft: Draft, user: User, *, now: datetime, before: Plan, after: Plan, people: Iterable[User] = ()
) -> list[Review]:
    """Asks these people, and the owners of what is touched; where that is nobody, all who may publish.

    Whoever is asked again decides again. Everybody newly asked gets a mail. Raises drafting.NotOpen.
    """
    _open(draft)
    asked = {person.pk: "" for person in people}
    if draft.plan.asks_owners:
        asked = owners(draft, before, after) | asked
    makers = makers_of(draft) | {user.pk}
    if not set(asked) - makers:
        publishers = Membership.objects.for_workspace(draft.workspace).filter(role__gte=Role.PUBLISHER)
        asked = dict.fromkeys(publishers.values_list("user_id", flat=True), "")
    reviews = [
        Review.objects.update_or_create(
            draft=draft,
            reviewer_id=pk,
            defaults={
                "workspace": draft.workspace, "state": ReviewState.ASKED, "asked_by": user, "asked_at": now,
                "reason": reason[:200], "decided_at": None,
            },
        )[0]
        for pk, reason in asked.items()
        if pk not in makers
    ]  # fmt: skip
    for review in reviews:
        because = f" ({review.reason})" if review.reason else ""
        text = (
            f"{posting.called(user)} asks you to review {draft.name} of {draft.plan.name}{because}.\n\n"
            f"{posting.address_of(draft)}\n"
        )
        posting.write(draft.plan, [review.reviewer.email], f"Please review: {draft.name}", text)
    auditing.record(draft.workspace, user, "draft.review_requested", draft.name, people=len(reviews))
    return reviews


@transaction.atomic
def decide(draft: Draft, user: User, state: ReviewState, *, now: datetime, note: str = "") -> Review:
    """Approve, or ask for changes, of the draft as it is now; its author hears of it.

    Raises NotTheirs for an approval of what the person made, drafting.NotOpen.
    """
    locked = _open(draft)
    if state == ReviewState.APPROVED and user.pk in makers_of(draft):
        raise NotTheirs("You made changes in this draft: somebody else approves it.")
    review, _ = Review.objects.update_or_create(
        draft=draft,
        reviewer=user,
        defaults={
            "workspace": draft.workspace, "state": state, "revision": locked.revision, "decided_at": now,
            "note": storable(note)[:LONGEST_NOTE],
        },
    )  # fmt: skip
    done = "approved" if state == ReviewState.APPROVED else "wants changes in"
    auditing.record(draft.workspace, user, f"draft.{state}", draft.name, revision=locked.revision)
    if draft.author and draft.author_id != user.pk:
        text = f"{posting.called(user)} {done} {draft.name}.\n\n{note}\n\n{posting.address_of(draft)}\n"
        posting.write(draft.plan, [draft.author.email], f"{posting.called(user)} {done} {draft.name}", text)
    return review


def since_review(draft: Draft, user: User) -> list[DraftStep]:
    """What happened in the draft since this person decided about it; [] when they did not, or nothing did."""
    review = draft.reviews.filter(reviewer=user).exclude(decided_at=None).first()
    return drafting.steps_since(draft, review.revision) if review else []


def makers_of(draft: Draft) -> set[int]:
    """Everybody whose changes are in the draft."""
    steps = DraftStep.objects.for_workspace(draft.workspace).filter(draft=draft, undone_at=None)
    return set(steps.exclude(author=None).values_list("author_id", flat=True).distinct())


def _last_change(draft: Draft) -> int:
    newest = DraftStep.objects.for_workspace(draft.workspace).filter(draft=draft).order_by("-revision")
    return newest.values_list("revision", flat=True).first() or 0


def _needed(plan: TrackingPlan, makers: Collection[int | None]) -> int:
    """How many approvals the policy asks for; by itself one, where somebody else than the makers could give it."""
    if plan.approvals is not None:
        return plan.approvals
    members = Membership.objects.for_workspace(plan.workspace).filter(role__gte=Role.EDITOR)
    return int(members.exclude(user__in=[one for one in makers if one]).exists())


def _open(draft: Draft) -> Draft:
    locked: Draft = Draft.objects.for_workspace(draft.workspace).select_for_update().get(pk=draft.pk)
    if locked.status != DraftStatus.OPEN:
        raise drafting.NotOpen(f"This draft is {locked.get_status_display().lower()}.")
    return locked

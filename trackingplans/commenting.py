"""Comments on a plan, its events and their properties, in a draft or of what is live; who is mentioned hears of it."""

import json
import re
from collections.abc import Iterable
from datetime import datetime
from urllib.parse import urlencode

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse

from accounts.models import Membership, User
from trackingplans import posting
from trackingplans.domain.editing import Identity, named
from trackingplans.domain.legible import storable
from trackingplans.domain.narrating import property_name
from trackingplans.domain.plan import PlanError, Problem
from trackingplans.draft_models import Comment, Draft
from trackingplans.models import TrackingPlan

LONGEST = 5000
_MENTION = re.compile(r"@([\w.+-]+(?:@[\w-]+(?:\.[\w-]+)+)?)")


@transaction.atomic
def add(
    plan: TrackingPlan,
    user: User,
    text: str,
    *,
    draft: Draft | None = None,
    rule: Identity | None = None,
    path: str = "",
) -> Comment:
    """A comment. `rule` None: on the plan or draft as a whole; `path`: JSON pointer of a property in the rule's schema.

    Everybody mentioned (`@` and an address, what stands before its @, or a first name that one member has) and, in a
    draft, its author get a mail. Raises PlanError for a text that is empty or too long.
    """
    text = storable(text.strip())
    if not text or len(text) > LONGEST:
        raise PlanError([Problem("text", f"A comment has between 1 and {LONGEST:,} characters.")])
    comment: Comment = Comment.objects.create(
        workspace=plan.workspace, plan=plan, draft=draft, rule=json.dumps(rule) if rule else "",
        path=storable(path), author=user, text=text,
    )  # fmt: skip
    heard = mentioned(plan, text)
    if draft is not None and draft.author is not None:
        heard = [*heard, draft.author]
    subject = f"{posting.called(user)} on {about(comment)}"
    letter = f"{text}\n\n{_address(comment)}\n"
    posting.write(plan, (one.email for one in heard if one.pk != user.pk), subject, letter)
    return comment


def resolve(comment: Comment, user: User, *, now: datetime) -> Comment:
    """Settled, or (when it was) open again."""
    is_open = comment.resolved_at is None
    comment.resolved_at, comment.resolved_by = (now, user) if is_open else (None, None)
    comment.save(update_fields=["resolved_at", "resolved_by"])
    return comment


def of_draft(draft: Draft) -> QuerySet[Comment]:
    """A draft's comments, the oldest first."""
    found: QuerySet[Comment] = Comment.objects.for_workspace(draft.workspace).filter(draft=draft)
    return found.select_related("author", "resolved_by").order_by("pk")


def of_rule(plan: TrackingPlan, rules: Iterable[Identity]) -> QuerySet[Comment]:
    """What was ever said of these rules of a plan, the newest first."""
    texts = [json.dumps(rule) for rule in rules]
    found: QuerySet[Comment] = Comment.objects.for_workspace(plan.workspace).filter(plan=plan, rule__in=texts)
    return found.select_related("author", "draft", "resolved_by").order_by("-pk")


def identity(comment: Comment) -> Identity | None:
    """The rule a comment is on."""
    if not comment.rule:
        return None
    kind, name, version = json.loads(comment.rule)
    return kind, name, version


def about(comment: Comment) -> str:
    """What a comment is on, as people call it."""
    rule = identity(comment)
    if rule is None:
        return comment.draft.name if comment.draft else comment.plan.name
    return f"{named(rule)}, {property_name(comment.path)}" if comment.path else named(rule)


def mentioned(plan: TrackingPlan, text: str) -> list[User]:
    """The members that a text mentions. A word that two of them could be mentions nobody."""
    words = {word.rstrip(".").casefold() for word in _MENTION.findall(text)}
    if not words:
        return []
    members = Membership.objects.for_workspace(plan.workspace).select_related("user")
    called: dict[str, set[User]] = {}
    for member in members:
        user = member.user
        names = {
            user.email,
            user.email.partition("@")[0],
            *user.name.split()[:1],
            user.name.replace(" ", "."),
        }
        for name in names:
            called.setdefault(name.casefold(), set()).add(user)
    found = [people for word, people in called.items() if word in words and len(people) == 1]
    return sorted({user for people in found for user in people}, key=lambda user: user.pk)


def page_of(plan: TrackingPlan, rule: Identity, draft: str = "") -> str:
    """The path of the comments on an event's page, live or in a draft (its public id)."""
    kind, name, version = rule
    asked = {"type": kind, "name": name, "version": version} | ({"draft": draft} if draft else {})
    page = reverse("plan_event", args=[plan.workspace.public_id, plan.public_id])
    return f"{page}?{urlencode(asked)}#comments"


def _address(comment: Comment) -> str:
    rule = identity(comment)
    if comment.draft is not None:
        return posting.address_of(comment.draft)
    if rule is not None:
        return settings.BASE_URL + page_of(comment.plan, rule)
    words = [comment.workspace.public_id, comment.plan.public_id]
    return settings.BASE_URL + reverse("plan_detail", args=words)

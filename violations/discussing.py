"""What people say about a violation: comments beside its activity; who is mentioned hears of it by mail."""

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse

from accounts.models import Membership, User
from trackingplans import commenting, posting
from trackingplans.domain.legible import storable
from violations.models import Violation
from violations.remark_models import Remark

LONGEST = commenting.LONGEST


class BadRemark(ValueError):
    """The text cannot be a comment."""


@transaction.atomic
def add(violation: Violation, user: User, text: str) -> Remark:
    """A comment on the violation in all of its sources. Everybody mentioned, and whoever it is assigned to, gets a
    mail as long as it has a plan. Raises BadRemark for a text that is empty or too long."""
    text = storable(text.strip())
    if not text or len(text) > LONGEST:
        raise BadRemark(f"A comment has between 1 and {LONGEST:,} characters.")
    remark: Remark = Remark.objects.create(
        workspace=violation.workspace, key=violation.key, author=user, text=text
    )
    plan = violation.plan or violation.source.plan
    if plan is not None:
        heard = {one.email: one for one in commenting.mentioned(plan, text)}
        if violation.assignee is not None and _is_member(violation, violation.assignee):
            heard[violation.assignee.email] = violation.assignee
        event = violation.event or violation.type
        posting.write(
            plan,
            (email for email, one in heard.items() if one.pk != user.pk),
            f"{posting.called(user)} on {event}: {violation.message}".replace("`", ""),
            f"{text}\n\n{_address(violation)}\n",
        )
    return remark


def of(violation: Violation) -> QuerySet[Remark]:
    """What was said of it in any source, the newest first."""
    found: QuerySet[Remark] = Remark.objects.for_workspace(violation.workspace).filter(key=violation.key)
    return found.select_related("author").order_by("-pk")


def _is_member(violation: Violation, user: User) -> bool:
    rows = Membership.objects.for_workspace(violation.workspace)
    return bool(rows.filter(user=user, user__is_active=True).exists())


def _address(violation: Violation) -> str:
    words = [violation.workspace.public_id, violation.public_id]
    return settings.BASE_URL + reverse("violation_detail", args=words)

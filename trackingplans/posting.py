"""Mail about plans: written with what it tells of, sent until it worked."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from accounts import mail
from accounts.models import User
from trackingplans.draft_models import Draft, PlanMail
from trackingplans.models import TrackingPlan

MOST = 20  # in one go
ATTEMPTS = 8
LONGEST_SUBJECT = 300
_LONGEST_ERROR = 300


def write(plan: TrackingPlan, recipients: Iterable[str], subject: str, text: str) -> list[PlanMail]:
    """One mail for each address, each once, to be sent soon."""
    rows = [
        PlanMail(
            workspace=plan.workspace, plan=plan, recipient=address, subject=_one_line(subject), text=text
        )
        for address in dict.fromkeys(recipients)
        if address
    ]
    return list(PlanMail.objects.bulk_create(rows))


def address_of(draft: Draft) -> str:
    """The address of a draft's page, for mail."""
    words = [draft.workspace.public_id, draft.plan.public_id, draft.public_id]
    return settings.BASE_URL + reverse("draft_detail", args=words)


def called(user: User | None) -> str:
    """A person, in mail."""
    return str(user) if user else "Planwright"


def send_due(now: datetime) -> int:
    """Send what is due, a few of them; returns how many were tried. Safe to run twice at once."""
    with transaction.atomic():
        due = PlanMail.objects.select_for_update(skip_locked=True, of=("self",)).select_related("workspace")
        letters = list(due.filter(due_at__lte=now).order_by("due_at")[:MOST])
        PlanMail.objects.filter(pk__in=[one.pk for one in letters]).update(due_at=now + timedelta(minutes=10))
    for letter in letters:
        _send(letter, now)
    return len(letters)


def _send(letter: PlanMail, now: datetime) -> None:
    letter.attempts += 1
    try:
        mail.send(
            letter.recipient,
            letter.subject,
            letter.text,
            message_id=f"<plan-mail-{letter.pk}@planwright>",
            workspace=letter.workspace,
        )
    except mail.MailError as error:
        letter.error = error.message[:_LONGEST_ERROR]
        is_over = error.permanent or letter.attempts >= ATTEMPTS
        letter.due_at = None if is_over else now + timedelta(minutes=2**letter.attempts)
    else:
        letter.due_at, letter.sent_at, letter.error = None, now, ""
    letter.save(update_fields=["attempts", "error", "due_at", "sent_at"])


def _one_line(subject: str) -> str:
    return " ".join(subject.split())[:LONGEST_SUBJECT]

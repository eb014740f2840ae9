"""Targets that kept failing: their owners are told, and somebody resumes them."""

from django.conf import settings
from django.db import transaction
from django.db.models.functions import Now
from django.urls import reverse

from accounts import auditing, mail
from accounts.models import Membership, Role, User
from accounts.templatetags.looks import visible
from delivery.models import Delivery, DeliveryState, Target


def tell() -> int:
    """Mails the owners of targets that were paused since it last looked; returns how many targets. A mail server that
    is away is asked again the next time."""
    told = 0
    for target in _untold():
        try:
            for address in owners(target):
                mail.send(address, *_letter(target), workspace=target.workspace)
        except mail.MailError as error:
            if not error.permanent:
                continue
        told += Target.objects.filter(pk=target.pk, told_at=None).update(told_at=Now())
    return told


def owners(target: Target) -> list[str]:
    """Who hears of it: who set it, and the team that owns its source; the admins when there is nobody else."""
    people = {target.set_by.email} if target.set_by and target.set_by.is_active else set()
    if target.source.owner is not None:
        people |= {person.user.email for person in target.source.owner.members.all() if person.user.is_active}
    if people:
        return sorted(people)
    admins = Membership.objects.for_workspace(target.workspace).filter(role=Role.ADMIN, user__is_active=True)
    return sorted(admins.values_list("user__email", flat=True))


@transaction.atomic
def resume(target: Target, *, actor: User | None) -> None:
    """Sends again; what waited is sent as if it had just failed once."""
    Target.objects.for_workspace(target.workspace).filter(pk=target.pk).update(
        paused_at=None, told_at=None, failures=0, failing_since=None, resume_at=None
    )
    auditing.record(target.workspace, actor, "forwarding.resumed", target.source.name, url=str(target))


def redeliver(delivery: Delivery) -> bool:
    """Sends a call that arrived or was given up once more, under the same id; whether there was one to send."""
    done = (
        Delivery.objects.for_workspace(delivery.workspace)
        .filter(pk=delivery.pk)
        .exclude(state=DeliveryState.WAITING)
    )
    return bool(
        done.update(state=DeliveryState.WAITING, next_at=Now(), created_at=Now(), finished_at=None, error="")
    )


def redeliver_failed(target: Target) -> int:
    """Sends every call once more that was given up; returns how many."""
    failed = Delivery.objects.for_workspace(target.workspace).filter(
        target=target, state=DeliveryState.FAILED
    )
    return int(
        failed.update(
            state=DeliveryState.WAITING, next_at=Now(), created_at=Now(), finished_at=None, error=""
        )
    )


def _untold() -> list[Target]:
    rows = Target.objects.filter(paused_at__isnull=False, told_at=None, enabled=True)
    return list(
        rows.select_related("workspace", "set_by", "to_source", "source__owner").prefetch_related(
            "source__owner__members__user"
        )
    )


def _letter(target: Target) -> tuple[str, str]:
    """Subject and text."""
    source = visible(" ".join(target.source.name.split()))
    last = Delivery.objects.filter(target=target).exclude(error="").order_by("-id").first()
    path = reverse("source_forwarding", args=[target.workspace.public_id, target.source.public_id])
    said = f"\n\nIts last answer: {visible(last.error)}" if last else ""
    text = (
        f"Violations of {source} are no longer forwarded to {visible(str(target))}: the last {target.failures} calls "
        f"failed.{said}\n\nWhat is waiting is kept for a day. Resume it when the receiver is well again:\n"
        f"{settings.BASE_URL}{path}\n"
    )
    return f"Forwarding of {source} is paused", text

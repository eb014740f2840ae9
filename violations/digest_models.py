"""Who was told, when, and what the mail said."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from accounts.models import Team, WorkspaceOwned, public_id
from trackingplans.models import TrackingPlan


def new_digest_id() -> str:
    return public_id("dg")


class DigestState(models.TextChoices):
    CLAIMED = "claimed", "Being sent"
    SENT = "sent", "Sent"
    QUIET = "quiet", "Nothing to say"
    FAILED = "failed", "Failed"


def digest_state_choices() -> list[tuple[str, str]]:
    return DigestState.choices


class DigestKind(models.TextChoices):
    TEAM = "team", "Digest"
    PLAN = "plan", "Plan health"


def digest_kind_choices() -> list[tuple[str, str]]:
    return DigestKind.choices


class Digest(WorkspaceOwned):
    """One team's mail for one local day, about violations or (weekly) about a plan it owns. The unique row is the
    claim; it is committed before anything is sent."""

    public_id = models.CharField(max_length=20, unique=True, default=new_digest_id)
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="digests")
    kind = models.CharField(max_length=10, choices=digest_kind_choices, db_default=DigestKind.TEAM)
    plan = models.ForeignKey(TrackingPlan, on_delete=models.CASCADE, null=True, related_name="+")
    day = models.DateField()  # the team's local date: the period
    due_at = models.DateTimeField()
    since = models.DateTimeField()
    until = models.DateTimeField()
    message_id = models.CharField(max_length=200)
    state = models.CharField(max_length=10, choices=digest_state_choices, default=DigestState.CLAIMED)
    numbers = models.JSONField(default=dict)  # what the mail says, as it was mailed
    recipients = models.JSONField(default=list)
    attempts = models.SmallIntegerField(default=0)
    next_at = models.DateTimeField(db_default=Now())
    error = models.TextField(default="")
    sent_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["team", "day"], name="digest_once", condition=Q(kind="team")),
            models.UniqueConstraint(
                fields=["plan", "day"], name="plan_health_once", condition=Q(kind="plan")
            ),
        ]
        indexes = [models.Index(fields=["workspace", "-due_at"], name="digest_by_workspace")]

    def __str__(self) -> str:
        return f"digest of {self.team} for {self.day}"

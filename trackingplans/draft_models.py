"""Drafts, what is said about them, and the mail that goes out about plans: models."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models.functions import Now

from accounts.models import User, WorkspaceOwned, public_id
from trackingplans.domain import narrating


def new_draft_id() -> str:
    return public_id("dr")


def new_comment_id() -> str:
    return public_id("cm")


class DraftStatus(models.TextChoices):
    OPEN = "open", "Open"
    PUBLISHED = "published", "Published"
    DISCARDED = "discarded", "Discarded"


def draft_status_choices() -> list[tuple[str, str]]:
    return DraftStatus.choices


class Draft(WorkspaceOwned):
    """Changes on a version of a plan that are not live yet. `revision` counts everything that happens to it."""

    public_id = models.CharField(max_length=20, unique=True, default=new_draft_id)
    plan = models.ForeignKey("trackingplans.TrackingPlan", on_delete=models.CASCADE, related_name="drafts")
    base = models.ForeignKey(
        "trackingplans.PlanVersion", on_delete=models.CASCADE, null=True, related_name="+"
    )
    name = models.CharField(max_length=200)
    author = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    status = models.CharField(max_length=10, choices=draft_status_choices, default=DraftStatus.OPEN)
    revision = models.PositiveIntegerField(default=0)
    version = models.ForeignKey(
        "trackingplans.PlanVersion", on_delete=models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField(db_default=Now())
    updated_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [models.Index(fields=["plan", "status", "-updated_at"], name="draft_by_plan")]

    def __str__(self) -> str:
        return self.name


class DraftStep(WorkspaceOwned):
    """Edits of a draft that were made together, by one person: one step of undo.

    `revision`: the draft's when the step was last done, undone or redone. A folded step stays for history only: an
    update from the live version put its outcome into a later step.
    """

    draft = models.ForeignKey(Draft, on_delete=models.CASCADE, related_name="steps")
    number = models.PositiveIntegerField()
    revision = models.PositiveIntegerField()
    author = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    edits = models.TextField()  # JSON text, as of StoredRule
    touched = ArrayField(models.TextField())  # JSON texts of what `editing.touched` says
    why = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField(db_default=Now())
    undone_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    undone_at = models.DateTimeField(null=True)
    is_folded = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["draft", "number"], name="step_number")]
        indexes = [GinIndex(fields=["touched"], name="step_by_touched")]

    def __str__(self) -> str:
        return f"{self.draft} {self.number}"


class ReviewState(models.TextChoices):
    ASKED = "asked", "Asked"
    APPROVED = "approved", "Approved"
    CHANGES = "changes", "Wants changes"


def review_state_choices() -> list[tuple[str, str]]:
    return ReviewState.choices


class Review(WorkspaceOwned):
    """What one person says of a draft. `revision`: the draft's when they said it."""

    draft = models.ForeignKey(Draft, on_delete=models.CASCADE, related_name="reviews")
    reviewer = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    state = models.CharField(max_length=10, choices=review_state_choices, default=ReviewState.ASKED)
    asked_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    asked_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=200, blank=True)  # why they were asked: a team that owns an event
    revision = models.PositiveIntegerField(default=0)
    note = models.CharField(max_length=2000, blank=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["draft", "reviewer"], name="review_once")]

    def __str__(self) -> str:
        return f"{self.reviewer}: {self.get_state_display()}"


class Comment(WorkspaceOwned):
    """What somebody says about a plan, one of its events, or a property; in a draft or of what is live."""

    public_id = models.CharField(max_length=20, unique=True, default=new_comment_id)
    plan = models.ForeignKey("trackingplans.TrackingPlan", on_delete=models.CASCADE, related_name="+")
    draft = models.ForeignKey(Draft, on_delete=models.CASCADE, null=True, related_name="comments")
    rule = models.TextField(
        blank=True
    )  # JSON text of the rule's identity; '' where the plan or draft is meant
    path = models.TextField(blank=True)  # JSON pointer of a property in the rule's schema
    author = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    text = models.TextField()
    created_at = models.DateTimeField(db_default=Now())
    resolved_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    resolved_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["plan", "rule", "-id"], name="comment_by_rule")]

    def __str__(self) -> str:
        return self.text[:50]

    @property
    def property_name(self) -> str:
        """Of the property it is on; '' for none."""
        return narrating.property_name(self.path) if self.path else ""


class PlanMail(WorkspaceOwned):
    """A mail about a plan that is to be sent: written with what it tells of, sent by a task until it worked."""

    plan = models.ForeignKey("trackingplans.TrackingPlan", on_delete=models.CASCADE, related_name="+")
    recipient = models.CharField(max_length=254)
    subject = models.CharField(max_length=300)
    text = models.TextField()
    created_at = models.DateTimeField(db_default=Now())
    due_at = models.DateTimeField(db_default=Now(), null=True)  # None: sent, or given up
    attempts = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["due_at"], name="plan_mail_due", condition=models.Q(due_at__isnull=False))
        ]

    def __str__(self) -> str:
        return f"{self.subject} to {self.recipient}"

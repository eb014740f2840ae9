"""Sheets on their way into a plan, and plans on their way out by a secret link: models."""

import secrets

from django.db import models
from django.db.models.functions import Now

from accounts.models import User, WorkspaceOwned, public_id


def new_sheet_id() -> str:
    return public_id("sh")


def new_secret() -> str:
    return secrets.token_urlsafe(24)


class SheetState(models.TextChoices):
    MAPPING = "mapping", "Waits for its columns"
    WAITING = "waiting", "Waits to be read"
    READING = "reading", "Is being read"
    READ = "read", "Read"
    FAILED = "failed", "Could not be read"


def sheet_state_choices() -> list[tuple[str, str]]:
    return SheetState.choices


class UploadedSheet(WorkspaceOwned):
    """A file of rows that somebody wants in a plan. It is kept for a day; nothing of it is in a plan before.

    `plan`: the one it changes, None for a new one. `mapping`: a field for each column of the header, '' for none.
    `outcome`: JSON of what was read: `document`, `losses`, or `problems`.
    """

    public_id = models.CharField(max_length=20, unique=True, default=new_sheet_id)
    plan = models.ForeignKey(
        "trackingplans.TrackingPlan", on_delete=models.CASCADE, null=True, related_name="+"
    )
    author = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    filename = models.CharField(max_length=200)
    content = models.BinaryField()
    tabs = models.JSONField(default=list)  # of a workbook, those that are read; [] as it looks
    as_shown = models.BooleanField(default=False)  # merged cells filled in, formulas by value
    mapping = models.JSONField(default=list)
    state = models.CharField(max_length=10, choices=sheet_state_choices, default=SheetState.MAPPING)
    row = models.PositiveIntegerField(default=0)  # the last that was read,
    total = models.PositiveIntegerField(default=0)  # of about so many
    outcome = models.TextField(default="{}")
    created_at = models.DateTimeField(db_default=Now())
    touched_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [
            models.Index(fields=["created_at"], name="sheet_by_age"),
            models.Index(
                fields=["id"], name="sheet_to_read", condition=models.Q(state__in=["waiting", "reading"])
            ),
        ]

    def __str__(self) -> str:
        return self.filename


class SheetMapping(WorkspaceOwned):
    """How a workspace mapped the columns of sheets with one header: name of a column to field."""

    fingerprint = models.CharField(max_length=64)
    mapping = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "fingerprint"], name="mapping_once")]

    def __str__(self) -> str:
        return self.fingerprint[:12]


class PlanLink(WorkspaceOwned):
    """A link by which whoever has it reads a plan's live version, until it is switched off."""

    plan = models.OneToOneField("trackingplans.TrackingPlan", on_delete=models.CASCADE, related_name="link")
    secret = models.CharField(max_length=40, unique=True, default=new_secret)
    author = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"link to {self.plan_id}"

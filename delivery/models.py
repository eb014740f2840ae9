"""The way out: where calls go, and one row for each call, written before it is sent."""

from django.db import models
from django.db.models.functions import Now

from accounts.models import WorkspaceOwned, public_id
from trackingplans.models import Source


def new_target_id() -> str:
    return public_id("tg")


def new_delivery_id() -> str:
    return public_id("dl")


class Target(WorkspaceOwned):
    """A Segment-compatible endpoint that gets the violations of one source as track calls."""

    public_id = models.CharField(max_length=20, unique=True, default=new_target_id)
    source = models.OneToOneField(Source, on_delete=models.CASCADE, related_name="target")
    url = models.URLField(max_length=500)  # the base; calls go to {url}/v1/track
    write_key = models.BinaryField()  # encrypted with ENCRYPTION_KEYS
    enabled = models.BooleanField(default=True)
    failures = models.SmallIntegerField(db_default=0)  # temporary ones in a row
    resume_at = models.DateTimeField(null=True)  # nothing is sent before
    created_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return self.url


class DeliveryState(models.TextChoices):
    WAITING = "waiting", "Waiting"
    DELIVERED = "delivered", "Delivered"
    FAILED = "failed", "Failed"


def delivery_state_choices() -> list[tuple[str, str]]:
    return DeliveryState.choices


class Delivery(WorkspaceOwned):
    """One call to one target. The row is the queue: `next_at`, `lease` and `attempts` live here."""

    public_id = models.CharField(max_length=20, unique=True, default=new_delivery_id)
    target = models.ForeignKey(Target, on_delete=models.CASCADE, related_name="deliveries")
    body = models.TextField()  # JSON text, exactly what is sent
    created_at = models.DateTimeField(db_default=Now())
    state = models.CharField(max_length=12, choices=delivery_state_choices, db_default=DeliveryState.WAITING)
    attempts = models.SmallIntegerField(db_default=0)
    next_at = models.DateTimeField(db_default=Now())
    lease = models.UUIDField(null=True)
    lease_until = models.DateTimeField(null=True)
    status_code = models.SmallIntegerField(null=True)
    error = models.TextField(db_default="")
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["next_at"], name="delivery_due", condition=models.Q(state="waiting")),
            models.Index(fields=["target", "-id"], name="delivery_by_target"),
        ]

    def __str__(self) -> str:
        return self.public_id

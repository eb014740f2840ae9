"""The way out: where calls go, and one row for each call, written before it is sent."""

from django.db import models
from django.db.models.functions import Now

from accounts.models import User, WorkspaceOwned, public_id
from trackingplans.models import Source


def new_target_id() -> str:
    return public_id("tg")


def new_delivery_id() -> str:
    return public_id("dl")


class TargetKind(models.TextChoices):
    SEGMENT = "segment", "Segment-compatible endpoint"
    SOURCE = "source", "Another source of this Planwright"
    WEBHOOK = "webhook", "Signed webhook"


def target_kind_choices() -> list[tuple[str, str]]:
    return TargetKind.choices


class Target(WorkspaceOwned):
    """What gets the violations of one source as track calls."""

    public_id = models.CharField(max_length=20, unique=True, default=new_target_id)
    source = models.OneToOneField(Source, on_delete=models.CASCADE, related_name="target")
    kind = models.CharField(max_length=10, choices=target_kind_choices, db_default=TargetKind.SEGMENT)
    url = models.URLField(max_length=500)  # of an endpoint its base, of a webhook all of it; '' for a source
    write_key = models.BinaryField()  # or a webhook's secret; encrypted with ENCRYPTION_KEYS
    to_source = models.ForeignKey(Source, on_delete=models.SET_NULL, null=True, related_name="+")
    enabled = models.BooleanField(default=True)
    set_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    failures = models.SmallIntegerField(db_default=0)  # in a row
    failing_since = models.DateTimeField(null=True)
    resume_at = models.DateTimeField(null=True)  # nothing is sent before
    paused_at = models.DateTimeField(
        null=True
    )  # it failed for too long: nothing is sent until somebody resumes it
    told_at = models.DateTimeField(null=True)  # when its owners heard of the pause
    created_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return self.url or f"source {self.to_source}"


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
    history = models.JSONField(
        db_default=[]
    )  # of its attempts, oldest first: {"at", "status", "error", "ms"}

    class Meta:
        indexes = [
            models.Index(fields=["next_at"], name="delivery_due", condition=models.Q(state="waiting")),
            models.Index(fields=["target", "-id"], name="delivery_by_target"),
            models.Index(fields=["target", "state", "-id"], name="delivery_by_state"),
            models.Index(
                fields=["state", "finished_at"],
                name="delivery_by_end",
                condition=models.Q(finished_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.public_id


class CallMinute(models.Model):
    """How many calls of one violation (its key in its source) a target was to get in one minute. Kept for hours."""

    pk = models.CompositePrimaryKey("target_id", "key", "minute")
    target_id = models.BigIntegerField()
    key = models.UUIDField()
    minute = models.DateTimeField()
    wanted = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["minute"], name="call_minute_age")]

    def __str__(self) -> str:
        return f"{self.key} {self.minute:%H:%M}: {self.wanted}"


class SkippedHour(models.Model):
    """How many calls of one violation a target did not get in an hour, because there were too many in a minute."""

    pk = models.CompositePrimaryKey("target_id", "hour", "key")
    target_id = models.BigIntegerField()
    hour = models.DateTimeField()
    key = models.UUIDField()
    calls = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.key} {self.hour:%Y-%m-%d %H}h: {self.calls}"

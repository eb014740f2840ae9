"""The door's tables: what was acknowledged, what was seen, what could not be processed."""

from django.db import models
from django.db.models.functions import Now

from accounts.models import WorkspaceOwned, public_id
from trackingplans.models import Source


def new_dead_id() -> str:
    return public_id("dead")


class InboxRow(WorkspaceOwned):
    """One acknowledged request, raw. Gone once processed: the delete under its lease is the exactly-once."""

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="+")
    received_at = models.DateTimeField(db_default=Now())
    kind = models.TextField()  # the path's word: batch, track … or events
    body = models.BinaryField()  # zstd; STORAGE EXTERNAL
    raw_size = models.IntegerField()  # bytes before compression
    messages = models.IntegerField()  # as counted at the door: what `pending` says
    lease = models.UUIDField(null=True)
    lease_until = models.DateTimeField(null=True)
    attempts = models.SmallIntegerField(db_default=0)

    class Meta:
        indexes = [models.Index(fields=["source", "id"], name="inbox_of_source")]

    def __str__(self) -> str:
        return f"inbox {self.pk}"


class DeadRow(WorkspaceOwned):
    """A request whose processing failed every time, kept whole for a retry; its messages count as rejected."""

    public_id = models.CharField(max_length=24, unique=True, default=new_dead_id)
    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="+")
    received_at = models.DateTimeField()
    kind = models.TextField()
    body = models.BinaryField()
    raw_size = models.IntegerField()
    messages = models.IntegerField()
    attempts = models.SmallIntegerField()
    error = models.TextField()
    died_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [models.Index(fields=["workspace", "-died_at"], name="dead_by_workspace")]

    @property
    def last_line(self) -> str:
        """The error itself, without the way that led to it."""
        return self.error.strip().rpartition("\n")[2]

    def __str__(self) -> str:
        return self.public_id


class RefusedBody(WorkspaceOwned):
    """The first 64 KB of a body that was answered 400 or 413; capped per source."""

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="+")
    received_at = models.DateTimeField(db_default=Now())
    status = models.SmallIntegerField()
    reason = models.TextField()
    head = models.BinaryField()
    size = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["source", "-id"], name="refused_by_source")]

    def __str__(self) -> str:
        return self.reason

"""What people say about violations."""

from django.db import models
from django.db.models.functions import Now

from accounts.models import User, WorkspaceOwned, public_id


def new_remark_id() -> str:
    return public_id("vc")


class Remark(WorkspaceOwned):
    """What somebody says about a violation; of one key, so that it stands beside it in every source."""

    public_id = models.CharField(max_length=20, unique=True, default=new_remark_id)
    key = models.UUIDField()
    author = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    text = models.TextField()
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [models.Index(fields=["workspace", "key", "-id"], name="remark_by_key")]

    def __str__(self) -> str:
        return self.text[:50]

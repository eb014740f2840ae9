"""What should arrive: plans, their versions, and the sources that send."""

import secrets

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models.functions import Now
from django.utils import timezone

from accounts.models import ALPHABET, Team, User, WorkspaceOwned, public_id


def new_plan_id() -> str:
    return public_id("pl")


def new_source_id() -> str:
    return public_id("src")


def new_draft_id() -> str:
    return public_id("dr")


def new_write_key() -> str:
    return "wk_" + "".join(secrets.choice(ALPHABET) for _ in range(28))


class TrackingPlan(WorkspaceOwned):
    public_id = models.CharField(max_length=20, unique=True, default=new_plan_id)
    name = models.CharField(max_length=200)
    live_version = models.ForeignKey("PlanVersion", on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [models.Index(fields=["workspace", "name"], name="plan_by_name")]

    def __str__(self) -> str:
        return self.name


class StoredRule(WorkspaceOwned):
    """One rule's document, stored once however many versions hold it. `digest`: SHA-256 of its canonical JSON."""

    digest = models.CharField(max_length=64)
    document = models.TextField()  # JSON text: jsonb refuses NUL and forgets the order of keys

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "digest"], name="rule_once")]

    def __str__(self) -> str:
        return self.digest[:12]


class PlanVersion(WorkspaceOwned):
    """A published state of a plan. Never changes; compiled rules may be cached by content for ever."""

    plan = models.ForeignKey(TrackingPlan, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    settings = models.TextField()  # the plan document without its rules, as JSON text
    rules = ArrayField(models.CharField(max_length=64))  # digests, in the document's order
    changes = models.JSONField(default=list)  # what made this version out of the one before
    message = models.CharField(max_length=500, blank=True)
    published_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    published_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["plan", "number"], name="version_number")]

    def __str__(self) -> str:
        return f"{self.plan} v{self.number}"


class DraftStatus(models.TextChoices):
    OPEN = "open", "Open"
    PUBLISHED = "published", "Published"
    DISCARDED = "discarded", "Discarded"


def draft_status_choices() -> list[tuple[str, str]]:
    return DraftStatus.choices


class Draft(WorkspaceOwned):
    """Changes on a version of a plan that are not live yet. `revision` counts everything that happens to it."""

    public_id = models.CharField(max_length=20, unique=True, default=new_draft_id)
    plan = models.ForeignKey(TrackingPlan, on_delete=models.CASCADE, related_name="drafts")
    base = models.ForeignKey(PlanVersion, on_delete=models.CASCADE, null=True, related_name="+")
    name = models.CharField(max_length=200)
    author = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    status = models.CharField(max_length=10, choices=draft_status_choices, default=DraftStatus.OPEN)
    revision = models.PositiveIntegerField(default=0)
    version = models.ForeignKey(PlanVersion, on_delete=models.SET_NULL, null=True, related_name="+")
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


class Cardinality(models.Func):
    """How many elements an array column has, told by the database so that the array stays there."""

    function = "cardinality"
    output_field = models.IntegerField()


class Environment(models.TextChoices):
    PRODUCTION = "production", "Production"
    STAGING = "staging", "Staging"
    DEVELOPMENT = "development", "Development"


class SourceType(models.TextChoices):
    WEB = "web", "Web"
    IOS = "ios", "iOS"
    ANDROID = "android", "Android"
    SERVER = "server", "Server"
    WEBHOOK = "webhook", "Webhook"


def environment_choices() -> list[tuple[str, str]]:
    return Environment.choices


def source_type_choices() -> list[tuple[str, str]]:
    return SourceType.choices


class Source(WorkspaceOwned):
    public_id = models.CharField(max_length=20, unique=True, default=new_source_id)
    name = models.CharField(max_length=100)
    slug = models.SlugField(max_length=60)
    type = models.CharField(max_length=20, choices=source_type_choices, default=SourceType.WEB)
    environment = models.CharField(max_length=20, choices=environment_choices, default=Environment.PRODUCTION)
    owner = models.ForeignKey(Team, on_delete=models.SET_NULL, null=True, related_name="+")
    plan = models.ForeignKey(TrackingPlan, on_delete=models.SET_NULL, null=True, related_name="sources")
    plan_attached_at = models.DateTimeField(null=True)  # when its first plan came: settling in begins
    settling_hours = models.PositiveSmallIntegerField(default=48)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "slug"], name="source_slug")]

    def __str__(self) -> str:
        return self.name


class WriteKey(WorkspaceOwned):
    """What SDKs send to name their source. An old key works until `expires_at`."""

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="write_keys")
    key = models.CharField(max_length=60, unique=True, default=new_write_key)
    created_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.key


class TrafficHour(models.Model):
    """How many messages of a source, type and event had which fate in one UTC hour of `received_at`.

    Partitioned by month on `hour`; written only by SQL upserts that add. `event` is the name as planned,
    or the folded name of an unplanned event; '' where a message had none.
    """

    pk = models.CompositePrimaryKey("source_id", "hour", "type", "event")
    workspace_id = models.BigIntegerField()
    source_id = models.BigIntegerField()
    hour = models.DateTimeField()
    type = models.TextField()
    event = models.TextField()
    received = models.BigIntegerField()
    conforming = models.BigIntegerField()
    violating = models.BigIntegerField()
    unplanned = models.BigIntegerField()
    unchecked = models.BigIntegerField()
    duplicate = models.BigIntegerField()
    rejected = models.BigIntegerField()
    passed = models.BigIntegerField()
    omitted = models.BigIntegerField()
    blocked = models.BigIntegerField()

    class Meta:
        managed = False  # partitioned: its table is made by SQL in the first migration
        db_table = "trackingplans_traffichour"

    def __str__(self) -> str:
        return f"{self.type} {self.event} {self.hour:%Y-%m-%d %H}h"


class UnplannedName(WorkspaceOwned):
    """A name, not in the plan, that a source's traffic is counted under. Up to 2,000 for each source."""

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="+")
    name = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "name"], name="unplanned_name_once")]

    def __str__(self) -> str:
        return self.name


class RecentMessage(WorkspaceOwned):
    """One of a source's newest messages, for Live. `message` and `findings` are JSON text, values masked."""

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="+")
    received_at = models.DateTimeField()
    type = models.TextField()
    event = models.TextField()
    verdict = models.TextField()
    reason = models.TextField()  # why a message was rejected; '' otherwise
    findings = models.TextField()
    message = models.TextField()

    class Meta:
        indexes = [models.Index(fields=["source", "-id"], name="recent_by_source")]

    def __str__(self) -> str:
        return f"{self.type} {self.event}: {self.verdict}"


class EventProfile(WorkspaceOwned):
    """What was sampled of one event's messages on a UTC day, of one source and release.

    Several rows may speak of the same; they merge (`domain.profiling`), and one that is folded is the sum of others.
    """

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="+")
    type = models.TextField()
    event = models.TextField()
    release = models.TextField()
    day = models.DateField()
    body = models.TextField()  # a Profile as JSON
    is_folded = models.BooleanField()

    class Meta:
        indexes = [
            models.Index(fields=["source", "event", "day"], name="profile_by_event"),
            models.Index(fields=["day"], name="profile_by_day"),
            models.Index(fields=["source"], name="profile_to_fold", condition=models.Q(is_folded=False)),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.event} {self.release} {self.day}"

"""What should arrive: plans, their versions, and the sources that send."""

import secrets

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from django.utils import timezone

from accounts.models import ALPHABET, Team, User, WorkspaceOwned, public_id
from trackingplans.draft_models import (
    Draft,
)
from trackingplans.sheet_models import PlanLink, SheetMapping, UploadedSheet  # noqa: F401  # Django looks here


def new_plan_id() -> str:
    return public_id("pl")


def new_source_id() -> str:
    return public_id("src")


def new_write_key() -> str:
    return "wk_" + "".join(secrets.choice(ALPHABET) for _ in range(28))


class TrackingPlan(WorkspaceOwned):
    public_id = models.CharField(max_length=20, unique=True, default=new_plan_id)
    name = models.CharField(max_length=200)
    live_version = models.ForeignKey("PlanVersion", on_delete=models.SET_NULL, null=True, related_name="+")
    approvals = models.PositiveSmallIntegerField(null=True)  # None: 1, and 0 while nobody else could give it
    asks_owners = models.BooleanField(default=True)  # the teams that own touched events review it
    errors_block = models.BooleanField(default=True)  # new plan problems of severity error stop publishing
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
    draft = models.ForeignKey(Draft, on_delete=models.SET_NULL, null=True, related_name="sources")
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


class Implemented(WorkspaceOwned):
    """That a source has sent an event as the plan says at least once: when the first conforming message came."""

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="+")
    type = models.TextField()
    event = models.TextField()
    since = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "type", "event"], name="implemented_once")]

    def __str__(self) -> str:
        return f"{self.type} {self.event} since {self.since:%Y-%m-%d}"


class FormerNameDay(WorkspaceOwned):
    """How many messages of an event a source still sent under a former name on one UTC day."""

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="+")
    day = models.DateField()
    event = models.TextField()
    name = models.TextField()
    received = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "event", "day", "name"], name="former_name_day_once")
        ]

    def __str__(self) -> str:
        return f"{self.event} as {self.name} on {self.day}"

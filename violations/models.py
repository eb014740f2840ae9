"""What went wrong, counted, and who was told."""

from typing import Any

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Func, Q

from accounts.models import User, WorkspaceOwned, public_id
from trackingplans.models import Source, TrackingPlan
from violations import people
from violations.digest_models import Digest  # noqa: F401  # Django looks here
from violations.remark_models import Remark  # noqa: F401  # Django looks here


def new_violation_id() -> str:
    return public_id("vi")


class State(models.TextChoices):
    """What was decided about a violation. What people see (`new`, `regressed` …) is computed in triage."""

    OPEN = "open", "Open"
    RESOLVED = "resolved", "Resolved"
    MUTED = "muted", "Muted"


class Resolution(models.TextChoices):
    FIXED = "fixed", "Fixed by evidence"
    MANUAL = "manual", "Resolved by hand"
    RELEASE = "release", "Resolved in a release"
    ACCEPTED = "accepted", "Accepted into the plan"


def state_choices() -> list[tuple[str, str]]:
    return State.choices


def resolution_choices() -> list[tuple[str, str]]:
    return Resolution.choices


class PeopleField(models.Field):  # type: ignore[type-arg]  # no generic at run time
    """Bits of `violations.people`, as text of 0 and 1."""

    def db_type(self, connection: Any) -> str:  # noqa: ARG002  # Django's name
        return f"bit({people.BITS})"


class Violation(WorkspaceOwned):
    """One thing wrong with the messages of one source: event, field and code, counted.

    Recording writes only the columns up to `heat`, by upserts that commute; triage writes the rest.
    All times are `received_at` times of messages, not of processing.

    `last_seen_at` changes with every occurrence, so no index holds it: an update that touches no index is several
    times cheaper. Indexes hold `last_hour` and `rank` instead, which the database keeps.
    """

    public_id = models.CharField(max_length=20, unique=True, default=new_violation_id)
    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="violations", db_index=False)
    plan = models.ForeignKey(TrackingPlan, on_delete=models.SET_NULL, null=True, related_name="+")
    key = models.UUIDField()  # 128-bit hash of family, code, type, event, path: the same in every source
    family = models.TextField()
    code = models.TextField()
    type = models.TextField()
    event = models.TextField()  # '' where the call type has no name
    path = models.TextField()  # array indexes written `$`
    message = models.TextField()  # one sentence without any value
    detail = models.JSONField(default=dict)  # expected, suggestion: from the newest writer of the key
    is_critical = models.BooleanField(db_default=False)
    is_settling = models.BooleanField(db_default=False)  # first seen while its source settled in
    count = models.BigIntegerField()
    first_seen_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()
    first_release = models.TextField(db_default="")
    last_release = models.TextField(db_default="")
    people = PeopleField(default=people.NOBODY)
    heat = models.FloatField(db_default=0.0)  # recency and frequency in one (violations.heat)
    last_hour = models.GeneratedField(
        expression=Func(
            F("last_seen_at"),
            template="date_bin('1 hour', %(expressions)s, '2026-01-01 00:00:00+00'::timestamptz)",
        ),
        output_field=models.DateTimeField(),
        db_persist=True,
    )
    rank = models.GeneratedField(
        expression=Func(
            F("heat"), F("passed_at"), F("regressed_at"), F("is_critical"), function="violations_rank"
        ),
        output_field=models.IntegerField(),
        db_persist=True,
    )

    state = models.CharField(max_length=10, choices=state_choices, db_default=State.OPEN)
    passed_at = models.DateTimeField(null=True)  # when it crossed the threshold of DESIGN 5
    acted_at = models.DateTimeField(null=True)  # when somebody last decided something
    noticed_at = models.DateTimeField(null=True)  # when a person first did
    regressed_at = models.DateTimeField(null=True)
    resolved_at = models.DateTimeField(null=True)
    resolution = models.CharField(max_length=10, choices=resolution_choices, null=True)  # noqa: DJ001  # REST says null
    resolved_in = models.TextField(db_default="")
    reopened_at = models.DateTimeField(null=True)  # by a person, or when its mute ended: evidence starts anew
    muted_at = models.DateTimeField(null=True)
    muted_until = models.DateTimeField(null=True)
    muted_count = models.BigIntegerField(null=True)  # its count when it was muted
    mute = models.JSONField(default=dict)  # count, release, version, reason as given
    # Numbers of versions of its plan. `changed_by`: the one that made it wrong, 0 when the traffic changed, null until
    # somebody looked. `awaits`: the one that may have accepted it, while evidence is gathered.
    changed_by = models.IntegerField(null=True)
    awaits = models.IntegerField(null=True)
    assignee = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "key"], name="violation_key")]
        indexes = [
            models.Index(
                fields=["workspace", "-rank"], name="violation_by_rank", condition=~Q(state=State.RESOLVED)
            ),
            models.Index(
                fields=["workspace", "-rank"],
                name="unplanned_by_rank",
                condition=~Q(state=State.RESOLVED) & Q(family="unplanned"),
            ),
            models.Index(fields=["workspace", "-rank"], name="muted_by_rank", condition=Q(state=State.MUTED)),
            models.Index(fields=["workspace", "-last_hour"], name="violation_recent"),
            models.Index(fields=["workspace", "-first_seen_at"], name="violation_by_age"),
            models.Index(fields=["workspace", "-id"], name="violation_by_id"),
            models.Index(fields=["workspace", "event", "family", "-last_hour"], name="violation_by_event"),
            models.Index(fields=["source", "family", "-last_hour"], name="violation_by_source"),
            models.Index(fields=["workspace", "key"], name="violation_by_key"),
            models.Index(fields=["state", "last_hour"], name="violation_by_state"),
            models.Index(fields=["workspace", "passed_at"], name="violation_by_passing"),
            models.Index(fields=["workspace", "noticed_at"], name="violation_by_notice"),
            models.Index(fields=["workspace", "resolved_at"], name="violation_by_fix"),
            models.Index(
                fields=["workspace", "passed_at"],
                name="violation_unexplained",
                condition=models.Q(changed_by=None, passed_at__isnull=False, is_settling=False),
            ),
            models.Index(
                fields=["workspace", "plan"],
                name="violation_awaiting",
                condition=models.Q(awaits__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event} › {self.path}: {self.code}"


class Place(WorkspaceOwned):
    """What the violations of one key have in common in all sources, and the words that search finds it by."""

    key = models.UUIDField()
    words = SearchVectorField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "key"], name="place_key")]
        indexes = [GinIndex(fields=["words"], name="place_by_words")]

    def __str__(self) -> str:
        return str(self.key)


class TurnKind(models.TextChoices):
    BACK = "back", "Came back"
    FIXED = "fixed", "Fixed by evidence"
    RESOLVED = "resolved", "Resolved"
    MUTED = "muted", "Muted"
    UNMUTED = "unmuted", "Mute ended"
    ACCEPTED = "accepted", "Accepted by the plan"
    REOPENED = "reopened", "Reopened"


def turn_choices() -> list[tuple[str, str]]:
    return TurnKind.choices


class Turn(WorkspaceOwned):
    """A turn in a violation's life. Rows are only ever added, so what was true at a moment can be asked later:
    a digest and the page it links to say the same. (That it passed the threshold happens once: `passed_at`.)"""

    violation = models.ForeignKey(Violation, on_delete=models.CASCADE, related_name="turns")
    kind = models.CharField(max_length=10, choices=turn_choices)
    at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)  # of a mute
    actor = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        indexes = [
            models.Index(fields=["violation", "-at", "-id"], name="turn_by_violation"),
            models.Index(fields=["workspace", "-at"], name="turn_by_workspace"),
            models.Index(fields=["kind", "at"], name="turn_by_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.at:%Y-%m-%d %H:%M}"


class PlanWatch(WorkspaceOwned):
    """Up to which version of a plan its violations were judged again."""

    plan = models.OneToOneField(TrackingPlan, on_delete=models.CASCADE, related_name="+")
    number = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"{self.plan_id} v{self.number}"


class Look(WorkspaceOwned):
    """What was missing when it was last looked for, in a workspace of many sources (`looking`)."""

    at = models.DateTimeField()
    lines = models.JSONField()  # the first of each kind
    others = models.JSONField(default=list)
    totals = models.JSONField()  # by kind

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace"], name="look_once")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}"


class ViolationHour(models.Model):
    """How often a violation occurred in one UTC hour of `received_at`. Partitioned by month."""

    pk = models.CompositePrimaryKey("violation_id", "hour")
    workspace_id = models.BigIntegerField()
    violation_id = models.BigIntegerField()
    hour = models.DateTimeField()
    count = models.BigIntegerField()

    class Meta:
        managed = False  # partitioned: its table is made by SQL in the first migration
        db_table = "violations_violationhour"

    def __str__(self) -> str:
        return f"{self.violation_id} {self.hour:%Y-%m-%d %H}h: {self.count}"


class FacetKind(models.TextChoices):
    PLATFORM = "platform", "Platform"
    LIBRARY = "library", "SDK"
    RELEASE = "release", "Release"
    VALUE = "value", "Value"


class Facet(models.Model):
    """How often a violation came from one platform, SDK or release, or with one kind of value."""

    pk = models.CompositePrimaryKey("violation_id", "kind", "value")
    workspace_id = models.BigIntegerField()
    violation = models.ForeignKey(Violation, on_delete=models.CASCADE, related_name="facets", db_index=False)
    kind = models.TextField()
    value = models.TextField()
    count = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.violation_id} {self.kind} {self.value}: {self.count}"


class Sample(WorkspaceOwned):
    """One of the messages that showed a violation, chosen to differ, masked before it was stored."""

    violation = models.ForeignKey(Violation, on_delete=models.CASCADE, related_name="samples")
    received_at = models.DateTimeField()
    release = models.TextField()
    path = models.TextField()  # with real indexes
    type = models.TextField(db_default="")  # of the value there, as JSON has types; '' for none
    looks = models.TextField(db_default="")  # what the value looks like
    message = models.TextField()  # JSON text

    class Meta:
        indexes = [
            models.Index(fields=["violation", "-id"], name="sample_by_violation"),
            models.Index(fields=["received_at"], name="sample_by_time"),
        ]

    def __str__(self) -> str:
        return f"sample of {self.violation_id}"


class FoldedName(WorkspaceOwned):
    """One of the names that a violation's folded event stands for: `Product 7 Viewed` of `Product <number> Viewed`."""

    violation = models.ForeignKey(Violation, on_delete=models.CASCADE, related_name="folded_names")
    name = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["violation", "name"], name="folded_name_once")]

    def __str__(self) -> str:
        return self.name

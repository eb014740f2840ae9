"""What the first page of the morning says: how much conforms, how fast people notice, what happened meanwhile."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from accounts.models import Workspace
from trackingplans.models import Environment, PlanVersion, Source, TrackingPlan
from trackingplans.traffic import counting
from trackingplans.traffic.counting import Totals
from violations.digest_models import Digest, DigestState
from violations.models import Resolution, State, Violation

HOURS = 24


@dataclass(frozen=True, slots=True)
class Headline:
    """What became of the messages of the last 24 hours, the running one among them."""

    hours: Sequence[tuple[datetime, Totals]]  # oldest first, empty ones too
    before: Sequence[tuple[datetime, Totals]]  # the 24 hours before those

    @property
    def totals(self) -> Totals:
        return _sum(totals for _, totals in self.hours)

    @property
    def totals_before(self) -> Totals:
        return _sum(totals for _, totals in self.before)

    @property
    def received(self) -> list[int]:
        """Messages of each hour, oldest first."""
        return [totals.received for _, totals in self.hours]

    @property
    def parts(self) -> list[tuple[str, int, str]]:
        """Word, count and tone of each verdict of judged messages, for the bar."""
        totals = self.totals
        return [
            ("conform", totals.conforming, "good"),
            ("violate", totals.violating, "bad"),
            ("not in plan", totals.unplanned, "warn"),
        ]

    @property
    def others(self) -> list[tuple[str, int]]:
        """Messages without a share in the headline, those that there are."""
        totals = self.totals
        kinds = [
            ("not checked", totals.unchecked),
            ("repeats", totals.duplicate),
            ("rejected", totals.rejected),
        ]
        return [(word, count) for word, count in kinds if count]

    @property
    def growth(self) -> float | None:
        """How many more messages came than in the same hours a day earlier (0.03: 3 % more), the running hour left
        out; None when there were none then."""
        then = sum(totals.received for _, totals in self.before[:-1])
        now = sum(totals.received for _, totals in self.hours[:-1])
        return now / then - 1 if then else None


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """The last 24 hours of a source that is not production."""

    source: Source
    totals: Totals


@dataclass(frozen=True, slots=True)
class Setup:
    """What a workspace has; the first thing that is missing is what its Overview teaches."""

    has_plan: bool
    sources: Sequence[Source]
    has_traffic: bool

    @property
    def missing(self) -> str:
        """`plan`, `source`, `traffic`, or '' when nothing is."""
        if not self.has_plan:
            return "plan"
        if not self.sources:
            return "source"
        return "" if self.has_traffic else "traffic"


@dataclass(frozen=True, slots=True)
class News:
    """What happened in a workspace since a moment."""

    since: datetime
    versions: Sequence[PlanVersion]  # newest first, at most three
    new: int
    back: int
    fixed: int
    accepted: int  # by a new version of the plan
    digests: int

    def __bool__(self) -> bool:
        counts = (self.new, self.back, self.fixed, self.accepted, self.digests)
        return bool(self.versions or any(counts))


def setup(workspace: Workspace) -> Setup:
    """What this workspace has to look at: a plan, sources (plans loaded), any message ever."""
    sources = list(Source.objects.for_workspace(workspace).select_related("plan").order_by("name", "id"))
    return Setup(
        has_plan=TrackingPlan.objects.for_workspace(workspace).exists(),
        sources=sources,
        has_traffic=bool(sources) and counting.hours(workspace).exists(),
    )


def headline(workspace: Workspace, sources: Sequence[Source], now: datetime) -> Headline:
    """The hours of the production ones among `sources`, today and the day before."""
    until = counting.hour_of(now) + timedelta(hours=1)
    since = until - timedelta(hours=2 * HOURS)
    wanted = [source.pk for source in sources if source.environment == Environment.PRODUCTION]
    rows = counting.hours(workspace, sources=wanted, since=since, until=until)
    hours = counting.per_hour(rows, since, until)
    return Headline(hours=hours[HOURS:], before=hours[:HOURS])


def elsewhere(workspace: Workspace, sources: Sequence[Source], now: datetime) -> list[Elsewhere]:
    """The staging and development ones among `sources`, with their last 24 hours."""
    others = [source for source in sources if source.environment != Environment.PRODUCTION]
    if not others:
        return []
    until = counting.hour_of(now) + timedelta(hours=1)
    rows = counting.hours(
        workspace,
        sources=[source.pk for source in others],
        since=until - timedelta(hours=HOURS),
        until=until,
    )
    found = counting.per_source(rows)
    return [Elsewhere(source, found.get(source.pk, Totals())) for source in others]


def news(workspace: Workspace, since: datetime) -> News:
    """What people would want to hear who were last here at `since`; production sources only. Each number comes from an
    index of its own."""
    versions = PlanVersion.objects.for_workspace(workspace).filter(published_at__gt=since)
    rows = Violation.objects.for_workspace(workspace).filter(source__environment=Environment.PRODUCTION)
    resolved = rows.filter(state=State.RESOLVED, resolved_at__gt=since)
    back = rows.filter(last_hour__gt=since - timedelta(hours=1), regressed_at__gt=since)
    digests = Digest.objects.for_workspace(workspace).filter(sent_at__gt=since, state=DigestState.SENT)
    return News(
        since=since,
        versions=list(versions.select_related("plan", "published_by").order_by("-published_at")[:3]),
        new=rows.filter(passed_at__gt=since, is_settling=False).count(),
        back=back.count(),
        fixed=resolved.filter(resolution=Resolution.FIXED).count(),
        accepted=resolved.filter(resolution=Resolution.ACCEPTED).count(),
        digests=digests.count(),
    )


def _sum(rows: Iterable[Totals]) -> Totals:
    listed = list(rows)
    return Totals(**{name: sum(getattr(row, name) for row in listed) for name in counting.COLUMNS})

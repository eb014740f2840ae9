"""Builds the demo: its people, plan and sources, then its fourteen days, through the same processing as any traffic."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings

from accounts.models import Team, User, Workspace
from config import first_run
from config.demo import leaving, people, plan, story
from config.demo.people import Cast
from config.first_run import Access
from ingest import inbox, processing
from trackingplans import implementing, publishing, reviewing, sourcing
from trackingplans.models import Environment, PlanVersion, Source, SourceType, TrackingPlan, WriteKey
from violations import assessing, deciding, digests
from violations.models import Violation

PUBLISHED_DAYS_AGO = (40, 21, story.DAYS)
MESSAGES = (
    "What we need to know about people buying sneakers",
    "Payment and coupons",
    "A sign-up is organic or invited, nothing else",
)
SOURCES = {
    "web": ("Web", SourceType.WEB, "checkout", Environment.PRODUCTION),
    "ios": ("iOS", SourceType.IOS, "mobile", Environment.PRODUCTION),
    "android": ("Android", SourceType.ANDROID, "mobile", Environment.PRODUCTION),
    "backend": ("Backend", SourceType.SERVER, "growth", Environment.PRODUCTION),
    "web-staging": ("Web staging", SourceType.WEB, "checkout", Environment.STAGING),
}
STAGING = "web-staging"
COARSE, FINE = timedelta(hours=6), timedelta(hours=1)  # how often the story's clock stops to assess
FINE_DAYS = timedelta(days=3)
DIGEST_HOUR = 9
MAILED_DAYS = timedelta(days=5)  # how far back the kept mail goes


def is_wanted() -> bool:
    """Whether the database is empty, or holds a demo whose making was interrupted (nobody was told the way in)."""
    return not User.objects.exists() or (workspace() is not None and not first_run.access_file().exists())


def workspace() -> Workspace | None:
    """The demo's workspace, as long as it is there."""
    return Workspace.objects.filter(is_demo=True).first()


def build_afresh(now: datetime) -> Access:
    """`build`, after what an interrupted one left is removed."""
    leaving.remove_demos()
    return build(now)


def build(now: datetime) -> Access:
    """Makes the demo as it stands at `now` and says how to get in. Takes a few seconds."""
    cast = people.assemble()
    sneakers = _publish(cast, now)
    sources = _connect(cast, sneakers, now)
    _tell(cast, sources, now)
    key = WriteKey.objects.for_workspace(cast.workspace).get(source=sources[STAGING])
    return Access(
        url=settings.BASE_URL,
        email=cast.ana.email,
        password=cast.password,
        api_token=cast.api_token,
        workspace=cast.workspace.public_id,
        write_key=key.key,
        plan=sneakers.public_id,
        source=sources[STAGING].public_id,
    )


def latest_digest(now: datetime) -> datetime:
    """When the latest digest before `now` was due: 09:00 UTC, Monday to Friday (the teams keep the defaults)."""
    due = now.replace(hour=DIGEST_HOUR, minute=0, second=0, microsecond=0)
    while due > now or due.isoweekday() > 5:
        due -= timedelta(days=1)
    return due


def _publish(cast: Cast, now: datetime) -> TrackingPlan:
    first, *later = plan.documents()
    sneakers = publishing.create(cast.workspace, first, actor=cast.ana, message=MESSAGES[0]).plan
    for document, message in zip(later, MESSAGES[1:], strict=True):
        publishing.publish(sneakers, document, actor=cast.ana, message=message)
    versions = PlanVersion.objects.for_workspace(cast.workspace).filter(plan=sneakers).order_by("number")
    # Whoever tries the demo is alone in it: nobody could approve what they change, or say that an error is meant.
    reviewing.set_policy(sneakers, approvals=0, asks_owners=True, errors_block=False, actor=cast.ana)
    for version, days in zip(versions, PUBLISHED_DAYS_AGO, strict=True):
        PlanVersion.objects.filter(pk=version.pk).update(published_at=now - timedelta(days=days))
    return sneakers


def _connect(cast: Cast, sneakers: TrackingPlan, now: datetime) -> dict[str, Source]:
    attached = now - timedelta(days=story.DAYS)
    return {
        slug: sourcing.create_source(
            cast.workspace,
            name=name,
            type=kind,
            actor=cast.ana,
            now=attached,
            environment=environment,
            owner=cast.teams[team],
            plan=sneakers,
        )
        for slug, (name, kind, team, environment) in SOURCES.items()
    }


@dataclass(frozen=True, slots=True)
class Act:
    """What somebody at Strider did about a violation, and when."""

    at: datetime
    source: str
    event: str
    path: str
    do: Callable[[Violation, datetime], object]


def _tell(cast: Cast, sources: dict[str, Source], now: datetime) -> None:
    """The fourteen days, stop by stop: messages in, judged, assessed, acted on, mailed."""
    times = story.Times.before(now, latest_digest(now))
    batches = story.batches(times)
    waiting = next(batches, None)
    acts = _acts(cast, now)
    for until in _stops(now):
        rows = []
        while waiting is not None and waiting.received_at < until:
            rows.append(_row(sources[waiting.source], waiting))
            waiting = next(batches, None)
        inbox.put_at(rows)
        processing.drain()
        assessing.assess(until, cast.workspace)
        while acts and acts[0].at <= until:
            _perform(acts.pop(0), sources)
        if until == latest_digest(until) and until > now - MAILED_DAYS:
            _mail(cast, until)
    implementing.note(now, timedelta(days=story.DAYS + 1))


def _mail(cast: Cast, at: datetime) -> None:
    """The teams' digests as they went out at `at`, when all that had been received was processed."""
    teams = Team.objects.for_workspace(cast.workspace)
    digests.send_due(at, lambda _workspace: at, teams, asked=True)


def _acts(cast: Cast, now: datetime) -> list[Act]:
    """Ordered by time; each when its violation is known by then."""
    friday = deciding.Mute(until=now + timedelta(days=3), reason="The fix ships on Friday")

    def assign_to_mia(violation: Violation, at: datetime) -> None:
        deciding.assign(violation, cast.mia, actor=cast.mia, now=at)

    def assign_to_ben(violation: Violation, at: datetime) -> None:
        deciding.assign(violation, cast.ben, actor=cast.ben, now=at)

    def mute_until_friday(violation: Violation, at: datetime) -> None:
        deciding.mute(violation, friday, actor=cast.ana, now=at)

    return [
        Act(now - timedelta(days=10), "web", "Signed Up", "properties.type", assign_to_ben),
        Act(
            now - timedelta(days=5, hours=18), "ios", "Checkout Started", "properties.currency", assign_to_mia
        ),
        Act(now - timedelta(days=2), "android", "Product Added", "properties.quantity", mute_until_friday),
    ]


def _perform(act: Act, sources: dict[str, Source]) -> None:
    violation = Violation.objects.get(source=sources[act.source], event=act.event, path=act.path)
    act.do(violation, act.at)


def _stops(now: datetime) -> Iterator[datetime]:
    """Full hours of the fourteen days, six hours apart, each one in the last days; then `now`."""
    stop = (now - timedelta(days=story.DAYS)).replace(minute=0, second=0, microsecond=0)
    while stop < now:
        yield stop
        stop += FINE if stop >= now - FINE_DAYS else COARSE
    yield now


def _row(source: Source, batch: story.Batch) -> tuple[inbox.Row, datetime]:
    body = json.dumps({"batch": batch.messages, "sentAt": batch.received_at.isoformat()}).encode()
    row = inbox.row(source.workspace_id, source.pk, "batch", body, len(batch.messages))
    return row, batch.received_at

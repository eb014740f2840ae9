"""A digest says what its links show: random traffic, processed late, people who decide, clocks that jump, beats that
run at once and are killed."""

import html
import itertools
import json
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import connection
from django.test import Client
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from accounts.models import Membership, Team, Workspace
from ingest import inbox, processing
from tests.factories import MembershipFactory, SourceFactory, TeamFactory, WorkspaceFactory
from tests.violations.beating import AFTER, BEFORE, INSIDE, Beats
from tests.violations.judging import SHOP
from tests.violations.mails import Mailbox, mailbox, text_of
from trackingplans import publishing
from trackingplans.models import Environment, PlanVersion, Source, TrackingPlan
from violations import assessing, deciding, scheduling
from violations.digest_models import Digest
from violations.models import Violation

HOUR = timedelta(hours=1)
STEP = 6  # hours from one look to the next
HOURS = 5 * 24 + 12
# Zones and the Thursday that a story begins on: over the clock changes, and where hours are no whole ones.
CLOCKS = [
    ("Asia/Kathmandu", date(2026, 11, 19)),
    ("Australia/Lord_Howe", date(2026, 4, 2)),
    ("Australia/Lord_Howe", date(2026, 10, 1)),
    ("Europe/Berlin", date(2026, 3, 26)),
    ("Europe/Berlin", date(2026, 10, 22)),
]
SOURCES = ("Web", "iOS", "Staging")
# What may be wrong with a message: its event and properties.
WRONG = [
    ("Order Completed", {"order_id": "1", "total": "12.50"}),
    ("Order Completed", {"total": 3}),
    ("Order Completed", {"order_id": "1", "products": [{"sku": 7}]}),
    ("Product Viewed", {"price": "free"}),
    ("Product Viewed", {"price": 1, "colour": "red"}),
    ("Order Complete", {"order_id": "1"}),
]
GOOD = {"Order Completed": {"order_id": "1", "total": 3}, "Product Viewed": {"price": 1}}


@dataclass(frozen=True)
class Sent:
    """Messages that a source sends in an hour of the story: some that are wrong, and good ones of the same event."""

    hour: int
    source: int
    wrong: int  # of WRONG
    times: int
    good: int
    release: str


@dataclass(frozen=True)
class Act:
    """What somebody does at a look, to one of the violations there are by then."""

    look: int
    which: int
    does: str


ACTS = {
    "mute": lambda row, now: deciding.mute(row, deciding.Mute(now + 20 * HOUR), actor=None, now=now),
    "mute by count": lambda row, now: deciding.mute(row, deciding.Mute(count=3), actor=None, now=now),
    "mute by release": lambda row, now: deciding.mute(row, deciding.Mute(release="3.0"), actor=None, now=now),
    "mute by version": lambda row, now: deciding.mute(row, deciding.Mute(version="2"), actor=None, now=now),
    "resolve": lambda row, now: deciding.resolve(row, actor=None, now=now),
    "resolve in release": lambda row, now: deciding.resolve(row, actor=None, now=now, release="3.0"),
    "reopen": lambda row, now: deciding.reopen(row, actor=None, now=now),
}


@dataclass(frozen=True)
class Story:
    clock: tuple[str, date]
    sent: Sequence[Sent]
    acts: Sequence[Act]
    late: Sequence[int]  # looks at which no worker processes anything
    minute: int  # of the hour, at which everybody looks
    kills: Sequence[str]  # where a beat is killed: one for each time that mail goes out
    answers: Sequence[str] = field(default=())  # of the mail server, before it takes everything
    accepted_at: int | None = None  # the look at which a version comes that takes text for totals


looks = st.integers(0, HOURS // STEP)
stories = st.builds(
    Story,
    clock=st.sampled_from(CLOCKS),
    sent=st.lists(
        st.builds(
            Sent,
            hour=st.integers(0, HOURS - 1),
            source=st.sampled_from([0, 0, 0, 1, 1, 2]),
            wrong=st.integers(0, len(WRONG) - 1),
            times=st.sampled_from([1, 2, 6, 60]),
            good=st.sampled_from([0, 20, 90]),
            release=st.sampled_from(["2.9", "3.0", "3.0", "3.1"]),
        ),
        min_size=8,
        max_size=30,
    ),
    acts=st.lists(st.builds(Act, looks, st.integers(0, 11), st.sampled_from(sorted(ACTS))), max_size=8),
    late=st.lists(looks, max_size=4),
    minute=st.sampled_from([0, 1, 5, 31, 59]),
    kills=st.lists(st.sampled_from(["", BEFORE, INSIDE, AFTER]), max_size=4),
    answers=st.lists(st.sampled_from(["250 OK", "451 Try later"]), max_size=3),
    accepted_at=st.none() | looks,
)


# Everything at once: what is wrong in several sources, at first rare, growing and fixed; decisions; and every kill.
FULL = Story(
    clock=("Europe/Berlin", date(2026, 3, 26)),
    sent=[
        *(
            Sent(hour, source, wrong, 6, 20, "2.9")
            for hour in (3, 70)
            for source in (0, 1, 2)
            for wrong in range(6)
        ),
        *(Sent(20 + n, 0, n % 6, 1 + n % 2, 90, "3.0") for n in range(6)),
        *(Sent(hour, 0, 0, 60, 0, "3.0") for hour in (77, 95, 101)),
        *(Sent(hour, 1, 3, 0, 90, "3.1") for hour in (30, 40, 50, 60)),
    ],
    acts=[
        Act(2, 0, "resolve"),
        Act(3, 1, "mute"),
        Act(4, 4, "mute by count"),
        Act(12, 5, "resolve in release"),
    ],
    late=[4, 16],
    minute=5,
    kills=[BEFORE, INSIDE, AFTER, ""],
    answers=["250 OK", "451 Try later"],
    accepted_at=15,
)


class Company:
    """Two teams in two zones, three sources, a plan; and everything that happens to them."""

    def __init__(self, story: Story, post: Mailbox) -> None:
        self.story, self.post, self.beats = story, post, Beats(post)
        zone, self.first = story.clock
        Team.objects.update(digest_enabled=False)  # of the stories before
        Digest.objects.all().delete()
        self.workspace: Workspace = WorkspaceFactory.create()
        self.reader = MembershipFactory.create(workspace=self.workspace)
        for slug, place in (("checkout", zone), ("growth", "UTC")):
            team = TeamFactory.create(workspace=self.workspace, slug=slug, timezone=place)
            team.members.add(self.reader, MembershipFactory.create(workspace=self.workspace))
        self.began = datetime.combine(self.first, datetime.min.time(), UTC)
        Team.objects.update(created_at=self.began - timedelta(days=9))
        self.teams = list(Team.objects.filter(workspace=self.workspace).order_by("slug"))
        self.plan: TrackingPlan = publishing.create(self.workspace, SHOP, actor=None).plan
        PlanVersion.objects.filter(plan=self.plan).update(published_at=self.began - timedelta(days=9))
        self.sources: list[Source] = [
            SourceFactory.create(
                workspace=self.workspace, plan=self.plan, name=name, slug=name.lower(),
                environment=Environment.STAGING if name == "Staging" else Environment.PRODUCTION,
                owner=self.teams[0] if name == "iOS" else None,
                plan_attached_at=self.began - timedelta(days=9),
            )
            for name in SOURCES
        ]  # fmt: skip
        self.killed: Counter[str] = Counter()

    def live(self) -> None:
        """Everything that the story tells, and two quiet looks at the end."""
        kills = list(self.story.kills)
        self.post.answers = list(self.story.answers)
        for look in range(HOURS // STEP + 3):
            now = self.began + look * STEP * HOUR + self.story.minute * HOUR / 60
            inbox.put_at([self._row(one) for one in self.story.sent if one.hour // STEP == look - 1])
            if look not in self.story.late or look > HOURS // STEP:
                processing.drain()
            if look == self.story.accepted_at:
                self._publish(now)
            for act in self.story.acts:
                if act.look == look:
                    self._act(act, now)
            assessing.assess(now, self.workspace)
            while self._is_due(now):
                kill = kills.pop(0) if kills else ""
                self.killed[kill] += self.beats.at_once(now, kill=kill)
                if not Digest.objects.filter(workspace=self.workspace, state="claimed").exists():
                    break
                Digest.objects.update(next_at=datetime(2020, 1, 1, tzinfo=UTC))  # the lease is over

    def _row(self, sent: Sent) -> tuple[inbox.Row, datetime]:
        event, properties = WRONG[sent.wrong]
        many = [(event, properties)] * sent.times + [(event, GOOD.get(event, {}))] * (
            sent.good if event in GOOD else 0
        )
        at = self.began + sent.hour * HOUR + timedelta(minutes=(7 * sent.times + sent.wrong) % 60)
        batch = [
            {
                "type": "track", "event": name, "userId": f"u{number}", "properties": given,
                "messageId": f"{self.workspace.pk}-{id(sent)}-{number}", "timestamp": at.isoformat(),
                "context": {"app": {"version": sent.release}},
            }
            for number, (name, given) in enumerate(many)
        ]  # fmt: skip
        body = json.dumps({"batch": batch, "sentAt": at.isoformat()}).encode()
        source = self.sources[sent.source]
        return inbox.row(self.workspace.pk, source.pk, "batch", body, len(batch)), at

    def _act(self, act: Act, now: datetime) -> None:
        rows = list(Violation.objects.filter(workspace=self.workspace, first_seen_at__lt=now).order_by("pk"))
        if rows:
            ACTS[act.does](rows[act.which % len(rows)], now)

    def _publish(self, now: datetime) -> None:
        document = json.loads(json.dumps(SHOP))
        total = document["rules"][0]["schema"]["properties"]["properties"]["properties"]["total"]
        total["type"] = ["number", "string"]
        version = publishing.publish(self.plan, document, actor=None)
        PlanVersion.objects.filter(pk=version.pk).update(published_at=now)

    def _is_due(self, now: datetime) -> bool:
        for team in self.teams:
            zone = scheduling.zone(team.timezone)
            slot = scheduling.latest_slot(zone, team.digest_at, now)
            done = Digest.objects.filter(team=team, day=slot.day).exclude(state="claimed")
            if slot.day == now.astimezone(zone).date() and not done.exists():
                return True
        return Digest.objects.filter(workspace=self.workspace, state="claimed").exists()


def _letters(company: Company) -> dict[str, Any]:
    """The mails of a company by Message-ID, each said once; a repeat is the very same, and only a kill after the
    server's 250 may have made one."""
    found: dict[str, Any] = {}
    repeats = 0
    for mail in company.post.mails:
        known = found.setdefault(str(mail["Message-ID"]), mail)
        if known is not mail:
            repeats += 1
            for part in ("Subject", "To"):
                assert known[part] == mail[part]
            assert text_of(known) == text_of(mail)
            assert text_of(known, "html") == text_of(mail, "html")
    assert repeats <= company.killed[AFTER]
    return found


def _shown(client: Client, url: str) -> Any:
    parts = urlsplit(html.unescape(url))
    page = client.get(f"{parts.path}?{parts.query}")
    assert page.status_code == 200, url
    return page.context


COUNT = re.compile(r'<a href="([^"]*change=[^"]*)"[^>]*>\+?(?:and [\d,]+ more, )?([\d,]+) ([^<]*)</a>')
LINE = re.compile(r'<a class="title" href="([^"]*)"[^>]*>.*?<span class="facts"[^>]*>(.*?)</span>', re.DOTALL)
FACTS = re.compile(r"([\d,]+)(?: of ([\d,]+) \(.*?\))? (?:since|back since|and growing, since|muted until) ")


def assert_mail_and_pages_agree(client: Client, markup: str) -> int:
    """Every count and line of a mail against the page that its link opens; returns how many there were."""
    counts, lines = COUNT.findall(markup), LINE.findall(markup)
    for url, count, word in counts:
        page = _shown(client, url)
        [tab] = [tab for tab in page["tabs"] if tab.is_current]
        assert (tab.count, tab.has_more) == (_number(count), False), (word, url)
        assert page["mailed"].rows == _number(count), (word, url)
        assert len(page["found"].known) == _number(count)
    for url, facts in lines:
        told = _shown(client, url)["told"]
        said = FACTS.match(facts)
        if not said:
            assert "a day of traffic without it" in facts
            continue
        count, base = (_number(text) for text in said.groups())
        assert told.count == count, (facts, url)
        assert base is None or told.base == base, (facts, url)
    assert len(re.findall(r"<a ", markup)) - len(counts) - len(lines) == 2  # its settings, and the way out
    return len(counts) + len(lines)


def _number(text: str | None) -> int | None:
    return int(text.replace(",", "")) if text else None


def check(story: Story) -> Counter[str]:
    """Lives the story and holds every mail against the pages; returns how often a beat was killed where."""
    with mailbox() as post:
        company = Company(story, post)
        company.live()
        digests = list(Digest.objects.filter(workspace=company.workspace))
        letters = _letters(company)
        sent = [one for digest in digests if digest.state == "sent" for one in digest.recipients]
        assert {digest.state for digest in digests} <= {"sent", "quiet"}
        assert sorted(letters) == sorted(one["message_id"] for one in sent)
        days = Counter((digest.team_id, digest.kind, digest.day) for digest in digests)
        assert max(days.values(), default=1) == 1
        _is_told_without_gaps(digests, company.teams)
        client = Client()
        client.force_login(Membership.objects.get(pk=company.reader.pk).user)
        mine = [mail for mail in letters.values() if mail["To"] == company.reader.user.email]
        for mail in mine:
            if "Plan health" not in text_of(mail):
                assert_mail_and_pages_agree(client, text_of(mail, "html"))
        return company.killed


def _is_told_without_gaps(digests: Sequence[Digest], teams: Sequence[Team]) -> None:
    for team in teams:
        mine = sorted(
            (one for one in digests if one.team_id == team.pk and one.kind == "team"), key=lambda one: one.day
        )
        assert all(one.until == other.since for one, other in itertools.pairwise(mine))
        assert all(one.until <= one.due_at + STEP * HOUR for one in mine)


@pytest.fixture
def _plain(settings, transactional_db):
    settings.EMAIL_BACKEND = "accounts.mail.SmtpBackend"


@pytest.mark.usefixtures("_plain")
@settings(
    max_examples=1, derandomize=True, deadline=None, phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)  # fmt: skip
@given(story=stories)
@example(story=FULL)
def test_each_line_and_count_of_a_mail_is_what_its_link_shows(story):
    killed = check(story)
    assert story is not FULL or killed == {BEFORE: 1, INSIDE: 1, AFTER: 1, "": 0}


@pytest.mark.slow
@pytest.mark.usefixtures("_plain")
@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(story=stories)
def test_each_line_and_count_of_a_mail_is_what_its_link_shows_at_length(story):
    check(story)
    connection.close()

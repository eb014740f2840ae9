"""Fixed, quiet, regressed, accepted, and muted until something: each a story by the hour, each beside its near miss."""

from copy import deepcopy
from datetime import timedelta

import pytest

from tests.factories import SourceFactory, WorkspaceFactory
from tests.violations.judging import NOON, SHOP, record, released, track
from tests.violations.rows import traffic_hours
from trackingplans import publishing
from trackingplans.models import PlanVersion
from violations import deciding, triage
from violations.models import Violation

HOUR = timedelta(hours=1)


class Life:
    """One violation: text where the total should be a number. It begins in hour 0, with release 2.9."""

    def __init__(self):
        workspace = WorkspaceFactory.create()
        self.plan = publishing.create(workspace, SHOP, actor=None).plan
        PlanVersion.objects.update(published_at=NOON - 48 * HOUR)
        self.source = SourceFactory.create(workspace=workspace, plan=self.plan)

    @property
    def row(self):
        return Violation.objects.get()

    def wrong(self, at, times=1, release="2.9", received=None, **properties):
        """`received`: before the hour at which it is processed."""
        properties = {"order_id": "1", "total": "12.50"} | properties
        moment = NOON + (at if received is None else received) * HOUR
        record(self.source, [track("Order Completed", properties, **released(release))] * times, moment)

    def masked(self, at, times=6):
        """Wrong in a field whose values are never kept."""
        self.wrong(at, times, total=1, note="Ring at the door")

    def good(self, at, times):
        traffic_hours(self.source, "track", "Order Completed", {NOON + at * HOUR: times})

    def look(self, _at):
        """Beat comes by, as after each step."""

    def resolve(self, at, release=""):
        deciding.resolve(self.row, actor=None, now=NOON + at * HOUR, release=release)

    def mute(self, at, until=99, **wanted):
        wanted = deciding.Mute(NOON + until * HOUR, **wanted)
        deciding.mute(self.row, wanted, actor=None, now=NOON + at * HOUR)

    def publish(self, at, **properties):
        document = deepcopy(SHOP)
        document["rules"][0]["schema"]["properties"]["properties"]["properties"] |= properties
        version = publishing.publish(self.plan, document, actor=None)
        PlanVersion.objects.filter(pk=version.pk).update(published_at=NOON + at * HOUR)


def wrong(at, times=1, **given):
    return "wrong", at, {"times": times} | given


def masked(at):
    return "masked", at, {}


def good(at, times):
    return "good", at, {"times": times}


def look(at):
    return "look", at, {}


def resolve(at, release=""):
    return "resolve", at, {"release": release}


def mute(at, **given):
    return "mute", at, given


def publish(at, **properties):
    return "publish", at, properties


ANY, WHOLE = {"total": {"type": ["number", "string"]}}, {"total": {"type": "integer"}}
LONGER = {"note": {"type": "string", "maxLength": 50}}
BEGUN = wrong(0, 6)
FIXED = (BEGUN, good(20, 50), look(25))

# what happens in which hour; the hour at which somebody looks; what is seen
STORIES = {
    "fixed: a day without it and fifty messages": ([BEGUN, good(20, 50)], 25, "fixed"),
    "one message too few": ([BEGUN, good(20, 49)], 25, "open, quiet"),
    "an hour too soon": ([BEGUN, good(20, 50)], 23, "new"),
    "once more in between": ([BEGUN, wrong(5), good(20, 50)], 25, "open"),
    "the fifty came before it": ([good(-2, 500), BEGUN], 25, "open, quiet"),
    "somebody else's proof: it is muted": ([BEGUN, mute(1), good(20, 50)], 25, "muted"),
    "quiet: a day without it, little traffic": ([BEGUN], 24, "open, quiet"),
    "not yet a day": ([BEGUN], 23.9, "new"),
    "not a day since the last": ([BEGUN, wrong(1)], 24.5, "open"),
    "regressed: seen after it was fixed": ([*FIXED, wrong(30)], 31, "regressed"),
    "received in the day that proved it, processed late": ([*FIXED, wrong(30, received=23)], 31, "regressed"),
    "received before that day": ([*FIXED, wrong(30, received=-1)], 31, "fixed"),
    "regressed: seen after somebody resolved it": ([BEGUN, resolve(2), wrong(3)], 4, "regressed"),
    "received before that": ([BEGUN, resolve(2), wrong(3, received=1)], 4, "manual"),
    "regressed: the release it was resolved in": (
        [BEGUN, resolve(2, "3.0"), wrong(3, release="3.0")],
        4,
        "regressed",
    ),
    "a later release": ([BEGUN, resolve(2, "2.9.1"), wrong(3, release="2.10")], 4, "regressed"),
    "an older release": ([BEGUN, resolve(2, "3.0"), wrong(3)], 4, "release 3.0"),
    "accepted: the version takes what its samples hold": ([BEGUN, publish(2, **ANY)], 3, "accepted v2"),
    "the version takes something else": ([BEGUN, publish(2, **WHOLE)], 3, "new"),
    "the version changes another property": ([BEGUN, publish(2, **LONGER)], 3, "new"),
    "accepted: masked, but fifty messages passed": (
        [masked(0), publish(2, **LONGER), good(3, 50)],
        5,
        "accepted v2",
    ),
    "masked, and one message too few": ([masked(0), publish(2, **LONGER), good(3, 49)], 5, "new"),
    "fifty passed before the version": ([masked(0), good(1, 500), publish(2, **LONGER)], 5, "new"),
    "seen again under the version that took it": (
        [BEGUN, publish(2, **ANY), wrong(3)],
        4,
        "regressed",
    ),
    "muted until a release: it comes": ([BEGUN, mute(2, release="3.0"), wrong(3, release="3.0")], 4, "open"),
    "a later one comes": ([BEGUN, mute(2, release="3.0"), wrong(3, release="3.0.1")], 4, "open"),
    "the one before goes on": ([BEGUN, mute(2, release="3.0"), wrong(3, 99)], 4, "muted"),
    "one without a number comes": (
        [BEGUN, mute(2, release="3.0"), wrong(3, release="nightly")],
        4,
        "muted",
    ),
    "it had come before the mute": ([wrong(0, release="3.0"), mute(2, release="3.0")], 4, "muted"),
    "muted until an hour: it strikes": ([BEGUN, mute(2, until=10), wrong(3)], 10, "open"),
    "a minute before": ([BEGUN, mute(2, until=10), wrong(3)], 9.98, "muted"),
    "muted until five more: five come": ([BEGUN, mute(2, count=5), wrong(3, 5)], 4, "open"),
    "four come": ([BEGUN, mute(2, count=5), wrong(3, 4)], 4, "muted"),
}


@pytest.mark.django_db
@pytest.mark.parametrize("story", STORIES)
def test_its_state_follows_from_what_happened_when(story):
    steps, looked_at, seen = STORIES[story]
    life = Life()
    for name, at, given in steps:
        getattr(life, name)(at, **given)
        triage.assess(NOON + (at + 0.01) * HOUR)
    now = NOON + looked_at * HOUR
    triage.assess(now)
    row = life.row
    status = triage.status(row, now)
    told = f"{row.resolution} {row.resolved_in}".strip() if status == "resolved" else status
    assert told + (", quiet" if triage.is_quiet(row, now) else "") == seen

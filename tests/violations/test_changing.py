"""What else changes tell a digest: mutes that ended, what a version accepted, copies to who sends it."""

import pytest

from tests.violations.digest_world import DAY, DUE, HOUR, shop
from tests.violations.test_composing import changes, digest_of
from trackingplans import assembling, publishing
from violations import composing, deciding
from violations.models import Turn, Violation

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def quiet_mail(settings, tmp_path):
    settings.EMAIL_BACKEND, settings.MAIL_DIR = "accounts.mail_files.FileBackend", tmp_path


def publish_owner(found, team):
    """Product Viewed belongs to a team from now on."""
    document = assembling.document(found.web.plan.live_version)
    document["rules"][1]["meta"] = {"owner": team}
    publishing.publish(found.web.plan, document, actor=None)


def test_a_mute_that_ends_inside_is_told_and_one_that_a_person_ended_is_not():
    found = shop()
    seen = {DUE - 90 * HOUR: 5, DUE - 2 * HOUR: 5}
    ended, early, late = (found.new(name, ago=90, hours=seen) for name in ("a", "b", "c"))
    for row, until in ((ended, -2), (early, -30), (late, 2)):
        deciding.mute(row, deciding.Mute(until=DUE + until * HOUR), actor=None, now=DUE - 60 * HOUR)
    reopened = found.new("d", ago=90, hours=seen)
    deciding.mute(reopened, deciding.Mute(until=DUE + DAY), actor=None, now=DUE - 60 * HOUR)
    deciding.reopen(reopened, actor=None, now=DUE - HOUR)
    digest = digest_of(found)
    assert changes(digest) == {"unmuted": 1, "open": 2}
    assert digest.numbers["lines"][0]["title"].endswith("a")
    assert digest.numbers["open_since"] == early.first_seen_at.isoformat()


def test_what_a_version_accepted_is_no_longer_open():
    found = shop()
    row = found.new("a", ago=90)
    Violation.objects.filter(pk=row.pk).update(state="resolved", resolution="accepted")
    Turn.objects.create(workspace=found.workspace, violation=row, kind="accepted", at=DUE - HOUR)
    assert changes(digest_of(found)) == {}


@pytest.mark.parametrize(("own", "others", "told"), [(81, 19, 1), (80, 20, 0)])
def test_what_mostly_comes_from_a_teams_sources_is_copied_to_it(own, others, told):
    found = shop()
    found.web.owner = found.checkout
    found.web.save()
    for source, count in ((found.web, own), (found.ios, others)):
        found.new("price", source=source, event="Product Viewed", ago=4, count=count)
    Violation.objects.update(plan=found.web.plan)
    publish_owner(found, "growth")
    digest = digest_of(found)
    assert changes(digest) == {}
    assert digest.numbers["copied"] == {"violations": told, "not_in_plan": 0, "occurrences": own * told}
    assert composing.has_news(digest.numbers) is bool(told)

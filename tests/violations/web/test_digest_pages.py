"""Digests in Settings: what was sent, as it was mailed; and the pages its links open."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.factories import MembershipFactory, WorkspaceFactory
from tests.violations.web.test_overview_page import words
from violations import composing, filtering, lettering
from violations.digest_models import Digest, DigestState
from violations.models import ViolationHour

pytestmark = pytest.mark.django_db


@pytest.fixture
def digest(shop) -> Digest:
    """Checkout's, of the last day, as the digest code writes it."""
    now = timezone.now()
    until = now.replace(minute=0, second=0, microsecond=0)
    since = until - timedelta(days=1)
    team = shop.teams["checkout"]
    return Digest.objects.create(
        workspace=shop.workspace, team=team, day=until.date(), due_at=until, since=since, until=until,
        message_id="<dg@planwright>", state=DigestState.SENT, sent_at=now,
        numbers=composing.compose(team, since, until, now),
        recipients=[{"address": "ana@strider.example", "message_id": "<a>", "state": "sent", "error": ""}],
    )  # fmt: skip


def test_the_list_says_what_was_sent_and_what_is_next(shop, ana, digest):
    shop.teams["checkout"].members.add(shop.ana)
    html = words(ana.get(reverse("settings_digests", args=[shop.workspace.public_id])))
    assert f"Checkout, {digest.day:%a %-d %b}" in html
    assert "09:00 UTC, Monday to Friday" in html
    assert "nobody to send it to" in html  # Growth and Mobile


def test_older_digests_are_on_the_next_page(shop, ana, digest):
    for ago in range(1, 60):
        Digest.objects.create(
            workspace=shop.workspace, team=shop.teams["checkout"], day=digest.day - timedelta(days=ago),
            due_at=digest.due_at - timedelta(days=ago), since=digest.since, until=digest.until, message_id=f"<{ago}>",
        )  # fmt: skip
    address = reverse("settings_digests", args=[shop.workspace.public_id])
    first = ana.get(address)
    second = ana.get(address + first.context["older"])
    ids = [one.pk for page in (first, second) for one in page.context["digests"]]
    assert len(ids) == len(set(ids)) == 60


def test_a_digest_is_shown_as_it_was_mailed(shop, ana, digest):
    args = [shop.workspace.public_id, digest.public_id]
    page = ana.get(reverse("settings_digest", args=args))
    assert page.context["letter"].subject == lettering.letter(digest).subject
    mail = ana.get(reverse("settings_digest_html", args=args))
    assert "Checkout" in words(mail)
    assert "default-src 'none'" in mail["Content-Security-Policy"]


def test_a_digest_of_others_is_not_there(ana, digest):
    other = MembershipFactory(workspace=WorkspaceFactory())
    ana.force_login(other.user)
    for name in ("settings_digest", "settings_digest_html"):
        address = reverse(name, args=[other.workspace.public_id, digest.public_id])
        assert ana.get(address).status_code == 404


def test_the_links_of_a_digest_show_its_numbers(shop, ana, digest):
    told = digest.numbers["changes"]
    for kind in ("new", "back", "growing", "fixed", "debt", "rare"):
        query = {
            "change": kind,
            "team": "checkout",
            "since": filtering.written(digest.since),
            "until": filtering.written(digest.until),
        }
        pages = [
            ana.get(reverse(name, args=[shop.workspace.public_id]), query)
            for name in ("violation_list", "not_in_plan")
        ]
        counts = [tab.count for page in pages for tab in page.context["tabs"] if tab.is_current]
        assert counts == [told[kind]["violations"], told[kind]["not_in_plan"]], kind
    assert told["new"]["violations"] == 1


def test_a_line_of_a_digest_opens_with_its_count(shop, ana, digest):
    [line] = [line for line in digest.numbers["lines"] if line["title"] == "Order Completed › total"]
    address = reverse("violation_detail", args=[shop.workspace.public_id, line["violation"]])
    stretch = {"since": filtering.written(digest.since), "until": filtering.written(digest.until)}
    told = ana.get(address, stretch).context["told"]
    assert (told.count, told.base, told.is_stored) == (line["count"], line["base"], False)


def test_when_the_hours_are_gone_the_stored_numbers_are_shown(shop, ana, digest):
    long_ago = timedelta(days=100)
    Digest.objects.update(since=digest.since - long_ago, until=digest.until - long_ago)
    digest.refresh_from_db()
    ViolationHour.objects.filter(workspace_id=shop.workspace.pk).delete()
    stretch = {"since": filtering.written(digest.since), "until": filtering.written(digest.until)}

    page = ana.get(
        reverse("violation_list", args=[shop.workspace.public_id]),
        {"change": "new", "team": "checkout", **stretch},
    )
    assert page.context["mailed"].digest == digest
    assert "As mailed to" in words(page)
    assert "Hours are kept for 90 days" in words(page)

    [line] = [line for line in digest.numbers["lines"] if line["title"] == "Order Completed › total"]
    address = reverse("violation_detail", args=[shop.workspace.public_id, line["violation"]])
    told = ana.get(address, stretch).context["told"]
    assert (told.count, told.base, told.is_stored) == (line["count"], line["base"], True)

import json

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from accounts.models import Role
from tests.factories import SourceFactory
from tests.trackingplans.pages import a_person, text_of
from trackingplans.models import RecentMessage
from trackingplans.traffic import recent

pytestmark = pytest.mark.django_db

FINDINGS = [
    {"family": "violation", "code": "type", "path": f"properties.p{n}", "message": f"p{n} should be a number.",
     "expected": "number", "actual": '"x"', "suggestion": None}
    for n in range(3)
]  # fmt: skip


@pytest.fixture
def viewer(client):
    return a_person(client, Role.VIEWER)


@pytest.fixture
def source(viewer):
    return SourceFactory(workspace=viewer.workspace, name="Web")


def arrived(source, *verdicts, **more):
    findings = {"violating": json.dumps(FINDINGS)}
    rows = [
        recent.Shown(
            source.workspace_id, source.pk, timezone.now(), "track", f"Event {verdict}", verdict,
            "No id." if verdict == "rejected" else "", findings.get(verdict, "[]"),
            json.dumps({"type": "track", "properties": {"p0": "x"}}),
        )._replace(**more)
        for verdict in verdicts
    ]  # fmt: skip
    with connection.cursor() as cursor:
        recent.write(cursor, rows)


def get(client, name, member, *args, htmx=False, **data):
    headers = {"hx-request": "true"} if htmx else {}
    return client.get(reverse(name, args=[member.workspace.public_id, *args]), data, headers=headers)


def test_without_a_source_it_teaches(client, viewer):
    assert "Nothing can arrive yet" in text_of(get(client, "live", viewer))


def test_a_source_that_sent_nothing_waits(client, viewer, source):
    shown = text_of(get(client, "live", viewer))

    assert "Waiting for the first message" in shown
    assert "no plan, so nothing is checked" in shown
    assert "every 2s" in shown


def test_messages_stand_with_verdict_and_sentences(client, viewer, source):
    arrived(source, "conforming", "violating", "unplanned", "rejected")

    shown = text_of(get(client, "live", viewer))

    for words in ("The last 4 messages", "Conforms", "Violates", "Not in plan", "p1 should be a number.", "and 1 more",
                  "No id."):  # fmt: skip
        assert words in shown


def test_the_source_that_sent_last_is_shown_first(client, viewer, source):
    other = SourceFactory(workspace=viewer.workspace, name="Android")
    arrived(source, "conforming")
    arrived(other, "violating")

    assert "Live: Android" in text_of(get(client, "live", viewer))
    assert "Live: Web" in text_of(get(client, "live", viewer, source=source.public_id))


@pytest.mark.parametrize(
    ("verdict", "shown", "hidden"),
    [
        ("violating", "Event violating", "Event conforming"),
        ("problems", "Event rejected", "Event conforming"),
        ("conforming", "Event conforming", "Event violating"),
        ("bogus", "Event conforming", "of the last"),
    ],
)
def test_the_filter_is_in_the_address(client, viewer, source, verdict, shown, hidden):
    arrived(source, "conforming", "violating", "rejected")

    text = text_of(get(client, "live", viewer, source=source.public_id, verdict=verdict))

    assert shown in text
    assert hidden not in text


def test_a_poll_answers_nothing_while_nothing_came(client, viewer, source):
    arrived(source, "conforming")
    newest = RecentMessage.objects.get().pk

    same = get(client, "live_rows", viewer, htmx=True, source=source.public_id, after=newest)
    arrived(source, "violating")
    fresh = get(client, "live_rows", viewer, htmx=True, source=source.public_id, after=newest)

    assert (same.status_code, same.content) == (204, b"")
    assert "Event violating" in text_of(fresh)
    assert "<html" not in text_of(fresh)
    assert f"after={newest + 1}" in text_of(fresh)


def test_a_paused_page_stays_as_it_was_and_asks_nothing(client, viewer, source):
    arrived(source, "conforming")
    newest = RecentMessage.objects.get().pk
    arrived(source, "violating")

    shown = text_of(get(client, "live", viewer, source=source.public_id, until=newest))

    assert "Event violating" not in shown
    assert "every 2s" not in shown
    assert "Resume" in shown


@pytest.mark.parametrize("htmx", [True, False])
def test_a_message_opens_whole_with_its_paths_lit(client, viewer, source, htmx):
    arrived(source, "violating")
    pk = RecentMessage.objects.get().pk

    shown = text_of(get(client, "live_message", viewer, pk, htmx=htmx))

    assert "line lit" in shown
    assert "p2 should be a number." in shown
    assert ("<html" in shown) is not htmx


def test_a_message_that_is_gone_says_so(client, viewer, source):
    assert "This message is gone" in text_of(get(client, "live_message", viewer, 99, htmx=True))


def test_what_came_cannot_break_the_page(client, viewer, source):
    arrived(source, "unplanned", event="<script>alert(1)</script>\u202e", message='{"a": "<script>alert(2)"}')

    shown = get(client, "live", viewer).content.decode()
    opened = get(client, "live_message", viewer, RecentMessage.objects.get().pk).content.decode()

    assert "<script>alert" not in shown + opened
    assert "\u202e" not in shown


def test_messages_of_another_workspace_are_never_shown(client, viewer, source):
    other = SourceFactory()
    arrived(other, "violating")
    pk = RecentMessage.objects.get().pk

    assert "Event violating" not in text_of(get(client, "live", viewer, source=other.public_id))
    assert "This message is gone" in text_of(get(client, "live_message", viewer, pk, htmx=True))

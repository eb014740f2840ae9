"""Comments on events and properties, of what is live and in a draft."""

import pytest
from django.urls import reverse

from accounts.models import Role
from tests.factories import MembershipFactory, UserFactory
from tests.trackingplans import plans
from tests.trackingplans.pages import a_person, a_plan, page, send, text_of
from trackingplans import drafting
from trackingplans.draft_models import Comment, PlanMail

pytestmark = pytest.mark.django_db

ORDER = {"type": "track", "name": "Order Completed"}
TOTAL = "/properties/properties/properties/total"


@pytest.fixture
def ana(client):
    return a_person(client, Role.EDITOR)


@pytest.fixture
def plan(ana):
    return a_plan(ana.workspace, plans.a_document())


def say(client, member, plan, text, path="", **query):
    words = [member.workspace.public_id, plan.public_id]
    return client.post(
        reverse("event_comment", args=words, query=ORDER | query), {"text": text, "path": path}, follow=True
    )


def test_an_event_and_a_property_of_the_live_plan_are_talked_about(client, ana, plan):
    MembershipFactory(workspace=ana.workspace, user=UserFactory(name="Bob", email="bob@example.com"))

    said = text_of(say(client, ana, plan, "Is it with tax, @bob?", TOTAL))

    assert "Is it with tax, @bob?" in said
    assert 'on <span class="mono anywhere">total' in said
    [letter] = PlanMail.objects.all()
    assert (letter.recipient, letter.subject) == ("bob@example.com", f"{ana.user} on Order Completed, total")
    assert "/event/?type=track&name=Order+Completed&version=1#comments" in letter.text

    comment = Comment.objects.get()
    back = send(client, "comment_resolve", ana, plan.public_id, comment.public_id, data={"to": "event"})
    assert back["Location"].endswith("#comments")
    assert "settled by" in text_of(page(client, "plan_event", ana, plan.public_id, data=ORDER))
    history = page(client, "plan_history", ana, plan.public_id, data=ORDER | {"path": TOTAL})
    assert "Is it with tax" in text_of(history)


def test_what_is_said_in_a_draft_stands_on_the_event_with_the_draft(client, ana, plan):
    draft = drafting.start(plan, ana.user, "Totals")

    in_draft = text_of(say(client, ana, plan, "In cents", TOTAL, draft=draft.public_id))

    assert Comment.objects.get().draft == draft
    assert "In cents" in in_draft
    assert "Totals</a>" in text_of(page(client, "plan_event", ana, plan.public_id, data=ORDER))
    assert "on <span" in text_of(page(client, "draft_detail", ana, plan.public_id, draft.public_id))


@pytest.mark.parametrize(
    ("text", "query", "status", "words"),
    [
        ("", {}, 200, "between 1 and 5,000"),
        ("x" * 5001, {}, 200, "between 1 and 5,000"),
        ("Hm", {"name": "Nothing"}, 404, ""),
        ("Hm", {"draft": "dr_none"}, 404, ""),
    ],
)
def test_what_cannot_be_said_is_refused(client, ana, plan, text, query, status, words):
    answer = say(client, ana, plan, text, **query)

    assert answer.status_code == status
    assert words in text_of(answer)
    assert not Comment.objects.exists()


def test_a_viewer_reads_and_does_not_write(client, ana, plan):
    say(client, ana, plan, "Hello")
    viewer = a_person(client, Role.VIEWER, ana.workspace)

    assert "Hello" in text_of(page(client, "plan_event", viewer, plan.public_id, data=ORDER))
    assert say(client, viewer, plan, "No").status_code == 403

"""What arrives of an event, on its page."""

import pytest
from django.utils import timezone

from accounts.models import Role
from tests.ingest.stores import drain, receive, shop
from tests.messages import batch, track
from tests.trackingplans.pages import HTMX, a_person, page, send, text_of
from trackingplans import drafting
from trackingplans.domain.profiling import encoded
from trackingplans.draft_models import Draft
from trackingplans.models import EventProfile
from trackingplans.traffic import profiles, profiling

pytestmark = pytest.mark.django_db
PAID = {"type": "track", "name": "Order Completed"}


@pytest.fixture
def source():
    profiling.forget()
    source = shop(name="Web shop")
    contexts = {"context": {"app": {"version": "3.2.0"}}}
    messages = [track(properties={"total": n, "currency": "EUR"}, **contexts) for n in range(20)]
    receive(source, batch(*messages), at=timezone.now())
    drain()
    return source


def test_properties_are_shown_as_they_came(client, source):
    ana = a_person(client, Role.VIEWER, source.workspace)
    shown = text_of(page(client, "event_profile", ana, source.plan.public_id, data=PAID))
    for words in (
        "total",
        "0 to 19",
        "a whole number 100 %",
        "EUR 100 %",
        "20 messages",
        "Web shop 3.2.0 20",
    ):
        assert words in shown
    fragment = text_of(page(client, "event_profile", ana, source.plan.public_id, data=PAID, headers=HTMX))
    assert "<html" not in fragment
    assert "currency" in fragment


def test_a_suggestion_is_taken_into_a_draft(client, source):
    ana = a_person(client, Role.EDITOR, source.workspace)
    profile = profiles.of_event(source.workspace, [source.pk], tuple(PAID.values()), timezone.now().date())
    for _ in range(4):
        profile.merge(profile)
    EventProfile.objects.update(body=encoded(profile))
    shown = text_of(page(client, "event_profile", ana, source.plan.public_id, data=PAID))
    assert "came in 100 % of 320: require it?" in shown
    wanted = {"code": "require", "path": "properties.total"}
    send(client, "event_profile", ana, source.plan.public_id, data=wanted, query_params=PAID)
    (rule, _) = drafting.document(Draft.objects.get())["rules"]
    assert rule["schema"]["properties"]["properties"]["required"] == ["total"]
    gone = {"code": "require", "path": "properties.nothing"}
    response = send(client, "event_profile", ana, source.plan.public_id, data=gone, query_params=PAID)
    assert response.status_code == 404


def test_an_event_that_never_came_says_so(client, source):
    ana = a_person(client, Role.VIEWER, source.workspace)
    EventProfile.objects.all().delete()
    assert "Nothing of it was seen" in text_of(
        page(client, "event_profile", ana, source.plan.public_id, data=PAID)
    )
    nothing = page(
        client, "event_profile", ana, source.plan.public_id, data={"type": "track", "name": "Nope"}
    )
    assert nothing.status_code == 404

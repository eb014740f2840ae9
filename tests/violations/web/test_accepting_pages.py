"""Accept into the plan: the proposal, the draft it goes to, and that publishing it closes the violation."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Role
from tests.factories import MembershipFactory, SourceFactory
from tests.violations.judging import NOON, SHOP, origin_of, store, tally_of, track
from trackingplans import drafting, publishing
from trackingplans.draft_models import Draft
from trackingplans.models import PlanVersion
from violations import triage
from violations.models import Violation

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor():
    return MembershipFactory.create(role=Role.EDITOR)


@pytest.fixture
def text_total(editor):
    """Order Completed sends its total as text."""
    plan = publishing.create(editor.workspace, SHOP, actor=None).plan
    PlanVersion.objects.update(published_at=NOON.replace(month=1))
    source = SourceFactory.create(workspace=editor.workspace, plan=plan)
    store(tally_of(origin_of(source), [track("Order Completed", {"order_id": "o", "total": "12.50"})] * 6))
    return Violation.objects.get(path="properties.total")


def address(row, how=""):
    return reverse("violation_accept", args=[row.workspace.public_id, row.public_id]) + (
        f"?how={how}" if how else ""
    )


def opened(member):
    client = Client()
    client.force_login(member.user)
    return client


def test_it_goes_into_a_draft_and_is_accepted_when_that_is_published(text_total, editor):
    client = opened(editor)
    page = client.get(address(text_total)).content.decode()
    assert "6 of 6 kept messages would pass" in page
    assert not Draft.objects.exists()
    answer = client.post(address(text_total), {"draft": ""})
    draft = Draft.objects.get()
    assert draft.public_id in answer["Location"]
    assert triage.assess(NOON.replace(hour=20)).accepted == []
    publishing.publish(text_total.plan, drafting.document(draft), actor=None)
    PlanVersion.objects.filter(number=2).update(published_at=NOON.replace(hour=15))
    assert triage.assess(NOON.replace(hour=20)).accepted == [text_total.pk]


def test_an_open_draft_can_take_it_and_one_that_cannot_says_why(text_total, editor):
    draft = drafting.start(text_total.plan, editor.user, "Autumn")
    client = opened(editor)
    client.post(address(text_total), {"draft": draft.public_id})
    assert Draft.objects.count() == 1
    of = {"type": "track", "name": "Order Completed", "version": 1}
    at = "/properties/properties/properties/total"
    drafting.change(Draft.objects.get(), editor.user, [{"op": "remove_property", "of": of, "at": at}])
    page = client.post(address(text_total), {"draft": draft.public_id}, follow=True).content.decode()
    assert "The draft cannot take it" in page


def test_a_viewer_looks_and_cannot_add(text_total, editor):
    viewer = MembershipFactory.create(workspace=editor.workspace, role=Role.VIEWER)
    assert "Editors can add it" in opened(viewer).get(address(text_total)).content.decode()
    assert opened(viewer).post(address(text_total)).status_code == 403


def test_an_event_that_was_renamed_gets_its_former_name(text_total, editor):
    source = text_total.source
    store(tally_of(origin_of(source), [track("Order Complete", {"order_id": "o"})] * 5))
    row = Violation.objects.get(event="Order Complete")
    assert row.detail["meant"] == "Order Completed"
    client = opened(editor)
    client.post(address(row, "former"), {"draft": ""})
    document = drafting.document(Draft.objects.get())
    assert [one["name"] for one in document["rules"][0]["meta"]["former_names"]] == ["Order Complete"]


def test_what_cannot_be_proposed_says_so(text_total, editor):
    Violation.objects.filter(pk=text_total.pk).update(code="any_of")
    assert "no change that Planwright could make" in opened(editor).get(address(text_total)).content.decode()

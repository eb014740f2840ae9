"""A plan's secret link: read by whoever has it, told to nobody else, switched off at once."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEntry, Role
from tests.trackingplans import plans
from tests.trackingplans.pages import a_person, a_plan, page, send, text_of
from trackingplans import sharing
from trackingplans.sheet_models import PlanLink

pytestmark = pytest.mark.django_db


@pytest.fixture
def ana(client):
    return a_person(client, Role.EDITOR)


@pytest.fixture
def plan(ana):
    rules = [
        plans.a_rule(
            "Paid",
            {"total": {"type": "number"}},
            ["total"],
            meta={"purpose": "Money.", "owner": "secret-team"},
        ),
        plans.a_rule("Left <b>", {}),
    ]
    return a_plan(ana.workspace, plans.a_document(rules=rules, name="Kicks"))


def shared(plan, query=""):
    return Client().get(reverse("shared_plan", args=[PlanLink.objects.get(plan=plan).secret]) + query)


def test_whoever_has_the_link_reads_the_plan(client, ana, plan):
    response = send(client, "plan_link", ana, plan.public_id, follow=True)
    link = PlanLink.objects.get(plan=plan)
    assert reverse("shared_plan", args=[link.secret]) in text_of(response)
    listed = text_of(shared(plan))
    for words in ("Kicks", "Paid", "Money.", "Left &lt;b&gt;", "2 events"):
        assert words in listed
    event = text_of(shared(plan, "?type=track&name=Paid"))
    assert "total" in event
    assert "Required</span>" in event
    for secret in ("secret-team", ana.user.email, ana.workspace.public_id, "csrfmiddlewaretoken"):
        assert secret not in listed + event


def test_nobody_else_learns_the_address(client, ana, plan):
    sharing.share(plan, ana.user)
    response = shared(plan)
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert response.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert response.headers["Cache-Control"] == "private, no-store"


def test_a_link_is_switched_off_or_replaced_at_once(client, ana, plan):
    old = sharing.share(plan, ana.user)
    send(client, "plan_link", ana, plan.public_id, data={"do": "new"})
    assert PlanLink.objects.get(plan=plan).secret != old.secret
    address = reverse("shared_plan", args=[PlanLink.objects.get(plan=plan).secret])
    assert Client().get(reverse("shared_plan", args=[old.secret])).status_code == 404
    assert Client().get(address).status_code == 200
    send(client, "plan_link", ana, plan.public_id, data={"do": "off"})
    assert Client().get(address).status_code == 404
    assert list(AuditEntry.objects.values_list("action", flat=True)).count("plan.unshared") == 1


@pytest.mark.parametrize("query", ["?type=track&name=Nothing", "?type=made-up"])
def test_what_the_plan_does_not_have_is_not_there(ana, plan, query):
    sharing.share(plan, ana.user)
    assert shared(plan, query).status_code == 404


def test_a_viewer_sees_the_link_and_cannot_change_it(client, ana, plan):
    link = sharing.share(plan, ana.user)
    a_viewer = a_person(client, Role.VIEWER, ana.workspace)
    shown = text_of(page(client, "plan_export", a_viewer, plan.public_id))
    assert link.secret in shown
    assert "Switch it off" not in shown
    assert send(client, "plan_link", a_viewer, plan.public_id).status_code == 403
    assert plan.link.secret == link.secret


def test_a_shared_page_asks_the_database_little(ana, plan, django_assert_max_num_queries):
    sharing.share(plan, ana.user)
    shared(plan)
    with django_assert_max_num_queries(3):
        shared(plan)

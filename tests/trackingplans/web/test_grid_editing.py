"""Editing a draft in the grid: what the page's script sends, and what it is told."""

import json

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Role
from tests.factories import SourceFactory, TeamFactory
from tests.trackingplans import plans
from tests.trackingplans.pages import HTMX, a_person, a_plan, page, send, text_of
from tests.violations.rows import traffic_hours
from trackingplans import drafting

pytestmark = pytest.mark.django_db

ORDER = ["track", "Order Completed", 1, ""]
TOTAL = ["track", "Order Completed", 1, "/properties/properties/properties/total"]


@pytest.fixture
def ana(client):
    return a_person(client, Role.EDITOR)


@pytest.fixture
def draft(ana):
    document = plans.a_document(naming={"property": {"casing": "snake"}})
    return drafting.start(a_plan(ana.workspace, document), ana.user)


def write(client, ana, draft, **body):
    url = reverse("draft_cells", args=[ana.workspace.public_id, draft.plan.public_id, draft.public_id])
    return client.post(url, json.dumps(body), content_type="application/json")


def rule(draft):
    return drafting.value(draft).rules[0]


def test_cells_are_written_as_one_step_and_come_back_as_rows(client, ana, draft):
    TeamFactory(workspace=ana.workspace, slug="growth", name="Growth team")
    cells = [
        {"row": ORDER, "column": "owner", "text": "Growth team"},
        {"row": TOTAL, "column": "must", "text": "yes"},
        {"row": TOTAL, "column": "name", "text": "amount"},
    ]

    answer = write(client, ana, draft, cells=cells, revision=0, open=["e-nothing"])

    assert answer.status_code == 200
    assert answer.json()["revision"] == 1
    assert draft.steps.count() == 1
    assert rule(draft).meta["owner"] == "growth"
    assert rule(draft).schema["properties"]["properties"]["required"] == ["order_id", "amount"]
    (row,) = answer.json()["rows"]
    assert "Growth team" in row["html"]
    assert "amount" not in row["html"], "the event's properties were not open"


def test_a_cell_that_is_wrong_keeps_all_from_being_written(client, ana, draft):
    cells = [
        {"row": ORDER, "column": "why", "text": "Why?"},
        {"row": TOTAL, "column": "holds", "text": "wombat"},
    ]

    answer = write(client, ana, draft, cells=cells)

    assert answer.status_code == 400
    assert [(one["row"], one["column"]) for one in answer.json()["errors"]] == [(1, "holds")]
    assert draft.steps.count() == 0


def test_rows_are_removed(client, ana, draft):
    write(client, ana, draft, remove=[TOTAL])
    assert list(rule(draft).schema["properties"]["properties"]["properties"]) == ["order_id"]

    answer = write(client, ana, draft, remove=[ORDER, TOTAL])

    assert answer.json()["rows"][0]["html"] == ""
    assert drafting.value(draft).rules == ()


def test_a_renamed_event_with_traffic_keeps_its_former_name(client, ana, draft):
    source = SourceFactory(workspace=ana.workspace, plan=draft.plan)
    traffic_hours(source, "track", "Order Completed", {timezone.now(): 40})

    answer = write(client, ana, draft, cells=[{"row": ORDER, "column": "name", "text": "Order Placed"}])

    (former,) = rule(draft).meta["former_names"]
    assert former["name"] == "Order Completed"
    assert former["until"] > str(timezone.now().date())
    assert "Messages named Order Completed still count until" in answer.json()["said"]


@pytest.mark.parametrize(
    "body",
    [
        "", "[]", "nul", '{"cells": 1}', '{"cells": [{}]}', '{"cells": [{"row": [1], "column": "", "text": ""}]}',
        '{"revision": "x"}', '{"open": [1]}', '{"remove": [["track", "x", "1", ""]]}',
    ],
)  # fmt: skip
def test_what_no_page_sends_is_refused(client, ana, draft, body):
    url = reverse("draft_cells", args=[ana.workspace.public_id, draft.plan.public_id, draft.public_id])

    assert client.post(url, body, content_type="application/json").status_code == 400


def test_a_conflict_says_what_somebody_else_did(client, ana, draft):
    write(client, ana, draft, cells=[{"row": ORDER, "column": "why", "text": "First"}], revision=0)

    answer = write(client, ana, draft, cells=[{"row": ORDER, "column": "why", "text": "Second"}], revision=0)

    assert answer.status_code == 412
    assert "First" in answer.json()["others"][0]["message"]
    assert rule(draft).meta["purpose"] == "First"

    url = reverse("draft_cells", args=[ana.workspace.public_id, draft.plan.public_id, draft.public_id])
    body = {"cells": [{"row": ORDER, "column": "why", "text": "Third"}], "revision": 0, "remove": []}
    asked = {"content_type": "application/json", "headers": {"x-quiet": "1"}}
    quietly = client.post(url, json.dumps(body), **asked)
    assert (quietly.status_code, quietly.json()["refused"]) == (200, 412)
    assert quietly.json()["told"] == answer.json()


def test_a_pasted_sheet_is_previewed_then_applied(client, ana, draft):
    data = {"text": "event\tproperty\ttype\nOrder Completed\tCouponCode\ttext\nOrder Completed\tx\twombat"}
    args = [draft.plan.public_id, draft.public_id]
    shown = text_of(send(client, "draft_paste", ana, *args, data=data, headers=HTMX))
    assert "1 row will change, 1 cannot be read" in shown
    assert "“wombat” is no type" in shown
    assert "Use <code>coupon_code</code>" in shown
    assert draft.steps.count() == 0

    use = {"use": "property\tCouponCode\tcoupon_code", "do": "apply"}
    done = send(client, "draft_paste", ana, *args, data=data | use)

    assert done.status_code == 302
    assert "coupon_code" in rule(draft).schema["properties"]["properties"]["properties"]
    assert draft.steps.count() == 1


def test_a_large_draft_costs_the_same_few_queries(client, ana, django_assert_max_num_queries):
    draft = drafting.start(a_plan(ana.workspace, plans.many_events(250)), ana.user)
    address = {"draft": draft.public_id}
    page(client, "plan_detail", ana, draft.plan.public_id, data=address)

    with django_assert_max_num_queries(11):
        page(client, "plan_detail", ana, draft.plan.public_id, data=address)
    with django_assert_max_num_queries(11):
        page(
            client,
            "plan_detail",
            ana,
            draft.plan.public_id,
            data=address | {"sort": "-received", "q": "field_3"},
        )
    cells = [
        {"row": ["track", f"Thing {n:04} Done", 1, ""], "column": "why", "text": "?"} for n in range(200)
    ]
    with django_assert_max_num_queries(24):
        assert write(client, ana, draft, cells=cells).status_code == 200

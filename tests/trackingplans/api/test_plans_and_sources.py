import json

import pytest
import yaml
from django.test import Client

from accounts.models import Role
from tests.factories import PlanFactory, SourceFactory, TeamFactory, WriteKeyFactory
from tests.trackingplans import plans
from tests.trackingplans.api.callers import a_caller
from trackingplans import publishing
from trackingplans.interchange import planwright
from trackingplans.models import Source, TrackingPlan

pytestmark = pytest.mark.django_db


@pytest.fixture
def caller():
    return a_caller(Role.PUBLISHER)


def export(caller, plan_id, **query):
    response = Client().get(
        f"/api/v1/plans/{plan_id}/export", query, headers={"authorization": caller.bearer}
    )
    return response.status_code, response


@pytest.mark.parametrize(
    "value",
    [
        plans.list_rules_answer(),
        plans.typewriter_cache(),
        plans.public_api_rules(),
        plans.a_document(x={"y": 1.0}),
    ],
    ids=["list rules", "typewriter", "bare", "ours"],
)
@pytest.mark.parametrize("around", ["body", "document", "text"])
def test_a_plan_goes_in_and_comes_out_equal(caller, value, around):
    body = {"body": value, "document": {"document": value}, "text": {"text": json.dumps(value)}}[around]

    status, said = caller.send("plans", body)

    assert status == 201
    assert said["version"] == 1
    assert said["losses"] == []
    code, response = export(caller, said["id"])
    assert code == 200
    assert json.loads(response.content) == value
    assert response["Planwright-Losses"] == "[]"


def test_yaml_goes_in_as_it_is(caller):
    text = planwright.yaml_text(plans.a_document())

    status, said = caller.send("plans", text, content_type="application/yaml")

    assert (status, said["format"], said["name"]) == (201, "planwright-yaml", "Shop")
    _, response = export(caller, said["id"], format="planwright-yaml")
    assert response["Content-Type"].startswith("application/yaml")
    assert yaml.safe_load(response.content) == plans.a_document()


def test_a_name_may_be_given_beside_or_in_the_address(caller):
    beside = caller.send("plans", {"document": plans.list_rules_answer(), "name": "Beside"})[1]
    address = caller.send("plans?name=Address", plans.list_rules_answer())[1]

    assert (beside["name"], address["name"]) == ("Beside", "Address")


@pytest.mark.parametrize(
    ("body", "code", "path"),
    [
        ("{", "plan_problems", "line 1, column 2"),
        ("", "plan_problems", "(root)"),
        ({"hello": 1}, "plan_problems", "(root)"),
        ({"version": 1}, "invalid", "document"),
        ({"text": 5}, "plan_problems", "text"),
        ({"document": plans.a_document(), "name": 5}, "plan_problems", "name"),
        (plans.a_document(rules=[{"type": "TRACK"}]), "plan_problems", "rules.0.type"),
        (plans.a_document(rules=[plans.a_rule("A", {"x": {"type": 1}})]), "plan_problems", "rules.0.schema"),
    ],
)
def test_what_is_no_plan_is_400_with_its_place(caller, body, code, path):
    status, said = caller.send("plans", body)

    assert (status, said["code"]) == (400, code)
    assert said["errors"][0]["path"].startswith(path)
    assert not TrackingPlan.objects.exists()


def test_plans_are_listed_by_name_in_pages(caller):
    for name in ("B", "A", "C"):
        publishing.create(caller.workspace, plans.a_document(name=name), actor=None)
    PlanFactory(name="Others'")

    _, first = caller.get("plans", limit=2)

    assert [one["name"] for one in first["items"]] == ["A", "B"]
    rest = first["next"].split("/api/v1/")[1]
    assert [one["name"] for one in caller.get(rest)[1]["items"]] == ["C"]


def test_one_plan_says_its_version_and_sources(caller):
    plan = publishing.create(caller.workspace, plans.a_document(), actor=None).plan
    source = SourceFactory(workspace=caller.workspace, plan=plan)

    status, said = caller.get(f"plans/{plan.public_id}")

    assert status == 200
    assert (said["id"], said["version"], said["sources"]) == (plan.public_id, 1, [source.public_id])


def test_an_export_may_be_of_an_old_version_and_another_format(caller):
    plan = publishing.create(caller.workspace, plans.a_document(closed=True), actor=None).plan
    publishing.publish(plan, plans.a_document(rules=[]), actor=None)

    _, response = export(caller, plan.public_id, version=1, format="segment")

    assert [rule["key"] for rule in json.loads(response.content)["rules"]] == ["Order Completed"]
    assert json.loads(response["Planwright-Losses"]) == ["that properties outside of the plan are violations"]


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({"format": "csv"}, 400),
        ({"version": "x"}, 400),
        ({"version": "9"}, 404),
        ({"version": "99999999999"}, 400),
    ],
)
def test_an_export_that_cannot_be_is_refused(caller, query, status):
    plan = publishing.create(caller.workspace, plans.a_document(), actor=None).plan

    assert export(caller, plan.public_id, **query)[0] == status


def test_versions_are_published_listed_shown_and_gone_back_to(caller):
    plan = publishing.create(caller.workspace, plans.a_document(), actor=None).plan
    path = f"plans/{plan.public_id}/versions"

    second = caller.send(path, {"document": plans.a_document(rules=[]), "message": "Emptied"})
    same = caller.send(path, plans.a_document(rules=[]))
    third = caller.send(path, {"version": 1})

    assert (second[0], second[1]["number"], second[1]["message"]) == (201, 2, "Emptied")
    assert second[1]["changes"][0]["kind"] == "removed"
    assert second[1]["published_by"] == caller.membership.user.email
    assert (same[0], same[1]["number"]) == (200, 2)
    assert (third[0], third[1]["number"], third[1]["is_live"]) == (201, 3, True)
    assert [one["number"] for one in caller.get(path)[1]["items"]] == [3, 2, 1]
    assert caller.get(f"{path}/1")[1]["document"] == plans.a_document()
    assert caller.get(f"{path}/9")[1]["message"] == "This plan has no version 9."
    assert caller.send(path, {"version": 9})[0] == 404


def test_a_source_is_made_changed_and_shown(caller):
    TeamFactory(workspace=caller.workspace, slug="growth")
    plan = publishing.create(caller.workspace, plans.a_document(), actor=None).plan

    status, made = caller.send(
        "sources",
        {"name": "Web", "type": "web", "environment": "staging", "owner": "growth", "plan": plan.public_id},
    )
    _, changed = caller.send(f"sources/{made['id']}", {"name": "Web shop", "plan": None}, method="patch")

    assert status == 201
    assert (made["slug"], made["environment"], made["owner"], made["plan"]) == (
        "web",
        "staging",
        "growth",
        plan.public_id,
    )
    assert made["plan_attached_at"] is not None
    assert [key["expires_at"] for key in made["write_keys"]] == [None]
    assert (changed["name"], changed["plan"], changed["owner"], changed["slug"]) == (
        "Web shop",
        None,
        "growth",
        "web",
    )
    assert caller.get(f"sources/{made['id']}")[1] == changed
    assert caller.get("sources")[1] == {"items": [changed], "next": None}


def test_a_key_is_rotated_with_grace(caller):
    key = WriteKeyFactory(source__workspace=caller.workspace)

    status, said = caller.send(f"sources/{key.source.public_id}/keys", {"grace_hours": 1})

    assert status == 201
    new, old = said["write_keys"]
    assert (new["expires_at"], old["key"]) == (None, key.key)
    assert old["expires_at"] is not None
    assert caller.send(f"sources/{key.source.public_id}/keys", {})[0] == 201


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({}, "name"),
        ({"name": "W", "type": "tv"}, "type"),
        ({"name": "W", "environment": "moon"}, "environment"),
        ({"name": "W", "owner": "nobody"}, "owner"),
        ({"name": "W", "plan": "pl_others"}, "plan"),
        ({"name": "W", "settling_hours": -1}, "settling_hours"),
        ([], "(root)"),
    ],
)
def test_a_source_that_cannot_be_is_400_with_its_place(caller, body, path):
    status, said = caller.send("sources", body)

    assert status == 400
    assert said["errors"][0]["path"] == path
    assert not Source.objects.exists()


def test_a_wrong_word_is_told_the_right_ones(caller):
    _, said = caller.send("sources", {"name": "W", "type": "tv"})

    assert said["errors"] == [
        {"path": "type", "message": "'tv' is none of web, ios, android, server, webhook."}
    ]


def test_a_plan_or_team_of_another_workspace_cannot_be_used(caller):
    source = SourceFactory(workspace=caller.workspace)
    for body in ({"plan": PlanFactory().public_id}, {"owner": TeamFactory().slug}):
        assert caller.send(f"sources/{source.public_id}", body, method="patch")[0] == 400


ACTS = {
    "read plans": ("get", "plans", None, Role.VIEWER),
    "read sources": ("get", "sources", None, Role.VIEWER),
    "import": ("post", "plans", plans.a_document(), Role.EDITOR),
    "publish": ("post", "plans/{plan}/versions", plans.a_document(rules=[]), Role.PUBLISHER),
    "new source": ("post", "sources", {"name": "W"}, Role.EDITOR),
    "change source": ("patch", "sources/{source}", {"name": "W"}, Role.EDITOR),
    "attach plan": ("patch", "sources/{source}", {"plan": None}, Role.PUBLISHER),
    "rotate key": ("post", "sources/{source}/keys", {}, Role.EDITOR),
}


@pytest.mark.parametrize("role", [Role.VIEWER, Role.EDITOR, Role.PUBLISHER])
@pytest.mark.parametrize("act", ACTS)
def test_each_act_needs_its_role(role, act):
    method, path, body, least = ACTS[act]
    caller = a_caller(role)
    plan = publishing.create(caller.workspace, plans.a_document(), actor=None).plan
    source = SourceFactory(workspace=caller.workspace, plan=plan)
    path = path.format(plan=plan.public_id, source=source.public_id)

    status, _ = caller.get(path) if method == "get" else caller.send(path, body, method=method)

    assert (status == 403) is (role < least)


@pytest.mark.parametrize(
    "path",
    [
        "plans/{plan}",
        "plans/{plan}/export",
        "plans/{plan}/versions",
        "plans/{plan}/versions/1",
        "sources/{source}",
    ],
)
def test_what_another_workspace_owns_is_404(path):
    owner, stranger = a_caller(Role.ADMIN), a_caller(Role.ADMIN)
    plan = publishing.create(owner.workspace, plans.a_document(), actor=None).plan
    source = SourceFactory(workspace=owner.workspace)

    status, said = stranger.get(path.format(plan=plan.public_id, source=source.public_id))

    assert (status, said["code"]) == (404, "not_found")
    assert stranger.get("plans")[1]["items"] == []
    assert stranger.send(f"sources/{source.public_id}/keys", {})[0] == 404
    assert stranger.send(f"plans/{plan.public_id}/versions", {"version": 1})[0] == 404

import pytest

from tests.world import a_world

pytestmark = pytest.mark.django_db

ORDER = {"type": "track", "name": "Order Completed", "version": 1}
SET = {"op": "set_rule", "of": ORDER, "path": ["meta", "owner"], "value": "growth"}


@pytest.fixture
def world(db):
    return a_world()


@pytest.fixture
def call(world, client):
    def asked(method, path, data=None, **headers):
        headers = {"authorization": f"Bearer {world.token}"} | {
            key.replace("_", "-"): value for key, value in headers.items()
        }
        return getattr(client, method)(path, data=data, content_type="application/json", headers=headers)

    return asked


@pytest.fixture
def started(world, call):
    return call("post", f"/api/v1/plans/{world.version.plan.public_id}/drafts", {"name": "Owners"}).json()


def test_a_script_does_what_people_do(world, call, started):
    path = f"/api/v1/drafts/{started['id']}"
    assert (started["base"], started["live"], started["revision"], started["status"]) == (1, 1, 0, "open")

    changed = call("post", f"{path}/changes", {"changes": [SET], "why": "New team"}, if_match='"0"')
    assert (changed.status_code, changed.headers["ETag"], changed.json()["revision"]) == (201, '"1"', 1)
    [rule] = [
        one for one in call("get", path).json()["document"]["rules"] if one.get("name") == ORDER["name"]
    ]
    assert rule["meta"]["owner"] == "growth"
    [step] = call("get", f"{path}/changes").json()["items"]
    assert (step["why"], step["changes"], step["undone"]) == ("New team", [SET], False)
    assert step["sentences"] == ["Order Completed: owner set to growth"]
    assert call("post", f"{path}/undo").json()["revision"] == 2
    assert call("post", f"{path}/undo").status_code == 409
    assert call("post", f"{path}/redo").json()["revision"] == 3
    assert call("patch", path, {"name": "New owners"}).json()["name"] == "New owners"
    assert call("delete", path).status_code == 204
    assert call("post", f"{path}/changes", {"changes": [SET]}, if_match="*").json()["code"] == "not_open"


def test_what_changed_meanwhile_is_a_412_that_says_who_did_what(call, started):
    path = f"/api/v1/drafts/{started['id']}/changes"
    call("post", path, {"changes": [SET]}, if_match='"0"')

    answer = call("post", path, {"changes": [{**SET, "value": "checkout"}]}, if_match='"0"')

    assert answer.status_code == 412
    assert answer.json()["code"] == "changed_meanwhile"
    [error] = answer.json()["errors"]
    assert error == {"path": "Order Completed", "message": "Admin: Order Completed: owner set to growth"}


def test_a_change_without_if_match_is_refused(call, started):
    answer = call("post", f"/api/v1/drafts/{started['id']}/changes", {"changes": [SET]})

    assert (answer.status_code, answer.json()["code"]) == (428, "precondition_required")


@pytest.mark.parametrize(
    ("body", "match", "path"),
    [
        ({"changes": 1}, "*", "changes"),
        ({"changes": [{"op": "x"}]}, "*", "changes.0.op"),
        ({"changes": [SET], "why": 1}, "*", "why"),
        ({"changes": [SET]}, "new", "If-Match"),
        ("[]", "*", "(root)"),
    ],
)
def test_bad_input_names_the_place(call, started, body, match, path):
    answer = call("post", f"/api/v1/drafts/{started['id']}/changes", body, if_match=match)

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["path"] == path


def test_open_drafts_are_listed(world, call, started):
    items = call("get", f"/api/v1/plans/{world.version.plan.public_id}/drafts").json()["items"]

    assert [item["id"] for item in items] == [started["id"], world.draft.public_id]

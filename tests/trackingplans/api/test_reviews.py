import pytest

from accounts import tokens
from accounts.models import Role
from tests.world import a_world
from trackingplans import drafting
from trackingplans.models import PlanVersion

pytestmark = pytest.mark.django_db

ORDER = {"type": "track", "name": "Order Completed", "version": 1}
COUPON = "/properties/properties/properties/coupon_kind"


@pytest.fixture
def world(db):
    return a_world()


@pytest.fixture
def call(world, client):
    def asked(method, path, data=None, by=None):
        member = by or world.admin
        _, text = tokens.create(world.workspace, member.user, name="x", role=Role(member.role))
        headers = {"authorization": f"Bearer {text}"}
        path = f"/api/v1/{path}"
        return getattr(client, method)(path, data=data, content_type="application/json", headers=headers)

    return asked


def test_a_script_reviews_and_publishes(world, call):
    path, plan = f"drafts/{world.draft.public_id}", f"plans/{world.version.plan.public_id}"
    people = [world.publisher.user.email]

    items = call("get", f"{path}/diff").json()["items"]
    assert {(one["kind"], one["name"], one["severity"]) for one in items} == {
        ("added", "Coupon Shared", "safe"), ("changed", "Order Completed", "safe"),
    }  # fmt: skip
    assert call("post", f"{path}/review", {"state": "asked", "people": people}).json()["needed"] == 1
    blocked = call("post", f"{path}/publish")
    assert (blocked.status_code, blocked.json()["code"]) == (409, "blocked")
    assert call("post", f"{path}/review", {"state": "approved"}).json()["code"] == "own_draft"
    approved = call(
        "post", f"{path}/review", {"state": "approved", "note": "Good"}, by=world.publisher
    ).json()
    assert [one["counts"] for one in approved["reviews"] if one["state"] == "approved"] == [True]
    call("patch", f"{plan}/policy", {"errors_block": False})
    published = call("post", f"{path}/publish", {"message": "Coupons"}, by=world.publisher)
    assert (published.status_code, published.json()["number"]) == (201, 2)
    assert PlanVersion.objects.filter(message="Coupons").exists()
    assert len(call("get", f"{plan}/compare?from=1").json()["items"]) == 2
    [brief] = call("get", f"{plan}/versions/2/briefs").json()["items"]
    assert (brief["source"], brief["items"][0]["name"]) == (world.source.public_id, "Coupon Shared")


def test_comments_and_the_policy(world, call):
    path, plan = f"drafts/{world.draft.public_id}", f"plans/{world.version.plan.public_id}"

    made = call("post", f"{path}/comments", {"text": "Why?", "of": ORDER, "path": COUPON})

    assert (made.status_code, made.json()["about"]) == (201, "Order Completed, coupon_kind")
    assert [one["text"] for one in call("get", f"{path}/comments").json()["items"]][-1] == "Why?"
    assert call("get", f"{plan}/policy").json() == {
        "approvals": None,
        "asks_owners": True,
        "errors_block": True,
    }
    assert call("patch", f"{plan}/policy", {"approvals": 2}).json()["approvals"] == 2
    assert call("patch", f"{plan}/policy", {"approvals": 99}).status_code == 400
    assert call("patch", f"{plan}/policy", {}, by=world.editor).status_code == 403


def test_an_update_that_contradicts_itself_is_chosen_about(world, call):
    draft = world.draft
    other = drafting.start(draft.plan, None, "Other")
    drafting.change(
        draft, world.admin.user, [{"op": "set_rule", "of": ORDER, "path": ["meta", "owner"], "value": "a"}]
    )
    drafting.change(other, None, [{"op": "set_rule", "of": ORDER, "path": ["meta", "owner"], "value": "b"}])
    call("post", f"drafts/{other.public_id}/review", {"state": "approved"})
    call("patch", f"plans/{draft.plan.public_id}/policy", {"errors_block": False})
    assert call("post", f"drafts/{other.public_id}/publish").status_code == 201

    refused = call("post", f"drafts/{draft.public_id}/update")

    assert (refused.status_code, refused.json()["code"]) == (409, "contradicts")
    key = refused.json()["errors"][0]["path"]
    updated = call("post", f"drafts/{draft.public_id}/update", {"choices": {key: "ours"}})
    assert updated.json()["base"] == 2


@pytest.mark.parametrize(
    ("method", "path", "body", "place"),
    [
        ("post", "drafts/{draft}/review", {"state": "x"}, "state"),
        ("post", "drafts/{draft}/review", {"state": "asked", "people": ["a@b.c"]}, "people.0"),
        ("post", "drafts/{draft}/update", {"choices": {"x": 1}}, "choices.x"),
        ("post", "drafts/{draft}/comments", {"text": " "}, "text"),
        ("post", "drafts/{draft}/comments", {"text": "x", "of": 1}, "of"),
        ("get", "plans/{plan}/compare?from=x", None, "from"),
        ("get", "plans/{plan}/history?type=track&path=x", None, "path"),
    ],
)
def test_bad_input_names_the_place(world, call, method, path, body, place):
    words = {"draft": world.draft.public_id, "plan": world.version.plan.public_id}

    answer = call(method, path.format(**words), body)

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["path"] == place


def test_the_history_of_a_plan_an_event_and_a_property(world, call):
    plan, where = f"plans/{world.version.plan.public_id}/history", "type=track&name=Order%20Completed"

    whole = call("get", plan).json()["items"]
    event = call("get", f"{plan}?{where}").json()["items"]
    own = call("get", f"{plan}?{where}&path={COUPON}").json()["items"]

    assert {one["kind"] for one in whole} == {"published", "changed"}
    assert [one["is_undone"] for one in whole if "description" in str(one["sentences"])] == [True]
    assert {one["kind"] for one in event} == {"published", "changed", "comment"}
    assert [one["sentences"] for one in own] == [["Order Completed: property coupon_kind added"]]
    assert own[0]["who"] == "Admin"
    assert call("get", f"{plan}?{where}&path=/properties/x").json()["items"] == []


@pytest.mark.parametrize(
    "path", ["plans/{plan}/events", "plans/{plan}/history", "plans/{plan}/implementation", "drafts/{draft}/diff",
             "drafts/{draft}/comments"],
)  # fmt: skip
def test_lists_are_followed_by_their_next_address(world, call, path):
    path = path.format(draft=world.draft.public_id, plan=world.version.plan.public_id)
    call("post", f"drafts/{world.draft.public_id}/comments", {"text": "A second one."})
    whole = call("get", f"{path}?limit=200").json()

    first = call("get", f"{path}?limit=1").json()
    second = call("get", first["next"].partition("/api/v1/")[2]).json()

    assert whole["next"] is None
    assert [*first["items"], *second["items"]] == whole["items"][:2]
    assert call("get", f"{path}?cursor=x").json()["errors"][0]["path"] == "cursor"


def test_the_events_of_a_plan_and_of_a_draft_come_with_their_properties(world, call):
    plan = f"plans/{world.version.plan.public_id}/events"

    (order,) = call("get", f"{plan}?type=track&q=order+completed").json()["items"]
    (shared,) = call("get", f"{plan}?q=coupon+shared&draft={world.draft.public_id}").json()["items"]

    assert (order["owner"], order["importance"]) == ("checkout", "critical")
    total = next(one for one in order["properties"] if one["path"] == "total")
    assert (total["at"], total["holds"]) == ("/properties/properties/properties/total", "number")
    assert shared["properties"] == []
    assert call("get", f"{plan}?q=coupon+shared").json()["items"] == []
    assert call("get", f"{plan}?owner=nobody").json()["items"] == []

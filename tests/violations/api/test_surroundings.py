"""REST beside the list of violations: what one came with, comments, what is missing, what is not in the plan."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from tests.violations.judging import record, released, track
from tests.violations.rows import violation
from tests.world import a_world
from trackingplans import drafting, publishing, sourcing
from trackingplans.draft_models import Draft, PlanMail
from violations.models import FoldedName, Violation

HOUR = timedelta(hours=1)


@pytest.fixture
def world(db):
    return a_world()


@pytest.fixture
def call(client, world):
    def call(method, path, body=None, member=None):
        headers = {"authorization": world.bearer(member or world.admin)}
        if body is None:
            return getattr(client, method)(f"/api/v1/{path}", headers=headers)
        data = json.dumps(body)
        return getattr(client, method)(
            f"/api/v1/{path}", data=data, content_type="application/json", headers=headers
        )

    return call


def test_what_it_came_with_in_one_source_and_in_all(world, call):
    ios = sourcing.create_source(
        world.workspace, name="iOS", type="ios", actor=None, now=timezone.now(), plan=world.version.plan
    )
    for source, release, count in ((world.source, "3.2.0", 3), (ios, "5.0", 2)):
        wrong = [
            track("Product Viewed", {"price": "12.50"}, **released(release)) | {"userId": f"{release} {n}"}
            for n in range(count)
        ]
        record(source, wrong, timezone.now())
    row = Violation.objects.get(source=world.source, event="Product Viewed")
    mine = call("get", f"violations/{row.public_id}/spread").json()
    assert mine["people"] == 3
    assert mine["releases"] == [{"value": "3.2.0", "count": 3}]
    assert mine["values"] == [{"value": "text like 00.00", "count": 3}]
    assert mine["platforms"] == []
    everyones = call("get", f"violations/{row.public_id}/spread?everywhere=true").json()
    assert everyones["people"] == 5
    assert [one["count"] for one in everyones["sources"]] == [3, 2]
    assert everyones["releases"] == [{"value": "3.2.0", "count": 3}, {"value": "5.0", "count": 2}]


def test_comments_are_written_and_read(world, call):
    path = f"violations/{world.violation.public_id}/comments"
    made = call("post", path, {"text": "@viewer is it yours?"}, world.editor)
    assert made.status_code == 201
    assert made.json()["author"] == world.editor.user.email
    call("post", path, {"text": "No"}, world.admin)
    assert [one["text"] for one in call("get", path, member=world.viewer).json()["items"]] == [
        "No",
        "@viewer is it yours?",
    ]
    assert list(
        PlanMail.objects.filter(text__contains="is it yours").values_list("recipient", flat=True)
    ) == [world.viewer.user.email]
    assert call("post", path, {"text": "Me"}, world.viewer).status_code == 403
    assert call("post", path, {"text": "  "}).status_code == 400
    assert call("post", path, {"text": "x" * 5001}).json()["errors"][0]["path"] == "text"


def test_what_is_missing(world, call):
    rule = {"type": "track", "name": "Cart Viewed", "version": 1, "schema": {"type": "object"}}
    document = {"planwright": 1, "name": "Shop", "rules": [rule]}
    publishing.publish(world.version.plan, document, actor=world.admin.user)
    found = call("get", "missing", member=world.viewer).json()
    assert found["next"] is None
    one = next(item for item in found["items"] if item["event"] == "Cart Viewed")
    assert one == {
        "kind": "never", "plan": world.version.plan.public_id, "source": None, "type": "track",
        "event": "Cart Viewed", "since": None, "messages": 0, "team": "checkout",
    }  # fmt: skip


def test_what_is_not_in_the_plan_with_the_plans_word_on_its_name(world, call):
    row = violation(world.source, "Product <id> Viewed", first_seen_at=timezone.now() - HOUR)
    FoldedName.objects.bulk_create(
        FoldedName(workspace=world.workspace, violation=row, name=f"Product {n} Viewed") for n in range(7)
    )
    items = {one["path"] + one["event"]: one for one in call("get", "not-in-plan").json()["items"]}
    assert items["eventProduct Viewd"]["meant"] == "Product Viewed"
    assert items["eventProduct <id> Viewed"]["names"] == 7
    gift = items["properties.giftWrapOrder Completed"]
    assert (gift["suggestions"], gift["issues"][0]["code"], gift["meant"]) == (["gift_wrap"], "casing", None)
    assert {one["family"] for one in items.values()} == {"unplanned"}
    assert [one["path"] for one in call("get", "not-in-plan?q=gift").json()["items"]] == [
        "properties.giftWrap"
    ]
    assert call("get", "not-in-plan?status=sideways").status_code == 400


def rows_of(world):
    found = Violation.objects.for_workspace(world.workspace).filter(family="unplanned")
    return {row.event if row.code == "unplanned_event" else row.path: row.public_id for row in found}


def test_one_with_what_was_sampled_of_it(world, call):
    shop = call("get", f"not-in-plan/{rows_of(world)['properties.shop']}", member=world.viewer).json()
    assert shop["fills"] == [{"path": "properties.shop", "fill": 1.0, "base": 250, "types": {"string": 1.0}}]
    assert (shop["schema"], shop["obstacle"], shop["messages"]) == ({"type": "string"}, None, 250)
    assert call("get", f"not-in-plan/{world.violation.public_id}").status_code == 400


def test_rows_are_added_to_a_draft(world, call):
    ids = rows_of(world)
    sent = {
        "rows": [
            {"violation": ids["Product Viewd"], "name": "Product Viewed"},
            {"violation": ids["properties.shop"]},
        ],
        "drafts": [world.draft.public_id],
    }
    made = call("post", "not-in-plan", sent, world.editor)
    assert (made.status_code, made.json()) == (201, {"drafts": [world.draft.public_id]})
    after = drafting.value(Draft.objects.get(pk=world.draft.pk))
    (viewed,) = [rule for rule in after.rules if rule.name == "Product Viewed"]
    assert viewed.meta["former_names"][0]["name"] == "Product Viewd"
    del sent["drafts"]
    (new,) = call("post", "not-in-plan", sent, world.editor).json()["drafts"]
    assert new != world.draft.public_id


@pytest.mark.parametrize(
    ("changes", "path", "says"),
    [
        ({"rows": []}, "rows", "empty"),
        ({"rows": [{"violation": "vi_none"}]}, "rows.0.violation", "no such thing"),
        ({"rows": [{"violation": "<violation>"}]}, "rows.0.violation", "no such thing"),
        (
            {"rows": [{"violation": "<unplanned>", "name": "Anything"}]},
            "rows.0.name",
            "none of Product Viewd",
        ),
        ({"drafts": ["dr_none"]}, "drafts", "no open draft"),
        ({"rows": [{"violation": "vi_none"}] * 201}, "rows", "At most 200"),
    ],
)
def test_what_cannot_be_added_is_named_and_nothing_is(world, call, changes, path, says):
    good = {"rows": [{"violation": rows_of(world)["Product Viewd"]}]}
    text = json.dumps(good | changes)
    for word, value in world.words().items():
        text = text.replace(f"<{word}>", str(value))
    before = Draft.objects.count()
    answer = call("post", "not-in-plan", json.loads(text))
    assert answer.status_code == 400
    assert any(one["path"].startswith(path) and says in one["message"] for one in answer.json()["errors"])
    assert Draft.objects.count() == before
    assert call("post", "not-in-plan", json.loads(text), world.viewer).status_code == 403


def test_another_workspace_sees_and_adds_nothing(world, call):
    other = a_world("Other")
    theirs = rows_of(other)["Product Viewd"]
    for path in (f"violations/{theirs}/spread", f"violations/{theirs}/comments", f"not-in-plan/{theirs}"):
        assert call("get", path).status_code == 404
    assert theirs not in call("get", "not-in-plan").content.decode()
    assert call("post", "not-in-plan", {"rows": [{"violation": theirs}]}).status_code == 400
    assert other.version.plan.public_id not in call("get", "missing").content.decode()

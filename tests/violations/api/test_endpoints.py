import json
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from accounts.models import AuditEntry, Role
from tests.factories import MembershipFactory
from tests.violations.judging import record, released, track
from tests.violations.rows import violation
from tests.world import a_world
from trackingplans import sourcing
from violations import triage
from violations.models import Turn, Violation

KEYS = {
    "id", "family", "code", "source", "plan", "type", "event", "path", "message", "count", "first_seen_at",
    "last_seen_at", "status", "is_new", "team", "assignee", "muted_until", "resolution", "quiet",
}  # fmt: skip
HOUR = timedelta(hours=1)


@pytest.fixture
def world(db):
    found = a_world()
    Violation.objects.all().delete()
    return found


@pytest.fixture
def now():
    return timezone.now().replace(minute=0, second=0, microsecond=0)


@pytest.fixture
def call(client, world):
    def call(method, path, body=None, member=None):
        headers = {"authorization": world.bearer(member or world.admin)}
        if body is not None:
            return getattr(client, method)(
                path, data=json.dumps(body), content_type="application/json", headers=headers
            )
        return getattr(client, method)(path, headers=headers)

    return call


@pytest.fixture
def listed(call):
    def listed(query=""):
        answer = call("get", f"/api/v1/violations{query}")
        assert answer.status_code == 200, answer.content
        return answer.json()["items"]

    return listed


def wrong(world, hours_ago=2, *, now=None, source=None, code="type", event="Order Completed", **columns):
    began = (now or timezone.now()) - hours_ago * HOUR
    return violation(source or world.source, event, first_seen_at=began, code=code,
                     path=columns.pop("path", "properties.total"), **columns)  # fmt: skip


def test_an_item_says_everything_of_the_contract(world, listed):
    row = wrong(world, passed_at=timezone.now() - HOUR, release="3.2.0", count=412, message="A sentence.")
    [item] = listed()
    assert set(item) == KEYS
    assert item == {
        "id": row.public_id,
        "family": "violation",
        "code": "type",
        "source": world.source.public_id,
        "plan": world.version.plan.public_id,
        "type": "track",
        "event": "Order Completed",
        "path": "properties.total",
        "message": "A sentence.",
        "count": 412,
        "first_seen_at": item["first_seen_at"],
        "last_seen_at": item["last_seen_at"],
        "status": "new",
        "is_new": True,
        "team": item["team"],
        "assignee": None,
        "muted_until": None,
        "resolution": None,
        "quiet": False,
    }
    assert datetime.fromisoformat(item["first_seen_at"]).tzinfo is not None


def test_what_is_unknown_is_null(world, listed):
    wrong(world, type="identify", event="", path="traits.email", code="format")
    [item] = listed()
    assert (item["type"], item["event"]) == ("identify", None)


@pytest.fixture
def several(world, now):
    staging = sourcing.create_source(
        world.workspace, name="Web staging", type="web", environment="staging", actor=None, now=now
    )
    recent = now - HOUR
    wrong(world, 1, now=now, path="a", passed_at=recent)  # new
    wrong(world, 90, now=now, path="b", code="enum", last_seen_at=recent)  # open
    wrong(world, 90, now=now, path="c", regressed_at=recent, last_seen_at=recent)
    wrong(world, 90, now=now, path="d", state="resolved", resolution="fixed", resolved_at=recent)
    wrong(world, 2, now=now, path="e", state="muted", muted_until=now + 90 * HOUR)
    wrong(world, 2, now=now, path="event", code="unplanned_event", event="Order, Complete")
    wrong(world, 2, now=now, path="f", source=staging, event="Signed Up", message="Ünïcode sentence")
    return staging


@pytest.mark.parametrize(
    ("query", "paths"),
    [
        ("", "abcdef+"),
        ("?status=new", "a"),
        ("?status=open", "bf+"),
        ("?status=regressed", "c"),
        ("?status=resolved", "d"),
        ("?status=muted", "e"),
        ("?status=new,open,regressed", "abcf+"),
        ("?status=new&status=muted", "ae"),
        ("?family=unplanned", "+"),
        ("?family=violation,quality", "abcdef"),
        ("?code=enum", "b"),
        ("?code=enum,unplanned_event", "b+"),
        ("?event=Order%20Completed", "abcde"),
        ("?event=Order,%20Complete", "+"),
        ("?event=Signed%20Up&event=Order,%20Complete", "f+"),
        ("?path=a&path=b", "ab"),
        ("?environment=staging", "f"),
        ("?environment=production,staging", "abcdef+"),
        ("?type=track", "abcdef+"),
        ("?type=identify", ""),
        ("?q=signed", "f"),
        ("?q=%C3%BCn%C3%AFcode+SENT", "f"),
        ("?q=enum", "b"),
        ("?q=100%25_", ""),
        ("?status=open&environment=staging&q=up", "f"),
    ],
)
def test_filters_of_the_list(several, listed, query, paths):
    shown = sorted(item["path"].replace("event", "+") for item in listed(query))
    assert "".join(sorted(shown, key=lambda path: (path == "+", path))) == paths


def test_sources_plans_and_teams_are_named_by_their_ids(world, several, listed):
    assert len(listed(f"?source={several.public_id}")) == 1
    assert len(listed(f"?source={several.public_id},{world.source.public_id}")) == 7
    assert len(listed(f"?plan={world.version.plan.public_id}")) == 6
    owned = listed("?team=checkout")
    assert {item["team"] for item in owned} == {"checkout"}
    assert len(owned) == sum(item["team"] == "checkout" for item in listed())
    assert len(listed("?team=none")) == sum(item["team"] is None for item in listed())


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("?status=broken", ["status"]),
        ("?status=new,broken&family=x", ["family", "status"]),
        ("?source=src_unknown", ["source"]),
        ("?plan=pl_x&team=nobody-here", ["plan", "team"]),
        ("?environment=prod", ["environment"]),
        ("?since=yesterday", ["since"]),
        ("?since=2026-11-20T10:00:00Z&until=2026-11-20T10:00:00Z", ["since"]),
        ("?since=0001-01-01T00:00:00%2B14:00", ["since"]),
        ("?change=broken", ["change"]),
        ("?cursor=nonsense", ["cursor"]),
    ],
)
def test_a_filter_that_cannot_be_used_is_named(call, several, query, names):
    answer = call("get", f"/api/v1/violations{query}")
    assert answer.status_code == 400
    body = answer.json()
    assert body["code"] == "invalid"
    assert sorted(error["path"] for error in body["errors"]) == names


def test_a_list_comes_in_pages_by_cursor(world, listed, call):
    rows = [wrong(world, path=f"p{number}") for number in range(7)]
    shown, url = [], "/api/v1/violations?limit=3&family=violation"
    while url:
        page = call("get", url).json()
        assert set(page) == {"items", "next"}
        shown += [item["id"] for item in page["items"]]
        url = page["next"]
    assert shown == [row.public_id for row in reversed(rows)]


def test_with_a_stretch_of_time_counts_are_those_of_its_hours(world, now, listed):
    hours = {now - 30 * HOUR: 7, now - 5 * HOUR: 20, now - 4 * HOUR: 3, now - HOUR: 100}
    wrong(world, 30, now=now, hours=hours, path="a")
    wrong(world, 30, now=now, hours={now - 30 * HOUR: 9}, path="b")
    wrong(world, 30, now=now, hours={now - 30 * HOUR: 9}, path="c",
          state="resolved", resolution="fixed", resolved_at=now - 4 * HOUR)  # fmt: skip

    def counts(since, until):
        window = f"?since={since.isoformat().replace('+00:00', 'Z')}&until={until.isoformat()}"
        return {item["path"]: item["count"] for item in listed(window)}

    assert {item["path"]: item["count"] for item in listed()} == {"a": 130, "b": 9, "c": 9}
    assert counts(now - 5 * HOUR, now - 3 * HOUR) == {"a": 23, "c": 0}
    assert counts(now - 4.5 * HOUR, now - 4 * HOUR) == {"a": 20}
    assert counts(now - 31 * HOUR, now) == {"a": 130, "b": 9, "c": 9}
    before = listed(f"?until={(now - 4 * HOUR).strftime('%Y-%m-%dT%H:%M:%SZ')}")
    assert {item["path"]: item["count"] for item in before} == {"a": 27, "b": 9, "c": 9}


def test_is_new_is_asked_of_the_stretch_of_time(world, now, listed):
    wrong(world, 60, now=now, passed_at=now - 50 * HOUR, hours={now - 50 * HOUR: 9})
    assert [item["is_new"] for item in listed()] == [False]
    assert [
        item["is_new"] for item in listed("?since=" + (now - 51 * HOUR).strftime("%Y-%m-%dT%H:%M:%SZ"))
    ] == [True]


def test_one_violation_shows_its_samples_and_hours(world, call, now):
    source = world.source
    record(source, [track("Product Viewed", {"price": "x", "email": "ana@example.com"}, **released("1.0"))] * 3,
           now - 3 * HOUR, plan_id=source.plan_id)  # fmt: skip
    record(source, [track("Product Viewed", {"price": float("nan")})], now - HOUR)
    row = Violation.objects.get(code="type")
    answer = call("get", f"/api/v1/violations/{row.public_id}")
    assert answer.status_code == 200
    body = json.loads(answer.content, parse_constant=lambda name: pytest.fail(name))
    assert set(body) == KEYS | {"samples", "hours"}
    assert [hour["count"] for hour in body["hours"]] == [3, 1]
    newest, *older = body["samples"]
    assert newest["message"]["properties"]["price"] == "NaN"
    assert (newest["path"], newest["release"], len(older)) == ("properties.price", None, 3)
    assert older[0]["release"] == "1.0"
    assert "ana@" not in answer.content.decode()
    since = (now - 2 * HOUR).strftime("%Y-%m-%dT%H:%M:%SZ")
    body = call("get", f"/api/v1/violations/{row.public_id}?since={since}").json()
    assert (body["count"], [hour["count"] for hour in body["hours"]]) == (1, [1])


def test_another_workspaces_violation_is_not_found(world, call):
    other = a_world("Rival")
    for method in ("get", "patch"):
        answer = call(
            method, f"/api/v1/violations/{other.violation.public_id}", {} if method == "patch" else None
        )
        assert answer.status_code == 404
    assert call("get", "/api/v1/violations/vi_unknown").status_code == 404


# --- PATCH


@pytest.fixture
def patch(call, world):
    def patch(row, body, member=None):
        return call("patch", f"/api/v1/violations/{row.public_id}", body, member=member)

    return patch


def test_resolved_by_hand_and_reopened(world, patch):
    row = wrong(world, passed_at=timezone.now() - HOUR)
    body = patch(row, {"status": "resolved"}).json()
    assert (body["status"], body["resolution"]) == ("resolved", "manual")
    body = patch(row, {"status": "open"}).json()
    assert (body["status"], body["resolution"]) == ("open", None)
    assert list(Turn.objects.values_list("kind", flat=True).order_by("id")) == ["resolved", "reopened"]
    entries = AuditEntry.objects.filter(action__startswith="violation.").order_by("id")
    assert list(entries.values_list("action", flat=True)) == ["violation.resolved", "violation.reopened"]
    assert {entry.detail["violation"] for entry in entries} == {row.public_id}
    assert {entry.actor for entry in entries} == {world.admin.user}


def test_resolved_in_a_release(world, patch):
    body = patch(wrong(world), {"status": "resolved", "resolved_in": "2.4.1"}).json()
    assert (body["status"], body["resolution"]) == ("resolved", "release")
    assert Violation.objects.get().resolved_in == "2.4.1"


def test_muted_for_seven_days_unless_an_end_is_given(world, patch):
    row = wrong(world)
    body = patch(row, {"status": "muted", "mute": {"reason": "known", "count": 100, "release": "2.5"}}).json()
    assert body["status"] == "muted"
    until = datetime.fromisoformat(body["muted_until"])
    assert abs(until - datetime.now(UTC) - timedelta(days=7)) < timedelta(minutes=1)
    row.refresh_from_db()
    assert row.mute == {"reason": "known", "count": 100, "release": "2.5"}
    end = "2099-01-01T00:00:00Z"
    body = patch(row, {"status": "muted", "muted_until": end}).json()
    assert datetime.fromisoformat(body["muted_until"]) == datetime.fromisoformat(end)
    assert triage.status(Violation.objects.get(), datetime(2099, 1, 2, tzinfo=UTC)) == "open"


def test_assigned_to_a_member_and_to_nobody(world, patch):
    row = wrong(world, passed_at=timezone.now() - HOUR)
    body = patch(row, {"assignee": world.viewer.user.email.upper()}).json()
    assert (body["assignee"], body["status"]) == (world.viewer.user.email, "open")
    assert patch(row, {"assignee": None}).json()["assignee"] is None


@pytest.mark.parametrize(
    ("body", "names"),
    [
        ({}, ["(root)"]),
        ({"status": "new"}, ["status"]),
        ({"status": "fixed"}, ["status"]),
        ({"colour": "red"}, ["colour"]),
        ({"status": "open", "muted_until": "2099-01-01T00:00:00Z"}, ["muted_until"]),
        ({"muted_until": "2099-01-01T00:00:00Z"}, ["muted_until"]),
        ({"status": "muted", "muted_until": "2020-01-01T00:00:00Z"}, ["muted_until"]),
        ({"status": "muted", "muted_until": "soon"}, ["muted_until"]),
        ({"status": "muted", "mute": {"count": 0}}, ["mute.count"]),
        ({"status": "muted", "mute": "yes"}, ["mute"]),
        ({"status": "open", "resolved_in": "2.0"}, ["resolved_in"]),
        ({"status": "resolved", "resolved_in": "a\u0000b"}, ["resolved_in"]),
        ({"assignee": "stranger@example.com"}, ["assignee"]),
        ({"assignee": 7}, ["assignee"]),
        ([], ["(root)"]),
        ("resolved", ["(root)"]),
    ],
)
def test_a_change_that_cannot_be_made_is_refused_with_its_place_and_changes_nothing(
    world, patch, body, names
):
    row = wrong(world, assignee=world.viewer.user)
    answer = patch(row, body)
    assert answer.status_code == 400, answer.content
    assert sorted({error["path"].split(".0")[0] for error in answer.json()["errors"]}) == names
    row.refresh_from_db()
    assert (row.state, row.acted_at, row.assignee) == ("open", None, world.viewer.user)


def test_all_of_a_change_is_made_or_nothing(world, patch):
    row = wrong(world)
    past = "2020-01-01T00:00:00Z"
    assert (
        patch(row, {"assignee": world.viewer.user.email, "status": "muted", "muted_until": past}).status_code
        == 400
    )
    row.refresh_from_db()
    assert row.assignee is None
    assert AuditEntry.objects.filter(action__startswith="violation.").count() == 0


def test_viewers_read_and_editors_change(world, patch, call):
    row = wrong(world)
    assert call("get", "/api/v1/violations", member=world.viewer).status_code == 200
    assert patch(row, {"status": "resolved"}, member=world.viewer).status_code == 403
    assert patch(row, {"status": "resolved"}, member=world.editor).status_code == 200


def test_somebody_of_another_workspace_cannot_be_made_responsible(world, patch):
    stranger = MembershipFactory.create(role=Role.ADMIN)
    assert patch(wrong(world), {"assignee": stranger.user.email}).status_code == 400

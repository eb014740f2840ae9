"""What people do on a plan's pages, by REST: library, metrics, naming, profiles, use, comments, link, sheets."""

import json
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Role
from tests.factories import SourceFactory
from tests.trackingplans import plans
from tests.trackingplans.api.callers import a_caller
from tests.violations.rows import traffic_hours
from trackingplans import drafting, implementing, publishing, uploading
from trackingplans.domain import messages, profiling
from trackingplans.domain.profiling import Profile
from trackingplans.draft_models import Comment
from trackingplans.models import EventProfile, PlanVersion

pytestmark = pytest.mark.django_db

TEXT, NUMBER = {"type": "string"}, {"type": "number"}
AT = "/properties/properties/properties"
MONEY = {
    "name": "Money",
    "question": "How much?",
    "definition": "Sum of totals",
    "funnel": ["Order Completed"],
}


class Script:
    """Somebody's program: calls with a token and, where it changes a draft, the revision it saw."""

    def __init__(self, caller, plan, draft):
        self.caller, self.plan, self.draft = caller, f"plans/{plan.public_id}", f"drafts/{draft.public_id}"

    def get(self, path, **query):
        status, said = self.caller.get(path, **query)
        assert status == 200, said
        return said

    def send(self, method, path, body=None, revision=None):
        headers = {"authorization": self.caller.bearer}
        if revision is not None:
            headers["if-match"] = f'"{revision}"'
        answer = getattr(Client(), method)(
            f"/api/v1/{path}", json.dumps(body or {}), content_type="application/json", headers=headers
        )
        return answer.status_code, json.loads(answer.content or b"null")


@pytest.fixture
def caller(db):
    return a_caller(Role.ADMIN)


@pytest.fixture
def plan(caller):
    note = {"properties": {f"{AT}/currency": {"shared": "currency"}}}
    rules = [
        plans.a_rule("Order Completed", {"total": NUMBER, "currency": TEXT}, ["total"], meta=note),
        plans.a_rule("Order Refunded", {"currency": NUMBER}, meta=note),
        plans.a_rule("Old Signup", {"plan": TEXT}, meta={"status": "deprecated"}),
    ]
    document = plans.a_document(rules=rules, properties={"currency": TEXT}, groups={}, metrics=[MONEY])
    return publishing.create(caller.workspace, document, actor=None).plan


@pytest.fixture
def draft(plan, caller):
    return drafting.start(plan, caller.membership.user, "By script")


@pytest.fixture
def script(caller, plan, draft):
    return Script(caller, plan, draft)


@pytest.fixture
def web(plan):
    return SourceFactory(workspace=plan.workspace, plan=plan, slug="web", name="Web")


def document(draft):
    draft.refresh_from_db()
    return drafting.document(draft)


def test_the_library_is_read_and_changed_once_for_all(script, draft):
    books = script.get(f"{script.plan}/library")
    [currency] = books["properties"]
    assert (currency["name"], currency["conflicts"], [use["differs"] for use in currency["uses"]]) == (
        "currency", 1, [False, True],
    )  # fmt: skip

    code = {"type": "string", "pattern": "^[A-Z]{3}$"}
    status, said = script.send(
        "put", f"{script.draft}/properties/currency", {"schema": code, "everywhere": True}, 0
    )
    assert (status, said["revision"]) == (200, 1)
    schemas = [rule["schema"]["properties"]["properties"]["properties"] for rule in document(draft)["rules"]]
    assert [one["currency"] for one in schemas[:2]] == [code, code]

    late = script.send("put", f"{script.draft}/properties/currency", {"schema": TEXT}, 0)
    assert (late[0], late[1]["code"]) == (412, "changed_meanwhile")
    assert script.send("put", f"{script.draft}/properties/currency", {"schema": TEXT})[0] == 428

    assert script.send("put", f"{script.draft}/groups/Money", {"properties": ["currency"]}, 1)[0] == 200
    assert script.get(f"{script.plan}/library", draft=draft.public_id)["groups"] == {"Money": ["currency"]}
    assert script.send("delete", f"{script.draft}/properties/currency", None, 2)[0] == 200
    assert document(draft)["properties"] == {}
    assert document(draft)["groups"] == {"Money": []}
    assert script.send("delete", f"{script.draft}/groups/Money", None, 3)[0] == 200
    assert script.send("delete", f"{script.draft}/groups/Money", None, 4)[0] == 404


def test_metrics_are_read_added_changed_and_dropped(script, draft, web):
    traffic_hours(web, "track", "Order Completed", {timezone.now(): 5})

    told = script.get(f"{script.plan}/metrics")
    [metric] = told["items"]
    assert metric["funnel"][0]["sources"][0]["health"] == "healthy"
    assert "Order Refunded" in told["idle"]

    assert script.send("put", f"{script.draft}/metrics/Money", {"kind": "lagging"}, 0)[0] == 200
    assert script.send("put", f"{script.draft}/metrics/People", {"question": "Who?"}, 1)[0] == 200
    assert document(draft)["metrics"] == [MONEY | {"kind": "lagging"}, {"name": "People", "question": "Who?"}]
    assert script.send("delete", f"{script.draft}/metrics/Money", None, 2)[0] == 200
    assert script.send("delete", f"{script.draft}/metrics/Money", None, 3)[0] == 404
    names = [one["name"] for one in script.get(f"{script.plan}/metrics", draft=draft.public_id)["items"]]
    assert names == ["People"]


def test_naming_rules_are_inferred_and_set(script, draft):
    found = script.get(f"{script.plan}/naming/inferred")

    assert found["naming"] == {}, "three names are too few to go by"
    assert any("of 3 names" in one for one in found["support"])
    status, _ = script.send("put", f"{script.draft}/naming", {"naming": {"event": {"casing": "title"}}}, 0)
    assert status == 200
    shown = script.get(f"{script.plan}/naming", draft=draft.public_id)
    assert shown["naming"] == {"event": {"casing": "title"}}
    assert any("Title" in one or "title" in one.lower() for one in shown["sentences"])
    assert script.get(f"{script.plan}/naming")["naming"] == {}


def test_a_profile_tells_what_came_and_what_would_fit(script, plan, web):
    raw = {
        "messageId": "m",
        "userId": "u",
        "event": "Order Completed",
        "properties": {"total": 1, "currency": "EUR"},
    }
    (message,) = messages.read(json.dumps(raw).encode(), "track")
    profile = Profile()
    for _ in range(200):
        profile.add(message)
    EventProfile.objects.create(
        workspace=plan.workspace, source=web, type="track", event="Order Completed", release="1.2",
        day=timezone.now().date(), body=profiling.encoded(profile), is_folded=True,
    )  # fmt: skip

    told = script.get(f"{script.plan}/profile", name="Order Completed")

    currency = next(one for one in told["items"] if one["path"] == "properties.currency")
    assert (told["messages"], currency["fill"], currency["types"]) == (200, 1.0, {"string": 200})
    assert told["slices"] == [{"source": web.public_id, "release": "1.2", "messages": 200}]
    assert "require" in {one["code"] for one in told["suggestions"]}
    assert script.get(f"{script.plan}/profile", name="Order Completed", release="2.0")["messages"] == 0


def test_what_is_implemented_and_what_can_be_retired(script, draft, plan, web):
    now = timezone.now()
    traffic_hours(web, "track", "Order Completed", {now: 5})
    traffic_hours(web, "track", "Old Signup", {now - timedelta(days=1): 7})
    implementing.note(now)

    told = script.get(f"{script.plan}/implementation")
    unused = script.get(f"{script.plan}/retirement")

    assert (told["implemented"], told["total"]) == (1, 2)
    assert {one["name"]: (one["status"], one["missing"]) for one in told["items"]} == {
        "Order Completed": ("live", []), "Order Refunded": ("planned", ["web"]),
    }  # fmt: skip
    assert [(one["name"], one["source"], one["messages"]) for one in unused["arriving"]] == [
        ("Old Signup", web.public_id, 7)
    ]
    assert [one["name"] for one in unused["unused"]] == ["Order Refunded"]
    body = {"action": "remove", "events": [{"name": "Order Refunded"}], "why": "Nobody refunds"}
    status, made = script.send("post", f"{script.plan}/retirement", body)
    assert (status, made["name"]) == (201, "Remove Order Refunded")
    assert made["id"] in {one["id"] for one in script.get(f"{script.plan}/drafts")["items"]}


def test_comments_on_the_live_plan_are_settled(script, plan):
    of = {"type": "track", "name": "Order Completed"}
    status, said = script.send(
        "post", f"{script.plan}/comments", {"text": "Which?", "of": of, "path": f"{AT}/total"}
    )
    script.send("post", f"{script.plan}/comments", {"text": "All good"})
    script.send("post", f"{script.draft}/comments", {"text": "In the draft", "of": of})

    assert (status, said["about"], said["draft"]) == (201, "Order Completed, total", None)
    listed = script.get(f"{script.plan}/comments", type="track", name="Order Completed")["items"]
    assert [one["text"] for one in listed] == ["In the draft", "Which?"]
    assert len(script.get(f"{script.plan}/comments")["items"]) == 3
    settled = [script.send("patch", f"comments/{said['id']}", {"settled": True})[1] for _ in range(2)]
    assert settled[0]["settled_at"] == settled[1]["settled_at"] is not None
    assert script.send("patch", f"comments/{said['id']}", {"settled": False})[1]["settled_at"] is None


def test_the_secret_link_is_switched_on_and_off(script):
    assert script.get(f"{script.plan}/link")["url"] is None

    _, made = script.send("post", f"{script.plan}/link")

    path = made["url"][made["url"].index("/shared/") :]
    assert Client().get(path).status_code == 200
    assert script.get(f"{script.plan}/link")["url"] == made["url"]
    assert script.send("delete", f"{script.plan}/link")[0] == 204
    assert Client().get(path).status_code == 404


@pytest.mark.parametrize("into_plan", [True, False])
def test_a_sheet_is_sent_mapped_read_and_brought_in(script, caller, plan, into_plan):
    sheet = b"What happens,Field,Holds\nCart Viewed,cart_id,text\nCart Viewed,items,number\n"
    where = f"sheets?filename=Our%20events.csv&plan={plan.public_id if into_plan else ''}"

    status, sent = caller.send(where, sheet, content_type="text/csv")
    early = script.send("post", f"sheets/{sent['id']}/import")
    mapped = script.send("patch", f"sheets/{sent['id']}", {"columns": ["event", "property", "kind"]})
    uploading.read_next(timezone.now())
    read = script.get(f"sheets/{sent['id']}")
    done, made = script.send("post", f"sheets/{sent['id']}/import", {"name": "Ours"})

    assert (status, sent["columns"][0]["name"], sent["state"]) == (201, "What happens", "mapping")
    assert (early[0], early[1]["code"]) == (409, "not_read")
    assert (mapped[0], mapped[1]["state"]) == (200, "waiting")
    assert (read["state"], read["rules"], read["problems"]) == ("read", 1, [])
    assert done == 201
    if into_plan:
        drafts = script.get(f"drafts/{made['draft']}")["document"]["rules"]
        assert [rule["name"] for rule in drafts][-1] == "Cart Viewed"
    else:
        assert PlanVersion.objects.get(plan__public_id=made["plan"]).plan.name == "Ours"
    assert caller.get(f"sheets/{sent['id']}")[0] == 404


def test_an_export_for_excel_comes_back_as_a_sheet(caller, plan):
    path = f"/api/v1/plans/{plan.public_id}/export?format=xlsx"
    book = Client().get(path, headers={"authorization": caller.bearer}).content

    status, sent = caller.send(f"sheets?filename=a.xlsx&plan={plan.public_id}", book, content_type="x/y")

    assert status == 201, sent
    assert "event" in {one["field"] for one in sent["columns"]}


BAD = [
    ("put", "{draft}/properties/currency", {"schema": {"type": "strin"}}, "schema.type"),
    ("put", "{draft}/properties/currency", {"schema": 1}, "schema"),
    ("put", "{draft}/groups/Money", {"properties": ["nothing"]}, "properties.0"),
    ("put", "{draft}/metrics/Money", {"kind": "sideways"}, "kind"),
    ("put", "{draft}/naming", {"naming": {"event": {"casing": "loud"}}}, "naming.event.casing"),
    ("post", "{plan}/retirement", {"action": "burn", "events": [{"name": "Order Refunded"}]}, "action"),
    ("post", "{plan}/retirement", {"action": "remove", "events": [7]}, "events.0"),
    ("post", "{plan}/retirement", {"action": "remove", "events": [{"name": "Nothing"}]}, "events.0"),
    ("post", "{plan}/comments", {"text": "x", "of": {"type": "track", "name": "Nothing"}}, "of"),
    ("post", "{plan}/comments", {"text": ""}, "text"),
    ("post", "sheets", {}, "(root)"),
]


@pytest.mark.parametrize(("method", "path", "body", "place"), BAD, ids=str)
def test_bad_input_names_the_place(script, draft, method, path, body, place):
    status, said = script.send(method, path.format(draft=script.draft, plan=script.plan), body, 0)

    assert (status, said["errors"][0]["path"]) == (400, place)
    draft.refresh_from_db()
    assert draft.revision == 0
    assert not Comment.objects.exists()


def test_a_draft_is_published_only_as_it_was_seen(script, draft, caller):
    change = {"changes": [{"op": "set_plan", "path": ["description"], "value": "Shoes"}]}
    script.send("post", f"{script.draft}/changes", change, 0)

    late = script.send("post", f"{script.draft}/publish", {}, 0)
    now = script.send("post", f"{script.draft}/publish", {}, 1)

    assert (late[0], late[1]["code"]) == (412, "changed_meanwhile")
    assert now[0] == 201

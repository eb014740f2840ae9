"""An event edited in a draft by forms."""

import json

import pytest
from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import Role
from tests.factories import SourceFactory, TeamFactory
from tests.trackingplans import plans
from tests.trackingplans.pages import a_person, a_plan, page, text_of
from tests.violations.rows import traffic_hours
from trackingplans import drafting
from trackingplans.domain.messages import from_document
from trackingplans.domain.profiling import Profile
from trackingplans.traffic import profiling

pytestmark = pytest.mark.django_db

ORDER = "?type=track&name=Order%20Completed"
TOTAL = f"{ORDER}&at=/properties/properties/properties/total"


@pytest.fixture
def ana(client):
    return a_person(client, Role.EDITOR)


@pytest.fixture
def draft(ana):
    return drafting.start(a_plan(ana.workspace), ana.user)


def post(client, ana, draft, view, query=ORDER, /, **data):
    args = [ana.workspace.public_id, draft.plan.public_id, draft.public_id]
    return client.post(reverse(view, args=args) + query, data)


def rule(draft, name="Order Completed"):
    return next(one for one in drafting.value(draft).rules if one.name == name)


def test_a_new_event_is_added(client, ana, draft):
    answer = post(client, ana, draft, "event_new", "", name="Cart Viewed")

    assert answer.status_code == 302
    assert rule(draft, "Cart Viewed").meta == {"status": "planned"}


def test_the_facts_of_an_event_are_saved_and_shown(client, ana, draft):
    TeamFactory(workspace=ana.workspace, slug="growth", name="Growth team")
    SourceFactory(workspace=ana.workspace, plan=draft.plan, slug="web", name="Web")
    facts = {
        "purpose": "Which orders?", "description": "An order.", "trigger": "Confirmed.", "owner": "growth",
        "importance": "critical", "status": "deprecated", "labels": "area: shop", "code": "checkout.py\npay.py",
        "links": "https://example.com/T-1", "source:web": "required", "since:web": "2.4.0",
    }  # fmt: skip

    post(client, ana, draft, "event_facts", **facts)

    found = rule(draft)
    assert found.meta == {
        "purpose": "Which orders?", "trigger": "Confirmed.", "owner": "growth", "importance": "critical",
        "status": "deprecated", "code": ["checkout.py", "pay.py"], "links": ["https://example.com/T-1"],
        "sources": {"web": "required"}, "since_release": {"web": "2.4.0"},
    }  # fmt: skip
    assert found.schema["labels"] == {"area": "shop"}
    address = {"draft": draft.public_id, "type": "track", "name": "Order Completed"}
    shown = text_of(page(client, "plan_event", ana, draft.plan.public_id, data=address))
    for words in ("Growth team", "Web, required, since 2.4.0", "pay.py", "area: shop", "Confirmed."):
        assert words in shown


def test_saving_what_is_there_changes_nothing(client, ana, draft):
    post(client, ana, draft, "event_facts", importance="normal", status="live")

    assert draft.steps.count() == 0


def test_a_property_is_changed_and_what_the_form_does_not_say_stays(client, ana):
    total = {"type": "number", "x-own": 1, "exclusiveMinimum": 0}
    plan = a_plan(ana.workspace, plans.a_document(rules=[plans.a_rule("Order Completed", {"total": total})]))
    draft = drafting.start(plan, ana.user)

    facts = {
        "name": "amount",
        "types": ["number", "string"],
        "required": "on",
        "allow_null": "on",
        "maximum": "10",
    }
    post(client, ana, draft, "event_property", TOTAL, **facts, pii="financial", do="save")

    inside = rule(draft).schema["properties"]["properties"]
    assert inside["required"] == ["amount"]
    assert inside["properties"] == {
        "amount": {"type": ["number", "string", "null"], "x-own": 1, "exclusiveMinimum": 0, "maximum": 10}
    }
    (note,) = rule(draft).meta["properties"].values()
    assert note == {"pii": "financial"}


def test_a_property_is_added_and_removed(client, ana, draft):
    post(client, ana, draft, "event_property", name="coupon", types=["string"], allow_null="on", do="save")
    assert rule(draft).schema["properties"]["properties"]["properties"]["coupon"] == {
        "type": ["string", "null"]
    }

    post(client, ana, draft, "event_property", TOTAL, do="remove")

    assert "total" not in rule(draft).schema["properties"]["properties"]["properties"]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"name": ""}, "This field is required."),
        ({"pattern": "(("}, "This is no regular expression"),
        ({"types": ["integer"], "enum": "one, two"}, "is not whole number"),
        ({"minimum": "5", "maximum": "2"}, "This is less than"),
        ({"name": "order_id"}, "The event has this property already."),
    ],
)
def test_what_a_property_cannot_be_is_told_at_its_field(client, ana, draft, data, words):
    shown = text_of(post(client, ana, draft, "event_property", **({"name": "new"} | data), do="save"))

    assert words in shown
    assert draft.steps.count() == 0


def test_the_schema_is_written_as_text_both_ways(client, ana, draft):
    schema = {
        "type": "object",
        "properties": {"properties": {"oneOf": [{"required": ["a"]}, {"required": ["b"]}]}},
    }

    post(client, ana, draft, "event_schema", text=json.dumps(schema))

    assert rule(draft).schema == schema
    assert "line 1, column 2: This is not JSON" in text_of(post(client, ana, draft, "event_schema", text="{"))
    twice = text_of(post(client, ana, draft, "event_schema", text='{"type": "object", "type": "object"}'))
    assert "The key “type” stands here twice" in twice
    assert "A schema is an object." in text_of(post(client, ana, draft, "event_schema", text="[]"))


def test_the_tree_beside_the_text_follows_what_is_typed_and_saves_nothing(client, ana, draft):
    before = rule(draft).schema
    typed = {"properties": {"properties": {"properties": {"colour": {"type": "string"}}}}}

    shown = text_of(post(client, ana, draft, "event_schema", text=json.dumps(typed), do="preview"))
    wrong = text_of(post(client, ana, draft, "event_schema", text='{"a" 1}', do="preview"))

    assert "colour" in shown
    assert "<html" not in shown
    assert "a colon is missing here" in wrong
    assert rule(draft).schema == before


def test_renaming_an_event_with_traffic_offers_to_keep_its_former_name(client, ana, draft):
    source = SourceFactory(workspace=ana.workspace, plan=draft.plan)
    traffic_hours(source, "track", "Order Completed", {timezone.now(): 40})
    args = [ana.workspace.public_id, draft.plan.public_id, draft.public_id]
    shown = text_of(client.get(reverse("event_name", args=args) + ORDER))
    assert "40 messages came under this name in the last 7 days" in shown

    post(client, ana, draft, "event_name", name="Order Placed", until="")

    assert "former_names" not in rule(draft, "Order Placed").meta


def test_a_rename_without_its_former_name_can_be_told_of_it_in_the_review(client, ana, draft):
    post(client, ana, draft, "event_name", name="Order Placed", until="")
    args = [ana.workspace.public_id, draft.plan.public_id, draft.public_id]
    offer = "Count the old name too"
    assert offer in text_of(client.get(reverse("draft_detail", args=args)))

    post(client, ana, draft, "event_former", "?type=track&name=Order%20Placed", former="Order Completed")

    assert [one["name"] for one in rule(draft, "Order Placed").meta["former_names"]] == ["Order Completed"]
    assert offer not in text_of(client.get(reverse("draft_detail", args=args)))


def test_an_event_is_removed(client, ana, draft):
    post(client, ana, draft, "event_remove")

    assert drafting.value(draft).rules == ()


@pytest.mark.parametrize(
    "name", ["event_facts", "event_name", "event_property", "event_schema", "event_fit", "event_former"]
)
def test_an_event_that_is_not_in_the_draft_is_404(client, ana, draft, name):
    assert post(client, ana, draft, name, "?type=track&name=X").status_code == 404


def test_a_draft_that_was_discarded_cannot_be_changed(client, ana, draft):
    drafting.discard(draft, ana.user)

    assert post(client, ana, draft, "event_facts").status_code == 404


def test_naming_rules_are_previewed_inferred_and_saved(client, ana):
    rules = [
        plans.a_rule(name, {"orderId": {}})
        for name in ("Order Placed", "Cart Viewed", "Signed Up", "Item Seen")
    ]
    draft = drafting.start(a_plan(ana.workspace, plans.a_document(rules=rules)), ana.user)
    address = (
        reverse("plan_naming", args=[ana.workspace.public_id, draft.plan.public_id])
        + f"?draft={draft.public_id}"
    )
    assert "names are in Title Case" in text_of(client.get(f"{address}&infer=1"))
    rules = {
        "event_order": "object_action", "event_tense": "past", "event_casing": "title", "property_casing": "snake",
        "trait_casing": "consistent", "scope": "new", "synonyms": "viewed: seen",
    }  # fmt: skip

    shown = text_of(client.post(address, rules))
    assert "order_id" in shown
    assert "0 of 1 properties fit" in shown
    assert draft.steps.count() == 0
    client.post(address, rules | {"do": "save"})

    naming = drafting.value(draft).naming
    assert naming["event"] == {"order": "object_action", "tense": "past", "casing": "title"}
    assert naming["synonyms"] == {"viewed": ["seen"]}


def test_names_are_judged_with_what_the_plan_has_already(client, ana, draft):
    source = SourceFactory(workspace=ana.workspace, plan=draft.plan)
    traffic_hours(source, "track", "Order Completed", {timezone.now(): 1240})

    asked = {"kind": "event", "name": "order finished", "draft": draft.public_id}
    shown = text_of(page(client, "name_check", ana, draft.plan.public_id, data=asked))

    assert 'value="Order Completed"' in shown
    assert "1,240 times last week: use it?" in shown


def test_fill_rates_and_what_traffic_suggests_stand_beside_the_properties(client, ana, draft):
    source = SourceFactory(workspace=ana.workspace, plan=draft.plan)
    profile = Profile()
    for number in range(500):
        total = {"total": 9.5} if number % 4 else {}
        message = {
            "type": "track",
            "event": "Order Completed",
            "userId": "u",
            "properties": {"order_id": "1", **total},
        }
        profile.add(from_document(message))
    key = profiling.Key(ana.workspace.pk, source.pk, "track", "Order Completed", "", timezone.now().date())
    with transaction.atomic(), connection.cursor() as cursor:
        profiling.write(cursor, {key: profile})
    address = {"draft": draft.public_id, "type": "track", "name": "Order Completed"}

    shown = text_of(page(client, "plan_event", ana, draft.plan.public_id, data=address))
    rows = text_of(page(client, "grid_properties", ana, draft.plan.public_id, data=address))

    assert 'data-label="came in">75.0 %<' in shown
    assert "75.0 %" in rows


def test_an_event_of_the_live_plan_is_edited_in_the_draft_that_holds_it(client, ana, draft):
    address = reverse("plan_edit", args=[ana.workspace.public_id, draft.plan.public_id])
    opened = client.post(f"{address}{ORDER}&to=event").url
    assert f"draft={draft.public_id}&type=track&name=Order+Completed" in opened

    post(client, ana, draft, "event_remove")

    assert draft.public_id not in client.post(f"{address}{ORDER}&to=event").url

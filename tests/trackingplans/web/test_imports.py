import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.models import Role
from tests.trackingplans import plans
from tests.trackingplans.pages import HTMX, a_person, a_plan, send, text_of
from trackingplans import drafting
from trackingplans.models import TrackingPlan

pytestmark = pytest.mark.django_db

HOSTILE = '</td><script>alert(1)</script>"\u202e'


@pytest.fixture
def ana(client):
    return a_person(client, Role.PUBLISHER)


@pytest.mark.parametrize("kind", ["upload", "paste"])
def test_an_import_is_looked_at_first(client, ana, kind):
    text = json.dumps(plans.typewriter_cache())
    upload = SimpleUploadedFile("plan.json", text.encode(), content_type="application/json")
    data = {"file": upload} if kind == "upload" else {"text": text}

    shown = text_of(send(client, "plan_import", ana, data={**data, "do": "preview"}))

    for words in (
        "78 rules",
        "Segment, as Typewriter caches it",
        "Whole Spec",
        "an export gives the same file",
    ):
        assert words in shown
    assert not TrackingPlan.objects.exists()


def test_an_import_lands_on_its_plan(client, ana):
    text = json.dumps(plans.list_rules_answer())
    upload = SimpleUploadedFile("my rules.json", text.encode())

    response = send(client, "plan_import", ana, data={"file": upload, "do": "import"}, follow=True)

    assert TrackingPlan.objects.get().name == "my rules"
    assert "78 rules imported; version 1 is live." in text_of(response)


@pytest.mark.parametrize("do", ["preview", "import"])
@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "Choose a file or paste a plan."),
        ('{"rules": [', "line 1, column 12"),
        (json.dumps({"rules": [{"type": "X", "jsonSchema": {}}]}), "rules.0.type"),
        (json.dumps(plans.a_document(rules=[plans.a_rule("A", {"x": {"type": "txt"}})])), "rules.0.schema"),
        (HOSTILE, "not a plan"),
    ],
)
def test_what_cannot_be_imported_is_shown_with_its_place(client, ana, text, words, do):
    response = send(client, "plan_import", ana, data={"text": text, "do": do})

    assert words in text_of(response)
    assert "<script>alert" not in response.content.decode()
    assert not TrackingPlan.objects.exists()


def test_htmx_gets_the_preview_alone(client, ana):
    response = send(client, "plan_import", ana, data={"text": "{", "do": "preview"}, headers=HTMX)

    assert "<html" not in response.content.decode()
    assert "line 1, column 2" in response.content.decode()


def test_a_paste_of_a_few_megabytes_is_taken(client, ana):
    text = json.dumps(plans.a_document(description="x" * 3_000_000))

    response = send(client, "plan_import", ana, data={"text": text, "do": "import"})

    assert response.status_code == 302


def test_a_file_becomes_the_next_version(client, ana):
    plan = a_plan(ana.workspace)
    text = json.dumps(plans.a_document(rules=[plans.a_rule("Signed Up", {})]))

    preview = text_of(send(client, "plan_replace", ana, plan.public_id, data={"text": text, "do": "preview"}))
    send(client, "plan_replace", ana, plan.public_id, data={"text": text, "do": "import"})

    assert "instead of version 1" in preview
    assert "2 changes" in preview
    plan.refresh_from_db()
    assert plan.live_version.number == 2


def test_an_editor_brings_a_file_in_as_a_draft_and_publishes_nothing(client):
    bob = a_person(client, Role.EDITOR)
    plan = a_plan(bob.workspace)
    data = {"text": json.dumps(plans.a_document(rules=[plans.a_rule("Signed Up", {})]))}

    preview = text_of(send(client, "plan_replace", bob, plan.public_id, data={**data, "do": "import"}))
    assert "Make a draft of this" in preview
    assert "Publish as" not in preview
    response = send(client, "plan_replace", bob, plan.public_id, data={**data, "do": "draft"}, follow=True)

    assert "It is a draft now" in text_of(response)
    plan.refresh_from_db()
    assert plan.live_version.number == 1
    assert [rule["name"] for rule in drafting.document(plan.drafts.get())["rules"]] == ["Signed Up"]


def test_events_of_another_plan_are_taken_into_a_draft_with_what_they_share(
    client, django_assert_max_num_queries
):
    bob = a_person(client, Role.EDITOR)
    currency = {"type": "string", "description": "ISO 4217"}
    at = "/properties/properties/properties/currency"
    paid = plans.a_rule("Paid", {"currency": currency}, meta={"properties": {at: {"shared": "currency"}}})
    same, other = plans.a_rule("Left", {}), plans.a_rule("Seen", {"a": {}})
    a_plan(
        bob.workspace,
        plans.a_document(name="Shop", rules=[paid, same, other], properties={"currency": currency}),
    )
    into = a_plan(bob.workspace, plans.a_document(name="App", rules=[same, plans.a_rule("Seen", {})]))
    shop = TrackingPlan.objects.get(name="Shop")
    address = reverse("plan_take", args=[bob.workspace.public_id, into.public_id]) + f"?from={shop.public_id}"

    with django_assert_max_num_queries(14):
        shown = text_of(client.get(address))
    nothing = client.post(address)
    client.post(address, {"rule": ['["track","Paid",1,""]', '["track","Seen",1,""]']})

    assert [shown.count(words) for words in ("New</span>", "Said otherwise", "the same")] == [1, 1, 1]
    assert nothing.status_code == 200
    document = drafting.document(into.drafts.get())
    assert [rule["name"] for rule in document["rules"]] == ["Left", "Seen", "Paid"]
    assert document["properties"] == {"currency": currency}
    assert "a" in document["rules"][1]["schema"]["properties"]["properties"]["properties"]

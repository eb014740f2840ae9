import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import Role
from tests.trackingplans import plans
from tests.trackingplans.pages import HTMX, a_person, a_plan, send, text_of
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

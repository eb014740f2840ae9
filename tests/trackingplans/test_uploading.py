"""A sheet from the upload to a plan or a draft: read in the background, brought in whole or not at all."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from accounts.models import Role
from tests.factories import MembershipFactory
from tests.trackingplans import plans
from tests.trackingplans.pages import HTMX, a_person, a_plan, page, send, text_of
from trackingplans import drafting, tasks, uploading
from trackingplans.domain.plan import PlanError
from trackingplans.draft_models import Draft
from trackingplans.interchange import formats
from trackingplans.models import TrackingPlan
from trackingplans.sheet_models import SheetState, UploadedSheet

pytestmark = pytest.mark.django_db
ROWS = "Event,When fired,Parameter,Type,Sprint\nPaid,At the end,total,number,X-1\n,,currency,string,\n"
WRONG = "Event,Parameter,Type\nPaid,total,colour\n"


@pytest.fixture
def ana(client):
    return a_person(client, Role.EDITOR)


def uploaded(client, member, text=ROWS, *, plan=None, name="Q3 plan.csv", **more):
    words = ("plan_replace", member, plan.public_id) if plan else ("plan_import", member)
    file = SimpleUploadedFile(name, text.encode() if isinstance(text, str) else text)
    response = send(client, *words, data={"file": file, "do": "preview"}, **more)
    return response, UploadedSheet.objects.order_by("pk").last()


def read(client, member, sheet, *fields):
    """Choose what columns hold (as guessed, without a choice) and have the sheet read."""
    data = {"do": "read", "field": list(fields) or sheet.mapping}
    response = send(client, "sheet_import", member, sheet.public_id, data=data, follow=True)
    tasks.read_sheets()
    return response


def test_a_sheet_becomes_a_plan(client, ana):
    response, sheet = uploaded(client, ana)
    assert response.headers["Location"].endswith(f"/plans/import/{sheet.public_id}/")
    assert sheet.mapping == ["event", "trigger", "property", "kind", ""]
    mapping = text_of(page(client, "sheet_import", ana, sheet.public_id))
    for words in ("At the end", "total · currency", "Event: when it fires", "Nothing: leave it behind"):
        assert words in mapping
    read(client, ana, sheet)
    shown = text_of(page(client, "sheet_import", ana, sheet.public_id))
    assert "1 event found" in shown
    assert "the column “Sprint”" in shown
    assert not TrackingPlan.objects.exists()
    response = send(
        client, "sheet_import", ana, sheet.public_id, data={"do": "import", "name": "Kicks"}, follow=True
    )
    assert "1 rules imported; version 1 is live." in text_of(response)
    assert TrackingPlan.objects.get().name == "Kicks"
    assert not UploadedSheet.objects.exists()


def test_a_sheet_changes_a_plan_by_a_draft_that_keeps_what_the_sheet_does_not_say(client):
    bea = a_person(client, Role.PUBLISHER)
    noted = {"/properties/properties/properties/total": {"owner": "shop"}}
    known = {"purpose": "Money.", "sources": {"web": "optional"}, "properties": noted}
    rules = [plans.a_rule("Paid", {}, meta=known), plans.a_rule("Left", {})]
    plan = a_plan(bea.workspace, plans.a_document(rules=rules))
    rows = ROWS.replace("Sprint\n", "Platform,PII\n").replace("X-1\n", "iOS,no\n")
    _, sheet = uploaded(client, bea, rows + "New,,x,string,,\n", plan=plan)
    read(client, bea, sheet)
    response = send(client, "sheet_import", bea, sheet.public_id, data={"do": "import"}, follow=True)
    assert "is a draft now" in text_of(response)
    after = {rule["name"]: rule for rule in drafting.document(Draft.objects.get())["rules"]}
    assert list(after) == ["Paid", "Left", "New"]
    assert after["Paid"]["meta"] == {
        "purpose": "Money.",
        "trigger": "At the end",
        "sources": {"web": "optional", "ios": "required"},
        "properties": {"/properties/properties/properties/total": {"owner": "shop", "pii": "none"}},
    }
    assert list(after["Paid"]["schema"]["properties"]["properties"]["properties"]) == ["total", "currency"]
    plan.refresh_from_db()
    assert plan.live_version.number == 1


def test_a_sheet_that_is_wrong_brings_nothing_and_says_where(client, ana):
    _, sheet = uploaded(client, ana, WRONG)
    assert sheet.mapping == ["event", "property", ""]
    read(client, ana, sheet, "event", "property", "kind")
    shown = text_of(page(client, "sheet_import", ana, sheet.public_id))
    assert "row 2" in shown
    assert "“colour” is no type of data" in shown
    assert send(client, "sheet_import", ana, sheet.public_id, data={"do": "import"}).status_code == 404
    assert not TrackingPlan.objects.exists()


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        (["", "", "", "", ""], "Say which column holds the names of events."),
        (["event", "event", "", "", ""], "Two columns say the same"),
        (["event"], "Map each column"),
        (["event", "made-up", "", "", ""], "Map each column"),
    ],
)
def test_a_mapping_that_makes_no_sense_is_refused(client, ana, fields, words):
    _, sheet = uploaded(client, ana)
    assert words in text_of(read(client, ana, sheet, *fields))
    sheet.refresh_from_db()
    assert sheet.state == SheetState.MAPPING


def test_a_mapping_is_remembered_in_its_workspace(client, ana):
    _, sheet = uploaded(client, ana)
    read(client, ana, sheet, "event", "purpose", "property", "kind", "")
    assert uploaded(client, ana)[1].mapping == ["event", "purpose", "property", "kind", ""]
    stranger = a_person(client, Role.EDITOR)
    assert uploaded(client, stranger)[1].mapping == ["event", "trigger", "property", "kind", ""]


def test_progress_is_shown_while_a_sheet_is_read(client, ana):
    _, sheet = uploaded(client, ana)
    UploadedSheet.objects.filter(pk=sheet.pk).update(state=SheetState.READING, row=2000, total=10_000)
    shown = text_of(page(client, "sheet_import", ana, sheet.public_id, headers=HTMX))
    assert "row 2,000 of 10,000" in shown
    assert 'hx-trigger="every 1s"' in shown


def test_a_sheet_whose_reader_was_killed_is_read_again():
    person = MembershipFactory()
    sheet = uploading.receive(person.workspace, person.user, "a.csv", ROWS.encode())
    UploadedSheet.objects.filter(pk=sheet.pk).update(state=SheetState.READING)
    now = timezone.now()
    assert not uploading.read_next(now)
    assert uploading.read_next(now + uploading.GIVEN_UP_AFTER + timedelta(seconds=5))
    sheet.refresh_from_db()
    assert (sheet.state, len(uploading.outcome(sheet).document["rules"])) == (SheetState.READ, 1)


def test_sheets_are_kept_for_a_day():
    person = MembershipFactory()
    uploading.receive(person.workspace, person.user, "a.csv", ROWS.encode())
    assert uploading.drop_old(timezone.now()) == 0
    assert uploading.drop_old(timezone.now() + uploading.KEPT + timedelta(minutes=1)) == 1


def test_a_file_that_cannot_be_opened_is_refused_on_the_import_page(client, ana):
    response, sheet = uploaded(client, ana, "Event,Näme\nPaid,x\n".encode("latin-1"))
    assert sheet is None
    assert "line 1" in text_of(response)
    assert "Save the file as UTF-8" in text_of(response)
    with pytest.raises(PlanError):
        uploading.receive(ana.workspace, ana.user, "a.xlsx", b"PK\x03\x04no")


def test_htmx_is_led_to_the_columns(client, ana):
    response, sheet = uploaded(client, ana, headers=HTMX)
    assert sheet.public_id in response.headers["HX-Redirect"]


@pytest.mark.parametrize(
    ("raw", "name", "expected"),
    [
        (ROWS, "", True),
        ("a,b\n1,2\n", "", False),
        ("a,b\n1,2\n", "rows.csv", True),
        (b"PK\x03\x04", "", True),
        ('{"rules": []}', "", False),
        ("planwright: 1\nname: Event, Property\n", "", False),
        (formats.write(plans.a_document(), "segment-csv").text, "plan.csv", False),
        ("", "", False),
    ],
)
def test_what_is_a_sheet(raw, name, expected):
    assert uploading.is_sheet(raw, name) is expected

"""A plan out of a company's sheet: uploaded, its columns mapped, looked at, imported; all in the browser."""

import io
import re

import openpyxl
from django.urls import reverse
from playwright.sync_api import FilePayload, Page, expect

from tests.browser.conftest import Site
from tests.browser.test_pages import SHOTS
from trackingplans import live, tasks
from trackingplans.models import TrackingPlan

TYPE = "application/octet-stream"
WRONG = "Tracking plan Q3,,,\n,,,\nEvent,What,Type,Mandatory?\nPaid,total,float,Y\n,currency,colour,perhaps\n"


def a_workbook() -> FilePayload:
    """A read-me in front, a title, merged events, two tabs, German headings."""
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.title = "READ ME"
    book.active.append(["Farben und Regeln"])
    web = book.create_sheet("Web")
    for row in (
        ["Tracking-Plan „final“", None, None, None],
        ["Ereignis", "Eigenschaft", "Typ", "Pflicht"],
        ["Bezahlt ", "betrag", "Zahl", "ja"],
        [None, "waehrung", "Text (enum: EUR, USD)", "nein"],
    ):
        web.append(row)
    web.merge_cells("A3:A4")
    app = book.create_sheet("App")
    app.append(["Ereignis", "Eigenschaft", "Typ"])
    app.append(["Geöffnet", "build", "int"])
    out = io.BytesIO()
    book.save(out)
    return FilePayload(name="Plan 2025.xlsx", mimeType=TYPE, buffer=out.getvalue())


def shot(page: Page, name: str) -> None:
    if SHOTS:
        page.screenshot(path=f"{SHOTS}/import-{name}.png", full_page=True)


def read(page: Page) -> None:
    """What a worker does when it is woken."""
    page.get_by_role("button", name=re.compile("^Read ")).click()
    expect(page.get_by_text("Waiting for a worker")).to_be_visible()
    tasks.read_sheets()


def test_a_companys_sheets_are_mapped_looked_at_and_imported(site: Site):
    world = site.world
    context = site.visit(world.editor)
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    start = reverse("plan_import", args=[world.workspace.public_id])

    page.goto(start)
    page.set_input_files("#id_file", FilePayload(name="wrong.csv", mimeType=TYPE, buffer=WRONG.encode()))
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_label("What “What” holds")).to_have_value("")
    page.get_by_label("What “What” holds").select_option("property")
    page.get_by_label("What “Type” holds").select_option("kind")
    page.get_by_label("What “Mandatory?” holds").select_option("status")
    read(page)
    expect(
        page.get_by_role("row", name=re.compile("row 5 “perhaps” says neither yes nor no"))
    ).to_be_visible()
    page.get_by_label("What “Mandatory?” holds").select_option("")
    read(page)
    expect(page.get_by_role("row", name=re.compile("row 5 “colour” is no type of data"))).to_be_visible()
    shot(page, "wrong")

    page.goto(start)
    page.set_input_files("#id_file", a_workbook())
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_role("row", name=re.compile("Web!A3:A4 These cells are merged"))).to_be_visible()
    shot(page, "merged")
    page.get_by_role("button", name="Take what is shown").click()
    expect(page.get_by_role("checkbox", name="READ ME")).not_to_be_checked()
    expect(page.get_by_role("checkbox", name="App")).to_be_checked()
    shot(page, "mapping")
    read(page)
    expect(page.get_by_role("heading", name="2 events found")).to_be_visible()
    expect(
        page.get_by_role("row", name=re.compile("Bezahlt betrag number, required · waehrung text"))
    ).to_be_visible()
    shot(page, "preview")
    assert not TrackingPlan.objects.filter(name="Plan 2025").exists()
    page.get_by_role("button", name="Import 2 events").click()
    expect(page.get_by_text("2 rules imported; version 1 is live.")).to_be_visible()

    plan = TrackingPlan.objects.get(workspace=world.workspace, name="Plan 2025")
    rules = {
        rule.name: rule.schema["properties"]["properties"]
        for rule in live.plan(plan.live_version_id or 0).rules
    }
    assert set(rules) == {"Bezahlt", "Geöffnet"}
    assert rules["Bezahlt"]["properties"]["waehrung"] == {"type": "string", "enum": ["EUR", "USD"]}
    context.close()
    assert said == []

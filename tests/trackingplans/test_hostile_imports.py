"""Hostile files by the browser's wizard, REST and `import_plan`: each a sentence with the place."""

import gzip
import io
import json
import time
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command

from accounts import tokens
from accounts.models import Role
from tests.trackingplans.interchange.test_sheets import workbook
from tests.trackingplans.pages import a_person, page, send, text_of
from trackingplans import tasks
from trackingplans.models import TrackingPlan
from trackingplans.sheet_models import UploadedSheet

pytestmark = pytest.mark.django_db
SHEET = "xl/worksheets/sheet1.xml"
BEGIN = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
END = b"</sheetData></worksheet>"
MAPPED = "whose columns have to be mapped"
UNREADABLE = "This is not a workbook that can be read."


def cell(at: bytes, text: bytes) -> bytes:
    return b'<c r="%s" t="inlineStr"><is><t>%s</t></is></c>' % (at, text)


HEAD = b'<row r="1">' + cell(b"A1", b"Event") + cell(b"B1", b"Property") + b"</row>"


def packed(**parts: bytes) -> bytes:
    """A workbook in which parts are replaced, or stand beside the usual ones."""
    base = zipfile.ZipFile(io.BytesIO(workbook([["Event", "Property"], ["Paid", "total"]])))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in ({name: base.read(name) for name in base.namelist()} | parts).items():
            archive.writestr(name, content)
    return out.getvalue()


def rows(*found: bytes) -> bytes:
    return packed(**{SHEET: BEGIN + HEAD + b"".join(found) + END})


def a_plan(schema: object = None, **more: object) -> bytes:
    rule = {"type": "track", "name": "A", "schema": schema or {}}
    return json.dumps({"planwright": 1, "name": "x", "rules": [rule], **more}).encode()


def inside(**schema: object) -> dict[str, object]:
    return {"properties": {"properties": {"properties": {"a": schema}}}}


def multiplying() -> dict[str, object]:
    found: dict[str, object] = {"a0": {"type": "string"}}
    found |= {f"a{n}": {"allOf": [{"$ref": f"#/definitions/a{n - 1}"}] * 10} for n in range(1, 30)}
    return {"definitions": found, "properties": {"properties": {"$ref": "#/definitions/a29"}}}


SHARED = b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>%s</t></si></sst>'
DEEP = b".".join([b"a"] * 5000)
# The file's name, its bytes, and what is said of it.
FILES = {
    "another packed file": ("a.xlsx", lambda: zip_of("word/document.xml"), UNREADABLE),
    "an old Excel file": (
        "a.xlsx",
        lambda: b"\xd0\xcf\x11\xe0" + b"x" * 900,
        "This is an old Excel file (.xls)",
    ),
    "a PDF": ("a.csv", lambda: b"%PDF-1.7\n\xe2", "This is a PDF."),
    "gzip": ("a.csv", lambda: gzip.compress(b"Event\n"), "This file is packed (gzip)."),
    "a broken stream": (
        "a.xlsx",
        lambda: broken(rows(*[b'<row r="2">%s</row>' % cell(b"A2", b"x")] * 900)),
        UNREADABLE,
    ),
    "a large cell": (
        "a.xlsx",
        lambda: rows(b'<row r="2">', cell(b"A2", b"x" * 9_000_000), b"</row>"),
        "sheet1.xml!A2",
    ),
    "a cell beyond Excel's": (
        "a.xlsx",
        lambda: rows(b'<row r="2">', cell(b"A2", b"x" * 40_000), b"</row>"),
        "Plan!A2",
    ),
    "a large shared text": (
        "a.xlsx",
        lambda: packed(**{"xl/sharedStrings.xml": SHARED % (b"x " * 9_000_000)}),
        "A cell may hold 32,767 characters.",
    ),
    "sheets that unpack": (
        "a.xlsx",
        lambda: packed(**{f"xl/worksheets/{n}.xml": b" " * 90_000_000 for n in range(3)}),
        "The workbook is larger than 240 MB unpacked.",
    ),
    "600 sheets": (
        "a.xlsx",
        lambda: packed(**{f"xl/worksheets/sheet{n}.xml": b"<a/>" for n in range(600)}),
        "A workbook may have 200 sheets.",
    ),
    "rows without numbers": (
        "a.xlsx",
        lambda: rows(b'<row><c t="n"/></row>' * 110_000),
        "A sheet may have 100,000 rows.",
    ),
    "an index of no text": (
        "a.xlsx",
        lambda: rows(b'<row r="2"><c r="A2" t="s"><v>999</v></c></row>'),
        UNREADABLE,
    ),
    "a day that is none": (
        "a.xlsx",
        lambda: rows(b'<row r="2"><c r="A2" t="d"><v>9-99</v></c></row>'),
        UNREADABLE,
    ),
    "a row without a number": (
        "a.xlsx",
        lambda: rows(b'<row r="-5"><c r="A-5"><v>1</v></c></row>'),
        UNREADABLE,
    ),
    "cells in cells": (
        "a.xlsx",
        lambda: rows(
            b'<row r="2"><c r="A2" t="inlineStr"><is>', b"<r>" * 30_000, b"</r>" * 30_000, b"</is></c></row>"
        ),
        "No row names an event.",
    ),
    "a path without end": (
        "a.csv",
        lambda: b"Event,Property\nPaid," + DEEP + b"\n",
        "The schema nests deeper than 64 levels",
    ),
    "lists without end": (
        "a.csv",
        lambda: b"Event,Property\nPaid,a" + b"[]" * 5000 + b"\n",
        "The schema nests deeper than 64 levels",
    ),
    "Segment's path without end": (
        "a.csv",
        lambda: b"Event Name,Property Name,Property Data Type\nA," + DEEP + b",any\n",
        "The schema nests deeper than 64 levels",
    ),
    "UTF-16 without a mark": (
        "a.csv",
        lambda: "Event,Property\nPaid,a\n".encode("utf-16-le"),
        "This holds NUL characters",
    ),
    "NUL": ("a.csv", lambda: b"Event,Property\nPa\0id,a\n", "line 2"),
    "one long line": ("a.csv", lambda: b"x" * 9_000_000, "line 1"),
    "commas": ("a.csv", lambda: b"," * 9_000_000, "This row has 9,000,001 columns"),
    "empty columns": ("a.csv", lambda: b"Event\n" + b"Paid" + b"," * 10_000 + b"\n", "row 2"),
    "an open quote": ("a.csv", lambda: b'Event,Property\nPaid,"open', "a quote is opened and never closed"),
    "12,000 events": (
        "a.csv",
        lambda: b"Event\n" + b"".join(b"E%d\n" % n for n in range(12_000)),
        "A plan may have 10,000 rules",
    ),
    "a pattern": ("a.csv", lambda: b"Event,Property,Pattern\nPaid,b,((((\n", "Paid, b.pattern"),
    "a table in HTML": (
        "a.csv",
        lambda: b"<!doctype html><table><tr><td>Event</td></tr></table>",
        "No row names an event.",
    ),
    "references that multiply": ("a.json", lambda: a_plan(multiplying()), "Its references multiply"),
    "a reference to itself": ("a.json", lambda: a_plan({"$ref": "#"}), "leads back to itself without end"),
    "a reference elsewhere": (
        "a.json",
        lambda: a_plan({"$ref": "http://169.254.169.254/x"}),
        "Points outside",
    ),
    "a pattern that repeats": (
        "a.json",
        lambda: a_plan(inside(pattern="(((a{1,1000}){1,1000}){1,1000}){1,1000}")),
        "rules.0.schema.properties.properties.properties.a.pattern",
    ),
    "a million values": ("a.json", lambda: a_plan(inside(enum=list(range(300_000)))), "256 KB are the most"),
    "objects without end": ("a.json", lambda: b'{"a":' * 900_000, "This is nested deeper than 100 levels."),
    "rules that are nothing": ("a.json", lambda: a_plan(rules=None), "rules"),
    "rules that are none": (
        "a.json",
        lambda: a_plan(rules=[[], None, 3]),
        "A rule is an object, not nothing.",
    ),
    "parts of other kinds": (
        "a.json",
        lambda: a_plan(metrics={}, groups=[1], lint=7, naming=9),
        "Should be a list",
    ),
    "half a character": (
        "a.json",
        lambda: b'{"planwright": 1, "name": "\\ud800", "rules": []}',
        "ordinary characters",
    ),
    "a name without end": (
        "a.yaml",
        lambda: b"planwright: 1\nname: |\n  " + b"x" * 3_000_000,
        "200 ordinary characters",
    ),
    "an alias of many values": (
        "a.yaml",
        lambda: b"a: &a [" + b"1," * 260_000 + b"1]\nb: *a\n",
        "more than 500,000 values",
    ),
    "lists in YAML": ("a.yaml", lambda: b"a: " + b"[" * 900_000, "line 1, column 103"),
    "a directive": ("a.yaml", lambda: b"%YAML 9.9\n---\nplanwright: 1\n", "line 1, column 1"),
    "bytes": ("a.yaml", lambda: b"planwright: 1\nname: !!binary aGVsbG8=\n", "line 2, column 7"),
}
LONG = ("an alias of many values", "sheets that unpack", "12,000 events", "cells in cells")


def zip_of(name: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(name, b"<a/>")
    return out.getvalue()


def broken(raw: bytes) -> bytes:
    at = len(raw) // 2
    return raw[:at] + bytes(byte ^ 0x5A for byte in raw[at : at + 40]) + raw[at + 40 :]


def by_browser(client, member, name, raw):
    """What the wizard says in the end; a sheet's columns are taken as they were guessed."""
    file = SimpleUploadedFile(name, raw)
    response = send(client, "plan_import", member, data={"file": file, "do": "import"})
    if response.status_code == 302:
        (sheet,) = UploadedSheet.objects.all()
        send(client, "sheet_import", member, sheet.public_id, data={"do": "read", "field": sheet.mapping})
        tasks.read_sheets()
        response = page(client, "sheet_import", member, sheet.public_id)
    return text_of(response)


def by_rest(client, member, name, raw):
    _, token = tokens.create(member.workspace, member.user, name="t", role=Role.PUBLISHER)
    own = {"headers": {"Authorization": f"Bearer {token}"}}
    if not name.endswith((".csv", ".xlsx")):
        response = client.post("/api/v1/plans", raw, content_type=f"application/{name[2:]}", **own)
        assert response.status_code == 400
        return text_of_json(response)
    response = client.post(f"/api/v1/sheets?filename={name}", raw, content_type="text/csv", **own)
    if response.status_code == 201:
        one = f"/api/v1/sheets/{response.json()['id']}"
        fields = [column["field"] for column in response.json()["columns"]]
        client.patch(one, {"columns": fields}, content_type="application/json", **own)
        tasks.read_sheets()
        response = client.get(one, **own)
        assert response.json()["rules"] is None
    return text_of_json(response)


def text_of_json(response):
    return json.dumps(response.json(), ensure_ascii=False)


@pytest.mark.parametrize(
    "case", [pytest.param(case, marks=pytest.mark.slow if case in LONG else ()) for case in FILES]
)
def test_a_hostile_file_is_refused_with_its_place_by_every_door(client, tmp_path, case):
    name, make, says = FILES[case]
    raw, member = make(), a_person(client, Role.PUBLISHER)
    began = time.process_time()

    told = [by_browser(client, member, name, raw)]
    UploadedSheet.objects.all().delete()
    told.append(by_rest(client, member, name, raw))
    (tmp_path / name).write_bytes(raw)
    with pytest.raises(CommandError) as refused:
        call_command("import_plan", str(tmp_path / name), workspace=member.workspace.public_id)

    is_sheet = name.endswith((".csv", ".xlsx"))
    assert [says in " ".join(one.replace("&#x27;", "'").split()) for one in told] == [True, True]
    assert says in str(refused.value) or (is_sheet and MAPPED in str(refused.value))
    assert not TrackingPlan.objects.exists()
    assert time.process_time() - began < 10

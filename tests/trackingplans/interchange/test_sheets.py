"""Sheets of any make: what their columns mean, what their rows become, and what is refused where."""

import io
import time
import zipfile

import openpyxl
import pytest

from trackingplans.domain.plan import PlanError, from_document
from trackingplans.domain.validation import problems_of
from trackingplans.interchange.sheets import columns, opening, reading

MESSY = """Tracking plan Q3 (draft!!),,,,,,
,,,,,,
Event,When fired,Parameter,Type,Mandatory?,Sample values,Team
Order Completed,Thank-you page,order_id,String,yes,o-1,Checkout Team
,,total,float,Yes,9.5,
,,coupon,text,no,,
,,products[].sku,string,x,,
CHECKOUT,,,,,,
Signed Up,Form sent,method,enum,optional,,Growth
"""


def read(raw, mapping=None):
    sheet = opening.opened(raw if isinstance(raw, bytes) else raw.encode())
    return reading.read(sheet, mapping or columns.guessed(sheet.header, sheet.column))


def workbook(rows, **others):
    book = openpyxl.Workbook()
    book.active.title = "Plan"
    for row in rows:
        book.active.append(row)
    for name, rows in others.items():
        for row in [*rows]:
            (book[name] if name in book.sheetnames else book.create_sheet(name)).append(row)
    return saved(book)


def saved(book):
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def rows_of(text):
    return [line.split(",") for line in text.splitlines()]


def inside(rule):
    return rule["schema"]["properties"]["properties"]


@pytest.mark.parametrize("raw", [MESSY.encode(), workbook(rows_of(MESSY)), MESSY.replace(",", ";").encode()])
def test_a_messy_sheet_becomes_a_plan(raw):
    carried = read(raw)
    order, _heading, signed_up = carried.document["rules"]
    assert (order["name"], signed_up["name"]) == ("Order Completed", "Signed Up")
    assert order["meta"] == {"owner": "checkout-team", "trigger": "Thank-you page"}
    assert inside(order) == {
        "type": "object",
        "required": ["order_id", "total"],
        "properties": {
            "order_id": {"type": "string", "examples": ["o-1"]},
            "total": {"type": "number", "examples": [9.5]},
            "coupon": {"type": "string"},
            "products": {
                "type": "array",
                "items": {"type": "object", "properties": {"sku": {"type": "string"}}, "required": ["sku"]},
            },
        },
    }
    assert carried.losses == []
    assert problems_of(from_document({**carried.document, "name": "Q3"})) == []


@pytest.mark.parametrize(
    ("header", "row", "fields"),
    [
        (["Event Name", "Property Name", "Data Type"], ["A", "b", "int"], ["event", "property", "kind"]),
        (["Name", "Parameter", "Mandatory?"], ["A", "b", "yes"], ["event", "property", "status"]),
        (["Name", "Description", "Properties"], ["A", "Some words", "b, c"], ["event", "about", "property"]),
        (["Event", "Type", "Property", "Type"], ["A", "track", "b", "string"], ["event", "type", "property", "kind"]),
        (["Event", "Status", "Property"], ["A", "In review", "b"], ["event", "", "property"]),
        (["event_name", "propery name", "Jira"], ["A", "b", "X-1"], ["event", "property", ""]),
        (["What", "Cells"], ["A", "b"], ["event", ""]),
    ],
)  # fmt: skip
def test_columns_are_guessed_by_name_and_by_what_stands_in_them(header, row, fields):
    assert columns.guessed(header, lambda index: [row[index]]) == fields


def test_a_mapping_is_remembered_by_the_names_of_columns():
    assert columns.fingerprint(["Event Name", "X"]) == columns.fingerprint(["event_name ", "x"])
    assert columns.remembered({"Event": "event", "Old": "owner"}, ["New", "Event"]) == ["", "event"]


def test_a_cell_may_list_properties():
    carried = read('Event,Properties\nPaid,"total, currency\ncoupon"\n')
    assert list(inside(carried.document["rules"][0])["properties"]) == ["total", "currency", "coupon"]


def test_columns_and_sheets_that_are_not_used_are_named():
    raw = workbook([["Event", "Jira"], ["Paid", "X-1"]], Legend=[["Colours"]])
    assert read(raw).losses == ["the column “Jira”", "the sheet “Legend”"]


def test_rows_that_are_wrong_are_named_and_all_of_them():
    with pytest.raises(PlanError) as caught:
        read("Event,Property,Type,Required\nA,b,money,yes\nA,c,colour,yes\nA,d,string,perhaps\n"
             "A,e,string,no\nA,e.f,string,no\n", ["event", "property", "kind", "status"])  # fmt: skip
    assert [str(problem) for problem in caught.value.problems] == [
        "row 3: “colour” is no type of data: text, number, integer, boolean, date time, list or object.",
        "row 4: “perhaps” says neither yes nor no: Property: required or optional.",
        "row 6: “e.f” lies in something that is no object.",
    ]


def formulas():
    book = openpyxl.Workbook()
    book.active.append(["Event", "Property"])
    book.active.append(["Paid", '=HYPERLINK("https://example.com")'])
    return saved(book)


def merged():
    book = openpyxl.Workbook()
    for row in (["Event", "Property"], ["Paid", "a"], [None, "b"]):
        book.active.append(row)
    book.active.merge_cells("A2:A3")
    return saved(book)


def patched(part, change):
    """A workbook of which one part was changed by hand."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(workbook([["Event"], ["Paid"]]))) as came,
        zipfile.ZipFile(out, "w") as made,
    ):
        for name in came.namelist():
            content = came.read(name)
            made.writestr(name, change(content) if name == part else content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


SHEET = "xl/worksheets/sheet1.xml"
ENTITIES = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaa"><!ENTITY b "&a;&a;&a;">]>'
WIDE = ",".join(f"c{n}" for n in range(100_000))
HOSTILE = [
    (lambda: formulas(), "Sheet!B2: This cell holds a formula."),
    (lambda: merged(), "Sheet!A2:A3: These cells are merged."),
    (lambda: workbook([["Event"], ["Paid"], [None] * 16_000 + ["x"]]), "Plan!WQK3: A sheet may have 200 columns."),
    (lambda: f"{WIDE}\n".encode(), "row 1: This row has 100,000 columns"),
    (lambda: b"Event\n" + b"Paid\n" * 100_001, "row 100002: A sheet may have 100,000 rows."),
    (lambda: patched(SHEET, lambda xml: xml.replace(b'<row r="2"', b'<row r="9999999"')), "row 9999999: A sheet may"),
    (lambda: patched(SHEET, lambda xml: ENTITIES + xml.partition(b"?>")[2]), "sheet1.xml: This part of the workbook h"),
    (lambda: patched("xl/styles.xml", lambda xml: b" " * 11_000_000), "styles.xml: This part of the"),
    (lambda: patched("xl/workbook.xml", lambda xml: b"<a>" * 4_000_000), "workbook.xml: This part of the workbook is"),
    (lambda: patched(SHEET, lambda xml: xml[:-40]), "This is not a workbook that can be read"),
    (lambda: workbook([["Event"], ["Paid"]])[:1500], "This is not a workbook that can be read"),
    (lambda: b"PK\x03\x04" + b"x" * 100, "This is not a workbook that can be read"),
    (lambda: "Event\nPaid\nÄpfel".encode("latin-1"), "line 3: This is not UTF-8 text."),
    (lambda: "Event\nPaid".encode("utf-16"), "line 1: This is not UTF-8 text."),
    (lambda: b'Event,Property\nPaid,"open', "line 2: This is not CSV"),
    (lambda: b"x" * (15 * 1024**2 + 1), "The file is larger than 15 MB."),
    (lambda: b"\n\n", "The sheet is empty."),
    (lambda: b"Event,Property\n", "No row names an event."),
]  # fmt: skip


@pytest.mark.parametrize(("make", "says"), HOSTILE, ids=[says for _, says in HOSTILE])
def test_hostile_sheets_are_refused_with_the_place(make, says):
    raw = make()
    began = time.process_time()
    with pytest.raises(PlanError) as caught:
        read(raw)
    assert says in str(caught.value)
    assert time.process_time() - began < 5


def test_what_looks_like_a_formula_in_a_csv_stays_text():
    (rule,) = read("Event,Property\n'=cmd(),'-x\n").document["rules"]
    assert rule["name"] == "=cmd()"
    assert list(inside(rule)["properties"]) == ["-x"]


def test_progress_is_told():
    told = []
    sheet = opening.opened(b"Event,Property\n" + b"".join(b"Paid,p%d\n" % n for n in range(5_000)))
    assert sheet.total == 5_001
    reading.read(sheet, ["event", "property"], told.append)
    assert told == [2_000, 4_000]

"""Sheets of any make: what their columns mean, what their rows become, and what is refused where."""

import csv
import io
import time
import zipfile

import openpyxl
import pytest

from trackingplans.domain.plan import PlanError, from_document
from trackingplans.domain.sheets import cell_words, headings
from trackingplans.domain.validation import problems_of
from trackingplans.interchange.sheets import opening, reading

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


def read(raw, mapping=None, *, tabs=(), as_shown=False):
    sheet = opening.opened(raw if isinstance(raw, bytes) else raw.encode(), tabs, as_shown=as_shown)
    return reading.read(sheet, mapping or headings.guessed(sheet.header, sheet.column))


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
        (["Event", "Status", "Property"], ["A", "Purple", "b"], ["event", "", "property"]),
        (["Event", "Status", "Property"], ["A", "In review", "b"], ["event", "state", "property"]),
        (["Event", "Status", "Property", "Format"], ["A", "optional", "b", "int"],
         ["event", "status", "property", "kind"]),
        (["Event", "Property", "Type", "Format", "Min", "Max value"], ["A", "b", "text", "uuid", "1", "2"],
         ["event", "property", "kind", "format", "minimum", "maximum"]),
        (["Event", "Platforms", "Since version", "Jira", "Parameter", "PII?", "Category"],
         ["A", "iOS, Web", "2.4", "X-1", "b", "yes", "shop"],
         ["event", "sources", "since", "links", "property", "pii", "labels"]),
        (["Event", "Personal data type", "Link to ticket", "Event lifecycle"], ["A", "email", "X-1", "done"],
         ["event", "pii", "links", "state"]),
        (["event_name", "propery name", "Jira"], ["A", "b", "X-1"], ["event", "property", "links"]),
        (["What", "Cells"], ["A", "b"], ["event", ""]),
        (["Ereignis", "Auslöser", "Eigenschaft", "Typ", "Pflicht?"], ["A", "b", "c", "Text", "ja"],
         ["event", "trigger", "property", "kind", "status"]),
        (["Nom de l’événement", "Propriété", "Type", "Obligatoire", "Exemple"], ["A", "b", "chaîne", "oui", "x"],
         ["event", "property", "kind", "status", "example"]),
        (["Event", "Owner (Squad)", "Key", "Req?"], ["A", "b", "c", "TBD"], ["event", "owner", "property", "status"]),
        (["Event", "Beschreibung", "Eigenschaft", "Kommentar"], ["A", "b", "c", "d"],
         ["event", "about", "property", "description"]),
        (["Event Name", "Event Trigger Description", "Event Parameter Name", "Event Parameter Value", "Variable Type"],
         ["a", "b", "c", "d", "text"], ["event", "trigger", "property", "example", "kind"]),
        (["event_name", "param_1", "param_2", "revenue_param", "notes"], ["a", "b", "c", "d", "e"],
         ["event", "property", "property", "property", "about"]),
        (["Event", "business_definition", "required_params", "Optional Parameters", "quality_rule"],
         ["a", "b", "c, d", "e, f", "g"], ["event", "about", "musts", "mays", ""]),
        (["Event", "Parameter", "Is Parameter Required", "Short description of the event"], ["a", "b", "yes", "c"],
         ["event", "property", "status", "about"]),
        (["Event", "What somebody in the team once wrote about properties"], ["a", "b"], ["event", ""]),
    ],
)  # fmt: skip
def test_columns_are_guessed_by_name_and_by_what_stands_in_them(header, row, fields):
    assert headings.guessed(header, lambda index: [row[index]]) == fields


def test_a_mapping_is_remembered_by_the_names_of_columns():
    assert headings.fingerprint(["Event Name", "X"]) == headings.fingerprint(["event_name ", "x"])
    assert headings.remembered({"Event": "event", "Old": "owner"}, ["New", "Event"]) == ["", "event"]


def test_a_cell_may_list_properties():
    carried = read('Event,Properties\nPaid,"total, currency\ncoupon"\n')
    assert list(inside(carried.document["rules"][0])["properties"]) == ["total", "currency", "coupon"]


def test_several_columns_may_name_properties_and_lists_say_which_are_required():
    carried = read(
        'Event,param_1,param_2,Required params,Platform\nPaid,coupon,note,"total, currency",web\nSeen,,,,\n'
    )
    paid, seen = carried.document["rules"]
    assert list(inside(paid)["properties"]) == ["coupon", "note", "total", "currency"]
    assert inside(paid)["required"] == ["total", "currency"]
    assert "properties" not in inside(seen)
    assert paid["meta"] == {"sources": {"web": "required"}}


def test_columns_and_sheets_that_are_not_used_are_named():
    raw = workbook([["Event", "Sprint"], ["Paid", "X-1"]], Legend=[["Colours"]])
    assert read(raw).losses == ["the column “Sprint”", "the sheet “Legend”"]


def test_what_sheets_say_beside_names_and_types_is_taken_too():
    carried = read(
        "Event,Status,Platforms,Since version,Jira,Tags,Property,Type,PII,Format,Min,Max\n"
        'Paid,done,"iOS, Web",3.1,"X-1, https://t.example/2","shop, level:p0",email,text,yes,e-mail,,\n'
        ",,,,,,age,integer,Phone number,,0,120\n"
        ',,,,,,note,text,very,GUID,,\nLeft,to do,,,,,,,,,,\n"Seen",soon,,2.0,,,page,text,no,fax,,3\n'
    )
    paid, _left, seen = carried.document["rules"]
    assert paid["meta"] == {
        "status": "live",
        "sources": {"ios": "required", "web": "required"},
        "since_release": {"ios": "3.1", "web": "3.1"},
        "links": ["X-1", "https://t.example/2"],
        "properties": {
            "/properties/properties/properties/email": {"pii": "sensitive"},
            "/properties/properties/properties/age": {"pii": "phone"},
            "/properties/properties/properties/note": {"pii": "sensitive"},
        },
    }
    assert paid["schema"]["labels"] == {"shop": "", "level": "p0"}
    assert inside(paid)["properties"] == {
        "email": {"type": "string", "format": "email"},
        "age": {"type": "integer", "minimum": 0, "maximum": 120},
        "note": {"type": "string", "format": "uuid"},
    }
    assert seen["meta"] == {"properties": {"/properties/properties/properties/page": {"pii": "none"}}}
    assert carried.losses == [
        "“very”, which counts as sensitive (row 4)",
        "the format “fax” (row 6)",
        "the maximum “3” of what is no number (row 6)",
        "the status “soon”, which is none of planned, live, deprecated (row 6)",
        "the release “2.0”, as no source is named (row 6)",
    ]
    assert problems_of(from_document({**carried.document, "name": "Q3"})) == []


def test_rows_that_are_wrong_are_named_and_all_of_them():
    with pytest.raises(PlanError) as caught:
        read("Event,Property,Type,Required,Values\nA,b,money,yes\nA,c,colour,yes\nA,d,string,perhaps\n"
             "A,e,string,no\nA,e.f,string,no\nA,g,int,no,1|two\n",
             ["event", "property", "kind", "status", "enum"])  # fmt: skip
    assert [str(problem) for problem in caught.value.problems] == [
        "row 3: “colour” is no type of data: text, number, integer, boolean, date time, list or object.",
        "row 4: “perhaps” says neither yes nor no: Property: required or optional.",
        "row 6: “e.f” lies in something that is no object.",
        "row 7: The allowed value “two” is no integer.",
    ]


TYPES = [
    ("String (enum)", {"type": "string"}),
    ("string (enum: A, B)", {"type": "string", "enum": ["A", "B"]}),
    ("enum (S, M, L, XL)", {"type": "string", "enum": ["S", "M", "L", "XL"]}),
    ("One of: red | green", {"type": "string", "enum": ["red", "green"]}),
    ("Enum (see below)", {"type": "string"}),
    ("text/number", {"type": ["string", "number"]}),
    ("string, null", {"type": ["string", "null"]}),
    ("Integer (1-10)", {"type": "integer", "minimum": 1, "maximum": 10}),
    ("Array[Object]", {"type": "array", "items": {"type": "object"}}),
    ("List<String>", {"type": "array", "items": {"type": "string"}}),
    ("list of wombats", {"type": "array"}),
    ("Ganzzahl", {"type": "integer"}),
    ("booléen", {"type": "boolean"}),
    ("datetime (ISO)", {"type": "string", "format": "date-time"}),
    ("ja/nein", {"type": "boolean"}),
]


@pytest.mark.parametrize(("text", "keywords"), TYPES, ids=[text for text, _ in TYPES])
def test_types_are_taken_as_people_write_them(text, keywords):
    assert cell_words.holds(text) == keywords


CELLS = [
    ("string", "EUR / USD", "“EUR”", {"type": "string", "examples": ["EUR"], "enum": ["EUR", "USD"]}),
    ("string", "card\npaypal", "", {"type": "string", "enum": ["card", "paypal"]}),
    ("string", "„Shoes“; „Bags“", "", {"type": "string", "enum": ["Shoes", "Bags"]}),
    ("string", "email|google", "", {"type": "string", "enum": ["email", "google"]}),
    ("string or null", "a, b", "", {"type": ["string", "null"], "enum": ["a", "b", None]}),
    ("number", "0-100", "12,50", {"type": "number", "minimum": 0, "maximum": 100, "examples": [12.5]}),
    ("integer", "1, 2", "", {"type": "integer", "enum": [1, 2]}),
    ("boolean", "true/false", "", {"type": "boolean", "enum": [True, False]}),
    ("list of texts", "", "a, b", {"type": "array", "items": {"type": "string"}}),
    ("number", "", "about ten", {"type": "number"}),
]


@pytest.mark.parametrize(("kind", "values", "example", "expected"), CELLS)
def test_values_and_examples_are_taken_as_people_write_them(kind, values, example, expected):
    out = io.StringIO()
    csv.writer(out).writerows(
        [["Event", "Property", "Type", "Values", "Example"], ["A", "b", kind, values, example]]
    )

    assert inside(read(out.getvalue()).document["rules"][0])["properties"]["b"] == expected


def test_what_a_row_says_otherwise_or_not_yet_is_named_and_nothing_above_it_is_lost():
    carried = read("Event,Trigger,Property,Type,Required\nA,Click,b,string,TBD\n,,products,array of objects,Y\n"
                   ",,products.sku,string,required if paid\nA,Tap,b,number,\n")  # fmt: skip
    (rule,) = carried.document["rules"]
    assert rule["meta"] == {"trigger": "Click"}
    assert inside(rule)["properties"] == {
        "b": {"type": "string"},
        "products": {"type": "array", "items": {"type": "object", "properties": {"sku": {"type": "string"}}}},
    }
    assert carried.losses == [
        "“TBD”, which counts as no (row 2)",
        "“required if paid”, which counts as no (row 4)",
        "row 5, which says “trigger” of A otherwise than a row above",
        "row 5, which says “b” of A otherwise than a row above",
    ]


def of_a_company():
    """A workbook as companies have them: a read-me in front, two rows of headings, merged cells, a tab a platform."""
    book = openpyxl.Workbook()
    book.active.title = "READ ME"
    book.active.append(["How to read this plan"])
    web = book.create_sheet("Web")
    for row in (["Tracking plan “final_v7”"], ["Event", None, "Property"], ["Name", "Trigger", "Name", "Type"],
                ["Paid ", "Done", "total", "float"], [None, None, "vat", "=1+1"]):  # fmt: skip
        web.append(row)
    web["D5"].data_type = "s"
    for cells in ("A1:D1", "A2:B2", "C2:D2", "A4:A5", "B4:B5"):
        web.merge_cells(cells)
    ios = book.create_sheet("iOS")
    for row in (["Event Name", "Property Name", "Property Type", "Jira"], ["Opened", "build", "int", "X-1"]):
        ios.append(row)
    return saved(book)


def test_the_tabs_of_a_workbook_are_read_together_as_they_are_shown():
    with pytest.raises(opening.OnlyAsShown) as caught:
        read(of_a_company())
    assert [problem.path for problem in caught.value.problems] == [
        "Web!A1:D1", "Web!A2:B2", "Web!C2:D2", "Web!A4:A5", "Web!B4:B5",
    ]  # fmt: skip

    with pytest.raises(PlanError, match=r"Web, row 5: “=1\+1” is no type of data"):
        read(of_a_company(), as_shown=True)
    sheet = opening.opened(of_a_company(), ["iOS"])
    assert (sheet.tabs, sheet.others, sheet.header[0]) == (("iOS",), ("READ ME", "Web"), "Event Name")
    both = opening.opened(of_a_company(), as_shown=True)
    assert (both.tabs, both.header) == (
        ("Web", "iOS"),
        ["Event Name", "Event Trigger", "Property Name", "Property Type", "Jira"],
    )
    assert list(both.below()) == [
        ("Web, row 4", ["Paid ", "Done", "total", "float", ""]),
        ("Web, row 5", ["Paid ", "Done", "vat", "=1+1", ""]),
        ("iOS, row 2", ["Opened", "", "build", "int", "X-1"]),
    ]


@pytest.mark.parametrize("encoding", ["cp1252", "utf-16"])
def test_a_csv_as_excel_writes_it_is_taken_when_asked(encoding):
    raw = "Event;Propriété;Type\nPayé;montant;nombre\n".encode(encoding)
    with pytest.raises(opening.OnlyAsShown, match="line 1: This is not UTF-8 text"):
        read(raw)
    (rule,) = read(raw, as_shown=True).document["rules"]
    assert (rule["name"], inside(rule)["properties"]) == ("Payé", {"montant": {"type": "number"}})


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

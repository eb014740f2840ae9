"""Plans as workbooks and as JSON Schema files: they come back, or say what they left behind."""

import io
import json
import zipfile

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.trackingplans import plans
from trackingplans import starters
from trackingplans.domain.sheets import headings
from trackingplans.interchange import formats
from trackingplans.interchange.sheets import opening, reading


def there_and_back(document):
    export = formats.write(document, "xlsx")
    sheet = opening.opened(export.data)
    return export, reading.read(sheet, headings.guessed(sheet.header, sheet.column)).document


def test_a_workbook_comes_back_with_what_an_event_is_for():
    meta = {"owner": "shop", "purpose": "Money.", "trigger": "At the end", "importance": "critical"}
    properties = {
        "id": {"type": "string", "description": "The id", "examples": ["o-1"], "pattern": "^o"},
        "total": {"type": ["number", "null"], "examples": [9.5]},
        "method": {"type": "string", "enum": ["card", "cash on delivery"]},
        "day": {"type": "string", "format": "date-time"},
        "lines": {
            "type": "array",
            "items": {"type": "object", "properties": {"sku": {"type": "string"}}, "required": ["sku"]},
        },
    }
    rules = [
        plans.a_rule("Order Completed", properties, ["id", "lines"], meta=meta),
        plans.a_rule("", {"plan": {"type": "string"}}, kind="identify", section="traits"),
    ]
    export, back = there_and_back(plans.a_document(name="", rules=rules))
    assert export.losses == []
    order, identify = back["rules"]
    assert order["meta"] == meta
    assert order["schema"]["properties"]["properties"]["properties"] == properties
    assert order["schema"]["properties"]["properties"]["required"] == ["id", "lines"]
    assert identify["schema"]["properties"]["traits"]["properties"] == {"plan": {"type": "string"}}


def test_a_workbook_names_what_it_has_no_column_for():
    export = formats.write(starters.document(starters.STARTERS["ecommerce"]), "xlsx")
    assert "metrics and their funnels" in export.losses
    assert not [loss for loss in export.losses if loss.startswith(("why an event", "who owns an event"))]


@pytest.mark.parametrize("name", ["=cmd()", "+1", "@x", "a\x01b", "😀", " a ", "x" * 40_000])
def test_no_cell_of_a_workbook_is_a_formula(name):
    export = formats.write(plans.a_document(rules=[plans.a_rule(name, {})]), "xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(export.data))["Plan"]
    assert sheet["B2"].data_type == "s"
    assert len(sheet["B2"].value) <= 32_767


NODES = st.fixed_dictionaries(
    {
        "type": st.sampled_from(
            ["string", "number", "boolean", "object", ["string", "null"], ["integer", "null"]]
        )
    },
    optional={"description": st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=8)},
)
NAMES = st.text(st.characters(categories=["L", "Nd"]), min_size=1, max_size=6)


@given(st.dictionaries(NAMES, NODES, max_size=4), NAMES)
@settings(
    max_examples=30, suppress_health_check=[HealthCheck.too_slow]
)  # the first draw reads all of Unicode
def test_whatever_a_workbook_can_say_comes_back(properties, name):
    rule = plans.a_rule(name, properties, list(properties)[:1])
    export, back = there_and_back(plans.a_document(rules=[rule], name=""))
    assert export.losses == []
    (rule,) = back["rules"]
    inside = rule["schema"]["properties"]["properties"]
    assert (rule["name"], inside.get("properties", {})) == (name, properties)
    assert inside.get("required", []) == list(properties)[:1]


def test_each_event_has_its_schema_file():
    rules = [
        plans.a_rule("Order Completed", {"id": {"type": "string"}}),
        plans.a_rule("Order  completed!", {}),
        plans.a_rule("Order Completed", {}, version=2),
        plans.a_rule("../../etc/passwd", {}),
        plans.a_rule("", {}, kind="identify", section="traits"),
    ]
    export = formats.write(plans.a_document(rules=rules), "json-schema")
    archive = zipfile.ZipFile(io.BytesIO(export.data))
    assert archive.namelist() == [
        "track/order-completed.json",
        "track/order-completed-2.json",
        "track/order-completed-v2.json",
        "track/etc-passwd.json",
        "identify/identify.json",
        "events.json",
    ]
    assert json.loads(archive.read("track/order-completed.json")) == rules[0]["schema"]
    assert json.loads(archive.read("events.json"))["events"][3]["name"] == "../../etc/passwd"
    assert formats.write(plans.a_document(rules=rules), "json-schema").data == export.data

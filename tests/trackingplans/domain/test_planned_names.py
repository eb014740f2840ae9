"""The names a plan has."""

import pytest

from trackingplans.domain.plan import from_document
from trackingplans.domain.planned_names import planned_names


def message(area, keys):
    return {"properties": {area: {"properties": keys}, "context": {"properties": {"app": {}}}}}


PLAN = from_document(
    {
        "planwright": 1,
        "properties": {"currency": {"type": "string"}},
        "rules": [
            {
                "type": "track",
                "name": "Order Completed",
                "schema": message("properties", {"products": {"items": {"properties": {"sku": {}}}}, "total": {}}),
            },
            {
                "type": "track",
                "name": "Order Completed",
                "version": 2,
                "schema": {"allOf": [message("properties", {"tax": {}})]},
            },
            {"type": "page", "name": "Home", "schema": message("properties", {"properties": {}})},
            {"type": "identify", "schema": message("traits", {"email": {}})},
            {"type": "group", "schema": True},
            {"type": "common", "schema": message("properties", {"ignored": {}})},
        ],
    }
)  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "names"),
    [
        ("event", ["Order Completed"]),
        ("property", ["currency", "products", "sku", "total", "tax", "properties"]),
        ("trait", ["email"]),
    ],
)
def test_planned_names(kind, names):
    assert planned_names(PLAN, kind) == names

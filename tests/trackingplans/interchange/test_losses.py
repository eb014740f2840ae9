"""Plans with a bit of everything come back from every format, or each difference is in the list of losses."""

import re
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from trackingplans.domain.plan import from_document
from trackingplans.domain.sheets import headings
from trackingplans.interchange import formats, segment_flat, uncarried
from trackingplans.interchange.sheets import opening, reading

DRAFT_7 = "http://json-schema.org/draft-07/schema#"
TEXTS = st.sampled_from(
    ["", "Money", "=1+1", "+a", "-5", "@x", "'q", '"quoted"', " a ", "a, b", "a;b", "a|b", "a/b", "two\nlines",
     "a\r\nb", "back\\slash", "日本語", "é\u2028", "\x01", "\ud800", "- bullet", "1-10", "true", "1", "long"]
).map(lambda text: text if text != "long" else "long" * 10_000)  # fmt: skip
NAMES = st.sampled_from(
    [
        "a",
        "b.c",
        "$",
        "x y",
        "=z",
        "products[]",
        "d\\e",
        "'q",
        " s ",
        "é",
        "n\nl",
        "properties",
        "1",
        "a~/b",
        "a|b",
    ]
)
KINDS = ["string", "number", "integer", "boolean", "null", "array", "object"]
VALUES = TEXTS | st.sampled_from([1, 1.0, 2.5, -3, 1e30, True, False, None])
LEAVES = st.fixed_dictionaries(
    {},
    optional={
        "type": st.sampled_from(KINDS)
        | st.lists(st.sampled_from(KINDS), min_size=1, max_size=3, unique=True),
        "description": TEXTS,
        "title": TEXTS,
        "enum": st.lists(VALUES, max_size=3, unique_by=repr),
        "examples": st.lists(VALUES, max_size=2),
        "format": st.sampled_from(["date-time", "date", "email", "hostname", "made-up"]),
        "pattern": TEXTS,
        "minimum": st.sampled_from([0, 1.5, -2, 1e25]),
        "maximum": st.sampled_from([3, 10**16]),
        "maxLength": st.just(9),
        "required": st.lists(NAMES, max_size=1),
        "items": st.sampled_from([[], [{"type": "string"}], True]),
    },
)
NODES = st.recursive(
    LEAVES,
    lambda inner: st.builds(
        lambda properties, needed, more: {"type": "object", "properties": properties, "required": needed} | more,
        st.dictionaries(NAMES, inner, max_size=3), st.lists(NAMES, max_size=1),
        st.sampled_from([{}, {"additionalProperties": False}, {"type": ["object", "null"]}]),
    ) | inner.map(lambda items: {"type": "array", "items": items}) | st.booleans(),
    max_leaves=5,
)  # fmt: skip
POINTERS = st.sampled_from(["/properties/properties/properties/a", "/properties/properties/properties/x y"])
METAS = st.fixed_dictionaries(
    {},
    optional={
        "purpose": TEXTS, "trigger": TEXTS, "owner": st.sampled_from(["shop", "Growth Team"]),
        "importance": st.sampled_from(["critical", "normal"]), "status": st.sampled_from(["planned", "live"]),
        "metrics": st.just(["Orders"]), "links": st.lists(TEXTS | st.just("https://a.example/1"), max_size=2),
        "code": st.just(["shop.js"]),
        "sources": st.dictionaries(st.sampled_from(["web", "Odd One"]), st.sampled_from(["never", "required"])),
        "since_release": st.dictionaries(st.sampled_from(["web", "ios"]), st.sampled_from(["2.4.0", "a, b"])),
        "former_names": st.just([{"name": "Old"}]), "custom": st.just(1),
        "properties": st.dictionaries(
            POINTERS, st.sampled_from([{"pii": "email"}, {"pii": "none", "owner": "shop"}, {"shared": "a"}]), max_size=2
        ),
    },
)  # fmt: skip


@st.composite
def rules(draw) -> dict[str, Any]:
    kind = draw(st.sampled_from(["track", "track", "page", "screen", "identify", "group", "common"]))
    name = draw(NAMES | TEXTS.filter(lambda text: text != "\ud800"))
    if kind not in ("track", "page", "screen") or (kind == "page" and draw(st.booleans())):
        name = ""
    where = segment_flat.section(kind)
    schema: Any = {
        "type": "object",
        "properties": {where: draw(NODES.filter(lambda node: isinstance(node, dict)))},
    }
    schema |= draw(
        st.fixed_dictionaries(
            {},
            optional={
                "description": TEXTS, "required": st.lists(st.sampled_from([where, "userId"]), unique=True),
                "labels": st.dictionaries(TEXTS, TEXTS | st.just(True), max_size=2) | st.just(["a"]),
                "$schema": st.sampled_from([DRAFT_7, "http://json-schema.org/draft-04/schema#"]),
                "title": TEXTS, "additionalProperties": st.just(False),
            },
        )
    )  # fmt: skip
    if draw(st.booleans()):
        schema["properties"]["context"] = draw(st.sampled_from([{}, {"required": ["app"]}]))
    rule = {"type": kind, "name": name, "version": draw(st.sampled_from([1, 2])), "schema": schema}
    return {key: value for key, value in rule.items() if value != ""} | {"meta": draw(METAS)}


DOCUMENTS = st.builds(
    lambda found, more: {"planwright": 1, "name": "Shop", **more, "rules": found},
    st.lists(
        rules().filter(lambda rule: rule["type"] != "track" or rule.get("name")),
        min_size=1, max_size=2, unique_by=lambda rule: (rule["type"], rule.get("name"), rule["version"]),
    ),
    st.fixed_dictionaries(
        {},
        optional={
            "description": TEXTS, "owner": st.just("shop"), "closed": st.booleans(),
            "naming": st.just({"property": {"casing": "snake"}}), "metrics": st.just([{"name": "Orders"}]),
            "lint": st.just({"severity": {"tense": "off"}}), "properties": st.just({"a": {"type": "string"}}),
            "groups": st.just({"Money": ["a"]}), "custom": st.just(1),
        },
    ),
)  # fmt: skip

# What says that a keyword of a schema was lost, where its own name does not.
SAID = {
    "type": "types|the type of|need not be an object|“type”",
    "enum": "allowed value",
    "required": "required|beside its properties|without (any )?properties|whose name",
    "examples": "examples",
    "properties": "whose name|exact names|several types|type of a property|what a rule says of|never be there",
    "items": "“items”|several types|type of a property",
}
META = {key: re.escape(words) for key, words in uncarried.META_WORDS.items()}
PLAN = {key: re.escape(words) for key, words in uncarried.PLAN_WORDS.items()}


def differences(one: Any, other: Any) -> set[str]:
    """The keywords under which two plain schemas say different things."""
    if not isinstance(one, dict) or not isinstance(other, dict):
        return set() if one == other else {"properties"}
    found: set[str] = set()
    for key in one.keys() | other.keys():
        mine, yours = one.get(key, {}), other.get(key, {})
        if key == "properties":
            found |= {key} if mine.keys() != yours.keys() else set()
            for name in mine.keys() & yours.keys():
                found |= differences(mine[name], yours[name])
        elif (
            key == "items"
            and isinstance(mine, dict)
            and isinstance(yours, dict)
            and key in one
            and key in other
        ):
            found |= differences(mine, yours)
        elif repr(one.get(key)) != repr(other.get(key)):
            found.add(key)
    return found


def plain(node: Any) -> Any:
    """A schema without what says nothing, in one spelling."""
    if isinstance(node, bool):
        return {} if node else False
    if not isinstance(node, dict):
        return node
    found = {key: value for key, value in node.items() if value not in ("", [], {}) or key == "enum"}
    if "type" in found:
        found["type"] = sorted(found["type"]) if isinstance(found["type"], list) else [found["type"]]
    if "enum" in found:
        known = [value for value in found["enum"] if value is not None]
        found["enum"] = known + [None] * (len(known) < len(found["enum"]))
    named = {name: {} for name in found.get("required", ())} | found.pop("properties", {})
    if named:
        found["properties"] = {name: plain(child) for name, child in named.items()}
    if "required" in found:
        found["required"] = sorted(set(found["required"]))
    if isinstance(found.get("items"), dict | bool):
        found["items"] = plain(found["items"])
    return found


def whole(rule: dict[str, Any]) -> Any:
    schema = {"$schema": DRAFT_7, "type": "object", **rule["schema"]}
    inside = {key: node for key, node in schema["properties"].items() if node not in ({}, {"type": "object"})}
    where = segment_flat.section(rule["type"])
    inside[where] = {"type": "object", **schema["properties"].get(where, {})}
    needed = schema.pop("required", [])
    return plain({**schema, "properties": inside}) | ({"required": sorted(needed)} if needed else {})


def unsaid(before: dict[str, Any], after: dict[str, Any], losses: list[str]) -> list[str]:
    """Differences that no loss speaks of."""
    told = "\n".join(losses)
    known = {(rule["type"], rule.get("name", ""), rule["version"]): rule for rule in after["rules"]}
    found = []
    for rule in before["rules"]:
        back = known.pop((rule["type"], rule.get("name", ""), rule["version"]), None)
        if back is None:
            found += (
                []
                if re.search(
                    "the common rule|a rule for |a further version|the version of|event as a whole|name of an event",
                    told,
                )
                else ["a rule"]
            )
            continue
        if re.search("a further version|the version of", told) and rule["type"] != "track":
            continue
        for key in differences(whole(rule), whole(back)):
            if not re.search(SAID.get(key, f"“{re.escape(key)}”|never be there"), told):
                found.append(key)
        meta, again = rule.get("meta", {}), back.get("meta", {})
        for key, value in meta.items():
            if (
                value not in ("", [], {})
                and again.get(key) != value
                and (key, value) != ("importance", "normal")
            ):
                found += [] if re.search(META.get(key, f"“{key}”"), told) else [f"meta {key}"]
        found += [f"meta {key} out of nothing" for key in again if not meta.get(key)]
    found += (
        []
        if re.search("name of an event|the version of", told)
        else [f"a rule out of nothing: {one}" for one in known]
    )
    for key in before.keys() - {"planwright", "rules", "origin"}:
        if before[key] not in ("", False) and after.get(key) != before[key]:
            found += [] if re.search(PLAN.get(key, f"“{key}”|plan's {key}"), told) else [f"plan {key}"]
    return found


def read_again(export: formats.Export) -> dict[str, Any]:
    if not export.format.is_binary:
        return formats.detect(export.data).document
    sheet = opening.opened(export.data)
    return reading.read(sheet, headings.guessed(sheet.header, sheet.column)).document


@pytest.mark.parametrize("name", ["segment-csv", "xlsx", "segment", "segment-flat", "segment-config"])
@given(document=DOCUMENTS)
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_each_difference_is_in_the_list_of_losses(name, document):
    from_document(document)
    export = formats.write(document, name)
    if (
        all("event as a whole" in loss or "common rule" in loss for loss in export.losses[:1])
        and name == "xlsx"
    ):
        return  # a workbook without rows is no plan

    assert unsaid(document, read_again(export), export.losses) == []

"""Hypothesis strategies: small plans, and plans that grew out of one."""

import copy
from typing import Any

from hypothesis import strategies as st

from trackingplans.domain.plan import from_document

NAMES = ["Order Completed", "Signed Up", "Page Viewed", "Cart Viewed", "a/b~c"]
FIELDS = ["total", "currency", "items", "~x/y"]
SCALARS = st.sampled_from([None, True, False, 0, 1, 1.5, "", "text", "EUR"])
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from("abc"), inner, max_size=2),
    max_leaves=4,
)
LEAVES = st.fixed_dictionaries(
    {"type": st.sampled_from(["string", "number", ["string", "null"]])},
    optional={
        "description": st.sampled_from(["", "Money", "What it cost"]),
        "enum": st.lists(st.sampled_from(["a", "b", "c", 1, True]), max_size=3, unique_by=repr),
        "examples": st.lists(SCALARS, max_size=2),
    },
)


@st.composite
def schemas(draw) -> Any:
    properties = draw(st.dictionaries(st.sampled_from(FIELDS), LEAVES, max_size=3))
    inside: Any = {"type": "object", "properties": properties}
    if required := draw(st.lists(st.sampled_from(FIELDS), max_size=2, unique=True)):
        inside["required"] = required
    return {"type": "object", "properties": {"properties": inside}}


METAS = st.fixed_dictionaries(
    {},
    optional={
        "owner": st.sampled_from(["growth", "checkout"]),
        "status": st.sampled_from(["planned", "live", "deprecated"]),
        "former_names": st.lists(
            st.fixed_dictionaries({"name": st.sampled_from(NAMES)}),
            max_size=2,
            unique_by=str,
        ),
        "x": VALUES,
    },
)


@st.composite
def rules(draw) -> dict[str, Any]:
    kind = draw(st.sampled_from(["track", "track", "track", "page", "identify"]))
    rule: Any = {"type": kind}
    if kind != "identify":
        rule["name"] = draw(st.sampled_from(NAMES))
    if draw(st.booleans()):
        rule["version"] = draw(st.sampled_from([1, 2]))
    return (
        rule
        | {"schema": draw(schemas())}
        | draw(st.fixed_dictionaries({}, optional={"meta": METAS, "z": VALUES}))
    )


TOPS = st.fixed_dictionaries(
    {"planwright": st.just(1), "name": st.sampled_from(["Shop", "Store"])},
    optional={
        "closed": st.booleans(),
        "naming": st.fixed_dictionaries(
            {}, optional={"casing": SCALARS, "prefixes": st.lists(SCALARS, max_size=2)}
        ),
        "metrics": st.lists(
            st.fixed_dictionaries(
                {"name": st.sampled_from("MN")},
                optional={"funnel": st.lists(st.sampled_from(NAMES), max_size=2)},
            ),
            max_size=2,
        ),
        "unknown": VALUES,
    },
)


@st.composite
def documents(draw) -> dict[str, Any]:
    found = draw(st.lists(rules(), max_size=5))
    once = {(rule["type"], rule.get("name"), rule.get("version", 1)): rule for rule in found}
    return draw(TOPS) | {"rules": list(once.values())}


@st.composite
def grown(draw, document: dict[str, Any]) -> dict[str, Any]:
    """The document with some rules gone, come, renamed, changed and moved."""
    document = copy.deepcopy(document)
    kept = []
    for rule in document["rules"]:
        fate = draw(st.sampled_from(["keep", "keep", "keep", "drop", "rename", "schema", "meta"]))
        if fate == "rename" and rule["type"] == "track":
            rule["name"] += " Now"
        if fate == "schema":
            rule["schema"] = draw(schemas())
        if fate == "meta":
            rule["meta"] = draw(METAS)
        if fate != "drop":
            kept.append(rule)
    kept += draw(st.lists(rules(), max_size=2))
    once = {(rule["type"], rule.get("name"), rule.get("version", 1)): rule for rule in kept}
    rows = list(once.values())
    if draw(st.booleans()):
        rows = draw(st.permutations(rows))
    top = draw(TOPS) if draw(st.booleans()) else {k: v for k, v in document.items() if k != "rules"}
    return top | {"rules": rows}


PLANS = documents().map(from_document)
TWO = documents().flatmap(lambda one: st.tuples(st.just(one), grown(one) | documents()))
THREE = documents().flatmap(lambda one: st.tuples(st.just(one), grown(one), grown(one)))

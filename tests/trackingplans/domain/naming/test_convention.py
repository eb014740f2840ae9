"""Conventions as documents, and conventions read off names."""

import pytest

from trackingplans.domain.naming import ConventionError, NamingConvention, infer_convention

WHOLE = {
    "event": {
        "order": "action_object",
        "tense": "present",
        "casing": "snake",
        "max_words": 6,
        "actor": False,
    },
    "property": {"casing": "snake"},
    "trait": {"casing": "camel"},
    "prefixes": ["app_"],
    "suffixes": ["_v2"],
    "objects": ["Order"],
    "actions": ["Viewed"],
    "synonyms": {"seen": "viewed"},
    "acronyms": ["SRP"],
    "forbidden_words": ["button"],
    "numeric_allowed": ["Tier"],
    "exceptions": {"purchase": "GA4"},
    "severity": {"tense": "off"},
    "scope": "all",
}


@pytest.mark.parametrize("document", [{}, WHOLE, {"event": {"casing": "title"}}])
def test_a_document_comes_back(document):
    assert NamingConvention.from_document(document).to_document() == document


def test_a_preferred_word_may_list_what_it_replaces():
    convention = NamingConvention.from_document(
        {"synonyms": {"Viewed": ["Seen", "shown"], "cart": ["basket"]}}
    )

    assert convention.synonyms == {"seen": "viewed", "shown": "viewed", "basket": "cart"}


@pytest.mark.parametrize(
    ("document", "path"),
    [
        (["event"], ""),
        ({"evnt": {}}, "evnt"),
        ({"event": {"ordr": "object_action"}}, "event.ordr"),
        ({"event": {"order": "past"}}, "event.order"),
        ({"event": {"casing": "mixed"}}, "event.casing"),
        ({"event": {"max_words": 0}}, "event.max_words"),
        ({"event": {"max_words": True}}, "event.max_words"),
        ({"event": {"actor": "yes"}}, "event.actor"),
        ({"event": "title"}, "event"),
        ({"property": {"order": "past"}}, "property.order"),
        ({"objects": "Order"}, "objects"),
        ({"objects": ["Order", 7]}, "objects.1"),
        ({"synonyms": {"seen": 7}}, "synonyms.seen"),
        ({"synonyms": {"seen": "viewed", "viewed": "shown"}}, "synonyms.seen"),
        ({"exceptions": {"purchase": None}}, "exceptions.purchase"),
        ({"severity": {"tens": "off"}}, "severity.tens"),
        ({"severity": {"tense": "fatal"}}, "severity.tense"),
        ({"scope": "old"}, "scope"),
    ],
)
def test_a_wrong_document_is_refused_with_the_place(document, path):
    with pytest.raises(ConventionError) as refused:
        NamingConvention.from_document(document)

    assert refused.value.path == path
    assert str(refused.value).startswith(f"{path}: " if path else "Should be an object")


def test_a_convention_is_read_off_names_with_its_support():
    names = ["Cart Viewed", "Order Placed", "Product Viewed", "Coupon Applied", "Page Viewed", "start_trial"]

    inferred = infer_convention(names)

    assert inferred.convention.to_document() == {
        "event": {"casing": "title", "order": "object_action", "tense": "past"}
    }
    casing = inferred.support["casing"]
    assert (casing.count, casing.total, casing.example) == (5, 6, "Cart Viewed")
    assert str(casing) == "83 % of 6 names are in Title Case"
    assert str(inferred.support["order"]) == "83 % of 6 names name the object first"


def test_what_no_majority_follows_stays_open():
    inferred = infer_convention(["Cart Viewed", "view_order", "viewPage", "Page Opened"])

    assert inferred.convention.event.casing == "consistent"
    assert inferred.support["casing"].share == 0.5


def test_a_convention_of_properties():
    inferred = infer_convention(["order_id", "total", "user_name", "itemCount", "plan_name"], "property")

    assert inferred.convention.to_document() == {"property": {"casing": "snake"}}
    assert str(inferred.support["casing"]) == "75 % of 4 names are in snake_case"


def test_no_names_say_nothing():
    assert infer_convention([]).support == {}

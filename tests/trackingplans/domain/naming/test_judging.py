"""Each rule on names by themselves: what is found, where, and the name that would be right."""

import pytest

from trackingplans.domain.naming import NamingConvention, judge, to_result

TITLE = {"event": {"order": "object_action", "tense": "past", "casing": "title"}}
SNAKE = {"event": {"order": "action_object", "tense": "present", "casing": "snake"}}


def judged(name, document=TITLE, kind="event", **more):
    [one] = judge([name], NamingConvention.from_document(document), kind, **more)
    return one


def codes(judgement):
    return [issue.code for issue in judgement.issues]


@pytest.mark.parametrize(
    ("name", "found", "suggestion"),
    [
        ("Order Completed", [], None),
        ("order completed", ["casing"], "Order Completed"),
        ("order_completed", ["casing"], "Order Completed"),
        ("Order-Completed", ["separator"], "Order Completed"),
        ("Order  Completed", ["separator"], "Order Completed"),
        (" Order Completed", ["separator"], "Order Completed"),
        ("Completed Order", ["order"], "Order Completed"),
        ("Order Complete", ["tense"], "Order Completed"),
        ("Order Completion", ["tense"], "Order Completed"),
        ("completeOrder", ["order", "tense", "casing"], "Order Completed"),
        ("Tutorial Begin", ["tense"], "Tutorial Begun"),
        ("Subscription Cancel", ["tense"], "Subscription Cancelled"),
        ("Subscription Canceled", [], None),
        ("User deleted project", ["order", "casing"], "Project Deleted"),
        ("Added item to cart", ["order", "casing"], "Item Added to Cart"),
        ("users.signin", ["tense", "casing"], "Users Signed In"),
        ("Page Not Found", [], None),
        ("page_not_found", ["casing"], "Page Not Found"),
        ("api_url_created", ["casing"], "API URL Created"),
        ("MetaMetrics turned on", ["casing"], "MetaMetrics Turned On"),
        ("App Shutdown", ["tense"], "App Shut Down"),
        ("New Order", ["order"], None),
        ("trial_will_end", ["tense", "casing"], None),
        ("Order #1042 Shipped", ["dynamic_name"], "Order Shipped"),
        ("Step 2 Completed", ["dynamic_name"], "Step Completed"),
        ("invite sent to maria@acme.io", ["dynamic_name", "casing"], "Invite Sent"),
        ("f4ca124298", ["dynamic_name"], None),
        ("Product 7f3a9c Viewed", ["dynamic_name"], "Product Viewed"),
        ("$pageview", ["order", "casing", "reserved"], None),
        ("Identify", ["tense", "reserved"], "Identified"),
        ("---", ["order"], None),
        ("Überweisung Gestartet", ["order"], None),
    ],
)
def test_a_name_against_title_case_in_the_past(name, found, suggestion):
    judgement = judged(name)

    assert codes(judgement) == found
    assert (judgement.suggestions or (None,))[0] == suggestion


@pytest.mark.parametrize(
    ("name", "suggestion"),
    [
        ("view_order", None),
        ("Order Viewed", "view_order"),
        ("Items Removed from Cart", "remove_items_from_cart"),
        ("User Signed Up", "sign_up"),
        ("Payment Failed", None),
    ],
)
def test_any_other_convention_is_as_good(name, suggestion):
    assert (judged(name, SNAKE).suggestions or (None,))[0] == suggestion


@pytest.mark.parametrize(
    ("code", "rules", "name", "span", "suggestion"),
    [
        ("vocabulary", {"objects": ["Cart", "Order"]}, "Basket Viewed", (0, 6), None),
        ("vocabulary", {"actions": ["viewed", "signed up"]}, "Cart Clicked", (5, 12), None),
        ("synonym", {"synonyms": {"viewed": ["seen", "shown"]}}, "Cart Shown", (5, 10), "Cart Viewed"),
        ("synonym", {"synonyms": {"see": "view"}}, "Cart Seen", (5, 9), "Cart Viewed"),
        ("synonym", {"synonyms": {"basket": "cart"}}, "Basket Viewed", (0, 6), "Cart Viewed"),
        ("forbidden_word", {"forbidden_words": ["button"]}, "Buy Buttons Clicked", (4, 11), "Buy Buttons Clicked"),
        ("forbidden_word", {"forbidden_words": ["page"]}, "Home Page Viewed", (5, 9), "Home Viewed"),
        ("too_long", {"event": TITLE["event"] | {"max_words": 3}}, "New Team Member Invited", (16, 23), None),
        ("order", {"event": TITLE["event"] | {"actor": False}}, "User Signed Up", (0, 4), "Signed Up"),
    ],
)  # fmt: skip
def test_the_rules_of_a_plan(code, rules, name, span, suggestion):
    [issue] = judged(name, TITLE | rules).issues

    assert (issue.code, issue.span) == (code, span)
    assert (issue.suggestion or name) == (suggestion or name)


def test_a_word_near_a_listed_one_is_named():
    [issue] = judged("Ordr Viewed", TITLE | {"objects": ["Cart", "Order"]}).issues

    assert issue.message == "`ordr` is not among the plan's objects; did you mean `Order`?"


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("completed order", "The object should come first. The plan's convention asks for it."),
        ("Order Completion", "`completion` is a noun, not in the past. The plan's convention asks for it."),
        (
            "Order #7 Shipped",
            "`#7` is an id: keep one event and put the value into a property, like `order_id`.",
        ),
    ],
)
def test_an_issue_is_one_sentence_for_people(name, message):
    assert judged(name).issues[0].message == message


def test_exceptions_stand():
    judgement = judged("purchase", TITLE | {"exceptions": {"purchase": "GA4 wants it so."}})

    assert (judgement.issues, judgement.suggestions) == ((), ())


@pytest.mark.parametrize(
    ("severity", "found"), [({}, ["warn"]), ({"tense": "error"}, ["error"]), ({"tense": "off"}, [])]
)
def test_the_plan_sets_how_bad_it_is(severity, found):
    assert [
        issue.severity for issue in judged("Order Complete", TITLE | {"severity": severity}).issues
    ] == found


def test_by_default_only_values_in_names_are_errors():
    issues = judged("Clicked product 12345").issues

    assert {issue.code: issue.severity for issue in issues} == {
        "dynamic_name": "error", "order": "warn", "casing": "warn",
    }  # fmt: skip


def test_an_unsure_reading_never_blocks():
    judgement = judged("shop_create_collection", TITLE | {"severity": {"order": "error", "casing": "error"}})

    assert judgement.confidence == "low"
    assert [(issue.code, issue.severity) for issue in judgement.issues if issue.code != "tense"] == [
        ("order", "warn"),
        ("casing", "error"),
    ]


@pytest.mark.parametrize(("scope", "severity"), [("new", "warn"), ("all", "error")])
def test_what_was_there_before_blocks_only_when_the_plan_says_so(scope, severity):
    [issue] = judged("Step 2 Done", TITLE | {"scope": scope}, existing=["Step 2 Done"]).issues

    assert issue.severity == severity


@pytest.mark.parametrize(
    ("kind", "casing", "name", "found", "suggestion"),
    [
        ("property", "snake", "order_id", [], None),
        ("property", "snake", "orderId", ["casing"], "order_id"),
        ("property", "snake", "order-id", ["separator"], "order_id"),
        ("property", "camel", "image_url", ["casing"], "imageUrl"),
        ("property", "snake", "item_1_name", ["dynamic_property_key"], None),
        ("property", "snake", "messageid", ["reserved"], None),
        ("trait", "camel", "firstName", [], None),
        ("trait", "camel", "first_name", ["casing"], "firstName"),
    ],
)
def test_properties_and_traits(kind, casing, name, found, suggestion):
    judgement = judged(name, {kind: {"casing": casing}}, kind)

    assert codes(judgement) == found
    assert (judgement.suggestions or (None,))[0] == suggestion


def test_a_name_without_object_is_offered_what_others_do_it_to():
    names = ["Product Added", "Add to Cart"]

    judgement = judge(names, NamingConvention.from_document(TITLE))[1]

    assert judgement.suggestions == ("Added to Cart", "Product Added to Cart")


def test_the_json_object_of_a_judgement():
    assert to_result(judged("cart: Item Add")) == {
        "name": "cart: Item Add",
        "words": ["cart", "item", "add"],
        "casing": "mixed",
        "order": "object_action",
        "object": "item",
        "action": "add",
        "tail": "",
        "tense": ["present"],
        "namespace": "cart",
        "dynamic": False,
        "issues": [
            {
                "code": "tense",
                "severity": "warn",
                "message": "`add` is in the present, not in the past. The plan's convention asks for it.",
                "span": [11, 14],
            },
            {
                "code": "casing",
                "severity": "warn",
                "message": "This mixes casings, it should be Title Case. The plan's convention asks for it.",
                "span": [0, 14],
            },
        ],
        "suggestions": ["Cart Item Added", "Item Added"],
        "confidence": "high",
    }

"""Names beside each other."""

import pytest

from trackingplans.domain.naming import NamingConvention, judge

TITLE = NamingConvention.from_document(
    {"event": {"order": "object_action", "tense": "past", "casing": "title"}, "property": {"casing": "snake"}}
)


def issues(names, kind="event", existing=(), convention=TITLE):
    return {one.name: list(one.issues) for one in judge(names, convention, kind, existing)}


def alike(names, kind="event"):
    """The codes about other names, by name."""
    found = issues(names, kind, convention=NamingConvention())
    return {
        name: [(issue.code, issue.related) for issue in about if issue.related]
        for name, about in found.items()
    }


def test_case_and_separators_make_no_new_name():
    found = issues(["Order Completed", "order_completed", "orderCompleted"])

    again = {name: about[-1] for name, about in found.items()}
    assert {issue.code for issue in again.values()} == {"duplicate"}
    assert {name: issue.severity for name, issue in again.items()} == {
        "Order Completed": "warn",  # the one to stay
        "order_completed": "error",
        "orderCompleted": "error",
    }
    assert again["order_completed"].suggestion == "Order Completed"
    assert again["order_completed"].related == ("Order Completed", "orderCompleted")


def test_the_name_that_was_there_stays():
    [issue] = issues(["Order Completed"], existing=["order_completed"])["Order Completed"]

    assert (issue.code, issue.severity, issue.suggestion) == ("duplicate", "error", "order_completed")


def test_a_name_that_comes_twice_is_no_duplicate_of_itself():
    assert issues(["Order Completed", "Order Completed"]) == {"Order Completed": []}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Signed Up", "User Signed Up"),
        ("Sign up", "Signup"),
        ("User Registered", "Signup Completed"),
        ("Logged In", "User Signed In"),
        ("Order Completed", "Complete Order"),
        ("App Opened", "Application Launched"),
        ("Product Added to Cart", "Add to Basket"),
        ("File Upload Completed", "File Uploaded"),
        ("Payment Failed", "Payment Error Occurred"),
        ("Buy Button Clicked", "Buy Tapped"),
        ("Product Viewed", "Prodct Viewed"),
        ("Product Viewed", "Product Vewed"),
    ],
)
def test_two_names_of_one_event(one, other):
    assert alike([one, other]) == {one: [("near_duplicate", (other,))], other: [("near_duplicate", (one,))]}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Signed Up", "Signed In"),
        ("Product Viewed", "Product List Viewed"),
        ("Wishlist Product Added to Cart", "Product Added to Wishlist"),
        ("Trial Started", "Trial Ended"),
        ("Account Muted", "Account Minted"),
        ("Feature Enabled", "Feature Disabled"),
        ("Product Added", "Product Created"),
        ("User Removed", "User Deleted"),
        ("Order Completed", "Ordered"),
        ("Onboarding Completed", "Onboarding Not Completed"),
        ("Product Page Viewed", "Products Page Viewed"),
        ("App Installed", "App Uninstalled"),
        ("Card Added", "Cart Added"),
        ("Page Viewed", "Screen Viewed"),
        ("Watched", "View"),
    ],
)
def test_two_events(one, other):
    assert alike([one, other]) == {one: [], other: []}


def test_values_of_a_property_as_names():
    found = issues(["Blue Button Clicked", "Red Button Clicked", "Submit Button Clicked"])

    [blue], [red] = found["Blue Button Clicked"], found["Red Button Clicked"]
    assert (blue.code, blue.span, blue.suggestion) == ("property_in_name", (0, 4), "Button Clicked")
    assert red.related == ("Blue Button Clicked",)
    assert "`color`" in red.message
    assert found["Submit Button Clicked"] == []


@pytest.mark.parametrize(
    ("names", "suggestion"),
    [
        (["Signed Up with Google", "Signed Up with Facebook"], "Signed Up"),
        (["iOS App Opened", "Android App Opened"], "App Opened"),
        (["weekly_digest_sent", "daily_digest_sent"], "Digest Sent"),
    ],
)
def test_the_one_event_is_offered_first(names, suggestion):
    assert {one.suggestions[0] for one in judge(names, TITLE)} == {suggestion}


@pytest.mark.parametrize(
    "names",
    [
        ["Red Button Clicked"],
        ["Google Connected", "Slack Connected"],
        ["Checkout Started", "Checkout Completed"],
        ["Blue Banner Viewed", "Top Banner Viewed"],
    ],
)
def test_what_is_no_value_stays_in_the_name(names):
    assert all(about == [] for about in issues(names).values())


def test_a_dynamic_name_tells_of_its_family():
    [issue] = issues(["Order #1 Shipped", "Order #2 Shipped", "Order #3 Paid"])["Order #1 Shipped"]

    assert (issue.code, issue.related) == ("dynamic_name", ("Order #2 Shipped",))


@pytest.mark.parametrize(
    ("keys", "near"),
    [
        (["siteId", "site_id", "site id"], True),
        (["quantity", "qty"], True),
        (["address", "adress"], True),
        (["start_date", "date_start"], True),
        (["created_at", "updated_at"], False),
        (["price", "prices_shown"], False),
        (["order_id", "order_ids"], False),
    ],
)
def test_keys_of_one_property(keys, near):
    found = alike(keys, "property")

    assert all(("property_near_duplicate" in dict(about)) is near for about in found.values())


def test_the_majority_of_a_plan_decides_where_it_has_no_convention():
    names = [f"{thing} Viewed" for thing in ("Cart", "Order", "Page", "Product", "Store")] + ["view_coupon"]

    found = issues(names, convention=NamingConvention())

    assert [issue.code for issue in found["view_coupon"]] == ["order", "tense", "casing"]
    assert found["view_coupon"][2].message == (
        "This is snake_case, it should be Title Case. 83 % of 6 names are in Title Case."
    )
    assert all(found[name] == [] for name in names[:-1])


def test_three_names_are_no_majority():
    assert all(
        not about
        for about in issues(["A Viewed", "B Viewed", "c_view"], convention=NamingConvention()).values()
    )

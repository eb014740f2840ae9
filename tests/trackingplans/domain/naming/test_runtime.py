"""Values made at run time in names, and names that only look so."""

import pytest

from trackingplans.domain.naming import NamingConvention, dynamic_families, parse


@pytest.mark.parametrize(
    ("name", "kind", "property"),
    [
        ("Order #1042 Shipped", "id", "order_id"),
        ("viewed_product_55", "number", "product_id"),
        ("Product 8412345 Viewed", "id", "product_id"),
        ("Step 2 Completed", "number", "step"),
        ("Level9 Started", "number", "level"),
        ("userId123", "number", "user_id"),
        ("clicked_article_9f86d081884c7d65", "hash", "article_id"),
        ("Session 550e8400-e29b-41d4-a716-446655440000 Ended", "uuid", "session_id"),
        ("Customer cus9s6XKzkNRiz8i3 Created", "id", "customer_id"),
        ("Ticket JIRA-4821 Closed", "sku", "ticket_id"),
        ("Report 2024-03-01 Exported", "date", "date"),
        ("Newsletter March 2024 Sent", "date", "date"),
        ("Sale 2024 Clicked", "number", "sale_id"),
        ("Sign Up - jake@example.com", "email", "email"),
        ("Viewed /pricing/team", "path", "path"),
        ("Opened https://example.com/a", "url", "url"),
        ("Request from 192.168.0.1 Blocked", "ip", "ip"),
        ("Product <product_name> Viewed", "template", "product_name"),
        ("{{plan}} Selected", "template", "plan"),
        ("undefined Clicked", "template", "id"),
        ("Message Sent to Maria", "person", "name"),
        ("f4ca124298", "hash", "id"),
        ("9742", "id", "id"),
    ],
)
def test_a_value_is_seen_and_its_property_named(name, kind, property):
    [value] = parse(name).values

    assert (value.kind, value.property) == (kind, property)


@pytest.mark.parametrize(
    "name",
    [
        "2FA Enabled", "MP3 Played", "S3 Bucket Connected", "B2B Form Submitted", "OAuth2 Login Started",
        "COVID19 Banner Viewed", "24h Reminder Sent", "Top 10 List Viewed", "EIP-5792 API Called", "Web3 Connected",
        "Office 365 Connected", "Error 404 Shown", "3D Secure Started", "30 Day Trial Started", "iPhone 15 Ordered",
        "First 7 Days Completed", "GA4 Connected", "H264 Video Uploaded", "Facade Viewed", "Added Deadbeef",
        "ISO-27001 Report Downloaded", "Mark as Done Clicked", "Grace Period Ended", "Covid-19 Test Booked",
    ],
)  # fmt: skip
def test_a_word_with_digits_is_no_value(name):
    assert parse(name).values == ()


@pytest.mark.parametrize("key", ["item_1_name", "feature_2", "utm_x_2024", "product1Id", "user_84123456"])
def test_a_number_in_a_key_is_a_value(key):
    assert parse(key, kind="property").is_dynamic


@pytest.mark.parametrize(
    "key",
    ["address_line_1", "day_7_retention", "h1", "ipv4", "oauth2_token", "p95_latency", "top_10", "sha256"],
)
def test_a_key_that_is_called_with_a_number_is_none(key):
    assert not parse(key, kind="property").is_dynamic


def test_a_plan_may_allow_numbers():
    convention = NamingConvention.from_document({"numeric_allowed": ["Tier", "gate 2"]})

    assert not parse("Tier 1 Reached", convention).is_dynamic
    assert parse("Step 1 Reached", convention).is_dynamic


def test_a_dynamic_family_is_one_row():
    counted = {f"Product {number} Viewed": number for number in range(1000, 1318)}
    counted |= {"Order #7 Shipped": 5, "Order Shipped": 100, "maria@acme.io": 1}

    families = dynamic_families(counted)

    assert [str(family) for family in families] == [
        "318 names like `Product <number> Viewed`: use `Product Viewed` with `product_id`",
        "1 name like `Order <id> Shipped`: use `Order Shipped` with `order_id`",
        "1 name like `<email>`",
    ]
    assert families[0].count == sum(range(1000, 1318))
    assert families[0].examples[0] == "Product 1317 Viewed"

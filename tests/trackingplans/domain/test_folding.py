import pytest
from hypothesis import given
from hypothesis import strategies as st

from trackingplans.domain.folding import fold
from trackingplans.domain.nearest import nearest


@pytest.mark.parametrize(
    ("name", "folded"),
    [
        ("Product 123 Viewed", "Product <number> Viewed"),
        ("product_123_viewed", "product_<number>_viewed"),
        ("Product 1 Viewed", "Product <number> Viewed"),
        ("Product 12.5 Viewed", "Product <number> Viewed"),
        ("Product 1,200 Viewed", "Product <number> Viewed"),
        ("Step 2", "Step <number>"),
        ("Level9", "Level<number>"),
        ("Product 8f3a2c1 Viewed", "Product <id> Viewed"),
        ("Product sku4711a Viewed", "Product <id> Viewed"),
        ("Product sku4711 Viewed", "Product sku<number> Viewed"),
        ("Order 9f4f1c52-6a8e-4f0e-9a53-2b7a3a1c0d11 Completed", "Order <uuid> Completed"),
        ("Order 9F4F1C526A8E4F0E9A532B7A3A1C0D11 Completed", "Order <id> Completed"),
        ("User Signed Up (11-01-2019)", "User Signed Up (<date>)"),
        ("Report 2026-11-22 Opened", "Report <date> Opened"),
        ("Report 2026-11-22T10:00:00Z Opened", "Report <date> Opened"),
        ("Report 22.11.2026 Opened", "Report <date> Opened"),
        ("Sign Up - jake@segment.com", "Sign Up - <email>"),
        ("Viewed /products/4711/reviews", "Viewed /products/<number>/reviews"),
        ("Application 2.4.0 Opened", "Application <number> Opened"),
        ("2FA Enabled", "2FA Enabled"),
        ("MP3 Played", "MP3 Played"),
        ("S3 Connected", "S3 Connected"),
        ("B2B Lead Created", "B2B Lead Created"),
        ("OAuth2 Started", "OAuth2 Started"),
        ("COVID19 Banner Seen", "COVID19 Banner Seen"),
        ("24h Reminder Sent", "24h Reminder Sent"),
        ("Order Completed v2", "Order Completed v2"),
        ("Order Completed", "Order Completed"),
        ("Überweisung 5 Gesendet", "Überweisung <number> Gesendet"),
        ("", ""),
        ("a\x00b", "a\\u0000b"),
        ("x" * 500, "x" * 199 + "…"),
    ],
)
def test_what_was_made_at_run_time_is_folded(name, folded):
    assert fold(name) == folded


@given(st.text(max_size=400))
def test_any_name_folds_to_something_storable_and_short(name):
    folded = fold(name)
    assert len(folded) <= 200
    assert "\0" not in folded
    folded.encode()


PLAN = [
    "Order Completed",
    "Order Cancelled",
    "Order Updated",
    "Order Refunded",
    "Product Viewed",
    "Product List Viewed",
    "Product Added",
    "Product Removed",
    "Checkout Started",
    "Checkout Step Viewed",
    "Checkout Step Completed",
    "Signed Up",
    "Signed In",
    "Signed Out",
    "Cart Viewed",
    "Application Installed",
    "Application Opened",
    "Coupon Entered",
]


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("Order Complete", "Order Completed"),
        (" Order Complete", "Order Completed"),
        ("Order Completed ", "Order Completed"),
        ("order completed", "Order Completed"),
        ("order_completed", "Order Completed"),
        ("OrderCompleted", "Order Completed"),
        ("ORDER_COMPLETED", "Order Completed"),
        ("ordercompleted", "Order Completed"),
        ("Orders Completed", "Order Completed"),
        ("Order Compelted", "Order Completed"),
        ("Ordr Completed", "Order Completed"),
        ("Completed Order", "Order Completed"),
        ("Order Completed Event", "Order Completed"),
        ("Order Canceled", "Order Cancelled"),
        ("Product 123 Viewed", "Product Viewed"),
        ("Product <id> Viewed", "Product Viewed"),
        ("product_9f4f1c52-6a8e-4f0e-9a53-2b7a3a1c0d11_viewed", "Product Viewed"),
        ("Products Viewed", "Product Viewed"),
        ("Checkout Start", "Checkout Started"),
        ("Checkout Starting", "Checkout Started"),
        ("Sign Up", "Signed Up"),
        ("Application Install", "Application Installed"),
        # other events, however alike they are spelled
        ("Signed On", None),
        ("Card Viewed", None),
        ("Application Uninstalled", None),
        ("Application Reopened", None),
        ("Product Liked", None),
        ("Product Detail Viewed", None),
        ("Order Created", None),
        ("Purchase Completed", None),
        ("Order", None),
        ("Checkout Step Started", None),
        ("Product Add", "Product Added"),
        ("", None),
        ("123", None),
        ("x" * 5000, None),
    ],
)
def test_the_planned_event_that_was_meant_is_found(name, meant):
    assert nearest(name, PLAN) == meant


@pytest.mark.parametrize(
    ("name", "options", "meant"),
    [
        ("Organic", ["organic", "invited"], "organic"),
        ("couponCode", ["coupon_code", "order_id"], "coupon_code"),
        ("coupon_cod", ["coupon_code", "coupon"], "coupon_code"),
        ("product_ids", ["product_id", "name"], "product_id"),
        ("priec", ["price", "prize"], "price"),
        ("EURO", ["EUR", "USD"], None),
        ("utm_source", ["utm_medium"], None),
    ],
)
def test_a_property_or_value_that_was_meant_is_found(name, options, meant):
    assert nearest(name, options) == meant

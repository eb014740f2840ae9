"""The demo's plan, "Sneaker shop", as the three documents that were published one after the other."""

from typing import Any

Schema = dict[str, Any]


def text(description: str, **more: Any) -> Schema:
    return {"type": "string", "description": description, **more}


def money(description: str) -> Schema:
    return {"type": "number", "minimum": 0, "description": description}


CURRENCY: Schema = {"type": "string", "enum": ["EUR", "USD", "GBP"], "description": "ISO 4217 code"}
ORDER_ID: Schema = {"type": "string", "description": "Our order number", "examples": ["SO-40213"]}
PRODUCT: dict[str, Schema] = {
    "product_id": {"type": "string", "description": "Article number", "examples": ["SNK-204"]},
    "name": text("As the shop shows it, in any language", examples=["Trail Runner 4"]),
    "price": money("Of one pair, tax included, in the currency of the shop"),
    "quantity": {"type": "integer", "minimum": 1, "description": "Pairs, never 0 or less"},
}
PRODUCTS: Schema = {
    "type": "array",
    "description": "What was bought, one entry an article",
    "items": {"type": "object", "required": ["product_id"], "properties": PRODUCT},
}

# When each is sent. The two events of version 3 still lack it: the plan's page tells.
TRIGGERS = {
    "Application Installed": "The app is opened for the first time on a device.",
    "Application Opened": "The app comes to the foreground.",
    "Signed Up": "The account exists: our server confirmed it.",
    "Product List Viewed": "A shelf is on the screen.",
    "Products Searched": "Results of a search are on the screen.",
    "Product Viewed": "A sneaker's own page is on the screen.",
    "Product Added": "A pair lies in the cart.",
    "Product Removed": "A pair is taken out of the cart.",
    "Cart Viewed": "The cart is on the screen.",
    "Checkout Started": "The address page of the checkout is on the screen.",
    "Order Completed": "Our server has taken the order, paid or on invoice.",
    "Order Refunded": "The money is on its way back.",
    None: "Somebody signs in, or changes the profile.",
}
# Which sources must send each. Two of them are not built everywhere yet: the plan's page tells.
SENDERS = {
    "Application Installed": ("ios", "android"),
    "Application Opened": ("ios", "android"),
    "Signed Up": ("web", "ios", "android"),
    "Product List Viewed": ("web",),
    "Products Searched": ("web",),
    "Product Viewed": ("web", "ios", "android"),
    "Product Added": ("web", "ios", "android"),
    "Product Removed": ("web",),
    "Cart Viewed": ("web",),
    "Coupon Applied": ("web", "ios"),
    "Checkout Started": ("web", "ios", "android"),
    "Payment Info Entered": ("web", "ios", "android"),
    "Order Completed": ("web", "ios", "android"),
    "Order Refunded": ("backend",),
    None: ("web", "ios", "android", "backend"),
}
UNFINISHED = ("Coupon Applied", "Payment Info Entered")
NORTH_STAR = "First order within 7 days of install"
FUNNEL = [
    "Application Installed",
    "Signed Up",
    "Product Viewed",
    "Product Added",
    "Checkout Started",
    "Order Completed",
]


def documents() -> list[dict[str, Any]]:
    """The plan documents of versions 1, 2 and 3, oldest first."""
    rules = _rules()
    first = [rule for rule in rules if rule["name"] not in {"Coupon Applied", "Payment Info Entered"}]
    settings = {
        "planwright": 1,
        "name": "Sneaker shop",
        "description": "What the Strider apps and the web shop tell us about people buying sneakers.",
        "owner": "growth",
        "naming": {"event": {"order": "object_action", "tense": "past", "casing": "title"}},
        "closed": False,
        "metrics": [
            {
                "name": NORTH_STAR,
                "question": "Do people who install the app find a pair worth buying in their first week?",
                "definition": "People with an Order Completed at most 7 days after Application Installed",
                "kind": "leading",
                "north_star": True,
                "funnel": FUNNEL,
            }
        ],
    }
    return [
        {**settings, "rules": first},
        {**settings, "rules": _loose_signup(rules)},
        {**settings, "rules": rules},
    ]


def _loose_signup(rules: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Version 2 still took any text as the type of a sign-up; version 3 names the two that mean something."""
    door = text("How they came to us")
    loose = _event("Signed Up", "growth", "Which door do new people come through?", {"type": door}, ["type"])
    return [loose if rule["name"] == "Signed Up" else rule for rule in rules]


def _rules() -> list[dict[str, Any]]:
    signup = text("How they came to us", enum=["organic", "invited"])
    cart_id, coupon, total = (
        text("One for each cart"),
        text("The code as typed"),
        money("With tax and shipping"),
    )
    build, unseen = text("Number of the build"), {"type": "boolean", "description": "It ran before, unseen"}
    basket = {"cart_id": cart_id, **PRODUCT}
    order = {
        "order_id": ORDER_ID,
        "total": total,
        "currency": CURRENCY,
        "coupon": coupon,
        "products": PRODUCTS,
    }
    return [
        _event("Application Installed", "mobile", "How many people give us a try?", {"build": build}),
        _event("Application Opened", "mobile", "Do people come back?", {"from_background": unseen}),
        _event("Signed Up", "growth", "Which door do new people come through?", {"type": signup}, ["type"]),
        _event(
            "Product List Viewed", "growth", "Which shelves are worth their place?",
            {"list_id": text("Which shelf"), "category": text("What it holds")},
        ),
        _event("Products Searched", "growth", "What do people not find?", {"query": text("As typed")}, ["query"]),
        _event("Product Viewed", "growth", "Which sneakers get looked at?", PRODUCT, ["product_id"]),
        _event("Product Added", "checkout", "Which views become intent?", basket, ["product_id", "quantity"]),
        _event("Product Removed", "checkout", "What is put back?", basket, ["product_id"]),
        _event("Cart Viewed", "checkout", "How many carts are looked at again?", {"cart_id": cart_id}),
        _event("Coupon Applied", "growth", "Do coupons win orders?", {"coupon": coupon}, ["coupon"]),
        _event(
            "Checkout Started", "checkout", "How many carts become checkouts?",
            {"order_id": ORDER_ID, "value": money("Of the whole cart"), "currency": CURRENCY},
            ["order_id", "value", "currency"],
        ),
        _event(
            "Payment Info Entered", "checkout", "Does payment lose people?",
            {"order_id": ORDER_ID, "method": {"enum": ["card", "paypal", "invoice"]}}, ["method"],
        ),
        _event(
            "Order Completed", "checkout", "Which orders make money?", order,
            ["order_id", "total", "currency", "products"], importance="critical",
        ),
        _event(
            "Order Refunded", "checkout", "Which orders come back?",
            {"order_id": ORDER_ID, "total": total}, ["order_id"],
        ),
        _rule("identify", None, "growth", "Who are our customers?", "traits", {
            "email": text("Where the receipts go", format="email"),
            "plan": text("Whether they have an account", enum=["guest", "member"]),
        }),
    ]  # fmt: skip


def _event(
    name: str, owner: str, purpose: str, properties: dict[str, Schema], required: list[str] | None = None,
    importance: str = "normal",
) -> dict[str, Any]:  # fmt: skip
    return _rule("track", name, owner, purpose, "properties", properties, required, importance)


def _rule(
    kind: str, name: str | None, owner: str, purpose: str, area: str, properties: dict[str, Schema],
    required: list[str] | None = None, importance: str = "normal",
) -> dict[str, Any]:  # fmt: skip
    inner: Schema = {"type": "object", "properties": properties}
    schema: Schema = {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "type": "object",
        "properties": {area: inner},
    }
    if required:
        inner["required"] = required
        schema["required"] = [area]
    metrics = [NORTH_STAR] if name in FUNNEL else []
    meta: dict[str, Any] = {
        "purpose": purpose,
        "owner": owner,
        "importance": importance,
        "status": "planned" if name in UNFINISHED else "live",
        "metrics": metrics,
        "sources": dict.fromkeys(SENDERS[name], "required"),
    }
    if name in TRIGGERS:
        meta["trigger"] = TRIGGERS[name]
    if area == "traits":
        meta["properties"] = {"/properties/traits/properties/email": {"pii": "email"}}
    return {"type": kind, "name": name, "version": 1, "schema": schema, "meta": meta}

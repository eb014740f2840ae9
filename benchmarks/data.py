"""What the benchmarks send: a plan of 100 events, and messages that follow it: 4.8 % do not, in ten ways.

Everything comes from one fixed seed. A message holds `MARK` where its request's own number goes, so that no
two requests ever carry the same message id.
"""

import json
import random
from collections.abc import Callable
from typing import Any

Json = dict[str, Any]
Make = Callable[[random.Random], Any]

SEED = 20261122
MARK = "~request~"
EVENTS_PER_BATCH = 100
FAULTY_SHARE = 0.048
SENT_AT = "2026-11-22T06:37:14.203Z"

OBJECTS = (
    "Product", "Cart", "Order", "Checkout Step", "Coupon", "Promotion", "Wishlist", "Review", "Payment",
    "Shipment", "Return", "Account", "Address", "Subscription", "Invoice", "Search", "Filter", "Video",
    "Article", "Banner",
)  # fmt: skip
ACTIONS = ("Viewed", "Clicked", "Started", "Completed", "Removed")
CITIES = (("Lisbon", "PT"), ("Berlin", "DE"), ("Tokyo", "JP"), ("Austin", "US"), ("Montréal", "CA"))
WORDS = ("canvas", "leather", "runner", "trail", "classic", "summer", "outlet", "retro", "studio", "court")
USER_AGENT = (
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36"
)


def _hex(rng: random.Random, digits: int) -> str:
    return f"{rng.getrandbits(digits * 4):0{digits}x}"


def _price(rng: random.Random) -> float:
    return rng.randrange(500, 50_000) / 100


def _address(rng: random.Random) -> Json:
    city, country = rng.choice(CITIES)
    return {"city": city, "country": country, "postal_code": str(rng.randrange(10_000, 99_999))}


def _product(rng: random.Random) -> Json:
    return {
        "product_id": f"prd_{_hex(rng, 6)}",
        "name": f"{rng.choice(WORDS)} {rng.choice(WORDS)}",
        "price": _price(rng),
        "quantity": rng.randrange(1, 5),
    }


def _products(rng: random.Random) -> list[Json]:
    return [_product(rng) for _ in range(rng.randrange(1, 4))]


ADDRESS: Json = {
    "type": "object",
    "properties": {
        "city": {"type": "string", "minLength": 1},
        "country": {"type": "string", "pattern": "^[A-Z]{2}$"},
        "postal_code": {"type": "string", "maxLength": 12},
    },
    "required": ["city", "country"],
    "additionalProperties": False,
}
PRODUCTS: Json = {
    "type": "array",
    "minItems": 1,
    "items": {
        "type": "object",
        "properties": {
            "product_id": {"type": "string", "pattern": "^prd_[0-9a-f]+$"},
            "name": {"type": "string"},
            "price": {"type": "number", "minimum": 0},
            "quantity": {"type": "integer", "minimum": 1},
        },
        "required": ["product_id", "price"],
    },
}
# In every event: what the ten faults need.
COMMON: dict[str, tuple[Json, Make]] = {
    "order_id": ({"type": "string", "pattern": "^ord_[0-9a-f]{8}$"}, lambda rng: f"ord_{_hex(rng, 8)}"),
    "total": ({"type": "number", "minimum": 0}, _price),
    "currency": (
        {"enum": ["USD", "EUR", "GBP", "JPY"]},
        lambda rng: rng.choice(("USD", "EUR", "GBP", "JPY")),
    ),
    "email": ({"type": "string", "format": "email"}, lambda rng: f"{_hex(rng, 6)}@shop.example"),
    "quantity": ({"type": "integer", "minimum": 1, "maximum": 99}, lambda rng: rng.randrange(1, 99)),
    "is_member": ({"type": "boolean"}, lambda rng: rng.random() < 0.5),
    "address": (ADDRESS, _address),
    "products": (PRODUCTS, _products),
}
EXTRA: dict[str, tuple[Json, Make]] = {
    "category": ({"type": "string", "minLength": 1}, lambda rng: rng.choice(WORDS)),
    "coupon": ({"type": ["string", "null"], "maxLength": 20}, lambda rng: rng.choice((None, "SUMMER10"))),
    "discount": ({"type": "number", "minimum": 0, "maximum": 100}, lambda rng: rng.randrange(0, 100)),
    "tax": ({"type": "number"}, _price),
    "shipping": ({"type": "number"}, _price),
    "position": ({"type": "integer"}, lambda rng: rng.randrange(0, 50)),
    "brand": ({"type": "string"}, lambda rng: rng.choice(WORDS).title()),
    "variant": ({"type": "string", "maxLength": 40}, lambda rng: rng.choice(WORDS)),
    "url": ({"type": "string", "format": "uri"}, lambda rng: f"https://shop.example/p/{_hex(rng, 6)}"),
    "placed_at": ({"type": "string", "format": "date-time"}, lambda _: SENT_AT),
    "tags": ({"type": "array", "items": {"type": "string"}}, lambda rng: rng.sample(WORDS, 2)),
    "rating": ({"type": "number", "minimum": 0, "maximum": 5}, lambda rng: rng.randrange(0, 50) / 10),
    "is_gift": ({"type": "boolean"}, lambda rng: rng.random() < 0.1),
    "experiment": ({"type": "string", "enum": ["a", "b", "c"]}, lambda rng: rng.choice("abc")),
    "method": ({"type": "string", "enum": ["card", "wallet"]}, lambda rng: rng.choice(("card", "wallet"))),
    "list_id": ({"type": "string"}, lambda rng: f"lst_{_hex(rng, 4)}"),
    "step": ({"type": "integer", "minimum": 1}, lambda rng: rng.randrange(1, 6)),
    "note": ({"type": "string", "maxLength": 200}, lambda rng: " ".join(rng.sample(WORDS, 4))),
}
FAULTS: tuple[Callable[[Json], object], ...] = (
    lambda p: p.pop("currency"),
    lambda p: p.update(total=str(p["total"])),
    lambda p: p.update(currency=p["currency"].lower()),
    lambda p: p.update(quantity=-1),
    lambda p: p.update(order_id="12"),
    lambda p: p.update(email="nobody"),
    lambda p: p.update(is_member=None),
    lambda p: p["address"].pop("city"),
    lambda p: p["address"].update(street="Main Street"),
    lambda p: p["products"][0].update(price="9.90"),
)


def _planned(rng: random.Random) -> dict[str, list[str]]:
    """Event name -> its properties, 8 to 18 of them."""
    names = [f"{thing} {action}" for thing in OBJECTS for action in ACTIONS]
    return {name: [*COMMON, *rng.sample(list(EXTRA), rng.randrange(0, 11))] for name in names}


def _rule(name: str, properties: list[str]) -> Json:
    """A rule in Segment's shape: the whole message as an envelope around the properties."""
    schemas = {key: (COMMON.get(key) or EXTRA[key])[0] for key in properties}
    return {
        "type": "track",
        "name": name,
        "version": 1,
        "schema": {
            "$schema": "http://json-schema.org/draft-07/schema#",
            "type": "object",
            "properties": {
                "context": {},
                "traits": {},
                "properties": {"type": "object", "properties": schemas, "required": list(COMMON)},
            },
            "required": ["properties"],
        },
    }


def plan() -> Json:
    """The plan document, 100 rules."""
    planned = _planned(random.Random(SEED))
    return {
        "planwright": 1,
        "name": "Benchmark shop",
        "rules": [_rule(name, properties) for name, properties in planned.items()],
    }


def messages(count: int) -> list[tuple[Json, bool]]:
    """`count` messages, each with whether it breaks its rule (in exactly one of the ten ways)."""
    rng = random.Random(SEED)
    planned = _planned(rng)
    names = list(planned)
    faulty = set(rng.sample(range(count), round(count * FAULTY_SHARE)))
    made = []
    for index in range(count):
        event = rng.choice(names)
        properties = {key: (COMMON.get(key) or EXTRA[key])[1](rng) for key in planned[event]}
        if index in faulty:
            rng.choice(FAULTS)(properties)
        made.append((_message(rng, index, event, properties), index in faulty))
    return made


def _message(rng: random.Random, index: int, event: str, properties: Json) -> Json:
    return {
        "type": "track",
        "event": event,
        "messageId": f"{_hex(rng, 8)}-{index:06x}-{MARK}",
        "userId": f"user_{_hex(rng, 8)}",
        "anonymousId": f"{_hex(rng, 8)}-{_hex(rng, 4)}-{_hex(rng, 12)}",
        "timestamp": SENT_AT,
        "properties": properties,
        "context": {
            "device": {"id": _hex(rng, 20)},
            "app": {"name": "shop", "version": rng.choice(("3.1.0", "3.2.0"))},
            "library": {"name": "analytics.js", "version": "next-1.84.3"},
            "ip": ".".join(str(rng.randrange(1, 255)) for _ in range(4)),
            "locale": "en-US",
            "page": {"path": f"/p/{_hex(rng, 8)}", "search": f"?s={_hex(rng, 16)}"},
            "sessionId": rng.getrandbits(50),
            "userAgent": USER_AGENT,
        },
        "integrations": {},
    }


def encode(value: Any) -> bytes:
    """JSON as SDKs write it: no spaces, UTF-8."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()


def batches(count: int) -> list[tuple[bytes, int]]:
    """`count` bodies for /v1/batch of 100 messages each, with how many of these break their rule."""
    every = messages(count * EVENTS_PER_BATCH)
    bodies = []
    for start in range(0, len(every), EVENTS_PER_BATCH):
        part = every[start : start + EVENTS_PER_BATCH]
        body = encode({"batch": [message for message, _ in part], "sentAt": SENT_AT})
        bodies.append((body, sum(faulty for _, faulty in part)))
    return bodies


def singles(count: int) -> list[tuple[bytes, int]]:
    """`count` bodies for /v1/track, each with 1 if it breaks its rule and 0 if not."""
    return [(encode({**message, "sentAt": SENT_AT}), int(faulty)) for message, faulty in messages(count)]

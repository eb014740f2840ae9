"""The demo's fourteen days: which message arrives when, from a fixed seed. Pure: the start is an argument.

What goes wrong, and what a visitor should find (days are counted back from the start):
- Android 2.4.0 sends `Order Complete` instead of `Order Completed`: 430 since 09:10 two days ago.
- Web 3.2.0 sends `total` as text, since yesterday.
- iOS leaves out `currency` at Checkout Started, for six days.
- Web signs people up as "Organic" again, after that had stopped.
- E-mail addresses that are none, twice as many as usual.
- Quantities of -1, muted. Products without an id, until the web team fixed it.
- Names like `Product 7f3a9c Viewed`: 318 of them. `coupon_code` on 31 % of orders.
"""

import hashlib
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from operator import itemgetter
from typing import Any

DAYS = 14
SEED = 20_260_901
SLOT = timedelta(minutes=20)  # messages of one source and slot arrive in one batch
RENAMED_ORDERS = 430
DYNAMIC_NAMES = 318

# Messages a day of each source; the hours of a day weigh as WEIGHTS.
VOLUME: dict[str, dict[str, int]] = {
    "web": {
        "Signed Up": 70, "Product List Viewed": 90, "Products Searched": 50, "Product Viewed": 280,
        "Product Added": 210, "Product Removed": 12, "Cart Viewed": 40, "Coupon Applied": 12,
        "Checkout Started": 190, "Payment Info Entered": 40, "Order Completed": 150, "identify": 60,
    },
    "ios": {
        "Application Installed": 110, "Application Opened": 80, "Signed Up": 50, "Product Viewed": 170,
        "Product Added": 130, "Checkout Started": 110, "Order Completed": 80, "identify": 30,
    },
    "android": {
        "Application Installed": 150, "Application Opened": 70, "Signed Up": 40, "Product Viewed": 180,
        "Product Added": 160, "Checkout Started": 210, "identify": 20,
    },
    "backend": {"Order Refunded": 6, "identify": 40},
}  # fmt: skip
WEIGHTS = [1, 1, 1, 1, 1, 2, 3, 5, 7, 8, 8, 8, 9, 8, 8, 8, 8, 9, 10, 11, 10, 8, 5, 3]
SNEAKERS = [
    ("SNK-101", "Court Classic", 89.9), ("SNK-204", "Trail Runner 4", 129.0),
    ("SNK-207", "Trail Runner 4 GTX", 159.0),
    ("SNK-310", "Canvas Low", 54.5), ("SNK-422", "Marathon Light", 144.0), ("SNK-518", "Street High", 99.0),
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Batch:
    """Messages that one source sent at one moment."""

    source: str
    received_at: datetime
    messages: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Times:
    """The story's turning points."""

    start: datetime
    renamed: datetime  # Android 2.4.0 comes out
    text_total: datetime  # Web 3.2.0 comes out
    no_currency: datetime
    organic_back: datetime
    no_product_id_until: datetime

    @classmethod
    def before(cls, start: datetime, digest_due: datetime) -> "Times":
        """Turning points for a demo that starts at `start`, whose latest digest was due at `digest_due`."""
        two_days_ago = (start - timedelta(days=2)).replace(hour=9, minute=10, second=0, microsecond=0)
        return cls(
            start=start,
            renamed=two_days_ago,
            text_total=max(digest_due - timedelta(hours=16), start - timedelta(hours=22)),
            no_currency=start - timedelta(days=6),
            organic_back=digest_due - timedelta(hours=14),
            no_product_id_until=digest_due - timedelta(hours=36),
        )


def batches(times: Times) -> Iterator[Batch]:
    """Every batch of the fourteen days before `times.start`, oldest first."""
    slots: dict[tuple[datetime, str], list[dict[str, Any]]] = {}
    for source, when, name in _schedule(times):
        slot = _slot(when)
        message = _message(source, name, when, times, len(slots.setdefault((slot, source), [])))
        slots[slot, source].append(message)
    for (slot, source), messages in sorted(slots.items(), key=lambda item: item[0]):
        if slot < times.start:
            yield Batch(source, slot, sorted(messages, key=itemgetter("timestamp")))


def _slot(when: datetime) -> datetime:
    """The middle of the slot of `when`, so that something at 09:00 to 09:20 arrives at 09:10."""
    minutes = int(SLOT.total_seconds() // 60)
    floor = when.replace(minute=when.minute - when.minute % minutes, second=0, microsecond=0)
    return floor + SLOT / 2


def _schedule(times: Times) -> Iterator[tuple[str, datetime, str]]:
    chance = random.Random(SEED)  # noqa: S311  # the same story at every start
    first = times.start - timedelta(days=DAYS)
    for source, events in VOLUME.items():
        for name, per_day in events.items():
            for when in _spread(chance, first, times.start, per_day * DAYS):
                yield source, when, name
    per_second = RENAMED_ORDERS / (times.start - times.renamed).total_seconds()
    before = round(per_second * (times.renamed - first).total_seconds())
    for when in _spread(chance, first, times.renamed, before):
        yield "android", when, "Order Completed"
    yield "android", times.renamed, "Order Complete"
    for when in _spread(chance, times.renamed, times.start - SLOT, RENAMED_ORDERS - 1):
        yield "android", when, "Order Complete"
    for index, when in enumerate(
        _spread(chance, first + timedelta(days=3), times.start - SLOT, DYNAMIC_NAMES)
    ):
        yield "ios", when, f"Product {_digest(f'article {index}')[:6]}f0 Viewed"


def _spread(chance: random.Random, first: datetime, last: datetime, count: int) -> Iterator[datetime]:
    """`count` moments between two others, as the hours of the day weigh."""
    hours = []
    hour = first.replace(minute=0, second=0, microsecond=0)
    while hour < last:
        hours.append(hour)
        hour += timedelta(hours=1)
    weights = [WEIGHTS[hour.hour] for hour in hours]
    for hour in chance.choices(hours, weights, k=count):
        low = max(hour, first)
        high = min(hour + timedelta(hours=1), last)
        yield low + (high - low) * chance.random()


def _message(source: str, name: str, when: datetime, times: Times, index: int) -> dict[str, Any]:
    """One message, with what is wrong with it. `index` tells it from others of its source and slot."""
    seed = f"{source} {name} {(times.start - when).total_seconds():.3f} {index}"
    chance = random.Random(seed)  # noqa: S311
    version = _release(source, when, times)
    message: dict[str, Any] = {
        "type": "identify" if name == "identify" else "track",
        "messageId": f"demo-{_digest(f'{seed} {times.start.isoformat()}')[:24]}",
        "userId": f"u{chance.randrange(9_000) + 1_000}",
        "timestamp": when.isoformat(),
        "context": {"library": {"name": f"analytics-{source}", "version": "2.1.0"}},
    }
    if version:
        message["context"]["app"] = {"name": "Strider", "version": version}
    if name == "identify":
        message["traits"] = _traits(chance, source, when, times)
    else:
        message["event"] = name
        message["properties"] = _properties(chance, source, name, version, when, times)
    return message


def _release(source: str, when: datetime, times: Times) -> str:
    if source == "web":
        return "3.2.0" if when >= times.text_total else "3.1.4"
    if source == "ios":
        return "5.8.1" if when >= times.no_currency else "5.7.0"
    if source == "android":
        return "2.4.0" if when >= times.renamed else "2.3.2"
    return ""


def _traits(chance: random.Random, source: str, when: datetime, times: Times) -> dict[str, Any]:
    person = f"runner{chance.randrange(9_000)}"
    rate = 0.0
    if source == "web" and when > times.start - timedelta(days=10):
        rate = 1.0 if when > times.start - timedelta(hours=24) else 0.25
    email = f"{person}.example.com" if chance.random() < rate else f"{person}@example.com"
    return {"email": email, "plan": chance.choice(["guest", "member"])}


def _properties(
    chance: random.Random, source: str, name: str, version: str, when: datetime, times: Times
) -> dict[str, Any]:
    article, title, price = chance.choice(SNEAKERS)
    product = {"product_id": article, "name": title, "price": price, "quantity": chance.choice([1, 1, 1, 2])}
    order = f"SO-{chance.randrange(90_000) + 10_000}"
    if name in {"Order Completed", "Order Complete"}:
        return _order(chance, source, product, order, when, times)
    if name == "Checkout Started":
        checkout = {"order_id": order, "value": price, "currency": "EUR"}
        if source == "ios" and version == "5.8.1" and chance.random() < 0.35:
            del checkout["currency"]
        return checkout
    if name == "Signed Up":
        return {"type": _signup(chance, source, when, times)}
    if name in {"Product Added", "Product Removed"}:
        broken = name == "Product Added" and source == "android" and chance.random() < 0.04
        if broken and when > times.start - timedelta(days=9):
            product["quantity"] = -1
        return {"cart_id": f"c{chance.randrange(99_999)}", **product}
    if name.startswith("Product ") and name.endswith(" Viewed") and name != "Product List Viewed":
        return product
    plain: dict[str, dict[str, Any]] = {
        "Application Installed": {"build": version},
        "Application Opened": {"from_background": chance.random() < 0.4},
        "Product List Viewed": {"list_id": chance.choice(["new", "sale"]), "category": "Sneakers"},
        "Products Searched": {"query": chance.choice(["trail", "white low", "gtx", "size 46"])},
        "Cart Viewed": {"cart_id": f"c{chance.randrange(99_999)}"},
        "Coupon Applied": {"coupon": chance.choice(["WELCOME10", "RUN24"])},
        "Payment Info Entered": {"order_id": order, "method": chance.choice(["card", "paypal", "invoice"])},
        "Order Refunded": {"order_id": order, "total": price},
    }
    return plain[name]


def _order(
    chance: random.Random, source: str, product: dict[str, Any], order: str, when: datetime, times: Times
) -> dict[str, Any]:
    total = round(product["price"] * product["quantity"], 2)
    properties: dict[str, Any] = {"order_id": order, "total": total, "currency": "EUR", "products": [product]}
    if chance.random() < 0.31 and when > times.start - timedelta(days=11):
        properties["coupon_code"] = chance.choice(["WELCOME10", "RUN24"])
    if source == "web" and when >= times.text_total and chance.random() < 0.96:
        properties["total"] = f"{total:.2f}"
    broken_id = times.start - timedelta(days=8) < when < times.no_product_id_until
    if source == "web" and broken_id and chance.random() < 0.2:
        del product["product_id"]
    return properties


def _signup(chance: random.Random, source: str, when: datetime, times: Times) -> str:
    days = (times.start - when).total_seconds() / 86_400
    wrong = 9 < days < 11 or when >= times.organic_back
    if source == "web" and wrong and chance.random() < 0.5:
        return "Organic"
    return chance.choice(["organic", "organic", "invited"])


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()

"""The thousand calls every SDK makes, and what the plan makes of them."""

from typing import Any

Json = dict[str, Any]

PLAN: Json = {
    "planwright": 1,
    "name": "SDKs",
    "rules": [
        {
            "type": "track",
            "name": "Order Completed",
            "version": 1,
            "schema": {
                "type": "object",
                "properties": {
                    "properties": {
                        "type": "object",
                        "properties": {"total": {"type": "number"}, "currency": {"enum": ["EUR", "USD"]}},
                        "required": ["total", "currency"],
                    }
                },
                "required": ["properties"],
            },
        },
        {
            "type": "identify",
            "name": "",
            "version": 1,
            "schema": {"type": "object", "required": ["userId"], "properties": {"userId": {"minLength": 1}}},
        },
    ],
}


def thousand() -> list[Json]:
    return [_call(number) for number in range(1000)]


def _call(number: int) -> Json:
    user = f"user_{number % 50}"
    order = {"total": number / 4, "currency": "EUR"}
    special: dict[int, Json] = {
        0: {"type": "identify", "userId": user, "traits": {"plan": "pro"}},
        1: {"type": "page", "userId": user, "name": "Home", "properties": {"section": "shop"}},
        2: {"type": "screen", "userId": user, "name": "Main", "properties": {"tab": "orders"}},
        3: {"type": "group", "userId": user, "groupId": "acme", "traits": {"seats": 4}},
        4: {"type": "alias", "userId": user, "previousId": f"anonymous_{number}"},
        5: {"type": "track", "userId": user, "event": "Order Complete", "properties": order},
        6: {
            "type": "track",
            "userId": user,
            "event": "Order Completed",
            "properties": order | {"total": "89.90"},
        },
        7: {"type": "track", "userId": user, "event": "Order Completed", "properties": {"total": 1}},
    }
    good: Json = {"type": "track", "userId": user, "event": "Order Completed", "properties": order}
    return special.get(number % 20, good)


# Of twenty calls: 12 good orders, 1 identify; 2 bad orders; 1 unplanned; page, screen, group, alias without a rule.
EXPECTED = {
    "received": 1000,
    "conforming": 650,
    "violating": 100,
    "unplanned": 50,
    "unchecked": 200,
    "duplicate": 0,
    "rejected": 0,
    "passed": 1000,
    "omitted": 0,
    "blocked": 0,
    "pending": 0,
}

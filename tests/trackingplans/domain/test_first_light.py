from trackingplans.domain.messages import Message, read
from trackingplans.domain.plan import from_document
from trackingplans.domain.validation import CompiledPlan


def test_a_message_is_read_and_judged():
    plan = from_document(
        {
            "rules": [
                {
                    "type": "track",
                    "name": "Order Completed",
                    "schema": {
                        "properties": {"properties": {"required": ["total"]}},
                        "required": ["properties"],
                    },
                }
            ]
        }
    )
    body = b'{"batch": [{"type": "track", "event": "Order Completed", "userId": "u", "properties": {}}]}'
    (message,) = read(body, "batch")
    assert isinstance(message, Message)
    judgement = CompiledPlan(plan).check(message)
    assert [(finding.code, finding.path) for finding in judgement.findings] == [
        ("required", "properties.total")
    ]

"""Ready-to-paste code says just what the message says."""

import ast
import json
import re
import subprocess

import pytest

from tests import machine
from trackingplans.domain.snippets import snippets

ORDER = {
    "type": "track",
    "event": "Order Completed",
    "userId": "user-1",
    "properties": {
        "order_id": "50314",
        "total": 89.9,
        "is_gift": True,
        "coupon": None,
        "odd key": 'say "hi" $now',
        "products": [{"sku": "G-32", "tags": ["a", "b"]}],
    },
    "context": {"protocols": {"event_version": 2}},
}
CALLS = [
    ORDER,
    {"type": "identify", "userId": "u", "traits": {"email": "ana@example.com"}},
    {"type": "group", "userId": "u", "groupId": "g", "traits": {}},
    {"type": "page", "name": "Home", "userId": "u", "properties": {"path": "/"}},
    {"type": "screen", "name": "Home", "userId": "u", "properties": {}},
]


def code(message, key):
    return next(one.code for one in snippets(message) if one.key == key)


def test_there_is_code_for_six_sdks():
    assert [one.title for one in snippets(ORDER)] == ["Browser", "Node", "Python", "Swift", "Kotlin", "Go"]


@pytest.mark.parametrize("message", CALLS, ids=lambda one: one["type"])
def test_python_says_what_the_message_says(message):
    call = ast.parse(code(message, "python")).body[0].value
    said = {keyword.arg: ast.literal_eval(keyword.value) for keyword in call.keywords}

    facts = "traits" if "traits" in message else "properties"
    assert call.func.attr == message["type"]
    assert said[facts] == message[facts]
    assert said["user_id"] == message["userId"]
    assert said.get("context") == message.get("context")


@machine.needs("node")
@pytest.mark.parametrize("message", CALLS, ids=lambda one: one["type"])
def test_javascript_says_what_the_message_says(message):
    program = (
        "const said = [];\n"
        "const analytics = new Proxy({}, {get: (_, kind) => (...args) => said.push([kind, ...args])});\n"
        f"{code(message, 'node')}{code(message, 'browser')}console.log(JSON.stringify(said));"
    )
    node = [machine.program("node"), "-e", program]
    (kind, body), browser = json.loads(
        subprocess.run(node, capture_output=True, check=True, text=True).stdout
    )

    assert {"type": kind, **body} == message
    facts = message.get("traits", message.get("properties"))
    assert browser[0] == message["type"]
    assert facts in browser


def test_swift_kotlin_and_go_are_written_as_their_sdks_want_it():
    assert code(ORDER, "swift").startswith(
        "// In a plugin, set context.protocols.event_version to 2: this is version 2.\n"
        'analytics.track(name: "Order Completed", properties: [\n  "order_id": "50314",\n  "total": 89.9,\n'
        '  "is_gift": true,\n  "coupon": NSNull(),\n  "odd key": "say \\"hi\\" $now",\n  "products": ['
    )
    assert (
        '"products": [["sku": "G-32", "tags": ["a", "b"] as [Any]] as [String: Any]] as [Any],\n])'
        in re.sub(r"\n {4,}|,\n {2,4}(?=\])", "", code(ORDER, "swift")).replace("[\n  [", "[[")
    )
    assert (
        '  put("odd key", "say \\"hi\\" \\$now")\n'
        '  putJsonArray("products") {\n    addJsonObject {\n      put("sku", "G-32")\n'
        '      putJsonArray("tags") {\n        add("a")\n        add("b")\n      }\n    }\n  }\n})\n'
    ) in code(ORDER, "kotlin")
    assert (
        'client.Enqueue(analytics.Track{\n  UserId: "user-1",\n  Event: "Order Completed",\n'
        '  Properties: analytics.Properties{\n    "order_id": "50314",\n'
    ) in code(ORDER, "go")
    assert '"coupon": nil,' in code(ORDER, "go")
    assert (
        'Context: &analytics.Context{Extra: map[string]any{"protocols": map[string]any{"event_version": 2}}}'
        in (" ".join(code(ORDER, "go").split()).replace("{ ", "{").replace(", }", "}"))
    )

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.trackingplans.domain.bodies import batch, call, from_document, read, text
from trackingplans.domain.messages import Fault, Limits, Message, glance

KINDS = ("batch", "import", "events", "track", "identify", "page", "screen", "group", "alias")


def one(body, kind="batch", **options):
    (found,) = read(body if isinstance(body, bytes) else body.encode(), kind, **options)
    return found


def test_a_batch_is_read_in_order():
    body = batch(text(messageId="a"), text(messageId="b", event="B"), sentAt="2026-11-22T06:37:14Z")
    assert [(m.message_id, m.event, m.sent_at) for m in read(body, "batch")] == [
        ("a", "Order Completed", "2026-11-22T06:37:14Z"),
        ("b", "B", "2026-11-22T06:37:14Z"),
    ]


def test_what_counts_and_matching_need_is_read():
    message = one(
        batch(
            text(
                anonymousId="a1",
                timestamp="2026-11-22T06:37:13Z",
                sentAt="2026-11-22T06:37:14Z",
                originalTimestamp="2026-11-22T06:37:12Z",
                context={"app": {"version": "2.4.0"}, "protocols": {"event_version": 2}},
            )
        )
    )
    assert isinstance(message, Message)
    assert (message.type, message.event, message.user_id, message.anonymous_id) == (
        "track",
        "Order Completed",
        "u1",
        "a1",
    )
    assert (message.release, message.event_version, message.properties) == ("2.4.0", 2, {"total": 89.9})
    assert message.timestamp == "2026-11-22T06:37:13Z"
    assert message.sent_at == "2026-11-22T06:37:14Z"
    assert message.original_timestamp == "2026-11-22T06:37:12Z"
    assert not message.is_odd


@pytest.mark.parametrize(
    ("version", "release"),
    [
        ("2.4.0", "2.4.0"),
        (2.4, "2.4"),
        (7, "7"),
        (None, ""),
        (True, ""),
        ({}, ""),
        ("x" * 500, "x" * 99 + "…"),
    ],
)
def test_the_release_is_text_of_bounded_length(version, release):
    assert one(batch(text(context={"app": {"version": version}}))).release == release


@pytest.mark.parametrize(
    ("version", "read_as"),
    [(2, 2), (2.0, 2), (3.2, None), ("2", None), (None, None), (True, None), ([], None)],
)
def test_only_a_whole_number_is_an_event_version(version, read_as):
    assert one(batch(text(context={"protocols": {"event_version": version}}))).event_version == read_as


@pytest.mark.parametrize(
    ("path", "own", "type_"),
    [
        ("track", {"type": "track"}, "track"),
        ("track", {"type": "identify"}, "track"),  # the path says what it is
        ("page", {"name": "Home"}, "page"),
        ("screen", {"name": "Main"}, "screen"),
        ("identify", {}, "identify"),
        ("group", {"groupId": "g"}, "group"),
        ("alias", {"previousId": "p"}, "alias"),
    ],
)
def test_a_single_path_implies_the_type(path, own, type_):
    message = one(json.dumps({"event": "E", "userId": "u", **own}), path)
    assert message.type == type_
    assert message.document()["type"] == type_


def test_pages_and_screens_are_called_by_name():
    assert (
        one(json.dumps({"type": "page", "userId": "u", "name": "Home", "event": "x"}), "events").event
        == "Home"
    )
    assert one(json.dumps({"type": "screen", "userId": "u"}), "events").event is None
    assert (
        one(json.dumps({"type": "identify", "userId": "u", "name": "x", "event": "x"}), "events").event
        is None
    )


@pytest.mark.parametrize("path", ["events", "batch"])
def test_a_webhook_posts_an_array(path):
    body = f"[{text(messageId='a')},{text(messageId='b')}]".encode()
    assert glance(body, path).messages == 2
    assert [m.message_id for m in read(body, path)] == ["a", "b"]


def test_a_webhook_posts_one_message_or_a_batch():
    assert one(text(), "events").message_id == "m1"
    assert len(read(batch(text(), text()), "events")) == 2
    assert glance(batch(text(), text()), "events").messages == 2


@pytest.mark.parametrize("body", [b'{"batch":[]}', b"{}", b'{"batch":null,"writeKey":"k"}', b"[]"])
def test_an_empty_batch_counts_as_one_rejected_message(body):
    assert glance(body).messages == 1
    assert one(body).code == "empty_batch"


def test_messages_beyond_the_limit_are_counted_and_rejected():
    body = batch(*[text(messageId=str(index)) for index in range(7)])
    found = read(body, "batch", Limits(messages=5))
    assert [m.message_id for m in found[:5]] == ["0", "1", "2", "3", "4"]
    assert (found[5].code, found[5].count, len(found)) == ("too_many_messages", 2, 6)
    assert glance(body, "batch", Limits(messages=5)).messages == 7


def test_the_limit_counts_messages_of_a_body_that_has_to_be_taken_apart_too():
    body = batch(*[text(messageId=str(index)) for index in range(7)], '{"a":NaN}', "[1 , 2]", "null", '"x"')
    found = read(body, "batch", Limits(messages=5))
    assert (found[5].code, found[5].count, len(found)) == ("too_many_messages", 6, 6)
    assert glance(body, "batch", Limits(messages=5)).messages == 11


def test_what_the_batch_says_is_merged_into_every_message():
    body = batch(
        text(context={"app": {"name": "own"}, "ip": "1.1.1.1"}, integrations={"B": False}),
        text(),
        context={"app": {"name": "common", "version": "9"}, "locale": "de"},
        integrations={"A": True, "B": True},
    )
    own, common = read(body, "batch")
    # keys of the message win at the top level of context, so its app has no version
    assert own.document()["context"] == {"app": {"name": "own"}, "locale": "de", "ip": "1.1.1.1"}
    assert own.document()["integrations"] == {"A": True, "B": False}
    assert own.release == ""
    assert common.document()["context"] == {"app": {"name": "common", "version": "9"}, "locale": "de"}
    assert common.release == "9"


def test_a_batch_context_that_is_no_object_says_nothing():
    message = one(batch(text(), context="web", integrations=[1]))
    assert "context" not in message.document()
    assert "integrations" not in message.document()


def test_what_the_batch_says_counts_towards_the_size_of_its_messages():
    body = batch(text(), context={"x": "y" * 33_000})
    assert one(body).code == "too_large"


def test_the_document_is_whole_and_says_no_write_key():
    message = one(batch(text(writeKey="secret", channel="server", _metadata={"a": 1}, anonymousId=None)))
    document = message.document()
    assert document == call(channel="server", _metadata={"a": 1}, anonymousId=None)


def test_a_message_without_an_id_gets_one_that_tells_requests_apart():
    body = batch(text(messageId=None), text(messageId=None))
    first = [m.message_id for m in read(body, "batch", seed="1")]
    assert len(set(first)) == 2
    assert first == [m.message_id for m in read(body, "batch", seed="1")]
    assert not set(first) & {m.message_id for m in read(body, "batch", seed="2")}
    message = read(body, "batch", seed="1")[0]
    assert not message.has_own_id
    assert message.document()["messageId"] == message.message_id


@pytest.mark.parametrize(("given", "kept"), [("m", "m"), (12, "12"), (1.5, "1.5"), ("x" * 200, "x" * 200)])
def test_a_message_id_is_text(given, kept):
    message = one(batch(text(messageId=given)))
    assert (message.message_id, message.has_own_id) == (kept, True)


def test_a_message_id_that_is_far_too_long_is_cut_and_still_tells_messages_apart():
    one_, other = read(batch(text(messageId="x" * 900 + "a"), text(messageId="x" * 900 + "b")), "batch")
    assert one_.message_id != other.message_id
    assert len(one_.message_id) == len(other.message_id) == 200


@pytest.mark.parametrize(
    ("body", "key"),
    [
        (batch(text(), writeKey="WK"), "WK"),
        (batch(text(writeKey="per event")), "per event"),
        (batch(text(writeKey="per event"), writeKey="WK"), "WK"),
        (batch(text()), ""),
        (batch(text(), writeKey=None), ""),
        (batch(text(), writeKey={"a": 1}), ""),
        (batch('{"a":NaN,"writeKey":"odd"}'), ""),
        (batch('{"a":NaN}', writeKey="WK"), "WK"),
        (text(writeKey="WK").encode(), "WK"),
        (b"[" + text(writeKey="in the array").encode() + b"]", "in the array"),
    ],
)
def test_the_door_sees_the_write_key(body, key):
    assert glance(body, "events").write_key == key


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"", "is empty"),
        (b"  \n", "is empty"),
        (b"<html>", "line 1, column 1, byte 0"),
        (b"5", "not JSON of an object or a list"),
        (b'"x"', "not JSON"),
        (b"null", "not JSON"),
        (b'{"batch":[{"type":"track"}', "at its end"),
        (b'{"batch":[{"type":"track"', "is not closed"),
        (b'{"batch":[]} x', "line 1, column 14, byte 13"),
        (b'{"batch":[]}{"batch":[]}', "Something follows"),
        (b'{"batch":[],}', "A key in double quotes"),
        (b'{"batch":[{},]}', "A value should stand here"),
        (b'{"batch":[{},,{}]}', "A value should stand here"),
        (b'{"batch":\n[{}\n{}]}', "line 3, column 1"),
        (b'{"batch":[{}]', "at its end"),
        (b'{"batch" [{}]}', "a colon"),
        (b'{"batch":{}}', "`batch` is not a list"),
        (b'{"batch":5}', "`batch` is not a list"),
        (b'{"batch":[],"sentAt":tomorrow}', "This is no JSON value"),
        (b'{"\\q":1}', "invalid escape"),
        ('{"batch":[]}'.encode("utf-16"), "UTF-16"),
        ('{"batch":[]}'.encode("utf-16-le"), "UTF-16"),
        ('{"batch":[]}'.encode("utf-32"), "UTF-16 or UTF-32"),
        (b"\x1f\x8b\x08\x00", "not JSON"),
        (b"data=%7B%7D", "not JSON"),
    ],
)
def test_a_body_that_is_no_json_as_a_whole_says_why(body, says):
    seen = glance(body)
    assert not seen.readable
    assert says in seen.problem
    assert one(body).code == "unreadable"


@pytest.mark.parametrize(
    "raw", [b'{"type":"track",}', b'{"properties":{"a":tru}}', b'{"a":01}', b'{"a":"\\q"}', b'{"a":1']
)
def test_broken_json_on_a_single_path_is_unreadable_as_a_whole(raw):
    assert not glance(raw, "track").readable


@pytest.mark.parametrize("raw", [b"[]", b"[{}]", b'{"event":5}', b'{"a":' * 70 + b"1" + b"}" * 70])
def test_a_fault_of_shape_on_a_single_path_is_one_rejected_message(raw):
    assert (glance(raw, "track").readable, glance(raw, "track").messages) == (True, 1)
    assert isinstance(one(raw, "track"), Fault)


def test_a_byte_order_mark_is_skipped():
    body = b"\xef\xbb\xbf" + batch(text())
    assert glance(body).readable
    assert one(body).event == "Order Completed"


def test_values_that_strict_json_cannot_carry_are_kept():
    body = batch(text().replace("89.9", 'NaN,"b":-Infinity,"c":1e400,"d":"\\ud800","e":"\\u0000"'))
    message = one(body)
    assert message.is_odd
    properties = message.document()["properties"]
    assert properties["total"] != properties["total"]
    assert (properties["b"], properties["c"]) == (float("-inf"), float("inf"))
    assert (properties["d"], properties["e"]) == ("\ud800", "\0")


def test_of_equal_keys_the_last_wins():
    body = b'{"batch":[],"batch":[{"type":"identify","type":"track","event":"A","event":"B","userId":"u"}]}'
    assert (one(body).type, one(body).event) == ("track", "B")
    odd = body.replace(b'"userId"', b'"x":NaN,"userId"')
    assert (one(odd).type, one(odd).event) == ("track", "B")


def test_a_fault_says_what_can_be_told_of_its_message():
    fault = one(batch(text(event="Order Completed", properties=[])))
    assert (fault.type, fault.event, fault.message_id) == ("track", "Order Completed", "m1")
    assert fault.head.startswith(b'{"type": "track"')
    nameless = one(batch('{"a":NaN}'))
    assert (nameless.type, nameless.event, nameless.message_id) == (None, None, None)
    assert one(b"[]", "page").type == "page"


def test_parsed_events_are_read_under_the_same_rules():
    assert from_document(call()).document() == call()
    assert from_document(call(properties={"a": float("nan"), "b": "\ud800"})).is_odd
    assert from_document(5).code == "not_object"
    assert from_document([call()]).code == "not_object"
    assert from_document({"batch": [call()]}).code == "type_required"
    assert from_document(call(properties={"a": 10**5000})).code == "huge_integer"
    assert from_document(call(properties={"a": "x" * 40_000})).code == "too_large"
    deep: Any = {}
    for _ in range(5000):
        deep = {"a": deep}
    assert from_document(call(properties=deep)).code == "too_deep"


# Any bytes at all

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)
CALLS = st.fixed_dictionaries(
    {},
    optional={
        "type": st.sampled_from(["track", "identify", "page", "group", "alias", "screen", "x"]) | JSON,
        "event": st.text(max_size=5) | JSON,
        "userId": st.text(max_size=5) | JSON,
        "messageId": st.text(max_size=5) | JSON,
        "context": JSON,
        "properties": JSON,
        "traits": JSON,
    },
)
BODIES = st.one_of(
    st.binary(max_size=200),
    st.text(alphabet='{}[]",:\\ntrue0a NI', max_size=60).map(lambda text: text.encode()),
    st.lists(CALLS | JSON, max_size=6).map(lambda calls: json.dumps({"batch": calls}).encode()),
    CALLS.map(lambda document: json.dumps(document).encode()),
)


def _holds_together(body, kind):
    seen = glance(body, kind)
    found = read(body, kind, seed="1")
    assert sum(item.count if isinstance(item, Fault) else 1 for item in found) == seen.messages
    assert seen.readable == (bool(found) and not (seen.problem and found[0].code == "unreadable"))
    for item in found:
        if isinstance(item, Message):
            for value in (
                item.type,
                item.event,
                item.message_id,
                item.user_id,
                item.anonymous_id,
                item.release,
            ):
                assert value is None or "\0" not in value
                assert value is None or isinstance(value.encode(), bytes)
            assert item.document()["type"] == item.type


@given(BODIES, st.sampled_from(KINDS))
@settings(max_examples=150, deadline=None)
def test_any_bytes_are_read_without_raising_and_the_counts_agree(body, kind):
    _holds_together(body, kind)


@given(st.lists(CALLS, min_size=1, max_size=4), st.data())
@settings(max_examples=100, deadline=None)
def test_any_damage_to_a_body_is_read_without_raising(calls, data):
    body = bytearray(json.dumps({"batch": calls, "context": {"app": {"version": "1"}}}).encode())
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(body) - 1))
        body[at : at + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))
        if not body:
            break
    _holds_together(bytes(body), "batch")


@given(st.lists(CALLS, max_size=5), st.text(alphabet=" \n\t", max_size=3))
@settings(max_examples=80, deadline=None)
def test_both_ways_of_reading_see_the_same(calls, blank):
    """A batch with a message only the scanner can take is read as without it."""
    texts = [json.dumps(document) for document in calls]
    plainly = read(batch(*texts), "batch", seed="1")
    apart = read(batch(*[blank + part + blank for part in texts], '{"a":\x01}'), "batch", seed="1")[:-1]
    if calls:
        assert [_fate(item) for item in plainly] == [_fate(item) for item in apart]


def _fate(item):
    if isinstance(item, Fault):
        return item.code, item.type, item.event, item.message_id
    return item.type, item.event, item.has_own_id, item.user_id, item.release, repr(item.document()["type"])

"""One bad message among 99 good ones costs itself and nothing else."""

import json
import time
import tracemalloc

import pytest

from tests.trackingplans.domain.bodies import batch, nested, read, text
from trackingplans.domain.messages import Fault, Message, glance

TRACK = '{"type":"track","event":"Order Completed","userId":"u1","messageId":"bad","properties":%s}'
READABLE = "readable"

# what the message is: its JSON text (or bytes), and what becomes of it
HOSTILE: dict[str, tuple[str | bytes, str]] = {
    # numbers
    "NaN": (TRACK % '{"total":NaN}', READABLE),
    "Infinity": (TRACK % '{"total":Infinity}', READABLE),
    "-Infinity": (TRACK % '{"total":-Infinity}', READABLE),
    "a float beyond range": (TRACK % '{"total":1e400}', READABLE),
    "a negative float beyond range": (TRACK % '{"total":-1e400}', READABLE),
    "a float too small": (TRACK % '{"total":1e-400}', READABLE),
    "an integer of 20 digits": (TRACK % ('{"total":' + "9" * 20 + "}"), READABLE),
    "an integer of 4,300 digits": (TRACK % ('{"total":' + "9" * 4300 + "}"), READABLE),
    "an integer of 4,301 digits": (TRACK % ('{"total":' + "9" * 4301 + "}"), "huge_integer"),
    "a negative integer of 4,301 digits": (TRACK % ('{"total":-' + "9" * 4301 + "}"), "huge_integer"),
    "4,301 digits as text": (TRACK % ('{"total":"' + "9" * 4301 + '"}'), READABLE),
    "4,301 digits after the point": (TRACK % ('{"total":0.' + "9" * 4301 + "}"), READABLE),
    "an exponent of 4,301 digits": (TRACK % ('{"total":1e' + "9" * 4301 + "}"), READABLE),
    "a huge integer where no rule looks": (
        text(context={"x": 0}).replace("0}", "9" * 4301 + "}"),
        "huge_integer",
    ),
    "a leading zero": (TRACK % '{"total":01}', "unreadable"),
    "a plus sign": (TRACK % '{"total":+1}', "unreadable"),
    "a point without digits": (TRACK % '{"total":1.}', "unreadable"),
    "a point first": (TRACK % '{"total":.5}', "unreadable"),
    "a hexadecimal number": (TRACK % '{"total":0x1F}', "unreadable"),
    # text
    "NUL escaped": (TRACK % '{"note":"a\\u0000b"}', READABLE),
    "NUL raw": (TRACK % '{"note":"a\x00b"}', READABLE),
    "NUL in a key": (TRACK % '{"a\\u0000b":1}', READABLE),
    "a newline raw": (TRACK % '{"note":"a\nb"}', READABLE),
    "a tab raw": (TRACK % '{"note":"a\tb"}', READABLE),
    "a lone high surrogate": (TRACK % '{"note":"\\ud800"}', READABLE),
    "a lone low surrogate": (TRACK % '{"note":"\\udc00"}', READABLE),
    "surrogates the wrong way round": (TRACK % '{"note":"\\udc00\\ud800"}', READABLE),
    "a lone surrogate in a key": (TRACK % '{"\\ud800":1}', READABLE),
    "a surrogate pair": (TRACK % '{"note":"\\ud83d\\ude00"}', READABLE),
    "invalid UTF-8": ((TRACK % '{"note":"x"}').encode().replace(b'"x"', b'"\xff\xfe"'), READABLE),
    "overlong UTF-8": ((TRACK % '{"note":"x"}').encode().replace(b'"x"', b'"\xc0\xaf"'), READABLE),
    "a surrogate in UTF-8": ((TRACK % '{"note":"x"}').encode().replace(b'"x"', b'"\xed\xa0\x80"'), READABLE),
    "cut UTF-8": ((TRACK % '{"note":"x"}').encode().replace(b'"x"', b'"\xe2\x82"'), READABLE),
    "Latin-1": (TRACK.encode("latin-1") % '{"name":"Jürgen"}'.encode("latin-1"), READABLE),
    "an invalid escape": (TRACK % '{"note":"\\q"}', "unreadable"),
    "a cut escape": (TRACK % '{"note":"\\u00"}', "unreadable"),
    "U+2028": (TRACK % '{"note":"\u2028"}', READABLE),
    "text that looks like JSON": (TRACK % json.dumps({"note": '}]},{"type":"track"}'}), READABLE),
    "text of brackets": (TRACK % json.dumps({"note": "[{" * 200}), READABLE),
    "text that ends in backslashes": (TRACK % json.dumps({"note": "\\\\"}), READABLE),
    # structure
    "a number": ("5", "not_object"),
    "text": ('"x"', "not_object"),
    "null": ("null", "not_object"),
    "true": ("true", "not_object"),
    "a list": ("[1,2]", "not_object"),
    "an empty list": ("[]", "not_object"),
    "a list of lists": ("[[[]]]", "not_object"),
    "NaN alone": ("NaN", "not_object"),
    "a bare word": ("undefined", "unreadable"),
    "an empty object": ("{}", "type_required"),
    "a trailing comma": ('{"type":"track",}', "unreadable"),
    "a missing value": ('{"type":}', "unreadable"),
    "a missing colon": ('{"type" "track"}', "unreadable"),
    "single quotes": ("{'type':'track'}", "unreadable"),
    "a key without quotes": ("{type:1}", "unreadable"),
    "a comment": ('{"type":"track" /* hi */}', "unreadable"),
    "equal keys": (TRACK % '{"total":"x","total":1}', READABLE),
    "64 levels": (TRACK % nested(63), READABLE),
    "65 levels": (TRACK % nested(64), "too_deep"),
    "65 levels of lists": (TRACK % ('{"a":' + "[" * 63 + "]" * 63 + "}"), "too_deep"),
    "65 levels behind brackets in text": (TRACK % nested(64).replace('"a"', '"}{"'), "too_deep"),
    "65 levels in context": (text(context={"x": 0}).replace("0}", nested(63) + "}"), "too_deep"),
    "2,000 levels": (TRACK % nested(2000), "too_deep"),
    "15,000 levels of lists": (TRACK % ("[" * 15000 + "]" * 15000), "too_deep"),
    "2 MB": (TRACK % json.dumps({"note": "x" * 2_000_000}), "too_large"),
    "one byte over 32 KB": (TRACK % json.dumps({"note": "x" * (32_768 - 96)}), "too_large"),
    "2,000 keys": (TRACK % json.dumps({f"k{i}": i for i in range(2000)}), READABLE),
    "__proto__": (TRACK % '{"__proto__":{"x":1},"constructor":1,"":2,"a.b":3,"a/b~c":4}', READABLE),
    # the shape of a call
    "no type": ('{"event":"A","userId":"u"}', "type_required"),
    "type null": ('{"type":null,"event":"A","userId":"u"}', "type_required"),
    "an unknown type": ('{"type":"purchase","userId":"u"}', "type_unknown"),
    "a type in upper case": ('{"type":"TRACK","event":"A","userId":"u"}', "type_unknown"),
    "a type that is no text": ('{"type":5,"userId":"u"}', "type_unknown"),
    "a type that is a list": ('{"type":["track"],"userId":"u"}', "type_unknown"),
    "no event": ('{"type":"track","userId":"u"}', "event_not_defined"),
    "an empty event": ('{"type":"track","event":"","userId":"u"}', "event_not_defined"),
    "event null": ('{"type":"track","event":null,"userId":"u"}', "event_not_defined"),
    "an event that is a number": ('{"type":"track","event":7,"userId":"u"}', "event_not_string"),
    "an event that is an object": ('{"type":"track","event":{},"userId":"u"}', "event_not_string"),
    "an event of 30,000 characters": (
        json.dumps({"type": "track", "event": "x" * 30000, "userId": "u"}),
        READABLE,
    ),
    "an event with NUL": ('{"type":"track","event":"a\\u0000","userId":"u"}', READABLE),
    "an event with a lone surrogate": ('{"type":"track","event":"a\\ud800","userId":"u"}', READABLE),
    "properties that are a list": (TRACK % "[]", "properties_not_object"),
    "properties that are text": (TRACK % '"x"', "properties_not_object"),
    "properties null": (TRACK % "null", READABLE),
    "traits that are a list": ('{"type":"identify","userId":"u","traits":[]}', "traits_not_object"),
    "traits on a track call that are a list": (text(traits=[]), READABLE),
    "a page name that is a number": ('{"type":"page","userId":"u","name":1}', "name_not_string"),
    "a category that is a list": ('{"type":"screen","userId":"u","category":[]}', "category_not_string"),
    "no id": ('{"type":"track","event":"A"}', "id_required"),
    "an empty id": ('{"type":"track","event":"A","userId":""}', "id_required"),
    "both ids null": ('{"type":"track","event":"A","userId":null,"anonymousId":null}', "id_required"),
    "an id that is a number": ('{"type":"track","event":"A","userId":5}', "id_not_string"),
    "an id that is an object": ('{"type":"track","event":"A","anonymousId":{}}', "id_not_string"),
    "one id of two that is a number": (text(userId=5, anonymousId="a"), READABLE),
    "a group call without groupId": ('{"type":"group","userId":"u"}', "id_required"),
    "a groupId that is a number": ('{"type":"group","userId":"u","groupId":1}', "id_not_string"),
    "an alias call without previousId": ('{"type":"alias","userId":"u"}', "id_required"),
    "a messageId that is a number": (text(messageId=12), READABLE),
    "a messageId that is an object": (text(messageId={"a": 1}), READABLE),
    "an empty messageId": (text(messageId=""), READABLE),
    "a messageId of 10,000 characters": (text(messageId="m" * 10_000), READABLE),
    "context that is text": (text(context="web"), READABLE),
    "context.app that is a list": (text(context={"app": []}), READABLE),
    "a version that is an object": (text(context={"app": {"version": {}}}), READABLE),
    "an event_version that is text": (text(context={"protocols": {"event_version": "2"}}), READABLE),
    "a timestamp that is a number": (text(timestamp=5), READABLE),
    "integrations that are a list": (text(integrations=[]), READABLE),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_message_costs_only_itself(kind):
    raw, fate = HOSTILE[kind]
    good = [text(messageId=f"good-{index}") for index in range(99)]
    body = batch(*good[:50], raw, *good[50:], writeKey="WK", context={"app": {"version": "2.4.0"}})

    seen = glance(body)
    assert (seen.readable, seen.messages, seen.write_key) == (True, 100, "WK")

    found = read(body, "batch", seed="7")
    assert len(found) == 100
    assert [m.message_id for m in found[:50]] == [f"good-{index}" for index in range(50)]
    assert [m.message_id for m in found[51:]] == [f"good-{index}" for index in range(50, 99)]
    assert all(m.release == "2.4.0" for m in found[:50])
    hostile = found[50]
    if fate == READABLE:
        assert isinstance(hostile, Message)
        for value in (hostile.event or "", hostile.message_id, hostile.release):
            value.encode()
            assert "\0" not in value
        hostile.document()
    else:
        assert isinstance(hostile, Fault)
        assert (hostile.code, hostile.count) == (fate, 1)
        assert hostile.reason.endswith(".")


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_message_sent_alone_has_the_same_fate(kind):
    raw, fate = HOSTILE[kind]
    raw = raw if isinstance(raw, bytes) else raw.encode()
    seen = glance(raw, "events")
    if fate == "unreadable" or raw[:1] not in b"{[":
        assert not seen.readable
        assert seen.problem.endswith(".")
    elif raw[:1] == b"{":
        (found,) = read(raw, "events")
        assert (seen.readable, seen.messages) == (True, 1)
        assert (found.code if isinstance(found, Fault) else READABLE) == fate


MEGABYTE = 1_000_000

# bodies made to hurt, by their size in megabytes
HURTING = {
    "lists that open": lambda mb: b"[" * (mb * MEGABYTE),
    "objects that open": lambda mb: b'{"a":' * (mb * 200_000),
    "a deep list": lambda mb: b'{"batch":[' + b"[" * (mb * 500_000) + b"]" * (mb * 500_000) + b"]}",
    "a deep object": lambda mb: (
        b'{"batch":[' + b'{"a":' * (mb * 170_000) + b"1" + b"}" * (mb * 170_000) + b"]}"
    ),
    "many lists 900 deep": lambda mb: (
        b'{"batch":[' + b",".join([b"[" * 900 + b"]" * 900] * (mb * 550)) + b"]}"
    ),
    "many numbers": lambda mb: b'{"batch":[' + b"1," * (mb * 500_000) + b"1]}",
    "many objects": lambda mb: b'{"batch":[' + b"{}," * (mb * 330_000) + b"{}]}",
    "many texts": lambda mb: b'{"batch":[' + b'"",' * (mb * 330_000) + b'""]}',
    "many lists": lambda mb: b'{"batch":[' + b"[]," * (mb * 330_000) + b"NaN]}",
    "many lists and blanks": lambda mb: b'{"batch":[' + b"[] ," * (mb * 250_000) + b"NaN]}",
    "many NaNs": lambda mb: b'{"batch":[' + b",".join([b'{"a":NaN}'] * (mb * 100_000)) + b"]}",
    "many bare words": lambda mb: b'{"batch":[' + b"x," * (mb * 500_000) + b"x]}",
    "backslashes": lambda mb: b'{"batch":["' + b"\\" * (mb * MEGABYTE) + b'"]}',
    "open text": lambda mb: b'{"batch":["' + b"x" * (mb * MEGABYTE),
    "quotes": lambda mb: b'"' * (mb * MEGABYTE),
    "keys that open": lambda mb: b'{"' * (mb * 500_000),
    "brackets that open in turn": lambda mb: b"[{" * (mb * 500_000),
    "lists side by side": lambda mb: b"[]" * (mb * 500_000),
    "blanks": lambda mb: b" " * (mb * MEGABYTE),
    "digits": lambda mb: b"9" * (mb * MEGABYTE),
    "no UTF-8": lambda mb: b"\xff" * (mb * MEGABYTE),
    "a text that is no UTF-8": lambda mb: b'{"batch":[{"a":"' + b"\xff" * (mb * MEGABYTE) + b'"}]}',
    "a number": lambda mb: b'{"batch":[{"a":' + b"9" * (mb * MEGABYTE) + b"}]}",
    "keys": lambda mb: b'{"batch":[{' + b",".join(b'"k%d":1' % i for i in range(mb * 80_000)) + b"}]}",
    "a deep context": lambda mb: (
        b'{"batch":[],"context":' + b'{"a":' * (mb * 170_000) + b"}" * (mb * 170_000) + b"}"
    ),
    "a long context": lambda mb: b'{"batch":[{}],"context":{"a":"' + b"x" * (mb * MEGABYTE) + b'"}}',
    "lists of small numbers": lambda mb: (
        b'{"batch":[' + b",".join([b"[" + b"1," * 15000 + b"NaN]"] * (mb * 33)) + b"]}"
    ),
}


@pytest.mark.parametrize("kind", HURTING)
def test_a_body_made_to_hurt_is_read_in_bounded_time(kind):
    _read_within(HURTING[kind](1), seconds=1.0)


@pytest.mark.slow
@pytest.mark.parametrize("kind", HURTING)
def test_a_body_of_four_megabytes_made_to_hurt_is_read_in_bounded_time(kind):
    _read_within(HURTING[kind](4), seconds=3.0)


@pytest.mark.slow
@pytest.mark.parametrize("kind", HURTING)
def test_a_body_made_to_hurt_is_read_in_bounded_memory(kind):
    body = HURTING[kind](1)
    tracemalloc.start()
    try:
        glance(body)
        read(body, "batch")
        assert tracemalloc.get_traced_memory()[1] < 64 * MEGABYTE
    finally:
        tracemalloc.stop()


def _read_within(body, seconds):
    began = time.process_time()
    seen = glance(body)
    found = read(body, "batch")
    assert time.process_time() - began < seconds
    assert sum(item.count if isinstance(item, Fault) else 1 for item in found) == seen.messages

"""The door, route by route: what real SDKs send, and what nobody should."""

import gzip
import io
import json
import zlib
from datetime import timedelta

import psycopg
import pytest
from django.utils import timezone

from ingest import inbox, write_keys
from ingest.door import KINDS
from ingest.models import InboxRow, RefusedBody
from ingest.storage import Unavailable
from tests.factories import WriteKeyFactory
from tests.ingest.conftest import basic
from tests.messages import batch, track
from trackingplans.models import TrafficHour

CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Headers": "authorization, content-type, x-retry-count",
    "Access-Control-Max-Age": "86400",
    "Access-Control-Expose-Headers": "Retry-After",
}
TYPES = ["application/json", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""]


def body_for(kind):
    return batch(track()) if kind in {"batch", "import"} else track()


@pytest.mark.parametrize("zipped", [False, True], ids=["plain", "gzip"])
@pytest.mark.parametrize("slash", ["", "/"], ids=["bare", "slash"])
@pytest.mark.parametrize("word", KINDS)
def test_every_route_stores_and_says_success(word, slash, zipped, send, inbox_rows):
    body = body_for(KINDS[word])
    reply = send(f"/v1/{word}{slash}", body, zipped=zipped)
    assert (reply.status, reply.json) == (200, {"success": True})
    assert CORS.items() <= reply.headers.items()
    [row] = inbox_rows()
    assert (row.kind, row.messages) == (KINDS[word], 1)
    assert json.loads(inbox.unpack(row.body)) == body


@pytest.mark.parametrize("content_type", TYPES)
@pytest.mark.parametrize(
    "encoding", [{}, {"HTTP_CONTENT_ENCODING": "gzip"}, {"HTTP_CONTENT_ENCODING": "br"}], ids=str
)
@pytest.mark.parametrize("zipped", [False, True], ids=["plain", "gzip"])
def test_neither_content_type_nor_encoding_is_believed(content_type, encoding, zipped, send, inbox_rows):
    headers = {"CONTENT_TYPE": content_type, **encoding}
    assert send("/v1/batch", batch(track(), track()), headers=headers, zipped=zipped).status == 200
    assert [row.messages for row in inbox_rows()] == [2]


@pytest.mark.parametrize(
    ("given", "where"),
    [
        ("header", "colon"), ("header", "bare"), ("header", "password"), ("query", ""),
        ("body", "batch"), ("body", "single"), ("event", ""), ("bearer and body", ""),
    ],
)  # fmt: skip
def test_the_write_key_may_come_in_every_way_sdks_know(given, where, send, write_key, inbox_rows):
    key, header, query, body = write_key.key, "", "", batch(track())
    if given == "header":
        header = basic(key, {"colon": ":", "bare": "", "password": ":secret"}[where])
    elif given == "query":
        query = f"a=1&write_key={key}"
    elif where == "single":
        body = track(writeKey=key)
    elif given == "event":
        body = batch(track(writeKey=key), track())
    else:
        body = batch(track(), writeKey=key)
        header = "Bearer some.oauth.token" if given == "bearer and body" else ""
    path = "/v1/track" if where == "single" else "/v1/batch"
    assert send(path, body, key=header, query=query).status == 200
    assert len(inbox_rows()) == 1


def test_basic_wins_over_query_and_body(send, write_key, inbox_rows):
    other = WriteKeyFactory()
    body = batch(track(writeKey=other.key), writeKey=other.key)
    assert send("/v1/batch", body, query=f"write_key={other.key}").status == 200
    assert len(inbox_rows()) == 1


@pytest.mark.parametrize(
    ("header", "query", "status", "code"),
    [
        ("Basic d2tfbm9ib2R5Og==", "", 401, "unknown_write_key"),
        ("Basic %%%", "", 401, "missing_write_key"),
        ("Basic Og==", "", 401, "missing_write_key"),
        ("Digest x", "", 401, "missing_write_key"),
        ("", "", 401, "missing_write_key"),
        ("", "write_key=%00", 401, "unknown_write_key"),
        ("", "write_key=" + "x" * 5000, 401, "unknown_write_key"),
        ("Basic 4pyT", "", 401, "unknown_write_key"),
    ],
)
def test_only_an_unknown_key_is_refused_and_counts_nowhere(header, query, status, code, send):
    before = InboxRow.objects.count()
    reply = send("/v1/batch", batch(track()), key=header or "none", query=query)
    assert (reply.status, reply.json["code"]) == (status, code)
    assert reply.json["message"]
    assert CORS.items() <= reply.headers.items()
    assert InboxRow.objects.count() == before


def test_an_old_key_works_until_its_grace_time_is_over(send, write_key, door):
    write_key.expires_at = timezone.now() + timedelta(hours=1)
    write_key.save()
    assert send("/v1/track", track()).status == 200
    write_key.expires_at = timezone.now() - timedelta(seconds=1)
    write_key.save()
    assert send("/v1/track", track()).status == 200  # known for five more seconds
    door.keys.forget()
    assert send("/v1/track", track()).status == 401


def test_a_key_whose_source_was_deleted_a_moment_ago_is_unknown(send, source):
    assert send("/v1/track", track()).status == 200
    InboxRow.objects.all().delete()
    source.delete()
    assert send("/v1/track", track()).status == 401


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "PATCH"])
@pytest.mark.parametrize("path", ["/v1/batch", "/v1/t/", "/v1/events", "/v1/m"])
def test_other_methods_are_405_and_never_redirected(method, path, send):
    reply = send(path, method=method)
    assert (reply.status, reply.headers["Allow"]) == (405, "POST, OPTIONS")
    assert CORS.items() <= reply.headers.items()


@pytest.mark.parametrize("path", ["/v1/batch", "/v1/t", "/v1/projects/x/settings", "/v1/nothing"])
def test_a_preflight_is_allowed(path, send):
    reply = send(path, method="OPTIONS", key="none")
    assert (reply.status, reply.body) == (200, b"")
    assert CORS.items() <= reply.headers.items()
    assert "POST" in reply.headers["Access-Control-Allow-Methods"]


@pytest.mark.parametrize(
    "path", ["/v1/", "/v1/nothing", "/v1/batch//", "/v1/pixel/track", "/v1/projects//settings"]
)
def test_unknown_paths_are_404_with_code_and_message(path, send):
    reply = send(path, track())
    assert (reply.status, reply.json["code"]) == (404, "not_found")
    assert CORS.items() <= reply.headers.items()


def test_metrics_of_browsers_are_taken_and_ignored(send, inbox_rows):
    assert send("/v1/m", {"series": []}).json == {"success": True}
    assert inbox_rows() == []


@pytest.mark.parametrize("slash", ["", "/"])
def test_settings_give_the_browser_its_own_key_and_our_host(slash, send, write_key, settings):
    settings.BASE_URL = "https://plan.example.com:8443"
    reply = send(f"/v1/projects/{write_key.key}/settings{slash}", method="GET", key="none")
    assert reply.status == 200
    assert reply.json["integrations"] == {
        "Segment.io": {"apiKey": write_key.key, "apiHost": "plan.example.com:8443/v1", "protocol": "https"}
    }
    assert reply.json["plan"]["track"]["__default"]["enabled"] is True
    assert CORS.items() <= reply.headers.items()


def test_settings_of_an_unknown_key_are_404(send):
    assert send("/v1/projects/wk_nobody/settings", method="GET").status == 404


GOOD = json.dumps(batch(track())).encode()
UNREADABLE = {
    "empty": b"",
    "cut off": GOOD[:-5],
    "html": b"<html><body>hello</body></html>",
    "text": b"hello",
    "array on batch": b"[1, 2",
    "cut gzip": gzip.compress(GOOD)[:-12],
    "damaged gzip": gzip.compress(GOOD)[:20] + b"\0" * 40,
    "endless gzip members": gzip.compress(b"") * 500,
    "zlib without gzip": zlib.compress(GOOD),
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_a_body_unreadable_as_a_whole_is_400_kept_and_counted(name, send, source):
    reply = send("/v1/batch", UNREADABLE[name])
    assert (reply.status, reply.json["code"]) == (400, "unreadable")
    assert CORS.items() <= reply.headers.items()
    [kept] = RefusedBody.objects.filter(source=source)
    assert (bytes(kept.head), kept.status, kept.size) == (UNREADABLE[name], 400, len(UNREADABLE[name]))
    [hour] = TrafficHour.objects.filter(source_id=source.pk)
    assert (hour.received, hour.rejected, hour.type, hour.event) == (1, 1, "", "")


def test_an_unreadable_body_without_a_key_in_the_head_counts_nowhere(send, write_key):
    before = RefusedBody.objects.count()
    assert send("/v1/batch", b'{"writeKey": "' + write_key.key.encode(), key="none").status == 400
    assert RefusedBody.objects.count() == before


@pytest.mark.parametrize(
    "body",
    [
        gzip.compress(gzip.compress(GOOD)),
        gzip.compress(GOOD[:30]) + gzip.compress(GOOD[30:]),
        gzip.compress(GOOD) + b"\0" * 512,
        b"\xef\xbb\xbf" + GOOD,
        b" \r\n\t" + GOOD + b"\n\n",
    ],
    ids=["gzip in gzip", "two members", "padded", "byte order mark", "white space"],
)
def test_odd_wrappings_are_unpacked(body, send, inbox_rows):
    assert send("/v1/batch", body).status == 200
    assert [row.messages for row in inbox_rows()] == [1]


class Endless(io.RawIOBase):
    """A body that never ends."""

    def __init__(self):
        self.given = 0

    def read(self, size=-1):
        self.given += size
        return b" " * size


@pytest.mark.parametrize("declared", ["", "99999999999999999999999", "50000000", "12", "-1", "many"])
def test_an_endless_body_is_413_after_a_bounded_number_of_bytes(declared, send, settings, source):
    settings.BODY_LIMIT_BYTES = 100_000
    body = Endless()
    reply = send("/v1/batch", headers={"wsgi.input": body, "CONTENT_LENGTH": declared})
    assert (reply.status, reply.json["code"]) == (413, "body_too_large")
    assert body.given < 40_000_000
    [kept] = RefusedBody.objects.filter(source=source)
    assert len(kept.head) == 64 * 1024


@pytest.mark.parametrize("times", [1, 2], ids=["bomb", "bomb in a bomb"])
def test_a_gzip_bomb_is_413(times, send, source):
    bomb = b"\0" * 50_000_000
    for _ in range(times):
        bomb = gzip.compress(bomb, 1)
    assert send("/v1/batch", bomb).status == 413
    assert RefusedBody.objects.filter(source=source).count() == 1


def test_the_limit_itself_is_allowed(send, settings, inbox_rows):
    settings.BODY_LIMIT_BYTES = len(GOOD)
    assert send("/v1/batch", GOOD).status == 200
    assert send("/v1/batch", gzip.compress(GOOD)).status == 200
    assert send("/v1/batch", GOOD + b" ").status == 413
    assert send("/v1/batch", gzip.compress(GOOD + b" ")).status == 413
    assert len(inbox_rows()) == 2


def test_only_the_newest_refused_bodies_of_a_source_are_kept(send, source):
    for number in range(55):
        send("/v1/batch", b"%d{" % number)
    kept = RefusedBody.objects.filter(source=source).order_by("id")
    assert [bytes(row.head) for row in kept] == [b"%d{" % number for number in range(5, 55)]
    assert TrafficHour.objects.get(source_id=source.pk).rejected == 55


def test_an_empty_batch_is_stored(send, inbox_rows):
    assert send("/v1/batch", batch()).json == {"success": True}
    assert [row.messages for row in inbox_rows()] == [1]


def test_a_full_inbox_is_429_with_a_time_to_come_back(send, settings, inbox_rows, door, source):
    InboxRow.objects.all().delete()
    settings.INBOX_LIMIT_BYTES = 100
    assert send("/v1/batch", batch(track())).status == 200
    reply = send("/v1/batch", batch(track()))
    assert (reply.status, reply.json["code"]) == (429, "inbox_full")
    assert 1 <= int(reply.headers["Retry-After"]) <= 30
    assert len(inbox_rows()) == 1
    assert not TrafficHour.objects.filter(source_id=source.pk).exists()
    InboxRow.objects.all().delete()
    door.backlog._look_at = 0.0
    assert send("/v1/batch", batch(track())).status == 429  # this one looks
    assert send("/v1/batch", batch(track())).status == 200


class Away:
    """A storage whose database does not answer."""

    def run(self, _work, within=None):
        raise Unavailable


def test_a_database_that_is_away_is_503_never_401_or_400(send, door, monkeypatch):
    assert send("/v1/track", track()).status == 200
    monkeypatch.setattr(door, "storage", Away())
    monkeypatch.setattr(door.keys, "_storage", Away())
    for body, key in ((track(), None), (track(), basic("wk_never_seen")), (b"{", None)):
        reply = send("/v1/track", body, key=key)
        assert (reply.status, reply.json["code"]) == (503, "storage_unavailable")
        assert reply.headers["Retry-After"]
        assert CORS.items() <= reply.headers.items()


def test_known_keys_are_served_stale_while_the_database_is_away(door, write_key, monkeypatch):
    book = door.keys
    sender = book.find(write_key.key)
    monkeypatch.setattr(book, "_storage", Away())
    monkeypatch.setattr(write_keys, "FRESH_FOR", 0.0)
    assert book.find(write_key.key) == sender
    with pytest.raises(Unavailable):
        book.find("wk_never_seen")


def test_a_connection_lost_while_idle_costs_no_request(send, door, inbox_rows):
    assert send("/v1/track", track()).status == 200
    with psycopg.connect(**door.storage._pool.kwargs) as other:
        other.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'planwright door'"
            " AND pid <> pg_backend_pid()"
        )
    for connection in list(door.storage._pool._pool):
        connection.used_at = 0.0
    assert send("/v1/track", track()).status == 200
    assert len(inbox_rows()) == 2


def test_a_bug_is_a_500_that_sdks_repeat(send, door, monkeypatch):
    monkeypatch.setattr(door.keys, "find", lambda _key: 1 / 0)
    reply = send("/v1/track", track())
    assert (reply.status, reply.json["code"]) == (500, "internal_error")
    assert CORS.items() <= reply.headers.items()

"""The HTTP Tracking API: store the raw body, commit, answer 200. Stands in front of Django's handler.

The answers are what SDKs need (docs/sdks.md): success is exactly 200, a redirect loses data, a 4xx makes
them drop a batch, so one is given only for a body that is unreadable as a whole or too large, or a key
that the database does not know.
"""

import logging
import time
from typing import Any
from urllib.parse import urlsplit
from wsgiref.types import StartResponse

import psycopg
from django.conf import settings
from django.utils import timezone

from ingest import bodies, inbox, refusing, write_keys
from ingest.answers import ACCEPTED, PREFLIGHT, Answer, Refused
from ingest.storage import DEADLINE, Storage, Unavailable
from ingest.waking import Backlog, Waker
from ingest.write_keys import KeyBook, Sender
from trackingplans.domain import messages
from trackingplans.traffic import counting

log = logging.getLogger(__name__)

KINDS = {
    "batch": "batch", "b": "batch", "import": "import", "events": "events",
    "track": "track", "t": "track", "identify": "identify", "i": "identify", "page": "page", "p": "page",
    "screen": "screen", "s": "screen", "group": "group", "g": "group", "alias": "alias", "a": "alias",
}  # fmt: skip
_PATHS = {f"/v1/{word}{slash}": kind for word, kind in KINDS.items() for slash in ("", "/")}
_METRICS = {"/v1/m", "/v1/m/"}  # what browsers report about themselves: taken and ignored
_SETTINGS = ("/v1/projects/", "/settings")


class Door:
    """A WSGI callable for the paths that `answers` says are its own. One for each process."""

    def __init__(self) -> None:
        self.storage = Storage()
        self.keys = KeyBook(self.storage)
        self.backlog = Backlog(self.storage)
        self.waker = Waker(self.backlog)

    @staticmethod
    def answers(path: str) -> bool:
        return path.startswith("/v1/")

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> list[bytes]:
        try:
            answer = self._answer(environ)
        except Refused as refused:
            answer = refused.answer
        except Unavailable:
            answer = _AWAY
        except Exception:  # the sender keeps its data and comes again
            log.exception("the door failed on %s", environ.get("PATH_INFO"))
            answer = _FAILED
        return answer.send(start_response)

    def _answer(self, environ: dict[str, Any]) -> Answer:
        path, method = environ["PATH_INFO"], environ["REQUEST_METHOD"]
        kind = _PATHS.get(path)
        if kind and method == "POST":
            return self._receive(environ, kind)
        if method == "OPTIONS":
            return PREFLIGHT
        if kind or path in _METRICS:
            if method != "POST":
                raise Refused(405, "method_not_allowed", "Use POST.", allow="POST, OPTIONS")
            return ACCEPTED
        key = _key_in(path)
        if key is None:
            raise Refused(404, "not_found", "There is no such path. See docs/sdks.md.")
        if method not in {"GET", "HEAD"}:
            raise Refused(405, "method_not_allowed", "Use GET.", allow="GET, OPTIONS")
        return self._settings(key)

    def _receive(self, environ: dict[str, Any], kind: str) -> Answer:
        if self.backlog.is_full():
            self.waker.wake()  # also looks again
            raise Refused(429, "inbox_full", "Too much is waiting to be processed.", retry_after=5)
        started = time.monotonic()
        named = write_keys.named(environ)
        sender = self._sender(named) if named else None
        patience = DEADLINE - (
            time.monotonic() - started
        )  # how long a sender takes to send is its own affair
        try:
            body = bodies.read(environ, settings.BODY_LIMIT_BYTES)
            glance = messages.glance(body, kind, inbox.limits())
            if not glance.readable:
                raise bodies.Unreadable(glance.problem, body, len(body))
        except bodies.BodyError as error:
            if sender is not None:
                self._keep(sender, error)
            raise Refused(error.status, error.code, str(error)) from None
        if sender is None:
            sender = self._sender(glance.write_key)
        self._store(inbox.row(*sender, kind, body, glance.messages), patience)
        return ACCEPTED

    def _sender(self, key: str) -> Sender:
        if not key:
            raise Refused(401, "missing_write_key", "Name the source by its write key.")
        sender = self.keys.find(key)
        if sender is None:
            raise Refused(401, "unknown_write_key", "No source has this write key.")
        return sender

    def _keep(self, sender: Sender, error: bodies.BodyError) -> None:
        try:
            self.storage.run(lambda cursor: refusing.keep(cursor, sender, error))
        except psycopg.errors.CheckViolation:  # the first traffic of a month, on a machine without beat
            counting.ensure([timezone.now()])
            self.storage.run(lambda cursor: refusing.keep(cursor, sender, error))

    def _store(self, row: inbox.Row, patience: float) -> None:
        try:
            self.storage.run(lambda cursor: inbox.put(cursor, row), within=patience)
        except psycopg.IntegrityError:  # the source was deleted a moment ago
            self.keys.forget()
            raise Refused(401, "unknown_write_key", "No source has this write key.") from None
        self.backlog.add(len(row.body))
        self.waker.wake()

    def _settings(self, key: str) -> Answer:
        """What analytics.js fetches first. Its `apiKey` takes the place of the key it was loaded with."""
        if self.keys.find(key) is None:
            raise Refused(404, "unknown_write_key", "No source has this write key.")
        base = urlsplit(settings.BASE_URL)
        delivery = {"apiKey": key, "apiHost": f"{base.netloc}{base.path}/v1", "protocol": base.scheme}
        everything = {"__default": {"enabled": True, "integrations": {}}}
        content = {
            "integrations": {"Segment.io": delivery},
            "plan": {"track": everything, "identify": everything, "group": everything},
            "metrics": {"sampleRate": 0},  # or it would report about itself to Segment
        }
        return Answer(200, content, [("Cache-Control", "public, max-age=60")])


def _key_in(path: str) -> str | None:
    """The write key in /v1/projects/{writeKey}/settings; None for another path."""
    prefix, suffix = _SETTINGS
    path = path.removesuffix("/")
    key = path.removeprefix(prefix).removesuffix(suffix)
    return key if path == f"{prefix}{key}{suffix}" and key and "/" not in key else None


_AWAY = Refused(503, "storage_unavailable", "The database is away; send this again.", retry_after=2).answer
_FAILED = Refused(500, "internal_error", "Planwright failed; send this again.").answer

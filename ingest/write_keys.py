"""Which source sends: the write key of a request, and whose it is."""

import binascii
import time
from base64 import b64decode
from typing import Any, NamedTuple
from urllib.parse import parse_qs

import psycopg

from ingest.storage import Storage, Unavailable

FRESH_FOR = 5.0  # seconds: a rotated or new key is known everywhere after that
_MOST = 10_000
_LONGEST = 60


class Sender(NamedTuple):
    workspace_id: int
    source_id: int


_FIND = """
SELECT source.workspace_id, source.id
FROM trackingplans_writekey AS key JOIN trackingplans_source AS source ON source.id = key.source_id
WHERE key.key = %s AND (key.expires_at IS NULL OR key.expires_at > now())
"""


def named(environ: dict[str, Any]) -> str:
    """The key in the request's head: the Basic user name, else `?write_key=`; '' when there is none."""
    scheme, _, encoded = str(environ.get("HTTP_AUTHORIZATION", "")).partition(" ")
    if scheme.lower() == "basic":
        try:
            user = b64decode(encoded.strip(), validate=True).decode("utf-8")
        except (binascii.Error, UnicodeDecodeError):
            user = ""
        if key := user.partition(":")[0]:
            return key
    query = environ.get("QUERY_STRING")
    if query and "write_key" in query:
        return str(parse_qs(query).get("write_key", [""])[0])
    return ""


class KeyBook:
    """Senders by key, as the database knew them at most FRESH_FOR seconds ago."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        self._known: dict[str, tuple[Sender | None, float]] = {}

    def find(self, key: str) -> Sender | None:
        """Whose key it is; None when the database says that it is unknown or expired.

        While the database is away an old answer is as good as a new one; without one raises Unavailable.
        """
        sender, asked_at = self._known.get(key, (None, float("-inf")))
        if time.monotonic() - asked_at < FRESH_FOR:
            return sender
        if len(key) > _LONGEST or not key.isascii() or not key.isprintable():
            return None
        try:
            sender = self._storage.run(lambda cursor: self._ask(cursor, key))
        except Unavailable:
            if sender is None:
                raise
            return sender
        if len(self._known) >= _MOST:
            asked = sorted(list(self._known.items()), key=lambda entry: entry[1][1])  # noqa: C414  # other threads add
            self._known = dict(asked[_MOST // 2 :])
        self._known[key] = (sender, time.monotonic())
        return sender

    def forget(self) -> None:
        """Ask the database again for every key."""
        self._known.clear()

    def _ask(self, cursor: psycopg.Cursor[tuple[Any, ...]], key: str) -> Sender | None:
        row = cursor.execute(_FIND, [key]).fetchone()
        return Sender(*row) if row else None

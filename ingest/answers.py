"""What the door answers: small JSON, readable from any origin, never a redirect."""

import json
from collections.abc import Iterable
from http import HTTPStatus
from typing import Any
from wsgiref.types import StartResponse

# Browsers read an answer from another origin only with these, and Retry-After only because it is named.
_CORS = [
    ("Access-Control-Allow-Origin", "*"),
    ("Access-Control-Allow-Methods", "GET, POST, OPTIONS"),
    ("Access-Control-Allow-Headers", "authorization, content-type, x-retry-count"),
    ("Access-Control-Max-Age", "86400"),
    ("Access-Control-Expose-Headers", "Retry-After"),
]


class Answer:
    """A status, headers and a body, made once and sent as often as needed."""

    __slots__ = ("body", "headers", "status")

    def __init__(self, status: int, content: Any = None, headers: Iterable[tuple[str, str]] = ()) -> None:
        self.status = f"{status} {HTTPStatus(status).phrase}"
        self.body = b"" if content is None else json.dumps(content).encode()
        self.headers = [
            *_CORS,
            ("Content-Type", "application/json"),
            ("Content-Length", str(len(self.body))),
            *headers,
        ]

    def send(self, start_response: StartResponse) -> list[bytes]:
        start_response(self.status, self.headers)
        return [self.body]


class Refused(Exception):
    """A request that gets an error: `{"code", "message"}`, the two keys that SDKs read.

    `retry_after`: seconds after which the same request may succeed.
    """

    def __init__(self, status: int, code: str, message: str, retry_after: int = 0, allow: str = "") -> None:
        super().__init__(message)
        self.code = code
        headers = [("Retry-After", str(retry_after))] if retry_after else []
        headers += [("Allow", allow)] if allow else []
        self.answer = Answer(status, {"code": code, "message": message}, headers)


ACCEPTED = Answer(200, {"success": True})
PREFLIGHT = Answer(200)

"""Every REST error has one shape: `{"code", "message", "errors": [{"path", "message"}]}`.

`code` is for programs and never changes; `message` and the entries of `errors` are sentences for people.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import exception_handler

MESSAGES = {
    "not_authenticated": "Send a token: Authorization: Bearer pw_…",
    "not_found": "There is nothing at this address, or your token's workspace does not own it.",
    "parse_error": "The body is not valid JSON.",
    "invalid": "Some values cannot be used.",
}


class Refused(exceptions.APIException):
    """What a view raises to refuse: `Refused("plan_problems", "The plan …", [(path, message)])`."""

    def __init__(
        self, code: str, message: str, errors: Iterable[tuple[str, str]] = (), *, status: int = 400
    ) -> None:
        super().__init__(message, code)
        self.status_code = status
        self.errors = list(errors)


def body(code: str, message: str, errors: Iterable[tuple[str, str]] = ()) -> dict[str, Any]:
    """The shape itself; `errors` as pairs of path and sentence."""
    return {
        "code": code,
        "message": message,
        "errors": [{"path": path, "message": text} for path, text in errors],
    }


def handle(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's exception handler; None for what is a bug and must become a 500."""
    response = exception_handler(error, context)
    if response is None:
        return None
    response.data = _body_of(error, response)
    return response


def _body_of(error: Exception, response: Response) -> dict[str, Any]:
    if isinstance(error, exceptions.ValidationError):
        return body("invalid", MESSAGES["invalid"], _places(error.detail))
    if isinstance(error, Refused):
        return body(str(error.get_codes()), str(error.detail), error.errors)
    if isinstance(error, exceptions.ParseError):
        return body("parse_error", MESSAGES["parse_error"], [("(root)", str(error.detail))])
    if isinstance(error, exceptions.APIException):
        code = str(error.get_codes())
        return body(code, MESSAGES.get(code, str(error.detail)))
    if response.status_code == 404:
        return body("not_found", MESSAGES["not_found"])
    return body("permission_denied", str(response.data["detail"]))


def _places(detail: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """DRF's nested details as flat pairs: `events.0.type`, and `(root)` for what concerns the whole body."""
    if isinstance(detail, dict):
        for key, inner in detail.items():
            own = "" if key == "non_field_errors" else str(key)
            yield from _places(inner, ".".join(part for part in (path, own) if part))
    elif isinstance(detail, list):
        for index, inner in enumerate(detail):
            is_nested = isinstance(inner, dict | list)
            yield from _places(inner, f"{path}.{index}".lstrip(".") if is_nested else path)
    else:
        yield path or "(root)", str(detail)

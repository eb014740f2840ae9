"""Request bodies as bytes, so that plans and events are read by the readers that name every place."""

from collections.abc import Mapping
from typing import IO, Any

from django.conf import settings
from rest_framework.parsers import BaseParser
from rest_framework.request import Request

from accounts.api.errors import Refused
from trackingplans.domain import messages, scanning
from trackingplans.domain.legible import storable
from trackingplans.domain.message import Limits
from trackingplans.domain.plan import PlanError, Problem
from trackingplans.interchange import formats, reading
from trackingplans.interchange.carrying import Carried

SHOWN_PROBLEMS = 100
MOST_NAMES = 5000
LONGEST_NAME = 1000
LONGEST_NAMED = 5000  # bytes of a body that says a name only


class Whole(BaseParser):
    """The body as it came, whatever its Content-Type says."""

    media_type = "*/*"

    def parse(  # type: ignore[override]  # DRF itself hands on whatever a parser gives
        self,
        stream: IO[bytes],
        media_type: str | None = None,  # noqa: ARG002  # DRF's signature
        parser_context: Mapping[str, Any] | None = None,
    ) -> bytes:
        view = (parser_context or {}).get("view")
        limit: int = getattr(view, "body_limit", reading.LARGEST)
        body = stream.read(limit + 1)
        if len(body) > limit:
            raise Refused("too_large", f"The body is larger than {limit / 1024**2:.0f} MB.", status=413)
        return body


def plan_problems(error: PlanError) -> Refused:
    """The answer to a plan that cannot be used: each place with its sentence."""
    problems = error.problems[:SHOWN_PROBLEMS]
    places = [(one.path or "(root)", one.message) for one in problems]
    return Refused("plan_problems", "The plan cannot be used.", places)


class PlanBody:
    """What a request says of a plan: the plan itself in any format, or an object that holds it.

    `{"document": {…}}` or `{"text": "…"}`, with `name`, `message`, `override` and `version` beside it; the plan alone
    as the body may be JSON or YAML, its name in `?name=`. Raises Refused.
    """

    def __init__(self, request: Request) -> None:
        body = whole_body(request)
        try:
            sheet = formats.sheet_in(body)
            self.value = {} if sheet is not None else reading.read(body)
            self.around = self.value if _is_around(self.value) else {}
            self.carried = formats.detect(body) if sheet is not None else self._carried(body)
            self.name = self._text("name") or request.query_params.get("name", "")
            self.message = self._text("message") or request.query_params.get("message", "")
            self.override = self._text("override") or request.query_params.get("override", "")
        except PlanError as error:
            raise plan_problems(error) from None

    @property
    def version(self) -> int | None:
        """The number of the version to go back to."""
        number = self.around.get("version")
        return number if isinstance(number, int) and not isinstance(number, bool) else None

    def _carried(self, body: bytes) -> Carried | None:
        if not self.around:
            return formats.recognised(self.value, is_json=body.lstrip()[:1] in (b"{", b"["))
        if "text" in self.around:
            return formats.detect(self._text("text"))
        return (
            formats.recognised(self.around["document"], is_json=True) if "document" in self.around else None
        )

    def _text(self, key: str) -> str:
        value = self.around.get(key, "")
        if not isinstance(value, str):
            raise PlanError([Problem(key, "This must be text.")])
        return value


def whole_body(request: Request) -> bytes:
    """What `Whole` gave; an empty request has no bytes."""
    data: Any = request.data
    return data if isinstance(data, bytes) else b""


def _is_around(value: Any) -> bool:
    """Whether the value holds a plan beside other things, instead of being one."""
    if not isinstance(value, dict) or "planwright" in value or "rules" in value:
        return False
    return not {"document", "text", "version"}.isdisjoint(value)


class CheckBody:
    """What a check asks for: messages read as the door reads them, so that each fault costs one message.

    `version` is None for the live one. Raises Refused.
    """

    def __init__(self, request: Request) -> None:
        body = whole_body(request)
        limits = Limits(message_bytes=settings.MESSAGE_LIMIT_BYTES, messages=settings.BATCH_LIMIT_MESSAGES)
        try:
            fields = scanning.take_apart(body, 0).fields
        except scanning.Unreadable as error:
            raise Refused("parse_error", "The body is not valid JSON.", [("(root)", error.reason)]) from None
        raw = fields.get("events", b"null").strip()
        if not raw.startswith(b"["):
            raise _invalid("events", 'Send {"events": [message, …]}: `events` must be a list.')
        asked = scanning.take_apart(raw, limits.messages)
        if asked.beyond:
            raise _invalid("events", f"At most {limits.messages:,} messages can be checked at once.")
        self.messages = messages.read(raw, "events", limits) if asked.parts else []
        self.version = _version(fields.get("version", b"null"))
        self.wants_draft = fields.get("draft", b"null") != b"null"


def _version(raw: bytes) -> int | None:
    if raw == b"null":
        return None
    if not raw.isdigit() or len(raw) > 9:
        raise _invalid("version", "This must be the number of a version.")
    return int(raw)


def _invalid(path: str, sentence: str) -> Refused:
    return Refused("invalid", "Some values cannot be used.", [(path, sentence)])


class NamesBody:
    """Names to judge, what they are of, and the plan to judge them by. Raises Refused naming each wrong place."""

    def __init__(self, request: Request, kinds: tuple[str, ...]) -> None:
        value = _json_object(whole_body(request), 'Send {"names": [name, …]}.')
        self.names = _names(value.get("names"))
        self.kind = value.get("kind", "event")
        if self.kind not in kinds:
            raise _invalid("kind", f"This must be one of {', '.join(kinds)}.")
        self.plan = value.get("plan")
        if not isinstance(self.plan, str | None):
            raise _invalid("plan", "This must be the id of a plan.")


def holds_a_plan(request: Request) -> bool:
    """Whether the body is more than nothing, or than an object with a name."""
    body = whole_body(request).strip()
    if len(body) > LONGEST_NAMED or body[:1] != b"{":
        return bool(body)
    return not json_object(request).keys() <= {"name"}


def json_object(request: Request) -> dict[str, Any]:
    """The body, which must be a JSON object; nothing is an empty one. Raises Refused."""
    body = whole_body(request)
    return _json_object(body, "Send a JSON object.") if body.strip() else {}


def _json_object(body: bytes, advice: str) -> dict[str, Any]:
    if body.lstrip()[:1] != b"{":
        raise Refused("parse_error", "The body is not a JSON object.", [("(root)", advice)])
    try:
        value: dict[str, Any] = reading.read(body)
    except PlanError as error:
        places = [(one.path or "(root)", one.message) for one in error.problems]
        raise Refused("parse_error", "The body is not valid JSON.", places) from None
    return value


def _names(value: Any) -> list[str]:
    if not isinstance(value, list):
        raise _invalid("names", 'Send {"names": [name, …]}: `names` must be a list.')
    if len(value) > MOST_NAMES:
        raise _invalid("names", f"At most {MOST_NAMES:,} names can be judged at once.")
    wrong = [(f"names.{index}", _wrong(name)) for index, name in enumerate(value) if _wrong(name)]
    if wrong:
        raise Refused("invalid", "Some values cannot be used.", wrong[:SHOWN_PROBLEMS])
    return [storable(name) for name in value]


def _wrong(name: Any) -> str:
    if not isinstance(name, str):
        return "This must be text."
    return f"A name may have {LONGEST_NAME:,} characters at most." if len(name) > LONGEST_NAME else ""

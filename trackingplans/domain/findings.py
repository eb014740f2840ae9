"""What a check says about one message."""

import re
from enum import StrEnum

import msgspec

from trackingplans.domain.legible import storable

Step = str | int
ROOT = "(root)"

_STEPS = re.compile(r"(?:^|(?<=\.))((?:[^.\\]|\\.)*)(?:\.|$)", re.DOTALL)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


class Verdict(StrEnum):
    """The one fate of a message that was judged (or, `rejected`, that could not be)."""

    CONFORMING = "conforming"
    VIOLATING = "violating"
    UNPLANNED = "unplanned"
    UNCHECKED = "unchecked"
    REJECTED = "rejected"


class Family(StrEnum):
    VIOLATION = "violation"
    UNPLANNED = "unplanned"
    NAMING = "naming"
    PII = "pii"
    QUALITY = "quality"
    REJECTED = "rejected"


class Finding(msgspec.Struct, frozen=True, gc=False):
    """One thing wrong with one message.

    `steps` lead from the message's root to the value judged (for `required` and `unplanned_property`: to
    the missing or extra property itself). `message` is a sentence for people that holds no value of the
    message; `actual` is the value, shortened, as JSON text. `segment_type` and `segment_text` are Segment's
    words for it ('' outside of the family `violation`). `meant` is the planned name (or allowed value)
    that the one which came was surely meant to be; `suggestion` says what to do and holds no value of the
    message.
    """

    family: Family
    code: str
    steps: tuple[Step, ...]
    message: str
    expected: str | None = None
    actual: str | None = None
    suggestion: str | None = None
    segment_type: str = ""
    segment_text: str = ""
    meant: str | None = None

    def about(self, actual: str | None) -> "Finding":
        """The same finding about another value."""
        return Finding(
            self.family,
            self.code,
            self.steps,
            self.message,
            self.expected,
            actual,
            self.suggestion,
            self.segment_type,
            self.segment_text,
            self.meant,
        )

    @property
    def path(self) -> str:
        """Dotted, with real indexes: `properties.products.0.sku`."""
        return dotted(self.steps)

    @property
    def field(self) -> str:
        """The path as violations are grouped by, every array index written `$`."""
        return dotted(tuple("$" if isinstance(step, int) else step for step in self.steps))


def undotted(path: str) -> tuple[str, ...]:
    """The steps of a dotted path, every one of them a text."""
    if path == ROOT:
        return ()
    return tuple(_ESCAPED.sub(r"\1", step) for step in _STEPS.findall(path))


def dotted(steps: tuple[Step, ...]) -> str:
    """Steps as one string; a dot or backslash inside a key is escaped with a backslash."""
    if not steps:
        return ROOT
    return ".".join(storable(str(step)).replace("\\", "\\\\").replace(".", "\\.") for step in steps)

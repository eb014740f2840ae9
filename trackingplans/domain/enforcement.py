"""What is done with a message after it was judged. Today every policy lets it pass."""

from dataclasses import dataclass
from enum import StrEnum

from trackingplans.domain.findings import Finding
from trackingplans.domain.message import Message


class Action(StrEnum):
    ALLOW = "allow"
    OMIT = "omit"
    BLOCK = "block"


@dataclass(frozen=True, slots=True)
class Decision:
    """`omit` holds the paths that are taken out; `reason` a sentence, '' when the message passes as it is."""

    action: Action = Action.ALLOW
    omit: tuple[str, ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Policy:
    """What a source does with messages that are not as planned. It knows one setting so far: let all pass."""


ALLOW_ALL = Policy()
_ALLOWED = Decision()


def decide(_message: Message, _findings: tuple[Finding, ...], _policy: Policy = ALLOW_ALL) -> Decision:
    """What to do with a judged message under the policy of its source."""
    return _ALLOWED

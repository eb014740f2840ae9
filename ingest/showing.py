"""Outcomes as Live shows them: masked, with the time corrected and the findings in words."""

import json
from typing import Any

from ingest.judging import Judged, Outcome
from trackingplans.domain import masking
from trackingplans.domain.findings import Finding
from trackingplans.domain.messages import Fault, Message
from trackingplans.traffic import timing
from trackingplans.traffic.recent import Shown


def rows(judged: Judged) -> list[Shown]:
    """The newest messages of each source of the group, oldest first."""
    return [_shown(outcome) for newest in judged.newest.values() for outcome in newest]


def _shown(outcome: Outcome) -> Shown:
    home, message, judgement = outcome.home, outcome.message, outcome.judgement
    if isinstance(message, Fault):
        reason, document = message.reason, _labels(message)
    else:
        reason = ""
        document = masking.mask(
            _timed(outcome, message), masking.pii_paths(judgement.rule if judgement else None)
        )
    return Shown(
        home.workspace_id, home.source_id, outcome.received_at, message.type or "", message.event or "",
        outcome.fate, reason, _json([_told(finding) for finding in judgement.findings] if judgement else []),
        _json(document),
    )  # fmt: skip


def _timed(outcome: Outcome, message: Message) -> dict[str, Any]:
    """The message with `timestamp` by our clock, as Segment would hand it on."""
    original = message.original_timestamp or message.timestamp
    happened = timing.corrected(outcome.received_at, message.sent_at, original)
    return message.document() | {
        "timestamp": timing.written(happened),
        "originalTimestamp": original,
        "receivedAt": timing.written(outcome.received_at),
    }


def _labels(fault: Fault) -> dict[str, Any]:
    """What is known of a message that could not be read; its bytes may hold anything, so they are not shown."""
    known = {"type": fault.type, "event": fault.event, "messageId": fault.message_id}
    return masking.mask({key: value for key, value in known.items() if value is not None})


def _told(finding: Finding) -> dict[str, Any]:
    """A finding in the words of REST; `actual` is left out, because it may be personal."""
    return {
        "family": finding.family, "code": finding.code, "path": finding.path, "message": finding.message,
        "expected": finding.expected, "suggestion": finding.suggestion,
    }  # fmt: skip


def _json(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"))

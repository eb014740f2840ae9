"""Checks events against a plan without recording anything: what REST, the CLI and *Try an event* answer."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from trackingplans.domain import enforcement
from trackingplans.domain.findings import ROOT, Family, Finding, Verdict
from trackingplans.domain.messages import Fault, Message, from_document
from trackingplans.domain.validation import CompiledPlan, Judgement


def check(
    compiled: CompiledPlan,
    events: Iterable[Any],
    *,
    plan: str | None = None,
    version: int | None = None,
    on: date | None = None,
) -> dict[str, Any]:
    """Judge events; returns the answer of `POST /api/v1/plans/{plan}/check` (DESIGN 7.3), ready for JSON.

    An event is parsed JSON, or what `messages.read` made of one. `plan` and `version` are only repeated
    in the answer. `on`: the day that ends former names.
    """
    results = [result(compiled, index, event, on=on) for index, event in enumerate(events)]
    summary = {"events": len(results)} | {verdict.value: 0 for verdict in Verdict}
    for item in results:
        summary[item["verdict"]] += 1
    return {"plan": plan, "version": version, "summary": summary, "results": results}


def result(compiled: CompiledPlan, index: int, event: Any, *, on: date | None = None) -> dict[str, Any]:
    """The answer about one event."""
    message = event if isinstance(event, Message | Fault) else from_document(event)
    if isinstance(message, Fault):
        return rejected(index, message)
    return judged(index, message, compiled.check(message, on))


def judged(index: int, message: Message, judgement: Judgement) -> dict[str, Any]:
    """The answer about a message that was judged before."""
    decision = enforcement.decide(message, judgement.findings)
    return {
        "index": index,
        "message_id": message.message_id if message.has_own_id else None,
        "type": message.type,
        "event": message.event,
        "verdict": judgement.verdict.value,
        "decision": {
            "action": decision.action.value,
            "omit": list(decision.omit),
            "reason": decision.reason or None,
        },
        "findings": [_told(finding) for finding in judgement.findings],
    }


def rejected(index: int, fault: Fault) -> dict[str, Any]:
    """The answer about what is no message."""
    return {
        "index": index,
        "message_id": fault.message_id,
        "type": fault.type,
        "event": fault.event,
        "verdict": Verdict.REJECTED.value,
        "decision": None,
        "findings": [
            {
                "family": Family.REJECTED.value,
                "code": fault.code,
                "path": ROOT,
                "message": fault.reason,
                "expected": None,
                "actual": None,
                "suggestion": None,
            }
        ],
    }


def _told(finding: Finding) -> dict[str, Any]:
    return {
        "family": finding.family.value,
        "code": finding.code,
        "path": finding.path,
        "message": finding.message,
        "expected": finding.expected,
        "actual": finding.actual,
        "suggestion": finding.suggestion,
    }

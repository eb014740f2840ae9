"""Trying messages against a plan: what a person pasted, judged as the door would judge it. Records nothing."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from trackingplans.domain import messages
from trackingplans.domain.correcting import corrected
from trackingplans.domain.findings import Finding, Verdict
from trackingplans.domain.message import Fault, Message
from trackingplans.domain.validation import CompiledPlan
from trackingplans.interchange import reading
from trackingplans.interchange.planwright import json_text

SHOWN = 50


@dataclass(frozen=True, slots=True)
class Result:
    """One message: its verdict, what is wrong with it, and the call put right as far as that is certain.

    `changes` says what was put right; `is_right`: nothing is wrong with it any more.
    """

    type: str
    event: str
    verdict: str
    findings: Sequence[Finding]
    document: Any
    lit: list[str]
    better: str = ""
    changes: Sequence[str] = ()
    is_right: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Tried:
    """`problem` and its `place` when the text cannot be read at all; else the first messages' results, and counts."""

    results: list[Result]
    counts: dict[str, int]
    problem: str = ""
    place: str = ""

    @property
    def total(self) -> int:
        return sum(self.counts.values())


def tried(plan: CompiledPlan, text: str, *, on: date) -> Tried:
    """`text`: one message, a list of messages, or the body of a batch. A lone event without a type is a track.

    `on`: the day that ends former names.
    """
    wrong = reading.syntax_problem(text)
    if wrong is not None:
        return Tried([], {}, wrong.message, wrong.path)
    found = messages.read(text.encode(errors="surrogatepass"), _kind(text))
    counts: dict[str, int] = {}
    results: list[Result] = []
    for one in found:
        result = _rejected(one) if isinstance(one, Fault) else _judged(plan, one, on)
        counts[result.verdict] = counts.get(result.verdict, 0) + (one.count if isinstance(one, Fault) else 1)
        if len(results) < SHOWN:
            results.append(result)
    return Tried(results, counts)


def _kind(text: str) -> str:
    value = json.loads(text)
    is_untyped = isinstance(value, dict) and "event" in value and "type" not in value and "batch" not in value
    return "track" if is_untyped else "events"


def _judged(plan: CompiledPlan, message: Message, on: date) -> Result:
    judgement = plan.check(message, on)
    document = message.document()
    if not message.has_own_id:
        document = {key: value for key, value in document.items() if key != "messageId"}
    better = corrected(document, judgement)
    return Result(
        type=message.type,
        event=message.event or "",
        verdict=judgement.verdict,
        findings=judgement.findings,
        document=document,
        lit=[finding.path for finding in judgement.findings],
        better=json_text(better.document) if better else "",
        changes=better.changes if better else (),
        is_right=better is not None and _conforms(plan, better.document, on),
    )


def _conforms(plan: CompiledPlan, document: dict[str, Any], on: date) -> bool:
    message = messages.from_document(document)
    return isinstance(message, Message) and plan.check(message, on).verdict == Verdict.CONFORMING


def _rejected(fault: Fault) -> Result:
    return Result(fault.type or "", fault.event or "", Verdict.REJECTED, [], None, [], reason=fault.reason)

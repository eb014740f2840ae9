"""Judges a block of events: what `planwright check` does with every one of them."""

import gc
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from enum import Enum
from typing import Any

import msgspec

from trackingplans import checking
from trackingplans.cli import files
from trackingplans.cli.complaints import Unusable
from trackingplans.cli.events.blocks import Block
from trackingplans.cli.events.tally import Group, Tally
from trackingplans.domain import messages, opening
from trackingplans.domain.findings import Verdict
from trackingplans.domain.message import Around, Fault, Limits, Message
from trackingplans.domain.opening import Opened
from trackingplans.domain.plan import Plan
from trackingplans.domain.validation import CompiledPlan, Judgement

LIMITS = Limits(
    messages=sys.maxsize
)  # of a message as at the door; a file may hold more of them than a request
_MAYBE_BATCH = frozenset(("type_required", "not_object", "too_large"))
Answer = tuple[
    int, int, bytes
]  # the message's index and line in the block, and what is said about it, as JSON
Check = Callable[[Message, date], Judgement]
_encode = msgspec.json.Encoder().encode


class Wanted(Enum):
    """Of which messages the answer is wanted, not only the counts."""

    NONE = "none"
    WITH_FINDINGS = "with findings"
    ALL = "all"


class Judged(msgspec.Struct, gc=False):
    """What became of a block. `breaks`: line breaks in it; `problem`: why its file cannot be read on."""

    name: str
    messages: int
    breaks: int
    done: int
    verdicts: dict[str, int]
    groups: list[Group]
    answers: list[Answer] = []
    problem: str = ""


class Judge:
    """Judges blocks by one plan. `on`: the day that ends former names."""

    def __init__(self, plan: Plan, on: date, wanted: Wanted) -> None:
        compiled = CompiledPlan(plan)
        self._check, self._accepts = compiled.check, compiled.accepted
        self._on = on
        self._wanted = wanted

    def judge(self, block: Block) -> Judged:
        """What became of the messages in a block.

        Python's search for cycles is put off to its end: it would walk living messages again and again.
        """
        gc.disable()
        try:
            return self._judged(block)
        finally:
            gc.enable()

    def _judged(self, block: Block) -> Judged:
        try:
            data = read_block(block)
        except Unusable as error:
            return Judged(block.name, 0, 0, block.done, {}, [], problem=error.sentence)
        work = _Work(block.name, self._wanted, self._check, self._on)
        parts, lines, breaks = _parts(block, data)
        read = messages.each(data, parts, LIMITS, _around(block), self._accepts)
        self._judge(parts, lines, read, work)
        if block.huge is not None:
            reason = f"A message may have {LIMITS.message_bytes:,} bytes."
            work.reject(lines[-1], Fault("too_large", reason, head=block.huge))
        tally = work.tally
        return Judged(
            block.name, sum(tally.verdicts().values()), breaks, block.done, tally.verdicts(), tally.groups(),
            work.answers, block.problem,
        )  # fmt: skip

    def _judge(
        self, parts: list[bytes], lines: Sequence[int], read: Iterator[Message | Fault], work: "_Work"
    ) -> None:
        """The hot path: what is done here is done for every message."""
        check, on, conforming_verdict = self._check, self._on, Verdict.CONFORMING
        wants_all = self._wanted is Wanted.ALL
        conforming = unchecked = 0
        for part, line, message in zip(parts, lines, read, strict=False):
            if isinstance(message, Fault):
                work.fault(line, part, message)
                continue
            judgement = message.accepted or check(message, on)
            if judgement.findings or wants_all:
                work.judged(line, message, judgement)
            elif judgement.verdict is conforming_verdict:
                conforming += 1
            else:
                unchecked += 1
        work.tally.conforming += conforming
        work.tally.unchecked += unchecked


class _Work:
    """What is known so far of a block that is being judged."""

    def __init__(self, name: str, wanted: Wanted, check: Check, on: date) -> None:
        self.tally = Tally(name)
        self.answers: list[Answer] = []
        self._wanted = wanted
        self._check = check
        self._on = on
        self._index = 0

    def judged(self, line: int, message: Message, judgement: Judgement) -> None:
        self.tally.add(line, message, judgement)
        if self._wanted is not Wanted.NONE and (judgement.findings or self._wanted is Wanted.ALL):
            self._answer(line, checking.judged(0, message, judgement))
        self._index += 1

    def fault(self, line: int, part: bytes, fault: Fault) -> None:
        """Something that is no message: perhaps many of them."""
        if fault.code not in _MAYBE_BATCH or not (part.lstrip()[:1] == b"[" or b'"batch"' in part):
            self.reject(line, fault)
            return
        for message in messages.stream(part, "events", LIMITS):
            if isinstance(message, Fault):
                self.reject(line, message)
            else:
                self.judged(line, message, self._check(message, self._on))

    def reject(self, line: int, fault: Fault) -> None:
        if fault.code == "unreadable":  # it was read as a line of its own
            fault = msgspec.structs.replace(fault, reason=fault.reason.replace("(line 1, column", "(column"))
        self.tally.reject(line, fault)
        if self._wanted is not Wanted.NONE:
            self._answer(line, checking.rejected(0, fault))
        self._index += 1

    def _answer(self, line: int, answer: dict[str, Any]) -> None:
        self.answers.append((self._index, line, _encode(answer)))


def read_block(block: Block) -> bytes:
    """The values of a block. Raises Unusable."""
    if not block.length:
        return block.data
    descriptor = files.opened(block.name)
    try:
        return os.pread(descriptor, block.length, block.start)
    except OSError as error:
        raise Unusable((block.name, f"{error.strerror}.")) from None
    finally:
        os.close(descriptor)


def _parts(block: Block, data: bytes) -> tuple[list[bytes], Sequence[int], int]:
    """The values, the line of each, and how many line breaks there are."""
    parts = data.split(b"\n") if data else []
    if block.lines is not None:
        return parts, block.lines, block.breaks
    breaks = max(0, len(parts) - 1)
    if all(parts) and not any(map(bytes.isspace, parts)):
        return parts, range(len(parts)), breaks
    lines = [line for line, part in enumerate(parts) if part and not part.isspace()]
    return [parts[line] for line in lines], lines, breaks


def _around(block: Block) -> Around:
    """What the batch around the values says of all of them."""
    said = block.around
    return opening.around(
        Opened(
            [],
            is_list=True,
            context=said.get("context", b""),
            integrations=said.get("integrations", b""),
            sent_at=said.get("sentAt", b""),
        ),
        LIMITS,
    )

"""`junit`: every message a test case, for the test pages of CI servers."""

import html
import tempfile
from collections import Counter
from typing import Any

import msgspec

from trackingplans.cli.events.judging import Judged, Wanted
from trackingplans.cli.reports.report import Asked, Start, Total, write

_AT_ONCE = 1 << 20
_FORBIDDEN = dict.fromkeys((*range(9), 11, 12, *range(14, 32), 0xFFFE, 0xFFFF), "\N{REPLACEMENT CHARACTER}")
_decode = msgspec.json.Decoder().decode


class JUnit:
    """A suite for each file. Their heads say how many failed, so the cases wait on disk until all are known."""

    wanted = Wanted.ALL

    def __init__(self, asked: Asked) -> None:
        self._fails_on = asked.fails_on
        self._cases = {name: tempfile.TemporaryFile() for name in asked.files}  # noqa: SIM115  # `finish` closes them
        self._failed: Counter[str] = Counter()
        self._count: Counter[str] = Counter()

    def take(self, start: Start, judged: Judged) -> None:
        cases = self._cases[judged.name]
        for _, line, answer in judged.answers:
            cases.write(self._case(judged.name, start.line + line, _decode(answer)).encode())

    def finish(self, total: Total) -> None:
        write(b'<?xml version="1.0" encoding="UTF-8"?>\n')
        write(
            f'<testsuites name="planwright check" tests="{total.messages}" '
            f'failures="{self._failed.total()}" errors="0" time="{total.seconds:.3f}">\n'.encode()
        )
        for name, cases in self._cases.items():
            head = f'tests="{self._count[name]}" failures="{self._failed[name]}" errors="0" skipped="0"'
            write(f"<testsuite name={_attribute(name)} {head}>\n".encode())
            cases.seek(0)
            while part := cases.read(_AT_ONCE):
                write(part)
            write(b"</testsuite>\n")
            cases.close()
        write(b"</testsuites>\n")

    def _case(self, name: str, line: int, answer: dict[str, Any]) -> str:
        self._count[name] += 1
        what = answer["event"] or answer["type"] or "no message"
        head = (
            f"<testcase classname={_attribute(name)} name={_attribute(f'{what} (line {line})')} "
            f'file={_attribute(name)} line="{line}"'
        )
        if answer["verdict"] not in self._fails_on:
            return head + "/>\n"
        self._failed[name] += 1
        findings = answer["findings"]
        lines = _clean("\n".join(f"{name}:{line}: {_told(finding)}" for finding in findings))
        kind, message = _attribute(answer["verdict"]), _attribute(_told(findings[0]))
        failure = f"<failure type={kind} message={message}>{html.escape(lines, quote=False)}</failure>"
        return f"{head}>\n{failure}\n</testcase>\n"


def _told(finding: dict[str, Any]) -> str:
    parts = [f"{finding['path']}: {finding['message']}"]
    if finding["expected"]:
        parts.append(f"Expected {finding['expected']}.")
    if finding["actual"]:
        parts.append(f"Came: {finding['actual']}.")
    if finding["suggestion"]:
        parts.append(finding["suggestion"])
    return " ".join(parts)


def _clean(text: str) -> str:
    return text.translate(_FORBIDDEN)


def _attribute(text: str) -> str:
    return f'"{html.escape(_clean(text))}"'.replace("\n", "&#10;")

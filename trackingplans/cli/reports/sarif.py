"""`sarif`: every finding with its place, in the format of code scanning (SARIF 2.1.0)."""

from typing import Any

import msgspec

from trackingplans.cli.events.judging import Judged, Wanted
from trackingplans.cli.reports.report import Asked, Start, Total, write

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_decode = msgspec.json.Decoder().decode
_encode = msgspec.json.Encoder().encode


class Sarif:
    """Results as they come, what they refer to at the end."""

    wanted = Wanted.WITH_FINDINGS

    def __init__(self, asked: Asked) -> None:
        self._fails_on = asked.fails_on
        self._rules: dict[str, int] = {}
        self._is_first = True
        write(b'{"version":"2.1.0","$schema":%b,"runs":[{"results":[' % _encode(_SCHEMA))

    def take(self, start: Start, judged: Judged) -> None:
        for _, line, answer in judged.answers:
            told = _decode(answer)
            for finding in told["findings"]:
                result = self._result(judged.name, start.line + line, told, finding)
                write((b"\n" if self._is_first else b",\n") + _encode(result))
                self._is_first = False

    def finish(self, total: Total) -> None:
        rules = [{"id": code, "shortDescription": {"text": code.replace("_", " ")}} for code in self._rules]
        driver = {"name": "planwright", "rules": rules}
        summary = {"events": total.messages} | total.verdicts
        run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "properties": summary}
        write(b"],%b]}\n" % _encode(run)[1:])

    def _result(
        self, name: str, line: int, answer: dict[str, Any], finding: dict[str, Any]
    ) -> dict[str, Any]:
        is_error = answer["verdict"] in self._fails_on and finding["family"] not in ("quality", "naming")
        event = answer["event"] or answer["type"] or "no message"
        sentences = [finding["message"], f"Came: {finding['actual']}." if finding["actual"] else None]
        text = " ".join(filter(None, [*sentences, finding["suggestion"]]))
        return {
            "ruleId": finding["code"],
            "ruleIndex": self._rules.setdefault(finding["code"], len(self._rules)),
            "level": "error" if is_error else "warning",
            "message": {"text": f"{event}, {finding['path']}: {text}"},
            "locations": [
                {
                    "physicalLocation": {"artifactLocation": {"uri": name}, "region": {"startLine": line}},
                    "logicalLocations": [{"name": event, "fullyQualifiedName": f"{event}/{finding['path']}"}],
                }
            ],
        }

"""What judging a name gives: its parts, what is wrong with it, and what would be right."""

from typing import Any, NamedTuple

from trackingplans.domain.naming.parsing import ParsedName


class Issue(NamedTuple):
    """One thing wrong with a name. `span` is [start, end) in characters; `message` is one sentence for people.

    `suggestion` is the name that mends all of it, when that is certain; `related` are the other names it is about.
    """

    code: str
    severity: str
    message: str
    span: tuple[int, int]
    suggestion: str | None = None
    related: tuple[str, ...] = ()


class Judgement(NamedTuple):
    """A name judged. `suggestions` are best first, empty when the name is right or nothing is certain."""

    name: str
    parsed: ParsedName
    issues: tuple[Issue, ...]
    suggestions: tuple[str, ...]
    confidence: str


def to_result(judgement: Judgement) -> dict[str, Any]:
    """The JSON object of `planwright names` and of `POST /api/v1/names/check` (DESIGN 7.1)."""
    parsed = judgement.parsed
    return {
        "name": judgement.name,
        "words": list(parsed.words),
        "casing": parsed.casing.value,
        "order": parsed.order.value,
        "object": parsed.object,
        "action": parsed.action,
        "tail": parsed.tail,
        "tense": list(parsed.tense),
        "namespace": parsed.namespace,
        "dynamic": parsed.is_dynamic,
        "issues": [
            {"code": one.code, "severity": one.severity, "message": one.message, "span": list(one.span)}
            for one in judgement.issues
        ],
        "suggestions": list(judgement.suggestions),
        "confidence": judgement.confidence,
    }

"""Where in its file a problem stands: the line on which the event, then each key on the way, is written."""

import json
import re
from bisect import bisect_right

from trackingplans.domain.linting.problem import Problem

# What is on the way in our document and need not be in the file: Segment's flat shape has no wrapping.
_PASSED_OVER = frozenset(("schema", "properties", "traits", "items"))
_NAMED = re.compile(
    r"""["']?\b(?:name|key)["']?[ \t]*:[ \t]*("(?:[^"\\\n]|\\.)*"|'(?:[^'\n]|'')*'|[^"'\s][^\n]*)""",
    re.MULTILINE,
)


class Lines:
    """Looks lines up in the text of a plan, whatever its format, without parsing it again."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._starts = [0, *(match.end() for match in re.finditer("\n", text))]
        self._events: dict[str, int] | None = None

    def of(self, problem: Problem, names: frozenset[str]) -> int:
        """The line, counted from 1. Of a place that is not found, the event's; without that, 1.

        `names`: those of all events, which tell where the next one begins.
        """
        if self._events is None:
            self._events = _events(self._text, names)
        at, end = 0, len(self._text)
        if problem.name:
            at = self._events.get(problem.name, 0)
            end = min((start for start in self._events.values() if start > at), default=end)
        for step in problem.path.split("/")[1:]:
            key = step.replace("~1", "/").replace("~0", "~")
            if key in _PASSED_OVER or key.isdecimal():
                continue
            found = self._key(key, at, end)
            if found is None:
                break
            at = found
        return bisect_right(self._starts, at)

    def _key(self, key: str, start: int, end: int) -> int | None:
        spelt = "|".join(
            re.escape(one) for one in {key, json.dumps(key)[1:-1], json.dumps(key, ensure_ascii=False)[1:-1]}
        )
        found = re.compile(rf"""(?:^|[\s{{,"'])(?:{spelt})["']?[ \t]*:""", re.MULTILINE).search(
            self._text, start, end
        )
        return None if found is None else found.end() - 1


def _events(text: str, names: frozenset[str]) -> dict[str, int]:
    """Where each name first stands as the value of `name` or `key`."""
    found: dict[str, int] = {}
    for match in _NAMED.finditer(text):
        for name in _readings(match[1]):
            if name in names:
                found.setdefault(name, match.start())
    return found


def _readings(written: str) -> tuple[str, ...]:
    """What a scalar of JSON or YAML may say: a plain one ends at the line, or at a comma or brace before."""
    if written[0] == '"':
        try:
            return (json.loads(written),)
        except ValueError:
            return ()
    if written[0] == "'":
        return (written[1:-1].replace("''", "'"),)
    plain = written.split(" #")[0].strip()
    return plain, re.split(r"[,}]", plain)[0].strip()

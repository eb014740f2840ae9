"""Shows a JSON document with the places in question lit. Everything is escaped; nothing is trusted."""

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from accounts.templatetags.looks import visible

register = template.Library()

INDENT = "  "
FOLD_ABOVE = 8  # lines
_STEP = re.compile(r"(?:[^.\\]|\\.)+")


@register.simple_tag
def payload(document: Any, lit: str | Iterable[str] = ()) -> SafeString:
    """`{% payload sample.message lit=sample.path %}`.

    `document`: JSON text or the value itself. `lit`: dotted paths with real indexes; one that is missing
    from the document is shown where it should have been, `(root)` lights nothing. Long parts without
    anything lit are folded.
    """
    value = json.loads(document) if isinstance(document, str) else document
    paths = [lit] if isinstance(lit, str) else lit
    wanted = {_steps(path) for path in paths if path not in {"", "(root)"}}
    return format_html('<div class="json">{}</div>', _join(_Lines(wanted).of(value, (), "", "", 0)))


Steps = tuple[str, ...]


class _Lines:
    def __init__(self, wanted: set[Steps]) -> None:
        self.wanted = wanted
        self.on_the_way = {path[:length] for path in wanted for length in range(len(path) + 1)}

    def of(self, value: Any, path: Steps, key: str, end: str, depth: int) -> Iterator[SafeString]:
        """The lines of one value. `key`: its name and colon, or nothing; `end`: a comma, or nothing."""
        if not isinstance(value, dict | list) or not (value or self._missing(value, path)):
            yield self._line(path, depth, key, _scalar(value), end)
            return
        opening, closing = ("{", "}") if isinstance(value, dict) else ("[", "]")
        inner = [*self._children(value, path, depth + 1)]
        last = _line(
            "line", INDENT * depth, format_html('<span class="punctuation">{}</span>', closing + end)
        )
        if depth and len(inner) > FOLD_ABOVE and path not in self.on_the_way:
            yield _folded(depth, key, opening, len(value), [*inner, last])
            return
        yield self._line(path, depth, key, format_html('<span class="punctuation">{}</span>', opening), "")
        yield from inner
        yield last

    def _children(self, value: Any, path: Steps, depth: int) -> Iterator[SafeString]:
        missing = self._missing(value, path)
        if isinstance(value, dict):
            items = [(str(name), f"{_text(name)}: ", inner) for name, inner in value.items()]
        else:
            items = [(str(index), "", inner) for index, inner in enumerate(value)]
        for position, (step, key, inner) in enumerate(items):
            comma = "," if position < len(items) - 1 else ""
            yield from self.of(inner, (*path, step), key, comma, depth)
        for step in missing:
            yield format_html(
                '<span class="line lit" data-ghost>{}<span class="ghost">{}: missing</span>\n</span>',
                INDENT * depth,
                _text(step),
            )

    def _missing(self, value: Any, path: Steps) -> list[str]:
        if not isinstance(value, dict):
            return []
        below = {wanted[-1] for wanted in self.wanted if wanted[:-1] == path}
        return sorted(step for step in below if step not in value)

    def _line(self, path: Steps, depth: int, key: str, shown: SafeString, end: str) -> SafeString:
        kind = "line lit" if path in self.wanted else "line"
        tail = format_html('<span class="punctuation">{}</span>', end) if end else ""
        return _line(kind, INDENT * depth, format_html("{}{}{}", key, shown, tail))


def _line(kind: str, indent: str, content: SafeString) -> SafeString:
    return format_html('<span class="{}">{}{}\n</span>', kind, indent, content)


def _folded(depth: int, key: str, opening: str, size: int, inner: list[SafeString]) -> SafeString:
    return format_html(
        '<details><summary class="line">{}{}<span class="punctuation">{}</span>'
        '<span class="size" data-ghost> … {}</span>\n</summary>{}</details>',
        INDENT * depth,
        key,
        opening,
        f"{size} {'key' if opening == '{' else 'item'}{'' if size == 1 else 's'}",
        _join(inner),
    )


def _scalar(value: Any) -> SafeString:
    kind = "string" if isinstance(value, str) else "punctuation" if value in ({}, []) else "literal"
    return format_html('<span class="{}">{}</span>', kind, _text(value))


def _text(value: Any) -> str:
    """JSON text in which nothing hides: unseen characters and halves of characters are escaped."""
    return visible(json.dumps(value, ensure_ascii=False))


def _join(lines: Iterable[SafeString]) -> SafeString:
    return format_html_join("", "{}", ((line,) for line in lines))


def _steps(path: str) -> Steps:
    return tuple(re.sub(r"\\(.)", r"\1", step) for step in _STEP.findall(path))

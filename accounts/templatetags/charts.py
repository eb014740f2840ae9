"""Charts as SVG attributes, no style: each has a name for screen readers and says its numbers in words."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

HEIGHT = 18
STEP = 4
WIDTH = 3


@register.simple_tag
def sparkline(values: Sequence[int], label: str) -> SafeString:
    """Small columns, the last one lit: `{% sparkline hours "Last 24 hours" %}`. `values` oldest first."""
    top = max(values, default=0) or 1
    last = len(values) - 1
    bars = "".join(_bar(index, value, top, is_last=index == last) for index, value in enumerate(values))
    width = max(len(values) * STEP - (STEP - WIDTH), 1)
    return format_html(
        '<svg class="spark" role="img" width="{}" height="{}" viewBox="0 0 {} {}">'
        "<title>{}: {} in all, at most {} at once</title>{}</svg>",
        width, HEIGHT, width, HEIGHT, label, f"{sum(values):,}", f"{max(values, default=0):,}",
        mark_safe(bars),  # noqa: S308  # of numbers only
    )  # fmt: skip


@lru_cache(maxsize=4096)
def _bar(index: int, value: int, top: int, *, is_last: bool) -> str:
    height = max(1.5, round(HEIGHT * value / top, 1)) if value else 1
    kind = "zero" if not value else "bar last" if is_last else "bar"
    x, y = index * STEP, HEIGHT - height
    return f'<rect class="{kind}" x="{x}" y="{y}" width="{WIDTH}" height="{height}"/>'


@dataclass(frozen=True)
class Column:
    label: str
    value: int
    x: float
    y: float
    height: float


@dataclass(frozen=True)
class Mark:
    at: str
    label: str
    x: float


@register.inclusion_tag("_histogram.html")
def histogram(
    points: Iterable[tuple[str, int]], label: str, marks: Iterable[tuple[str, str]] = ()
) -> dict[str, Any]:
    """Columns over time, the table of the same numbers folded below.

    `points`: pairs of time label and count, oldest first. `marks`: pairs of such a time label and what
    happened then ("v3 published").
    """
    pairs = list(points)
    top = max((value for _, value in pairs), default=0)
    places = {name: index * 10 for index, (name, _) in enumerate(pairs)}
    columns = [
        Column(name, value, index * 10, *_span(value, top)) for index, (name, value) in enumerate(pairs)
    ]
    return {
        "label": label,
        "columns": columns,
        "marks": [Mark(name, text, places[name]) for name, text in marks if name in places],
        "width": max(len(pairs) * 10, 1),
        "top": top,
    }


def _span(value: int, top: int) -> tuple[float, float]:
    height = max(1.5, round(96 * value / top, 1)) if value else 0.0
    return 96 - height, height


@register.simple_tag
def share_bar(part: float, whole: float) -> SafeString:
    """A thin bar as long as the share, for a place that says its number in words too."""
    width = round(100 * min(1.0, part / whole), 1) if whole else 0
    return format_html(
        '<svg class="share-bar" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">'
        '<rect class="ground" width="100" height="4"/><rect class="bar" width="{}" height="4"/></svg>',
        width,
    )


@register.simple_tag
def shares(parts: Iterable[tuple[str, int, str]], label: str) -> SafeString:
    """One bar cut by share: `parts` as triples of word, count and tone (good bad warn quiet), in order."""
    listed = list(parts)
    whole = sum(count for _, count, _ in listed) or 1
    cuts, at = [], 0.0
    for word, count, tone in listed:
        width = round(1000 * count / whole, 2)
        cuts.append((tone, at, max(width - 2, 0) if at + width < 999 else width, word, f"{count:,}"))
        at += width
    words = ", ".join(f"{word} {count:,}" for word, count, _ in listed)
    bars = format_html_join(
        "", '<rect class="{}" x="{}" y="0" width="{}" height="8"><title>{}: {}</title></rect>', cuts
    )
    return format_html(
        '<svg class="shares" role="img" viewBox="0 0 1000 8" preserveAspectRatio="none" aria-label="{}: {}">'
        "{}</svg>",
        label, words, bars,
    )  # fmt: skip

"""Small things every page is made of: icons, states, times and numbers."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import lru_cache
from html import escape

from django import template
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from heroicons.templatetags.heroicons import heroicon_mini

register = template.Library()

NOTHING = "\u2013"  # an en dash

# What states are called on pages, how they feel, and their icon. Never hue alone.
STATES: dict[str, tuple[str, str, str]] = {
    # verdicts
    "conforming": ("good", "check-circle", "Conforms"),
    "violating": ("bad", "x-circle", "Violates"),
    "unplanned": ("warn", "question-mark-circle", "Not in plan"),
    "unchecked": ("quiet", "minus-circle", "Not checked"),
    "duplicate": ("quiet", "square-2-stack", "Repeat"),
    "rejected": ("bad", "no-symbol", "Rejected"),
    "pending": ("quiet", "clock", "Waiting"),
    # violations
    "new": ("bad", "sparkles", "New"),
    "open": ("quiet", "exclamation-circle", "Open"),
    "regressed": ("bad", "arrow-uturn-left", "Back"),
    "growing": ("warn", "arrow-trending-up", "Growing"),
    "resolved": ("good", "check", "Resolved"),
    "fixed": ("good", "check-badge", "Fixed"),
    "muted": ("quiet", "bell-slash", "Muted"),
    "quiet": ("quiet", "signal-slash", "Quiet"),
    "settling": ("quiet", "clock", "Settling in"),
    "critical": ("bad", "exclamation-triangle", "Critical"),
    # plans and what is sent
    "live": ("good", "signal", "Live"),
    "planned": ("quiet", "pencil", "Planned"),
    "deprecated": ("warn", "archive-box", "Deprecated"),
    "required": ("info", "lock-closed", "Required"),
    "sent": ("good", "check", "Sent"),
    "claimed": ("quiet", "clock", "Being sent"),
    "failed": ("bad", "x-circle", "Failed"),
    "waiting": ("quiet", "clock", "Waiting"),
}

# Characters that would reorder or hide text, and halves of characters, which UTF-8 cannot say.
_UNSEEN = re.compile(
    "[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)

_UNITS = ((60, 1, "s"), (3600, 60, "min"), (86400, 3600, "h"), (2592000, 86400, "d"))


@register.simple_tag
@lru_cache(maxsize=256)
def icon(name: str) -> SafeString:
    """A heroicon, 16 px, hidden from screen readers: `{% icon "bell" %}`."""
    drawn = heroicon_mini(str(name), size=16, **{"class": "icon"})
    assert isinstance(drawn, SafeString)  # noqa: S101  # heroicons says str in its types only
    return drawn


@register.simple_tag
@lru_cache(maxsize=256)
def state(kind: str, word: str = "") -> SafeString:
    """Icon and word of a verdict or status: `{% state "muted" "Muted to Friday" %}`."""
    tone, drawing, usual = STATES.get(str(kind), ("quiet", "minus-circle", str(kind).capitalize()))
    return format_html('<span class="state state-{}">{}{}</span>', tone, icon(drawing), word or usual)


@register.simple_tag
def badge(word: str, tone: str = "quiet", drawing: str = "") -> SafeString:
    """A state that is no verdict or status; `tone` one of bad warn good info quiet."""
    return format_html(
        '<span class="state state-{}">{}{}</span>', tone, icon(drawing) if drawing else "", word
    )


@register.simple_tag
def options(choices: Iterable[object], value: str, word: str, chosen: object) -> SafeString:
    """The options of a long select, by the names of two attributes: `{% options teams "slug" "name" chosen %}`."""
    told = ((getattr(choice, value), getattr(choice, word)) for choice in choices)
    return SafeString(
        "".join(
            f'<option value="{escape(name)}"{" selected" if name == chosen else ""}>{escape(words)}</option>'
            for name, words in told
        )
    )


@register.simple_tag
def when(moment: datetime | None, missing: str = "never") -> SafeString | str:
    """`3 h ago`, the exact time on hover and for screen readers: `{% when violation.last_seen_at %}`."""
    if moment is None:
        return missing
    moment = moment.astimezone(UTC)
    told, words = moment.isoformat(timespec="seconds"), _ago(moment, timezone.now())
    return SafeString(f'<time datetime="{told}" title="{exactly(moment)}" data-ago>{words}</time>')


@register.filter
def exactly(moment: datetime | None) -> str:
    """`Tue 24 Nov 2026, 09:10 UTC`."""
    return f"{moment.astimezone(UTC):%a %-d %b %Y, %H:%M} UTC" if moment else ""


@register.filter
def number(value: float | None) -> str:
    """`9,804`; a dash for nothing."""
    return NOTHING if value is None else f"{value:,}"


@register.filter
def percent(part: float, whole: float) -> str:
    """`4.2 %` of `whole`. Never rounds something to 0 or nearly all to 100: `<0.1 %`, `>99.9 %`."""
    if not whole:
        return NOTHING
    share = 100 * part / whole
    if 0 < share < 0.05:
        return "<0.1\u202f%"
    if 99.95 <= share < 100:
        return ">99.9\u202f%"
    return f"{share:.0f}\u202f%" if share in {0, 100} else f"{share:.1f}\u202f%"


@register.filter
def visible(text: object) -> str:
    """Text from outside with its unseen characters spelt out, so that nothing can hide or turn around."""
    return _UNSEEN.sub(lambda found: f"\\u{ord(found[0]):04x}", str(text))


@register.filter
def coded(sentence: object) -> SafeString:
    """A sentence whose names stand in backticks (`total` should be a number), the names shown as code."""
    parts = visible(sentence).split("`")
    if len(parts) % 2 == 0:  # a backtick of its own is no mark
        return format_html("{}", "`".join(parts))
    return format_html_join(
        "",
        "{}",
        ((format_html("<code>{}</code>", part) if at % 2 else part,) for at, part in enumerate(parts)),
    )


def _ago(moment: datetime, now: datetime) -> str:
    seconds = (now - moment).total_seconds()
    size = abs(seconds)
    if size < 5:
        return "just now"
    for limit, unit, name in _UNITS:
        if size < limit:
            words = f"{int(size // unit)} {name}"
            return f"in {words}" if seconds < 0 else f"{words} ago"
    same_year = moment.year == now.year
    return f"{moment:%-d %b}" if same_year else f"{moment:%-d %b %Y}"

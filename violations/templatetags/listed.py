"""The cells of a list's rows (`violations.web.rows`) that take more than a line of template."""

from typing import Any

from django import template
from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString

from accounts.templatetags.looks import coded, visible

register = template.Library()


@register.simple_tag
def what(row: Any) -> SafeString:
    """What a row is about, as its link says it: the sentence, or the name of what is not in the plan."""
    if row.inner:
        more = len(row.inner) - 1
        return SafeString(f"{_code(row.key_name)} and {more} more propert{'y' if more == 1 else 'ies'}")
    if row.names > 1:
        return SafeString(f"{row.names_words} like {_code(row.name)}")
    return SafeString(_code(row.name)) if row.is_event else coded(row.violation.message)


@register.simple_tag
def sources_of(row: Any, workspace: str) -> SafeString:
    """Where it happens: the source, or several folded, each linked to the violation in it."""
    if row.inner or len(row.sources) == 1:
        return escape(row.where)
    items = (
        f'<li><a href="{reverse("violation_detail", args=[workspace, part.violation.public_id])}">'
        f'{escape(part.violation.source.name)}</a> <span class="muted">{part.entry.count:,}</span></li>'
        for part in row.parts
    )
    folded = f'<summary>{len(row.parts)} sources</summary><ul class="fold-list">{"".join(items)}</ul>'
    return SafeString(f'<details class="fold">{folded}</details>')


def _code(name: str) -> str:
    return f"<code>{escape(visible(name))}</code>"

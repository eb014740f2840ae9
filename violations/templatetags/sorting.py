"""Links that sort a list."""

from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag(takes_context=True)
def sort_link(context: dict[str, Any], name: str, word: str) -> SafeString | str:
    """A column's heading: the address of the list sorted by it, marked when it is; plain where nothing sorts."""
    asked = context.get("asked")
    if asked is None:
        return word
    if asked.sort == name:
        return format_html(
            '<span class="strong">{}<span class="visually-hidden">, sorted</span></span>', word
        )
    return format_html('<a href="{}">{}</a>', asked.url(sort="" if name == "rank" else name), word)

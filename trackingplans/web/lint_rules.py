"""The pages of docs/rules in the app: what each lint rule asks for, and why. Strangers may read them."""

from functools import cache

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe
from markdown_it import MarkdownIt

from accounts.web.access import WebRequest, public
from trackingplans.domain.linting.catalogue import RULES

_markdown = MarkdownIt("commonmark", {"html": False})


@require_safe
@public
def lint_rules(request: WebRequest) -> HttpResponse:
    return render(request, "trackingplans/lint_rules.html", {"rules": RULES.values()})


@require_safe
@public
def lint_rule(request: WebRequest, code: str) -> HttpResponse:
    if code not in RULES:
        raise Http404("There is no such lint rule.")
    context = {"rules": RULES.values(), "rule": RULES[code], "page": _page(code)}
    return render(request, "trackingplans/lint_rules.html", context)


@cache
def _page(code: str) -> SafeString:
    """The page as HTML; raw HTML in it would come out as text."""
    text = (settings.BASE_DIR / "docs" / "rules" / f"{code}.md").read_text()
    return SafeString(_markdown.render(text))  # our own files, and `html` is off

"""The frame around every page: rail, tabs, undo."""

from dataclasses import dataclass
from typing import Any

from django import template
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from accounts.models import Workspace

register = template.Library()

# Name of the page, its icon, its word, and the beginnings of the names of pages that belong to it.
RAIL = (
    ("overview", "squares-2x2", "Overview", ("overview",)),
    ("plan_list", "clipboard-document-list", "Plan", ("plan_", "draft_", "event_", "try_event")),
    (
        "violation_list",
        "exclamation-triangle",
        "Violations",
        ("violation_", "not_in_plan", "muted_list", "missing_list"),
    ),
    ("live", "signal", "Live", ("live",)),
    ("source_list", "inbox-arrow-down", "Sources", ("source_",)),
    ("settings_workspace", "cog-6-tooth", "Settings", ("settings_",)),
)
SETTINGS = (
    ("settings_workspace", "Workspace", ("settings_workspace",)),
    ("settings_people", "People", ("settings_people", "settings_person")),
    ("settings_teams", "Teams", ("settings_team",)),
    ("settings_tokens", "Tokens", ("settings_token",)),
    ("settings_digests", "Digests", ("settings_digest",)),
    ("settings_mail", "Mail", ("settings_mail",)),
    ("settings_audit", "Activity", ("settings_audit",)),
)
FOR_ADMINS = {"settings_mail", "settings_audit"}


@dataclass(frozen=True)
class Link:
    url: str
    word: str
    is_current: bool
    icon: str = ""


@register.simple_tag(takes_context=True)
def rail_links(context: dict[str, Any]) -> list[Link]:
    """The rail's entries for the workspace of this page."""
    request = context["request"]
    return [
        Link(url, word, _is_on(request, begins), drawing)
        for name, drawing, word, begins in RAIL
        if (url := _url(name, request.workspace))
    ]


@register.simple_tag(takes_context=True)
def settings_links(context: dict[str, Any]) -> list[Link]:
    """The tabs of Settings that this member may open."""
    request = context["request"]
    return [
        Link(url, word, _is_on(request, begins))
        for name, word, begins in SETTINGS
        if (url := _url(name, request.workspace))
        if name not in FOR_ADMINS or request.membership.is_admin
    ]


@register.filter
def said(action: str) -> str:
    """`token.created` of the activity list as people say it: "Token created"."""
    return action.replace(".", " ").replace("_", " ").capitalize()


@register.simple_tag(takes_context=True)
def health_url(context: dict[str, Any]) -> str:
    """Where the dot that says how Planwright itself feels comes from."""
    return _url("health_dot", context["request"].workspace)


@register.filter
def undo_url(tags: str) -> str:
    """Where a message's Undo button posts to (accounts/web/notices.py put it there)."""
    return next((tag.removeprefix("undo:") for tag in tags.split() if tag.startswith("undo:")), "")


def _is_on(request: HttpRequest, begins: tuple[str, ...]) -> bool:
    match = request.resolver_match
    return match is not None and (match.url_name or "").startswith(begins)


def _url(name: str, workspace: Workspace) -> str:
    try:
        return reverse(name, args=[workspace.public_id])
    except NoReverseMatch:
        return ""

"""Editing a draft in the plan's grid: cells that a page's script sends, and a block pasted from a spreadsheet."""

import json
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from django.http import HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.models import Role, Workspace
from accounts.web.access import WorkspaceRequest, member
from trackingplans import drafting, observing, renaming
from trackingplans.domain import grouping, narrating
from trackingplans.domain.plan import Plan, PlanError, Rule
from trackingplans.domain.sheets import pasting
from trackingplans.domain.sheets.cells import Change, Context
from trackingplans.domain.sheets.pasting import Target
from trackingplans.draft_models import Draft
from trackingplans.models import TrackingPlan
from trackingplans.web import fills, grid_rows
from trackingplans.web.drafts import conflict_told, draft_of
from trackingplans.web.editions import Edition, newest_rules, of_draft
from trackingplans.web.grid import view_of
from trackingplans.web.plans import plan_of, teams_by_slug
from trackingplans.web.quiet import quiet

MOST_CELLS = 20_000
MOST_REDRAWN = 200  # events; beyond that the whole grid is drawn anew
GROUP = "group"  # a column that is no cell: the group of shared properties that an event gets


class Unreadable(ValueError):
    """The request's body is not what the page's script sends."""


@require_POST
@member(Role.EDITOR)
@quiet
def draft_cells(request: WorkspaceRequest, plan: str, draft: str) -> HttpResponse:
    """JSON `{"cells": [{"row", "column", "text"}], "remove": [row], "revision", "seen", "open": [ids of events]}`.

    `revision`: the one that nobody may have changed the same events since (null: whatever they did); `seen`: the one
    that the page shows. 200 `{"revision", "rows": [{"was", "html"}], "said", "reload"}`: the rows of the events that
    this and others changed since, `reload` instead where they are too many;
    400 `{"message", "errors": [{"row", "column", "message"}]}`;
    412 as `draft_change`.
    """
    found = plan_of(request, plan)
    one = draft_of(request, found, draft)
    try:
        body = _body(request.body)
        cells = [(target_of(cell["row"]), str(cell["column"]), str(cell["text"])) for cell in body["cells"]]
        removed = [target_of(row) for row in body["remove"]]
    except (Unreadable, KeyError, TypeError) as error:
        return JsonResponse({"message": f"Send cells as JSON: {error}", "errors": []}, status=400)
    value, _ = of_draft(one)
    texts = [cell for cell in cells if cell[1] != GROUP]
    done = pasting.edited(texts, value, context_of(request.workspace))
    errors = [
        {"row": line.number - 1, "column": name, "message": message}
        for line in done.lines
        for name, message in line.errors
    ]
    if errors:
        return JsonResponse({"message": errors[0]["message"], "errors": errors}, status=400)
    try:
        grouped = _grouped(value, [(target, text) for target, column, text in cells if column == GROUP])
    except PlanError as error:
        return JsonResponse({"message": error.problems[0].message, "errors": []}, status=400)
    changes = [
        *renaming.keeping_former(found, done.changes, now=timezone.now()),
        *grouped,
        *_removals(value, removed),
    ]
    if not changes:
        return JsonResponse({"revision": one.revision, "rows": [], "said": ""})
    try:
        one = drafting.change(one, request.user, changes, expected=body["revision"])
    except PlanError as error:
        return JsonResponse({"message": error.problems[0].message, "errors": []}, status=400)
    except drafting.NotOpen as error:
        return JsonResponse({"message": str(error), "errors": []}, status=409)
    except drafting.Conflict as error:
        return JsonResponse(conflict_told(error), status=412)
    mine = [target.identity[:2] for target in (*(target for target, *_ in cells), *removed)]
    return JsonResponse({"said": _said(changes)} | _news(request, found, one, mine, changes, body))


def _news(
    request: WorkspaceRequest,
    plan: TrackingPlan,
    draft: Draft,
    mine: list[tuple[str, str]],
    changes: list[Change],
    body: dict[str, Any],
) -> dict[str, Any]:
    """The draft's revision, and the rows of the events that these changes and those of others since touched."""
    seen = body["revision"] if body["seen"] is None else body["seen"]
    made = _made_since(draft, seen) if seen is not None else changes
    touched = list(dict.fromkeys([*mine, *(_named(edit) for edit in made)]))
    is_much = len(touched) > max(MOST_REDRAWN, len(mine))
    rows = [] if is_much else _redrawn(request, plan, draft, touched, made, frozenset(body["open"]))
    return {"revision": draft.revision, "rows": rows, "reload": is_much}


def _made_since(draft: Draft, revision: int) -> list[Change]:
    """What was done to a draft since a revision, by whomever."""
    steps = drafting.steps_since(draft, revision)
    return [edit for step in steps for edit in drafting.edits_of(step)]


def _named(edit: Change) -> tuple[str, str]:
    """The event that an edit changes, by type and name; ("plan", "") for one of the plan itself."""
    of = edit.get("of") or edit.get("rule") or {}
    return str(of.get("type", "plan")), str(of.get("name", ""))


def context_of(workspace: Workspace) -> Context:
    """Teams as people name them in cells: by slug and by name."""
    teams = teams_by_slug(workspace)
    return Context({name.casefold(): slug for slug, name in teams.items()} | {slug: slug for slug in teams})


def _body(content: bytes) -> dict[str, Any]:
    try:
        body = json.loads(content)
    except (ValueError, RecursionError):
        raise Unreadable("it cannot be read") from None
    if not isinstance(body, dict):
        raise Unreadable("it is no object")
    usual: dict[str, Any] = {"cells": [], "remove": [], "open": [], "revision": None, "seen": None}
    body = usual | body
    if not all(isinstance(body[key], list) for key in ("cells", "remove", "open")):
        raise Unreadable("cells, remove and open are lists")
    if len(body["cells"]) + len(body["remove"]) > MOST_CELLS:
        raise Unreadable(f"at most {MOST_CELLS:,} at once")
    if not all(isinstance(body[key], int | None) for key in ("revision", "seen")) or not all(
        isinstance(key, str) for key in body["open"]
    ):
        raise Unreadable("revision is a number, open holds texts")
    return body


def target_of(row: Any) -> Target:
    shapes = (str, str, int, str)
    if not isinstance(row, list) or len(row) != len(shapes):
        raise Unreadable("a row is [type, name, version, place]")
    if not all(isinstance(part, shape) for part, shape in zip(row, shapes, strict=True)):
        raise Unreadable("a row is [type, name, version, place]")
    return Target((row[0], row[1], row[2]), row[3])


def _removals(plan: Plan, targets: Iterable[Target]) -> list[Change]:
    """The changes that take rows away; what goes with its event or owner is not taken away again."""
    targets = list(targets)
    whole = {target.identity for target in targets if not target.at}
    known = {rule.identity for rule in plan.rules}
    changes: list[Change] = [{"op": "remove_rule", "of": _of(identity)} for identity in sorted(whole & known)]
    places = [one for one in targets if one.at not in {"", "+"} and one.identity in known - whole]
    for target in places:
        is_inside = any(
            other.identity == target.identity and target.at.startswith(f"{other.at}/") for other in places
        )
        if not is_inside:
            changes.append({"op": "remove_property", "of": _of(target.identity), "at": target.at})
    return changes


def _grouped(plan: Plan, wanted: Iterable[tuple[Target, str]]) -> list[Change]:
    """What gives events the properties of the groups that are named. Raises PlanError."""
    rules = {rule.identity: rule for rule in plan.rules}
    named: dict[str, list[Rule]] = {}
    for target, name in wanted:
        if target.identity in rules:
            named.setdefault(name.strip(), []).append(rules[target.identity])
    return [change for name, listed in named.items() for change in grouping.edits_to_add(plan, name, listed)]


def _of(identity: tuple[str, str, int]) -> dict[str, Any]:
    return dict(zip(("type", "name", "version"), identity, strict=True))


def _redrawn(
    request: WorkspaceRequest,
    plan: TrackingPlan,
    draft: Draft,
    touched: Iterable[tuple[str, str]],
    changes: list[Change],
    opened: frozenset[str],
) -> list[dict[str, str]]:
    """The rows of the events that were touched, as they are now; '' for an event that went."""
    value, outline = of_draft(draft)
    names = {
        (one["of"]["type"], one["of"]["name"]): one["name"] for one in changes if one["op"] == "rename_rule"
    }
    rows = {(row.type, row.name): row for row in outline.rows}
    wanted = {was: rows.get((was[0], names.get(was, was[1]))) or rows.get(was) for was in touched}
    seen = observing.seen(plan, [row for row in wanted.values() if row], now=timezone.now())
    edition = Edition(plan, draft, value, outline, may_edit=True)
    view, teams = view_of(request, edition), teams_by_slug(request.workspace)
    newest = newest_rules(value)
    shown = [row for was, row in wanted.items() if row and grid_rows.key_of(*was) in opened]
    shares = fills.shares(plan, [newest[row.type, row.name] for row in shown])
    found = []
    for was, row in wanted.items():
        key = grid_rows.key_of(*was)
        html = ""
        if row is not None:
            item = grid_rows.event_row(row, seen, teams)
            if key in opened:
                rule = newest[row.type, row.name]
                filled = shares.get((row.type, row.name), {})
                item = replace(item, properties=grid_rows.property_rows(rule, view.columns, teams, filled))
            html = _event_html(request, edition, view, item)
        found.append({"was": key, "html": html})
    return found


def _event_html(
    request: WorkspaceRequest, edition: Edition, view: grid_rows.View, item: grid_rows.EventRow
) -> str:
    args = [request.workspace.public_id, edition.plan.public_id]
    context = {
        "item": item,
        "columns": view.columns,
        "edition": edition,
        "property_headings": grid_rows.property_headings(view.columns),
        "event_page": reverse("plan_event", args=args),
        "property_rows": reverse("grid_properties", args=args),
    }
    return render_to_string("trackingplans/_grid_event.html", context, request)


def _said(changes: list[Change]) -> str:
    kept = [one for one in changes if one["op"] == "rename_rule" and one.get("keep_former")]
    if kept:
        return f"Messages named {kept[0]['of']['name']} still count until {kept[0]['keep_former']['until']}."
    more = f" and {len(changes) - 1:,} more" if len(changes) > 1 else ""
    return narrating.sentence(changes[0]) + more

"""A sheet on its way into a plan: received, its columns mapped, read in the background, looked at, brought in."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts import auditing
from accounts.models import User, Workspace
from trackingplans import drafting, publishing
from trackingplans.domain import bringing
from trackingplans.domain.legible import shortened, storable
from trackingplans.domain.plan import PlanError, Problem
from trackingplans.domain.sheets import headings
from trackingplans.draft_models import Draft
from trackingplans.interchange import formats
from trackingplans.interchange.sheets import opening, reading
from trackingplans.interchange.sheets.opening import Sheet
from trackingplans.models import PlanVersion, TrackingPlan
from trackingplans.sheet_models import SheetMapping, SheetState, UploadedSheet

_RULE = re.compile(r"rules\.(\d+)(?:\.schema)?(?:\.properties\.(?:properties|traits))?")
KEPT = timedelta(days=1)
GIVEN_UP_AFTER = timedelta(seconds=60)  # without progress: then somebody else reads the sheet again
_SURE = 2  # names of columns that make a text a sheet


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was read of a sheet; any problem keeps it out."""

    document: dict[str, Any]
    losses: list[str]
    problems: list[Problem]


def is_sheet(raw: bytes | str, filename: str = "") -> bool:
    """Whether a file is rows whose columns somebody has to map: no plan in a format we know."""
    raw = raw.encode(errors="surrogatepass") if isinstance(raw, str) else raw
    if opening.is_workbook(raw) or filename.lower().endswith((".csv", ".tsv")):
        return not _is_known(raw)
    if raw.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"", b"{", b"["):
        return False
    try:
        return not _is_known(raw) and headings.known(opening.opened(raw).header) >= _SURE
    except PlanError:
        return False


def _is_known(raw: bytes) -> bool:
    try:
        return formats.sheet_in(raw) is not None
    except PlanError:
        return False


def receive(
    workspace: Workspace,
    user: User,
    filename: str,
    raw: bytes,
    plan: TrackingPlan | None = None,
    *,
    as_shown: bool = False,
) -> UploadedSheet:
    """Keeps the file, its columns mapped as they were the last time, else as they look.

    Raises PlanError; `opening.OnlyAsShown` where the file could be taken `as_shown`.
    """
    sheet = opening.opened(raw, as_shown=as_shown)
    found: UploadedSheet = UploadedSheet.objects.create(
        workspace=workspace,
        plan=plan,
        author=user,
        filename=shortened(storable(filename), 200),
        content=raw,
        tabs=sheet.tabs,
        as_shown=as_shown,
        mapping=_mapping(workspace, sheet),
        total=sheet.total,
    )
    return found


def _mapping(workspace: Workspace, sheet: Sheet) -> list[str]:
    """How a sheet with these columns was mapped the last time, else how it looks."""
    rows = SheetMapping.objects.for_workspace(workspace)
    known = rows.filter(fingerprint=headings.fingerprint(sheet.header)).first()
    mapping = headings.remembered(known.mapping, sheet.header) if known else None
    return mapping or headings.guessed(sheet.header, sheet.column)


def choose_tabs(upload: UploadedSheet, tabs: Sequence[str]) -> None:
    """Says which sheets of the workbook are read; their columns are mapped anew. Raises PlanError."""
    if not tabs:
        raise PlanError([Problem("", "Choose a sheet.")])
    sheet = opening.opened(bytes(upload.content), tabs, as_shown=upload.as_shown)
    upload.tabs, upload.state, upload.total = list(sheet.tabs), SheetState.MAPPING, sheet.total
    upload.mapping = _mapping(upload.workspace, sheet)
    upload.touched_at = timezone.now()
    upload.save(update_fields=["tabs", "state", "total", "mapping", "touched_at"])


def opened(upload: UploadedSheet) -> Sheet:
    """The table in the file."""
    return opening.opened(bytes(upload.content), upload.tabs, as_shown=upload.as_shown)


def map_columns(upload: UploadedSheet, mapping: Sequence[str]) -> None:
    """Says which column holds what, remembers it, and lets the sheet be read. Raises PlanError."""
    sheet = opened(upload)
    chosen = [key for key in mapping if key]
    twice = next((key for key in chosen if chosen.count(key) > 1 and key not in headings.REPEATED), None)
    if len(mapping) != len(sheet.header) or not headings.WORDS.keys() >= set(chosen):
        raise PlanError([Problem("", "Map each column of the sheet.")])
    if twice:
        raise PlanError([Problem("", f"Two columns say the same: {headings.WORDS[twice]}. Choose one.")])
    if "event" not in chosen:
        raise PlanError([Problem("", "Say which column holds the names of events.")])
    named = {name: key for name, key in zip(sheet.header, mapping, strict=True) if name}
    with transaction.atomic():
        SheetMapping.objects.update_or_create(
            workspace=upload.workspace,
            fingerprint=headings.fingerprint(sheet.header),
            defaults={"mapping": named},
        )
        upload.mapping, upload.state, upload.row = list(mapping), SheetState.WAITING, 0
        upload.touched_at = timezone.now()
        upload.save(update_fields=["mapping", "state", "row", "touched_at"])


def read_next(now: datetime) -> bool:
    """Read one sheet that waits, or that nobody gets on with; whether there was one."""
    forsaken = Q(state=SheetState.READING, touched_at__lt=now - GIVEN_UP_AFTER)
    with transaction.atomic():
        waiting = UploadedSheet.objects.filter(Q(state=SheetState.WAITING) | forsaken).order_by("pk")
        upload = waiting.select_for_update(skip_locked=True).first()
        if upload is None:
            return False
        UploadedSheet.objects.filter(pk=upload.pk).update(state=SheetState.READING, touched_at=now)
    rows = UploadedSheet.objects.filter(pk=upload.pk)
    outcome: dict[str, Any]
    try:
        carried = reading.read(opened(upload), upload.mapping, lambda row: _got_to(rows, row))
        _usable(carried.document)
        outcome, state = {"document": carried.document, "losses": carried.losses}, SheetState.READ
    except PlanError as error:
        outcome = {"problems": [(problem.path, problem.message) for problem in error.problems]}
        state = SheetState.FAILED
    rows.filter(state=SheetState.READING).update(
        state=state, outcome=storable(json.dumps(outcome)), row=upload.total
    )
    return True


def _usable(document: dict[str, Any]) -> None:
    """Raises PlanError in the sheet's words: events and properties have names there, and no index."""
    try:
        publishing.checked({**document, "name": document["name"] or "Imported plan"})
    except PlanError as error:
        raise PlanError(
            [Problem(_place(one.path, document["rules"]), one.message) for one in error.problems]
        ) from None


def _place(path: str, rules: Sequence[dict[str, Any]]) -> str:
    """`rules.3.schema.properties.properties.properties.sku.pattern` is `Order Completed, sku.pattern`."""
    named = _RULE.match(path)
    if named is None or int(named[1]) >= len(rules):
        return path
    rule, rest = rules[int(named[1])], path[named.end() :].strip(".").replace("properties.", "")
    return f"{rule.get('name') or rule['type']}{f', {rest}' if rest else ''}"


def _got_to(rows: Any, row: int) -> None:
    rows.update(row=row, touched_at=timezone.now())


def outcome(upload: UploadedSheet) -> Outcome:
    """What was read of the sheet."""
    said = json.loads(upload.outcome)
    problems = [Problem(path, message) for path, message in said.get("problems", ())]
    return Outcome(said.get("document", {}), said.get("losses", []), problems)


@transaction.atomic
def as_plan(upload: UploadedSheet, user: User, name: str) -> PlanVersion:
    """The sheet as a new plan, live at once. Raises PlanError."""
    document = {**outcome(upload).document, "name": name}
    message = f"Imported from {upload.filename}"
    version = publishing.create(upload.workspace, document, actor=user, message=message)
    auditing.record(upload.workspace, user, "plan.imported", version.plan.name, format=reading.NAME)
    upload.delete()
    return version


@transaction.atomic
def as_draft(upload: UploadedSheet, plan: TrackingPlan, user: User) -> Draft:
    """The sheet as a draft of the plan: its events added or replaced, all others as they are. Raises PlanError."""
    draft = drafting.start(plan, user, shortened(f"Import of {upload.filename}", drafting.LONGEST_NAME))
    edits = bringing.edits_for(drafting.document(draft), outcome(upload).document)
    if edits:
        draft = drafting.change(draft, user, edits, why=f"From {upload.filename}")
    upload.delete()
    return draft


def drop_old(now: datetime) -> int:
    """Drops sheets that nobody brought in within a day; returns how many."""
    return int(UploadedSheet.objects.filter(created_at__lt=now - KEPT).delete()[0])

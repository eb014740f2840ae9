"""`manage.py import_plan FILE --workspace WS`: a plan in any format we read, from a file or standard input."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any, TypeVar

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import Workspace
from trackingplans import importing, proposing, sourcing, uploading
from trackingplans.domain.plan import PlanError
from trackingplans.interchange import formats
from trackingplans.models import Source, TrackingPlan
from trackingplans.releasing import Blocked

WRONG_PLAN = 1
WRONG_USE = 2
SHOWN = 20

Row = TypeVar("Row", Workspace, TrackingPlan, Source)


class Command(BaseCommand):
    help = "Imports a tracking plan: ours (JSON or YAML) or Segment's (Public API, Typewriter's cache)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", help="the file to read, or - for standard input")
        parser.add_argument("--workspace", required=True, help="public id (ws_…) or name of the workspace")
        parser.add_argument("--name", default="", help="the plan's name; by default the one in the file")
        parser.add_argument(
            "--plan", default="", help="public id or name of a plan to replace by a new version"
        )
        parser.add_argument(
            "--draft", action="store_true", help="make a draft of --plan instead of publishing"
        )
        parser.add_argument(
            "--override", default="", metavar="REASON",
            help="publish in spite of how the plan is reviewed; its history tells the reason",
        )  # fmt: skip
        parser.add_argument(
            "--source", action="append", default=[], help="slug or id of a source to attach to it; repeatable"
        )

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002  # Django's signature
        workspace = _one(Workspace.objects.all(), options["workspace"], "name")
        plans = TrackingPlan.objects.for_workspace(workspace)
        plan = _one(plans, options["plan"], "name") if options["plan"] else None
        known = Source.objects.for_workspace(workspace)
        sources = [_one(known, wanted, "slug") for wanted in options["source"]]
        raw, stem = _content(options["file"])
        if uploading.is_sheet(raw, options["file"]):
            sentence = "This is a sheet, whose columns have to be mapped: import it in the browser or by REST (sheets)."
            raise CommandError(f"The plan was not imported.\n{sentence}", returncode=WRONG_PLAN)
        try:
            if plan is not None and options["draft"]:
                wanted = importing.proposal(formats.detect(raw), name=options["name"], plan=plan)
                draft = proposing.as_draft(plan, wanted, None)
                self.stdout.write(f"{draft.name} ({draft.public_id}) is a draft of {plan.name}.")
                return
            with transaction.atomic():
                imported = importing.import_plan(
                    workspace, raw, name=options["name"], unnamed=stem, actor=None, plan=plan,
                    override=options["override"],
                )  # fmt: skip
                for source in sources:
                    sourcing.attach_plan(source, imported.plan, actor=None, now=timezone.now())
        except PlanError as error:
            raise CommandError(_told(error), returncode=WRONG_PLAN) from None
        except Blocked as error:
            sentence = f"{error} Make a --draft of it, or --override with a reason."
            raise CommandError(sentence, returncode=WRONG_PLAN) from None
        version = imported.version
        self.stdout.write(
            f"{imported.plan.name} ({imported.plan.public_id}) v{version.number} is live: "
            f"{len(version.rules)} rules, read as {imported.format}."
        )
        for loss in imported.losses:
            self.stdout.write(f"Left behind: {loss}")


def _content(path: str) -> tuple[bytes, str]:
    """The bytes, and a name for what has none."""
    if path == "-":
        return sys.stdin.buffer.read(), importing.UNNAMED
    try:
        return Path(path).read_bytes(), Path(path).stem
    except OSError as error:
        raise CommandError(f"{path} cannot be read: {error.strerror}.", returncode=WRONG_USE) from None


def _one(rows: QuerySet[Row], wanted: str, field: str) -> Row:
    """The one row with this public id, or this value of `field`."""
    what = str(rows.model._meta.verbose_name)
    found = list(rows.filter(Q(public_id=wanted) | Q(**{field: wanted}))[:2])
    if len(found) == 1:
        return found[0]
    if found:
        sentence = f"More than one {what} is called “{wanted}”. Give the public id."
    else:
        known = ", ".join(f"{row.public_id} ({row})" for row in rows.order_by("pk")[:SHOWN])
        sentence = f"There is no {what} “{wanted}”. There is: {known or 'none'}."
    raise CommandError(sentence, returncode=WRONG_USE)


def _told(error: PlanError) -> str:
    told = [str(problem) for problem in error.problems[:SHOWN]]
    more = len(error.problems) - len(told)
    return "\n".join(["The plan was not imported.", *told, *([f"and {more} more"] if more > 0 else [])])

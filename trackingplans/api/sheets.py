"""REST: any CSV or XLSX into a plan: send the file, correct which column says what, have it read, bring it in.

The columns are guessed, or as they were mapped the last time. What comes of a sheet for a plan is a draft of it.
"""

from pathlib import PurePath
from typing import Any

from django.http import Http404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.errors import Refused
from trackingplans import uploading
from trackingplans.api import shapes
from trackingplans.api.bodies import SHOWN_PROBLEMS, json_object, plan_problems, whole_body
from trackingplans.api.drafts import OfDrafts, draft_item, text_in
from trackingplans.domain.plan import PlanError
from trackingplans.domain.sheets import headings
from trackingplans.interchange import formats
from trackingplans.sheet_models import SheetState, UploadedSheet, sheet_state_choices
from trackingplans.web import uploads

EXAMPLES = 3


class SheetColumn(serializers.Serializer[Any]):
    name = serializers.CharField(help_text="As the header has it.")
    field = serializers.CharField(
        help_text="What it says, a key of `known_fields`; empty: nothing of a plan."
    )
    examples = serializers.ListField(child=serializers.CharField())


class SheetProblem(serializers.Serializer[Any]):
    path = serializers.CharField(help_text="Row, or row and column.")
    message = serializers.CharField()


class SheetOut(serializers.Serializer[Any]):
    id = serializers.CharField()
    filename = serializers.CharField()
    plan = serializers.CharField(allow_null=True, help_text="null: it becomes a new plan.")
    state = serializers.ChoiceField(sheet_state_choices())
    row = serializers.IntegerField(help_text="The last that was read,")
    total = serializers.IntegerField(help_text="of about so many.")
    known_fields = serializers.DictField(child=serializers.CharField(), help_text="What a column may say.")
    columns = SheetColumn(many=True)
    tabs = serializers.ListField(
        child=serializers.CharField(), help_text="Sheets of the workbook that are read."
    )
    rules = serializers.IntegerField(allow_null=True, help_text="How many were read; null before.")
    problems = SheetProblem(many=True)
    losses = serializers.ListField(child=serializers.CharField())


class SheetChange(serializers.Serializer[Any]):
    columns = serializers.ListField(
        child=serializers.CharField(allow_blank=True),
        required=False,
        help_text="A field for each column in order, empty for none. Then the sheet is read.",
    )
    tabs = serializers.ListField(
        child=serializers.CharField(), required=False, help_text="Which sheets of the workbook to read."
    )


class SheetName(serializers.Serializer[Any]):
    name = serializers.CharField(required=False, help_text="Of the new plan; by default the file's.")


class BroughtIn(serializers.Serializer[Any]):
    plan = serializers.CharField()
    version = serializers.IntegerField(allow_null=True, help_text="Of a new plan.")
    draft = serializers.CharField(allow_null=True, help_text="Of a plan that was there.")


class OfSheets(OfDrafts):
    def sheet(self, sheet: str) -> UploadedSheet:
        rows = UploadedSheet.objects.for_workspace(self.workspace).select_related("plan", "workspace")
        found: UploadedSheet | None = rows.filter(public_id=sheet).first()
        if found is None:
            raise Http404
        return found


class Sheets(OfSheets):
    @extend_schema(
        operation_id="sheets_send",
        parameters=[
            OpenApiParameter("filename", str, description="What the file is called."),
            OpenApiParameter(
                "plan", str, description="Id of the plan it changes; without one it becomes a new plan."
            ),
            OpenApiParameter("as_shown", bool, description="Take merged cells and formulas as they look."),
        ],
        request={formats.XLSX: OpenApiTypes.BINARY, "text/csv": OpenApiTypes.STR},
        responses={201: SheetOut},
        tags=["sheets"],
    )
    def post(self, request: Request) -> Response:
        """Send a CSV or XLSX as the body. Nothing is in a plan yet."""
        asked = request.query_params
        plan = self.plan(asked["plan"]) if asked.get("plan") else None
        filename = asked.get("filename", "") or "sheet.csv"
        as_shown, body = asked.get("as_shown") in ("true", "1"), whole_body(request)
        if body.lstrip()[:1] in (b"", b"{", b"["):
            sentence = (
                "Send the sheet itself as the body: CSV or XLSX. Plans as JSON or YAML go to /api/v1/plans."
            )
            raise Refused("invalid", "Some values cannot be used.", [("(root)", sentence)])
        try:
            upload = uploading.receive(self.workspace, self.actor, filename, body, plan, as_shown=as_shown)
        except PlanError as error:
            raise plan_problems(error) from None
        return Response(_sheet(self.sheet(upload.public_id)), status=201)


class OneSheet(OfSheets):
    @extend_schema(operation_id="sheets_get", responses=SheetOut, tags=["sheets"])
    def get(self, request: Request, sheet: str) -> Response:  # noqa: ARG002  # DRF's signature
        """How far a sheet is, what its columns say, and what is wrong with it, row by row."""
        return Response(_sheet(self.sheet(sheet)))

    @extend_schema(operation_id="sheets_map", request=SheetChange, responses=SheetOut, tags=["sheets"])
    def patch(self, request: Request, sheet: str) -> Response:
        """Say what the columns hold, and have the sheet read; or choose other sheets of the workbook."""
        found = self.sheet(sheet)
        asked = SheetChange(data=json_object(request))
        asked.is_valid(raise_exception=True)
        said = asked.validated_data
        if not said:
            sentence = "Send `columns`, or `tabs`."
            raise Refused("invalid", "Some values cannot be used.", [("columns", sentence)])
        try:
            if "tabs" in said:
                uploading.choose_tabs(found, said["tabs"])
            if "columns" in said:
                uploading.map_columns(found, said["columns"])
                uploads.wake()
        except PlanError as error:
            raise plan_problems(error) from None
        return Response(_sheet(self.sheet(sheet)))

    @extend_schema(operation_id="sheets_drop", responses={204: None}, tags=["sheets"])
    def delete(self, request: Request, sheet: str) -> Response:  # noqa: ARG002  # DRF's signature
        """Drop a sheet that nobody brought in."""
        self.sheet(sheet).delete()
        return Response(status=204)


class SheetImport(OfSheets):
    @extend_schema(
        operation_id="sheets_import", request=SheetName, responses={201: BroughtIn}, tags=["sheets"]
    )
    def post(self, request: Request, sheet: str) -> Response:
        """Bring in a sheet that was read: as a draft of its plan, or as a new plan. 409 while it is not read."""
        found, name = self.sheet(sheet), text_in(json_object(request), "name").strip()
        if found.state != SheetState.READ:
            sentence = f"The sheet is not read: {found.get_state_display().lower()}."
            raise Refused("not_read", sentence, [("state", sentence)], status=409)
        try:
            if found.plan is not None:
                draft = uploading.as_draft(found, found.plan, self.actor)
                told = draft_item(self.draft(draft.public_id))
                return Response({"plan": told["plan"], "version": None, "draft": told["id"]}, status=201)
            version = uploading.as_plan(found, self.actor, name or PurePath(found.filename).stem)
        except PlanError as error:
            raise plan_problems(error) from None
        plan = shapes.plan_item(self.plan(version.plan.public_id))
        return Response({"plan": plan["id"], "version": version.number, "draft": None}, status=201)


def _sheet(upload: UploadedSheet) -> dict[str, Any]:
    sheet, is_over = uploading.opened(upload), upload.state in (SheetState.READ, SheetState.FAILED)
    found = uploading.outcome(upload) if is_over else uploading.Outcome({}, [], [])
    return {
        "id": upload.public_id,
        "filename": upload.filename,
        "plan": upload.plan.public_id if upload.plan else None,
        "state": upload.state,
        "row": upload.row,
        "total": upload.total,
        "known_fields": headings.WORDS,
        "columns": [
            {"name": name, "field": field, "examples": sheet.column(index)[:EXAMPLES]}
            for index, (name, field) in enumerate(zip(sheet.header, upload.mapping, strict=True))
        ],
        "tabs": list(sheet.tabs),
        "rules": len(found.document.get("rules", [])) if upload.state == SheetState.READ else None,
        "problems": [
            {"path": one.path or "(root)", "message": one.message} for one in found.problems[:SHOWN_PROBLEMS]
        ],
        "losses": found.losses,
    }

"""Bringing in a plan that somebody else wrote: look at it first, then import it."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods
from django_htmx.http import HttpResponseClientRedirect

from accounts.models import Role
from accounts.web import notices
from accounts.web.access import WorkspaceRequest, member
from trackingplans import importing, uploading
from trackingplans.domain.plan import PlanError
from trackingplans.forms import ImportPlan
from trackingplans.interchange import formats
from trackingplans.interchange.sheets.opening import OnlyAsShown
from trackingplans.models import TrackingPlan
from trackingplans.releasing import Blocked
from trackingplans.web import proposals
from trackingplans.web.plans import plan_of

LONGEST_ECHO = 1_000_000  # characters of an upload that go back into the page when the browser runs no script


@require_http_methods(["GET", "POST"])
@member(Role.EDITOR)
def plan_import(request: WorkspaceRequest) -> HttpResponse:
    return _import(request, None)


@require_http_methods(["GET", "POST"])
@member(Role.EDITOR)
def plan_replace(request: WorkspaceRequest, plan: str) -> HttpResponse:
    return _import(request, plan_of(request, plan))


def _import(request: WorkspaceRequest, plan: TrackingPlan | None) -> HttpResponse:
    """`do=preview` shows what would come, `do=import` brings it: as a new plan, or as `plan`'s next version, which
    needs a publisher. Of a plan also `do=draft` and `do=override`, as in `proposals.settled`.
    """
    form = ImportPlan(request.POST or None, request.FILES or None)
    context: dict[str, Any] = {"form": form, "plan": plan}
    template = "trackingplans/_import_preview.html" if request.htmx else "trackingplans/plan_import.html"
    if not form.is_valid():
        return render(request, template, context)
    if uploading.is_sheet(form.content(), form.filename()):
        return _map(request, form, plan, context)
    name, unnamed = form.cleaned_data["name"], plan.name if plan else form.unnamed()
    do = request.POST.get("do")
    try:
        if do == proposals.DRAFT and plan is not None:
            wanted = importing.proposal(formats.detect(form.content()), name=name, unnamed=unnamed, plan=plan)
            settled = proposals.settled(request, plan, wanted)
            if isinstance(settled, HttpResponse):
                return HttpResponseClientRedirect(settled["Location"]) if request.htmx else settled
        elif do in ("import", proposals.OVERRIDE) and (plan is None or request.membership.may_publish):
            imported = importing.import_plan(
                request.workspace,
                form.content(),
                name=name,
                unnamed=unnamed,
                actor=request.user,
                plan=plan,
                override=proposals.override_of(request),
            )
            count = len(imported.version.rules)
            notices.done(request, f"{count} rules imported; version {imported.version.number} is live.")
            return redirect("plan_detail", request.workspace.public_id, imported.plan.public_id)
    except (PlanError, Blocked):
        pass  # the preview below says what stands in the way
    preview = importing.preview(form.content(), name=name, unnamed=unnamed, actor=request.user, plan=plan)
    context["may_override"] = plan is not None and proposals.may_override(request)
    context |= {"preview": preview, "form": form if request.htmx else _with_text(form)}
    return render(request, template, context)


def _map(
    request: WorkspaceRequest, form: ImportPlan, plan: TrackingPlan | None, context: dict[str, Any]
) -> HttpResponse:
    """A sheet's columns are mapped on a page of its own."""
    content = form.content()
    raw = content.encode(errors="replace") if isinstance(content, str) else content
    try:
        upload = uploading.receive(
            request.workspace,
            request.user,
            form.filename(),
            raw,
            plan,
            as_shown=request.POST.get("do") == "as_shown",
        )
    except PlanError as error:
        context |= {
            "preview": importing.Preview(None, {}, [], error.problems, []),
            "may_be_shown": isinstance(error, OnlyAsShown),
        }
        template = "trackingplans/_import_preview.html" if request.htmx else "trackingplans/plan_import.html"
        return render(request, template, context)
    address = reverse("sheet_import", args=[request.workspace.public_id, upload.public_id])
    return HttpResponseClientRedirect(address) if request.htmx else redirect(address)


def _with_text(form: ImportPlan) -> ImportPlan:
    """The form again with the upload as text, since browsers forget files between pages."""
    content = form.content()
    text = content.decode(errors="replace") if isinstance(content, bytes) else content
    if len(text) > LONGEST_ECHO:
        return form
    return ImportPlan(initial={"text": text, "name": form.cleaned_data["name"]})

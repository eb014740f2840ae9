"""Which workspace, and how the site looks to one person."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from accounts import founding
from accounts.forms import WorkspaceName
from accounts.models import Workspace
from accounts.web.access import LAST_WORKSPACE, SignedInRequest, WebRequest, public, signed_in

YEAR = 365 * 24 * 3600


@signed_in
def home(request: SignedInRequest) -> HttpResponse:
    """On to the workspace asked for, else the one seen last, else any; without one, to making one."""
    mine = Workspace.objects.filter(pk__in=request.user.memberships.values("workspace"))
    asked = request.GET.get("workspace") or request.session.get(LAST_WORKSPACE, "")
    workspace = mine.filter(public_id=asked).first() or mine.order_by("id").last()
    if workspace is None:
        return redirect("workspace_new")
    return redirect(_first_page(workspace))


@signed_in
def workspace_new(request: SignedInRequest) -> HttpResponse:
    form = WorkspaceName(request.POST or None)
    if form.is_valid():
        workspace = founding.found(form.cleaned_data["name"], user=request.user)
        return redirect(_first_page(workspace))
    return render(request, "accounts/workspace_new.html", {"form": form})


@require_POST
@public
def theme(request: WebRequest) -> HttpResponse:
    """Light, dark, or as the system says: kept in a cookie, so that the server draws it right at once."""
    follow = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(follow, {request.get_host()}, request.is_secure())
    response = redirect(follow if safe else "home")
    if request.POST.get("theme") in {"light", "dark"}:
        response.set_cookie(
            "theme", request.POST["theme"], max_age=YEAR, samesite="Lax", secure=request.is_secure()
        )
    else:
        response.delete_cookie("theme")
    return response


def _first_page(workspace: Workspace) -> str:
    try:
        return reverse("overview", args=[workspace.public_id])
    except NoReverseMatch:
        return reverse("settings_workspace", args=[workspace.public_id])

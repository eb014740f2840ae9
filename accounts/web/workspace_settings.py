"""Settings, Workspace."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts import founding
from accounts.forms import WorkspaceName
from accounts.models import Role
from accounts.web import notices
from accounts.web.access import WorkspaceRequest, member


@require_http_methods(["GET", "HEAD", "POST"])
@member(Role.VIEWER, post=Role.ADMIN)
def settings_workspace(request: WorkspaceRequest) -> HttpResponse:
    workspace = request.workspace
    form = WorkspaceName(request.POST or None, initial={"name": workspace.name})
    if form.is_valid():
        founding.rename(workspace, form.cleaned_data["name"], actor=request.user)
        notices.done(request, "Saved.")
        return redirect("settings_workspace", workspace.public_id)
    return render(request, "accounts/settings_workspace.html", {"form": form})

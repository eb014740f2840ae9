"""Settings, Teams."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import subscribing, teaming
from accounts.forms import TeamDetails
from accounts.models import Role, Team
from accounts.web import notices
from accounts.web.access import WorkspaceRequest, member


@require_safe
@member(Role.VIEWER)
def settings_teams(request: WorkspaceRequest) -> HttpResponse:
    teams = Team.objects.for_workspace(request.workspace).prefetch_related("members__user").order_by("name")
    return render(request, "accounts/settings_teams.html", {"teams": teams})


@require_http_methods(["GET", "HEAD", "POST"])
@member(Role.ADMIN)
def settings_team_new(request: WorkspaceRequest) -> HttpResponse:
    form = TeamDetails(request.POST or None, workspace=request.workspace)
    if form.is_valid():
        team = teaming.create(request.workspace, form.cleaned_data, actor=request.user)
        notices.done(request, f"Team {team} is made.")
        _ask(request, team, team.unconfirmed)
        return redirect("settings_teams", request.workspace.public_id)
    return render(request, "accounts/settings_team.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@member(Role.VIEWER, post=Role.ADMIN)
def settings_team(request: WorkspaceRequest, team: str) -> HttpResponse:
    found = _team(request, team)
    initial = {name: getattr(found, name) for name in ("name", "timezone", "digest_at", "digest_enabled")}
    initial["digest_weekly"] = "1" if found.digest_weekly else ""
    initial |= {
        "addresses": "\n".join([*found.addresses, *found.unconfirmed]),
        "members": found.members.all(),
    }
    form = TeamDetails(request.POST or None, workspace=request.workspace, team=found, initial=initial)
    if form.is_valid():
        new = teaming.change(found, form.cleaned_data, actor=request.user)
        notices.done(request, f"Team {found} is saved.")
        _ask(request, found, new)
        return redirect("settings_teams", request.workspace.public_id)
    return render(request, "accounts/settings_team.html", {"form": form, "team": found})


@require_POST
@member(Role.ADMIN)
def settings_team_delete(request: WorkspaceRequest, team: str) -> HttpResponse:
    """The name must be typed: a deleted team's digests do not come back."""
    found = _team(request, team)
    if request.POST.get("name", "").strip() != found.name:
        notices.failed(request, f"Type {found.name} to delete the team.")
        return redirect("settings_team", request.workspace.public_id, found.public_id)
    teaming.delete(found, actor=request.user)
    notices.done(request, f"Team {found.name} is deleted.")
    return redirect("settings_teams", request.workspace.public_id)


def _ask(request: WorkspaceRequest, team: Team, addresses: list[str]) -> None:
    """Asks people without an account whether they want the digest."""
    failed = subscribing.ask(team, addresses, actor=request.user)
    if asked := len(addresses) - len(failed):
        notices.done(
            request, f"{asked} {'address was' if asked == 1 else 'addresses were'} asked for consent."
        )
    if failed:
        notices.failed(
            request, f"No mail could be sent to {', '.join(failed)}. Save again to ask them later."
        )


def _team(request: WorkspaceRequest, team: str) -> Team:
    found: Team = get_object_or_404(Team.objects.for_workspace(request.workspace), public_id=team)
    return found

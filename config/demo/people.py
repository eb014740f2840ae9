"""Who works at Strider."""

import secrets
from dataclasses import dataclass

from accounts import founding, tokens
from accounts.models import Membership, Role, Team, User, Workspace

DOMAIN = "strider.example"


@dataclass(frozen=True, slots=True)
class Cast:
    """The demo's workspace, its people and teams. `password` and `api_token` are Ana's."""

    workspace: Workspace
    ana: User
    ben: User
    mia: User
    teams: dict[str, Team]
    password: str
    api_token: str


def assemble() -> Cast:
    """Workspace Strider with Ana (product manager, admin), Ben and Mia, and the teams they are in."""
    password = secrets.token_urlsafe(12)
    ana = User.objects.create_user(f"ana@{DOMAIN}", password, name="Ana")
    workspace = founding.found("Strider", user=ana, is_demo=True)
    admin = Membership.objects.for_workspace(workspace).get(user=ana)
    ben, ben_in = _join(workspace, "Ben", Role.PUBLISHER)
    mia, mia_in = _join(workspace, "Mia", Role.EDITOR)
    teams = {
        "checkout": _team(workspace, "Checkout", admin),
        "growth": _team(workspace, "Growth", ben_in),
        "mobile": _team(workspace, "Mobile", mia_in),
    }
    _, api_token = tokens.create(workspace, ana, name="Demo", role=Role.ADMIN)
    return Cast(workspace, ana, ben, mia, teams, password, api_token)


def _join(workspace: Workspace, name: str, role: Role) -> tuple[User, Membership]:
    """A colleague, who could only sign in by setting a password first."""
    user = User.objects.create_user(f"{name.lower()}@{DOMAIN}", name=name)
    return user, Membership.objects.create(workspace=workspace, user=user, role=role)


def _team(workspace: Workspace, name: str, member: Membership) -> Team:
    team: Team = Team.objects.create(workspace=workspace, slug=name.lower(), name=name)
    team.members.add(member)
    return team

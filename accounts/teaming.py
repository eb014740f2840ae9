"""Teams: making them, changing them, letting them go."""

from typing import Any

from django.db import transaction

from accounts import auditing, subscribing
from accounts.models import Team, User, Workspace


@transaction.atomic
def create(workspace: Workspace, facts: dict[str, Any], *, actor: User) -> Team:
    """A team from cleaned facts (forms.TeamDetails). Who of its addresses is to be asked first: `unconfirmed`."""
    facts = _agreed(None, workspace, facts)
    members = facts.pop("members")
    team: Team = Team.objects.create(workspace=workspace, **facts)
    team.members.set(members)
    auditing.record(workspace, actor, "team.created", team.name)
    return team


@transaction.atomic
def change(team: Team, facts: dict[str, Any], *, actor: User) -> list[str]:
    """Returns the addresses that were not there before and are to be asked first."""
    before = set(team.unconfirmed)
    facts = _agreed(team, team.workspace, facts)
    changed = [name for name in facts if name != "members" and getattr(team, name) != facts[name]]
    for name in changed:
        setattr(team, name, facts[name])
    team.save(update_fields=changed)
    if {member.pk for member in facts["members"]} != set(team.members.values_list("pk", flat=True)):
        team.members.set(facts["members"])
        changed.append("members")
    if changed:
        auditing.record(team.workspace, actor, "team.changed", team.name, fields=changed)
    return [address for address in team.unconfirmed if address not in before]


def _agreed(team: Team | None, workspace: Workspace, facts: dict[str, Any]) -> dict[str, Any]:
    """The facts with the addresses told apart that have to agree first; who left and is asked for again has to, too."""
    emails = User.objects.filter(memberships__workspace=workspace).values_list("email", flat=True)
    addresses, unconfirmed = subscribing.wanted(team, facts["addresses"], emails)
    return facts | {"addresses": addresses, "unconfirmed": unconfirmed}


def delete(team: Team, *, actor: User) -> None:
    """Its digests go with it; what it owned stays, without an owner."""
    workspace, name = team.workspace, team.name
    team.delete()
    auditing.record(workspace, actor, "team.deleted", name)

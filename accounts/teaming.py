"""Teams: making them, changing them, letting them go."""

from typing import Any

from django.db import transaction

from accounts import auditing
from accounts.models import Team, User, Workspace


@transaction.atomic
def create(workspace: Workspace, facts: dict[str, Any], *, actor: User) -> Team:
    """A team from cleaned facts (forms.TeamDetails)."""
    facts = dict(facts)
    members = facts.pop("members")
    team: Team = Team.objects.create(workspace=workspace, **facts)
    team.members.set(members)
    auditing.record(workspace, actor, "team.created", team.name)
    return team


@transaction.atomic
def change(team: Team, facts: dict[str, Any], *, actor: User) -> None:
    changed = [name for name in facts if name != "members" and getattr(team, name) != facts[name]]
    for name in changed:
        setattr(team, name, facts[name])
    team.save(update_fields=changed)
    if {member.pk for member in facts["members"]} != set(team.members.values_list("pk", flat=True)):
        team.members.set(facts["members"])
        changed.append("members")
    if changed:
        auditing.record(team.workspace, actor, "team.changed", team.name, fields=changed)


def delete(team: Team, *, actor: User) -> None:
    """Its digests go with it; what it owned stays, without an owner."""
    workspace, name = team.workspace, team.name
    team.delete()
    auditing.record(workspace, actor, "team.deleted", name)

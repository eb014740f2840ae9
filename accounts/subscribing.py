"""Who gets a team's digest without being in it: asked first, and free to leave with one click."""

from collections.abc import Iterable

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.urls import reverse

from accounts import auditing, mail
from accounts.models import Team, User
from accounts.templatetags.looks import visible

ASKING, LEAVING = "accounts.digest.confirm", "accounts.digest.leave"
ASKED_FOR = 14 * 24 * 3600  # seconds that the question can be answered


class Ended(Exception):
    """The link is not ours, is too old, or its team is gone."""


def wanted(
    team: Team | None, addresses: Iterable[str], members: Iterable[str]
) -> tuple[list[str], list[str]]:
    """Those of the wanted addresses that get the digest, and those that have to be asked first. Who is a member of the
    workspace was asked when they joined."""
    known = {address.lower() for address in [*(team.addresses if team else ()), *members]}
    listed = list(addresses)
    return (
        [address for address in listed if address.lower() in known],
        [address for address in listed if address.lower() not in known],
    )


def ask(team: Team, addresses: Iterable[str], *, actor: User) -> list[str]:
    """Mails the question to each; returns those that no mail could be sent to."""
    failed = []
    name, who = visible(" ".join(team.name.split())), visible(str(actor))
    for address in addresses:
        text = (
            f"{who} would like you to get the Planwright digest of {name}: what changed in its analytics events, by "
            f"mail.\n\nIf you want it, say so here within 14 days:\n{_url('digest_confirm', ASKING, team, address)}\n\n"
            "If you do not, there is nothing to do: nothing more will be sent.\n"
        )
        try:
            mail.send(address, f"Do you want the digest of {name}?", text, workspace=team.workspace)
        except mail.MailError:
            failed.append(address)
    return failed


def leaving_url(team: Team, address: str) -> str:
    """Where somebody leaves with one click (RFC 8058), however old the mail is."""
    return _url("digest_unsubscribe", LEAVING, team, address)


def asked(signed: str) -> tuple[Team, str]:
    """The team and the address that a question was about. Raises Ended."""
    return _read(signed, ASKING, ASKED_FOR)


def leaver(signed: str) -> tuple[Team, str]:
    """The team and the address of somebody who may leave. Raises Ended."""
    return _read(signed, LEAVING, None)


@transaction.atomic
def confirm(signed: str) -> Team:
    """From now on the address gets the digest. Raises Ended, also when it was taken off the team meanwhile."""
    found, address = asked(signed)
    team = _locked(found)
    if address in team.addresses:
        return team
    if address not in team.unconfirmed:
        raise Ended
    team.unconfirmed = [one for one in team.unconfirmed if one != address]
    team.addresses = [*team.addresses, address]
    team.unsubscribed = [one for one in team.unsubscribed if one != address]
    team.save(update_fields=["unconfirmed", "addresses", "unsubscribed"])
    auditing.record(team.workspace, None, "digest.confirmed", team.name, address=address)
    return team


@transaction.atomic
def leave(signed: str) -> Team:
    """The address gets no digest of the team any more, be it a member's or not. Raises Ended."""
    found, address = leaver(signed)
    team = _locked(found)
    if address not in team.unsubscribed:
        team.unsubscribed = [*team.unsubscribed, address]
        team.save(update_fields=["unsubscribed"])
        auditing.record(team.workspace, None, "digest.unsubscribed", team.name, address=address)
    return team


@transaction.atomic
def come_back(signed: str) -> Team:
    """Takes `leave` back. Raises Ended."""
    found, address = leaver(signed)
    team = _locked(found)
    if address in team.unsubscribed:
        team.unsubscribed = [one for one in team.unsubscribed if one != address]
        team.save(update_fields=["unsubscribed"])
        auditing.record(team.workspace, None, "digest.subscribed", team.name, address=address)
    return team


def readers(team: Team) -> dict[str, bool]:
    """Everyone who gets the team's digest, each once, and whether they have an account in its workspace."""
    people = (
        team.members.filter(user__is_active=True)
        .order_by("user__email")
        .values_list("user__email", flat=True)
    )
    left = {address.lower() for address in team.unsubscribed}
    found: dict[str, tuple[str, bool]] = {address.lower(): (address, True) for address in people}
    members = User.objects.filter(
        memberships__workspace=team.workspace_id,
        is_active=True,
        email__in=[one.lower() for one in team.addresses],
    )
    known = set(members.values_list("email", flat=True)) if team.addresses else set()
    for address in team.addresses:
        found.setdefault(address.lower(), (address, address.lower() in known))
    return {address: is_member for key, (address, is_member) in found.items() if key not in left}


def _url(name: str, salt: str, team: Team, address: str) -> str:
    signed = signing.dumps([team.public_id, address.lower()], salt=salt)
    return f"{settings.BASE_URL}{reverse(name, args=[signed])}"


def _read(signed: str, salt: str, seconds: int | None) -> tuple[Team, str]:
    try:
        public_id, address = signing.loads(signed, salt=salt, max_age=seconds)
    except (signing.BadSignature, ValueError):
        raise Ended from None
    team: Team | None = Team.objects.filter(public_id=public_id).select_related("workspace").first()
    if team is None:
        raise Ended
    return team, address


def _locked(team: Team) -> Team:
    row: Team = Team.objects.select_for_update(of=("self",)).select_related("workspace").get(pk=team.pk)
    return row

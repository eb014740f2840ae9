"""Sends each team its digest: claims the day, stores what it says, mails it to one person after the other.

The unique row (team, local day) is the claim; it is committed before anything else, with the Message-IDs. Whatever
is interrupted is taken up again under the same ones: a repeat can only be the very same mail.
"""

import json
import random
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models.functions import Now

from accounts import mail, subscribing
from accounts.models import Team
from violations import composing, health, lettering, scheduling
from violations.digest_models import Digest, DigestKind, DigestState, new_digest_id
from violations.reading import Reader
from violations.sharing import Shared

LEASE = timedelta(minutes=5)
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=1)
ATTEMPTS = 20  # some fifteen hours
DOMAIN = "planwright"  # of Message-IDs

Watermark = Callable[[int], datetime]  # workspace id -> everything received before this has been processed

_CLAIM = """
INSERT INTO violations_digest (public_id, workspace_id, team_id, day, due_at, since, until, message_id, state,
    numbers, recipients, attempts, error)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, 'claimed', '{}', %s::jsonb, 0, '')
ON CONFLICT DO NOTHING
"""
_LEASE = """
UPDATE violations_digest SET attempts = attempts + 1, next_at = statement_timestamp() + make_interval(secs => %s)
WHERE id = %s AND state = 'claimed' AND next_at <= statement_timestamp() RETURNING attempts
"""


class _Lost(Exception):
    """Another worker has taken the digest over."""


def send_due(
    now: datetime, watermark: Watermark, teams: Iterable[Team], *, asked: bool = False
) -> list[Digest]:
    """Sends what is due to these teams at `now`, and what an earlier run left unfinished; returns the digests that
    were worked on.

    By itself a digest goes out on its own local day only, and not for a slot from before its team was made; `asked`
    (by a person, for any moment) takes the latest slot there was, on a weekend too.
    """
    listed = list(teams)
    for team in listed:
        if team.digest_enabled:
            claim(team, now, watermark(team.workspace_id), asked=asked)
            if not asked:
                claim_health(team, now, watermark(team.workspace_id))
    waiting = Digest.objects.filter(team__in=listed, state=DigestState.CLAIMED, next_at__lte=Now())
    ids = list(waiting.order_by("due_at", "id").values_list("pk", flat=True))
    shared = Shared(now)
    with mail.Kept() as post:
        return [digest for digest in (_work_on(pk, shared, post) for pk in ids) if digest is not None]


def claim(team: Team, now: datetime, watermark: datetime, *, asked: bool = False) -> bool:
    """Takes the team's latest day for its digest, once and for all; whether this call did."""
    zone = scheduling.zone(team.timezone)
    slot = scheduling.latest_slot(zone, team.digest_at, now, _days(team, asked=asked))
    is_late = slot.day != now.astimezone(zone).date() or slot.due_at < team.created_at
    if is_late and not asked:
        return False
    previous = (
        Digest.objects.for_workspace(team.workspace)
        .filter(team=team, kind=DigestKind.TEAM)
        .order_by("-day")
        .first()
    )
    if previous is not None and previous.day >= slot.day:
        return False
    until = scheduling.closed_until(now, watermark)
    first = scheduling.WEEK if team.digest_weekly else None
    since, until = scheduling.stretch(slot, previous.until if previous else None, until, first)
    recipients = _recipients(team, public_id := new_digest_id())
    if until <= since or not recipients:
        return False
    given: list[Any] = [public_id, team.workspace_id, team.pk, slot.day, slot.due_at, since, until]
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, [*given, recipients[0]["message_id"], json.dumps(recipients)])
        return bool(cursor.rowcount == 1)


def preview(team: Team, now: datetime) -> Digest:
    """What the team's next digest would say if it went out now; stored nowhere."""
    digest = Digest.objects.for_workspace(team.workspace).filter(team=team, kind=DigestKind.TEAM)
    previous = digest.order_by("-day").first()
    until = scheduling.closed_until(now, now)
    first = scheduling.WEEK if team.digest_weekly else scheduling.DAY
    since = min(previous.until if previous else until - first, until - scheduling.HOUR)
    today = now.astimezone(scheduling.zone(team.timezone)).date()
    found = Digest(
        workspace=team.workspace,
        team=team,
        kind=DigestKind.TEAM,
        day=today,
        due_at=now,
        since=since,
        until=until,
    )
    found.numbers = composing.compose(team, since, until, now)
    return found


def send_preview(digest: Digest, address: str) -> None:
    """Mails a preview to one person. Raises MailError."""
    letter = lettering.letter(digest)
    mail.send(address, f"Preview: {letter.subject}", letter.text, letter.html, workspace=digest.workspace)


def claim_health(team: Team, now: datetime, watermark: datetime) -> None:
    """Takes this Monday for the health of each plan that the team owns."""
    slot = scheduling.latest_slot(scheduling.zone(team.timezone), team.digest_at, now, scheduling.MONDAYS)
    until = scheduling.closed_until(now, watermark)
    is_late = (
        slot.day != now.astimezone(scheduling.zone(team.timezone)).date() or slot.due_at < team.created_at
    )
    if is_late or until <= slot.due_at - scheduling.WEEK:
        return
    for plan in health.plans_of(team):
        if Digest.objects.for_workspace(team.workspace).filter(plan=plan, day=slot.day).exists():
            continue
        recipients = _recipients(team, public_id := new_digest_id())
        if recipients:
            Digest.objects.bulk_create(
                [
                    Digest(
                        workspace=team.workspace, team=team, kind=DigestKind.PLAN, plan=plan, public_id=public_id,
                        day=slot.day, due_at=slot.due_at, since=until - scheduling.WEEK, until=until,
                        message_id=recipients[0]["message_id"], recipients=recipients,
                    )
                ],
                ignore_conflicts=True,
            )  # fmt: skip


def _days(team: Team, *, asked: bool) -> frozenset[int]:
    """The weekdays on which the team hears."""
    if asked:
        return scheduling.ANY_DAY
    return scheduling.MONDAYS if team.digest_weekly else scheduling.WORKDAYS


def _recipients(team: Team, public_id: str) -> list[dict[str, Any]]:
    """Everyone who gets the digest, each once, with the Message-ID of the own mail: nobody sees the others."""
    return [
        {
            "address": address,
            "is_member": is_member,
            "message_id": f"<{public_id}{f'.{number}' if number > 1 else ''}@{DOMAIN}>",
            "state": "waiting",
            "error": "",
        }
        for number, (address, is_member) in enumerate(subscribing.readers(team).items(), start=1)
    ]


def _work_on(digest_id: int, shared: Shared, post: mail.Kept) -> Digest | None:
    """One attempt under a lease: what the digest says is stored first, then it is mailed. None when another worker
    has it."""
    with connection.cursor() as cursor:
        cursor.execute(_LEASE, [LEASE.total_seconds(), digest_id])
        if cursor.rowcount != 1:
            return None
    digest: Digest = Digest.objects.select_related("team", "workspace", "plan").get(pk=digest_id)
    try:
        if not digest.numbers:
            shared.assess(digest.workspace)
            _store(digest, numbers=_numbers(digest, shared))
        if not lettering.is_worth_a_mail(digest):
            _store(digest, state=DigestState.QUIET)
        else:
            _mail(digest, post)
    except _Lost:
        return None
    digest.refresh_from_db()
    return digest


def _numbers(digest: Digest, shared: Shared) -> dict[str, Any]:
    if digest.kind == DigestKind.PLAN and digest.plan is not None:
        return health.compose(digest.plan, digest.since, digest.until)
    return composing.compose(digest.team, digest.since, digest.until, shared.now, shared)


def _mail(digest: Digest, post: mail.Kept) -> None:
    """Mails the digest to everyone who has not got it yet."""
    for recipient in digest.recipients:
        if recipient["state"] == "waiting":
            _mail_to(digest, recipient, post)
            _store(digest, recipients=digest.recipients, next_at=Now() + LEASE)
    states = {recipient["state"] for recipient in digest.recipients}
    error = "\n".join(sorted({recipient["error"] for recipient in digest.recipients if recipient["error"]}))
    if "waiting" in states:
        _store(digest, error=error, next_at=Now() + _wait(digest.attempts))
    elif "sent" in states:
        _store(digest, state=DigestState.SENT, sent_at=Now(), error=error)
    else:
        _store(digest, state=DigestState.FAILED, error=error)


def _mail_to(digest: Digest, recipient: dict[str, Any], post: mail.Kept) -> None:
    letter = lettering.letter(digest, Reader(recipient["address"], recipient.get("is_member", True)))
    try:
        mail.send(
            recipient["address"],
            letter.subject,
            letter.text,
            letter.html,
            headers=letter.headers,
            message_id=recipient["message_id"],
            workspace=digest.workspace,
            through=post,
        )
    except mail.MailError as error:
        given_up = error.permanent or digest.attempts >= ATTEMPTS
        recipient |= {"state": "failed" if given_up else "waiting", "error": error.message}
        return
    recipient |= {"state": "sent", "error": ""}


def _store(digest: Digest, **columns: Any) -> None:
    """Stores columns of a digest that is still this worker's. Raises _Lost."""
    mine = Digest.objects.filter(pk=digest.pk, state=DigestState.CLAIMED, attempts=digest.attempts)
    if not mine.update(**columns):
        raise _Lost
    for name, value in columns.items():
        if not hasattr(value, "resolve_expression"):
            setattr(digest, name, value)


def _wait(attempts: int) -> timedelta:
    longest: timedelta = min(LONGEST_WAIT, FIRST_WAIT * 2 ** min(attempts - 1, 10))
    return longest * random.uniform(0.5, 1)  # noqa: S311  # spreads load, keeps no secret

"""REST tokens: `pw_`, 30 random characters, and 6 that check them (the layout GitHub uses for its tokens).

Only a SHA-256 of a token is stored. That is enough, and fast, because a token holds 178 random bits.
"""

import hashlib
import secrets
import zlib
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import OuterRef, Q, Subquery

from accounts import auditing
from accounts.models import ALPHABET, ApiToken, Membership, Role, User, Workspace

PREFIX = "pw_"
RANDOM = 30
CHECKSUM = 6
USED_EVERY = timedelta(minutes=5)


class RoleTooHigh(Exception):
    """Nobody hands out more than they may do themselves."""


@transaction.atomic
def create(
    workspace: Workspace, user: User, *, name: str, role: Role, expires_at: datetime | None = None
) -> tuple[ApiToken, str]:
    """A new token and its text, which nobody will ever see again. Raises RoleTooHigh."""
    own = Membership.objects.for_workspace(workspace).get(user=user)
    if role > own.role:
        raise RoleTooHigh
    text = _new_text()
    token: ApiToken = ApiToken.objects.create(
        workspace=workspace,
        user=user,
        name=name,
        role=role,
        hint=text[: len(PREFIX) + 6],
        digest=_digest(text),
        expires_at=expires_at,
    )
    auditing.record(workspace, user, "token.created", name, role=Role(role).label)
    return token, text


def find(text: str, *, now: datetime) -> ApiToken | None:
    """The living token behind `text`, its owner and workspace loaded; `role` is what it may do today.

    A token never outlives its owner's membership, nor does it do more than its owner may by now.
    A mistyped one is refused by its checksum before the database is asked.
    """
    if not _is_well_formed(text):
        return None
    membership = Membership.objects.filter(workspace=OuterRef("workspace"), user=OuterRef("user"))
    alive = Q(expires_at=None) | Q(expires_at__gt=now)
    token: ApiToken | None = (
        ApiToken.objects.filter(alive, digest=_digest(text), revoked_at=None, user__is_active=True)
        .annotate(owner_role=Subquery(membership.values("role")))
        .filter(owner_role__isnull=False)
        .select_related("workspace", "user")
        .first()
    )
    if token is not None:
        token.role = min(token.role, token.owner_role)  # type: ignore[attr-defined]  # annotated above
        _note_use(token, now)
    return token


def revoke(token: ApiToken, *, actor: User, now: datetime) -> bool:
    """Stop a token at once. False when it was revoked before."""
    changed = ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=now)
    if changed:
        auditing.record(token.workspace, actor, "token.revoked", token.name)
    return bool(changed)


def restore(token: ApiToken, *, actor: User) -> bool:
    """Take a revocation back. False when there was none."""
    changed = ApiToken.objects.filter(pk=token.pk, revoked_at__isnull=False).update(revoked_at=None)
    if changed:
        auditing.record(token.workspace, actor, "token.restored", token.name)
    return bool(changed)


def _note_use(token: ApiToken, now: datetime) -> None:
    """Write `last_used_at`, at most once in five minutes, so that reading stays reading."""
    if token.last_used_at is None or token.last_used_at < now - USED_EVERY:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)


def _new_text() -> str:
    body = "".join(secrets.choice(ALPHABET) for _ in range(RANDOM))
    return PREFIX + body + _checksum(body)


def _is_well_formed(text: str) -> bool:
    body = text[len(PREFIX) : -CHECKSUM]
    return (
        text.startswith(PREFIX)
        and text.isascii()
        and len(body) == RANDOM
        and text[-CHECKSUM:] == _checksum(body)
    )


def _checksum(body: str) -> str:
    """CRC-32 in base 62, six digits."""
    number = zlib.crc32(body.encode())
    digits = ""
    for _ in range(CHECKSUM):
        number, digit = divmod(number, len(ALPHABET))
        digits = ALPHABET[digit] + digits
    return digits


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()

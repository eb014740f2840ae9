"""Lets the first person in: an admin, a workspace, and a file that tells scripts how to use them."""

import json
import os
import secrets
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts import founding, signing_in, tokens
from accounts.models import Membership, Role, User, Workspace

EMAIL = "admin@example.com"
WORKSPACE = "My workspace"


@dataclass(frozen=True)
class Access:
    """What `var/demo.json` says: public ids and secrets of the first workspace; None: there is none yet."""

    url: str
    email: str
    password: str
    api_token: str
    workspace: str
    write_key: str | None = None
    plan: str | None = None
    source: str | None = None


@transaction.atomic
def create_admin(email: str, workspace_name: str) -> tuple[User, Workspace]:
    """The user of this address, made when new and without a password, as admin of a new workspace."""
    user = User.objects.filter(email__iexact=email).first() or User.objects.create_user(email)
    return user, founding.found(workspace_name, user=user)


@transaction.atomic
def create_empty() -> Access | None:
    """On a database without users: an admin of an empty workspace, who has a password and a token."""
    if User.objects.exists():
        return None
    user, workspace = create_admin(EMAIL, WORKSPACE)
    password = secrets.token_urlsafe(12)
    user.set_password(password)
    user.save(update_fields=["password"])
    _token, text = tokens.create(workspace, user, name="make run", role=Role.ADMIN)
    return Access(settings.BASE_URL, user.email, password, text, workspace.public_id)


def access_file() -> Path:
    return Path(settings.DATA_DIR) / "demo.json"


def write(access: Access) -> None:
    """Keep it for scripts, readable by the owner alone, whole or not at all."""
    draft = access_file().with_suffix(".draft")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT, 0o600), "w") as file:
        json.dump(asdict(access), file, indent=1)
    draft.rename(access_file())


def read() -> Access | None:
    """What an earlier first run wrote, under today's address; None when there is no such file."""
    try:
        return replace(Access(**json.loads(access_file().read_text())), url=settings.BASE_URL)
    except (OSError, ValueError, TypeError):
        return None


def sign_in_url(user: User, follow: str = "") -> str:
    """Signs the user in, once, within half an hour."""
    return settings.BASE_URL + signing_in.once_path(user, now=timezone.now(), follow=follow)


def first_admin() -> User | None:
    """Whoever has been an admin longest: the person at the terminal of `make run`."""
    found = Membership.objects.filter(role=Role.ADMIN, user__is_active=True).select_related("user")
    first = found.order_by("pk").first()
    return first.user if first else None

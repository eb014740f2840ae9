"""Signing in: by password, slowed down for guessers, or by a link that works once."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth import authenticate
from django.core import signing
from django.db import transaction
from django.urls import reverse

from accounts.models import AttemptKind, SignInAttempt, User

WINDOW = timedelta(minutes=15)
TRIES = 10
LINKS = 3  # mailed to one account within the window
LINK_LIFE = timedelta(minutes=30)
SALT = "accounts.sign_in_once"


class WrongPassword(Exception):
    """No such account, or not its password: the same answer for both."""


@dataclass(frozen=True)
class TooManyTries(Exception):
    """This account was tried too often from this address; `minutes` until the next try counts."""

    minutes: int


def by_password(email: str, password: str, *, ip: str, now: datetime) -> User:
    """The user whose password this is. Raises WrongPassword or TooManyTries.

    A try is written down before the password is looked at, so that parallel guesses count too. Tries from
    one address never keep the owner out at another.
    """
    email = email.strip().lower()[:254]
    _note_try(email, ip, now)
    user = authenticate(username=email, password=password)
    if not isinstance(user, User):
        raise WrongPassword
    forget_tries(email)
    return user


def may_mail_link(email: str, *, ip: str, now: datetime) -> bool:
    """Whether one more link may be mailed to this account just now: strangers must not fill a mailbox."""
    sent = SignInAttempt.objects.filter(
        kind=AttemptKind.LINK, email=email.lower(), created_at__gte=now - WINDOW
    )
    if sent.count() >= LINKS:
        return False
    SignInAttempt.objects.create(kind=AttemptKind.LINK, email=email.lower(), ip=ip, created_at=now)
    return True


def forget_tries(email: str) -> None:
    """Whoever proved to own the account starts afresh."""
    SignInAttempt.objects.filter(email=email.lower()).delete()


def once_path(user: User, *, now: datetime, follow: str = "") -> str:
    """A path that signs `user` in, once, within half an hour, and leads on to the path `follow`."""
    signed = signing.dumps([user.pk, _mark(user), int(now.timestamp()), follow], salt=SALT)
    return reverse("sign_in_once", args=[signed])


def by_link(signed: str, *, now: datetime) -> tuple[User, str] | None:
    """The user of a link made by `once_path` and where it leads; None when it is used, old or not ours.

    Signing in moves `last_login`, which the link is bound to: that is what makes it work once.
    """
    try:
        pk, mark, made_at, follow = signing.loads(signed, salt=SALT)
    except signing.BadSignature:
        return None
    if now.timestamp() > made_at + LINK_LIFE.total_seconds():
        return None
    with transaction.atomic():
        user = User.objects.select_for_update().filter(pk=pk, is_active=True).first()
        if user is None or _mark(user) != mark:
            return None
        user.last_login = now
        user.save(update_fields=["last_login"])
    return user, follow


def _note_try(email: str, ip: str, now: datetime) -> None:
    SignInAttempt.objects.filter(created_at__lt=now - WINDOW).delete()
    SignInAttempt.objects.create(email=email, ip=ip, created_at=now)
    tries = SignInAttempt.objects.filter(kind=AttemptKind.PASSWORD, email=email, ip=ip)
    tries = tries.order_by("created_at")
    if tries.count() > TRIES:
        first = tries.values_list("created_at", flat=True)[0]
        left = first + WINDOW - now
        raise TooManyTries(max(1, -(-int(left.total_seconds()) // 60)))


def _mark(user: User) -> str:
    return user.last_login.isoformat() if user.last_login else ""

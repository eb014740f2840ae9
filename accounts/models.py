"""Who: people, workspaces, teams, tokens, and what they did."""

import secrets
from typing import Any, ClassVar, Self

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Lower, Now

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


def random_text(length: int) -> str:
    """Letters and digits that nobody can guess, almost 6 bits each; fast enough for one a message."""
    number, letters = int.from_bytes(secrets.token_bytes(length)), []
    for _ in range(length):
        number, place = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[place])
    return "".join(letters)


def public_id(prefix: str) -> str:
    """An opaque id for URLs and REST: the prefix and 14 random characters (83 bits)."""
    return f"{prefix}_{random_text(14)}"


def new_workspace_id() -> str:
    return public_id("ws")


def new_team_id() -> str:
    return public_id("tm")


def new_membership_id() -> str:
    return public_id("mb")


def new_token_id() -> str:
    return public_id("tk")


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """A user who signs in by e-mail; without a password they must set one by a mailed link."""
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)


class User(AbstractBaseUser, PermissionsMixin):
    email = models.EmailField(unique=True)
    name = models.CharField(max_length=100, blank=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(db_default=Now())

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects: ClassVar[UserManager] = UserManager()

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_any_case")]

    def __str__(self) -> str:
        return self.name or self.email


class Workspace(models.Model):
    public_id = models.CharField(max_length=20, unique=True, default=new_workspace_id)
    name = models.CharField(max_length=100)
    is_demo = models.BooleanField(default=False)
    created_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return self.name


class WorkspaceQuerySet(models.QuerySet[Any]):
    def for_workspace(self, workspace: Workspace) -> Self:
        """Only what this workspace owns. Every read of a tenant's table starts here."""
        return self.filter(workspace=workspace)


class WorkspaceOwned(models.Model):
    """A row of one workspace."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+")

    objects: ClassVar[Any] = WorkspaceQuerySet.as_manager()

    class Meta:
        abstract = True


class Role(models.IntegerChoices):
    """What a member may do; each role may do all that the ones below it may."""

    VIEWER = 10, "Viewer"
    EDITOR = 20, "Editor"
    PUBLISHER = 30, "Publisher"
    ADMIN = 40, "Admin"


def role_choices() -> list[tuple[int, str]]:
    return Role.choices


class Membership(WorkspaceOwned):
    public_id = models.CharField(max_length=20, unique=True, default=new_membership_id)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    role = models.SmallIntegerField(choices=role_choices, default=Role.VIEWER)
    last_visit_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "user"], name="membership_once")]

    def __str__(self) -> str:
        return f"{self.user} in {self.workspace}"

    @property
    def may_edit(self) -> bool:
        return self.role >= Role.EDITOR

    @property
    def may_publish(self) -> bool:
        return self.role >= Role.PUBLISHER

    @property
    def is_admin(self) -> bool:
        return self.role >= Role.ADMIN


class Team(WorkspaceOwned):
    """Owns events and sources, and gets a digest. `slug` is what plan documents call it."""

    public_id = models.CharField(max_length=20, unique=True, default=new_team_id)
    slug = models.SlugField(max_length=60)
    name = models.CharField(max_length=100)
    timezone = models.CharField(max_length=60, default="UTC")
    digest_at = models.TimeField(default="09:00")
    digest_enabled = models.BooleanField(default=True)
    digest_weekly = models.BooleanField(default=False)  # on Mondays only
    members = models.ManyToManyField(Membership, blank=True, related_name="teams")
    addresses = ArrayField(
        models.EmailField(), default=list, blank=True
    )  # whose owners agreed to get the digest
    unconfirmed = ArrayField(
        models.EmailField(), default=list, blank=True, db_default=[]
    )  # were asked, no answer yet
    unsubscribed = ArrayField(
        models.EmailField(), default=list, blank=True, db_default=[]
    )  # want no digest, members too
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "slug"], name="team_slug")]

    def __str__(self) -> str:
        return self.name


class ApiToken(WorkspaceOwned):
    """A REST token. Only its SHA-256 is kept; `hint` shows which one it is."""

    public_id = models.CharField(max_length=20, unique=True, default=new_token_id)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=100)
    hint = models.CharField(max_length=16)
    digest = models.CharField(max_length=64, unique=True)
    role = models.SmallIntegerField(choices=role_choices, default=Role.VIEWER)
    created_at = models.DateTimeField(db_default=Now())
    last_used_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["workspace", "-created_at"], name="token_by_workspace")]

    def __str__(self) -> str:
        return f"{self.name} ({self.hint}…)"


class AttemptKind(models.TextChoices):
    PASSWORD = "password", "Wrong password"
    LINK = "link", "Mailed link"


def attempt_kind_choices() -> list[tuple[str, str]]:
    return AttemptKind.choices


class SignInAttempt(models.Model):
    """A sign-in that did not succeed. Not a tenant's: nobody has proved yet who they are."""

    kind = models.CharField(max_length=10, choices=attempt_kind_choices, default=AttemptKind.PASSWORD)
    email = models.CharField(max_length=254)
    ip = models.GenericIPAddressField()
    created_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["email", "ip", "created_at"], name="attempt_by_account")]

    def __str__(self) -> str:
        return f"{self.email} from {self.ip}"


class AuditEntry(WorkspaceOwned):
    """One thing somebody did. Rows are only ever added."""

    actor = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    action = models.CharField(max_length=60)
    subject = models.CharField(max_length=200)
    detail = models.JSONField(default=dict)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [models.Index(fields=["workspace", "-created_at"], name="audit_by_workspace")]

    def __str__(self) -> str:
        return f"{self.action} {self.subject}"

"""What people type about accounts, cleaned. Forms never save: the view calls the verb."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.text import slugify

from accounts.models import Membership, Role, Team, User, Workspace

ZONES = sorted(zone for zone in available_timezones() if "/" in zone or zone == "UTC")
EXPIRIES = (("never", "Never"), ("30", "In 30 days"), ("90", "In 90 days"), ("365", "In a year"))
ADDRESSES = 50  # of one team, beside its members


class DataList(forms.TextInput):
    """A text field that suggests; the browser does the rest."""

    template_name = "accounts/_datalist.html"

    def __init__(self, options: list[str], attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs)
        self.options = options

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        listed = f"{name}-options"
        context = super().get_context(name, value, {**(attrs or {}), "list": listed})
        return {**context, "options": self.options, "listed": listed}


class SignIn(forms.Form):
    email = forms.EmailField(
        label="E-mail", widget=forms.EmailInput(attrs={"autocomplete": "username", "autofocus": True})
    )
    password = forms.CharField(
        strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )


class ForgotPassword(forms.Form):
    email = forms.EmailField(
        label="E-mail", widget=forms.EmailInput(attrs={"autocomplete": "username", "autofocus": True})
    )


class SetPassword(forms.Form):
    name = forms.CharField(
        label="Your name",
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    password = forms.CharField(
        strip=False,
        help_text="8 characters or more, and not one that everybody uses.",
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.initial["name"] = user.name

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        password_validation.validate_password(password, self.user)
        return password


class WorkspaceName(forms.Form):
    name = forms.CharField(max_length=100)


class Invite(forms.Form):
    email = forms.EmailField(label="E-mail", max_length=254)
    role = forms.TypedChoiceField(
        choices=Role.choices, coerce=lambda value: Role(int(value)), initial=Role.EDITOR
    )


class PersonRole(forms.Form):
    role = forms.TypedChoiceField(choices=Role.choices, coerce=lambda value: Role(int(value)))


class TeamDetails(forms.Form):
    """A team's facts. `slug` is asked only when it is new: plans name their owners by it."""

    name = forms.CharField(max_length=100)
    slug = forms.SlugField(
        max_length=60,
        required=False,
        help_text="What plans call the team. Left empty, it is made from the name. It stays as it is later.",
    )
    timezone = forms.CharField(label="Time zone", max_length=60, initial="UTC", widget=DataList(ZONES))
    digest_at = forms.TimeField(
        label="Digest at",
        initial="09:00",
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        help_text="Local time of the team.",
    )
    digest_enabled = forms.BooleanField(label="Mail the digest", required=False, initial=True)
    digest_weekly = forms.ChoiceField(
        label="How often",
        choices=(("", "Daily, Monday to Friday"), ("1", "Weekly, on Monday")),
        required=False,
    )
    members = forms.ModelMultipleChoiceField(
        Membership.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )
    addresses = forms.CharField(
        label="More addresses",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off"}),
        help_text="They get the digest without an account, once they agree by mail. One a line.",
    )

    def __init__(self, *args: Any, workspace: Workspace, team: Team | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.workspace = workspace
        self.team = team
        people = Membership.objects.for_workspace(workspace).select_related("user").order_by("user__email")
        members = self.fields["members"]
        members.queryset = people  # type: ignore[attr-defined]  # a ModelMultipleChoiceField
        members.label_from_instance = lambda person: str(person.user)  # type: ignore[attr-defined]
        if team is not None:
            del self.fields["slug"]

    def clean_timezone(self) -> str:
        zone: str = self.cleaned_data["timezone"].strip()
        if zone not in available_timezones():
            raise ValidationError("There is no such time zone. Start typing a city, like Europe/Berlin.")
        return zone

    def clean_digest_weekly(self) -> bool:
        return bool(self.cleaned_data["digest_weekly"])

    def clean_addresses(self) -> list[str]:
        lines = [line.strip() for line in self.cleaned_data["addresses"].replace(",", "\n").splitlines()]
        addresses = list(dict.fromkeys(line.lower() for line in lines if line))
        wrong = [address for address in addresses if not _is_email(address)]
        if wrong:
            raise ValidationError([f"{address} is not an e-mail address." for address in wrong])
        if len(addresses) > ADDRESSES:
            raise ValidationError(f"Up to {ADDRESSES} addresses; a mailing list takes more.")
        return addresses

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.team is None and "name" in cleaned and "slug" in cleaned:
            cleaned["slug"] = cleaned["slug"].lower() or slugify(cleaned["name"])[:60].strip("-")
            self._check_slug(cleaned["slug"])
        return cleaned

    def _check_slug(self, slug: str) -> None:
        if not slug:
            self.add_error("slug", "Write one: the name has no letters or digits to make it from.")
        elif Team.objects.for_workspace(self.workspace).filter(slug=slug).exists():
            self.add_error("slug", f"There is a team {slug} already.")


class NewToken(forms.Form):
    name = forms.CharField(max_length=100, help_text="Where it is used: CI, a script, a dashboard.")
    role = forms.TypedChoiceField(coerce=lambda value: Role(int(value)), initial=Role.VIEWER)
    expires = forms.ChoiceField(choices=EXPIRIES)

    def __init__(self, *args: Any, own_role: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        allowed = [choice for choice in Role.choices if choice[0] <= own_role]
        self.fields["role"].choices = allowed  # type: ignore[attr-defined]  # a choice field

    def expires_at(self, now: datetime) -> datetime | None:
        days = self.cleaned_data["expires"]
        return None if days == "never" else now + timedelta(days=int(days))


def _is_email(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return len(text) <= 254

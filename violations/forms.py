"""What people fill in when they decide about a violation."""

from datetime import UTC, datetime, timedelta

from django import forms

from accounts.models import Membership, Workspace

LENGTHS = {
    "1h": ("An hour", timedelta(hours=1)),
    "1d": ("A day", timedelta(days=1)),
    "1w": ("A week", timedelta(days=7)),
}
ON_A_DAY = "day"


class MuteForm(forms.Form):
    """How long nobody wants to hear of it, and why. `until(now)` is the end."""

    length = forms.ChoiceField(
        label="For",
        choices=[*((name, words) for name, (words, _) in LENGTHS.items()), (ON_A_DAY, "Until a day")],
        initial="1w",
    )
    day = forms.DateField(label="Day", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    reason = forms.CharField(label="Why", required=False, max_length=200)

    def __init__(self, *args: object, now: datetime, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # passed on as it came
        self.now = now

    def clean(self) -> dict[str, object]:
        cleaned = super().clean() or {}
        day = cleaned.get("day")
        if cleaned.get("length") == ON_A_DAY and "day" not in self.errors:
            if day is None:
                self.add_error("day", "Choose the day on which the mute ends.")
            elif self._start_of(day) <= self.now:
                self.add_error("day", "A mute ends in the future: choose a later day.")
        return cleaned

    @property
    def until(self) -> datetime:
        """When the mute ends; a day begins at midnight UTC."""
        length = self.cleaned_data["length"]
        if length == ON_A_DAY:
            return self._start_of(self.cleaned_data["day"])
        return self.now + LENGTHS[length][1]

    @staticmethod
    def _start_of(day: datetime) -> datetime:
        return datetime(day.year, day.month, day.day, tzinfo=UTC)


class People(forms.ModelChoiceField):  # type: ignore[type-arg]  # no generic at run time
    def label_from_instance(self, obj: Membership) -> str:
        return str(obj.user)


class AssignForm(forms.Form):
    """Whose it is; nothing chosen: nobody's."""

    assignee = People(
        label="Assigned to", queryset=Membership.objects.none(), required=False, empty_label="Nobody",
        to_field_name="public_id",
    )  # fmt: skip

    def __init__(self, *args: object, workspace: Workspace, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # passed on as it came
        members = Membership.objects.for_workspace(workspace).filter(user__is_active=True)
        field = self.fields["assignee"]
        assert isinstance(field, People)  # noqa: S101  # for the type checker
        field.queryset = members.select_related("user").order_by("user__name", "user__email")

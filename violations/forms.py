"""What people fill in when they decide about a violation."""

from datetime import UTC, datetime, timedelta

from django import forms

from accounts.models import Membership, Workspace
from violations import unmuting
from violations.deciding import Mute

LENGTHS = {
    "1h": ("An hour", timedelta(hours=1)),
    "1d": ("A day", timedelta(days=1)),
    "1w": ("A week", timedelta(days=7)),
}
ON_A_DAY, IN_A_RELEASE, AFTER_MORE, IN_A_VERSION = "day", "release", "count", "version"
AT_MOST = timedelta(days=90)  # of a mute that waits for something
NEEDED = {
    ON_A_DAY: "Choose the day on which the mute ends.",
    IN_A_RELEASE: "Name the release that should be without it, such as 3.2.1.",
    AFTER_MORE: "Say after how many more occurrences the mute ends.",
    IN_A_VERSION: "Name the version of the plan that will change it, such as 14.",
}


class ResolveForm(forms.Form):
    """Done; with a release, from that release on."""

    release = forms.CharField(label="In release", required=False, max_length=200)


class MuteForm(forms.Form):
    """How long nobody wants to hear of it, and why. `wanted` is the mute."""

    length = forms.ChoiceField(
        label="For",
        choices=[
            *((name, words) for name, (words, _) in LENGTHS.items()),
            (ON_A_DAY, "Until a day"),
            (IN_A_RELEASE, "Until a release shows it"),
            (AFTER_MORE, "Until it came so often"),
            (IN_A_VERSION, "Until a plan version"),
        ],
        initial="1w",
    )
    day = forms.DateField(label="Day", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    release = forms.CharField(
        label="Release", required=False, max_length=200,
        help_text="Ends when this release or a later one shows it, after 90 days at the latest.",
    )  # fmt: skip
    count = forms.IntegerField(
        label="More occurrences", required=False, min_value=1, max_value=10**12,
        help_text="Ends after so many more, after 90 days at the latest.",
    )  # fmt: skip
    version = forms.CharField(
        label="Plan version", required=False, max_length=20,
        help_text="Ends when this version of the plan is live, after 90 days at the latest.",
    )  # fmt: skip
    reason = forms.CharField(label="Why", required=False, max_length=200)

    def __init__(self, *args: object, now: datetime, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # passed on as it came
        self.now = now

    def clean(self) -> dict[str, object]:
        cleaned = super().clean() or {}
        length = cleaned.get("length")
        if length in NEEDED and length not in self.errors and cleaned.get(length) in (None, ""):
            self.add_error(length, NEEDED[length])
        day, version = cleaned.get("day"), cleaned.get("version")
        if length == ON_A_DAY and day is not None and self._start_of(day) <= self.now:
            self.add_error("day", "A mute ends in the future: choose a later day.")
        if length == IN_A_VERSION and version and unmuting.version_number(version) is None:
            self.add_error("version", "Name a version by its number, such as 14.")
        return cleaned

    @property
    def until(self) -> datetime:
        """When the mute ends at the latest; a day begins at midnight UTC."""
        length = self.cleaned_data["length"]
        if length == ON_A_DAY:
            return self._start_of(self.cleaned_data["day"])
        return self.now + (LENGTHS[length][1] if length in LENGTHS else AT_MOST)

    @property
    def wanted(self) -> Mute:
        length, given = self.cleaned_data["length"], self.cleaned_data
        waits_for = {length: given[length]} if length in (IN_A_RELEASE, AFTER_MORE, IN_A_VERSION) else {}
        return Mute(until=self.until, reason=given["reason"], **waits_for)

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
        field.widget.attrs["data-key"] = "a"
        field.queryset = members.select_related("user").order_by("user__name", "user__email")

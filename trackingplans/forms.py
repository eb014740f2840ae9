"""What people type about plans and sources, cleaned. Forms never save: the view calls the verb."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from pathlib import PurePath
from typing import Any

from django import forms

from accounts.models import Team, Workspace
from trackingplans import importing, sourcing, starters
from trackingplans.domain.nearest import Vocabulary
from trackingplans.models import Source, TrackingPlan, environment_choices, source_type_choices

EMPTY = "empty"
MUTED_FOR = timedelta(days=7)
GRACES = {0: "At once", 1: "In an hour", 24: "In a day", 168: "In a week", 720: "In 30 days"}


class NewPlan(forms.Form):
    start = forms.ChoiceField(label="Start with", widget=forms.RadioSelect)
    name = forms.CharField(max_length=200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        start = self.fields["start"]
        assert isinstance(start, forms.ChoiceField)  # noqa: S101  # declared above
        start.choices = [
            *((key, f"{one.title}: {one.words}") for key, one in starters.STARTERS.items()),
            (EMPTY, "Nothing: an empty plan"),
        ]


class ImportPlan(forms.Form):
    """A plan by upload or paste. `content()` and `unnamed()` say what came once the form is valid."""

    file = forms.FileField(
        required=False,
        label="File",
        help_text="A sheet (CSV, XLSX) with any columns, a plan of ours in JSON or YAML, Segment's list of rules, or "
        "Typewriter's plan.json.",
    )
    text = forms.CharField(
        required=False,
        label="or paste it",
        strip=False,
        widget=forms.Textarea(attrs={"data-code": True, "rows": 12, "spellcheck": "false"}),
    )
    name = forms.CharField(
        required=False, max_length=200, help_text="Without one, the plan keeps the name in the file."
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors and not cleaned.get("file") and not cleaned.get("text", "").strip():
            raise forms.ValidationError("Choose a file or paste a plan.")
        return cleaned

    def content(self) -> bytes | str:
        upload = self.cleaned_data["file"]
        if upload is None:
            return str(self.cleaned_data["text"])
        content: bytes = upload.read()
        upload.seek(0)
        return content

    def filename(self) -> str:
        """What the upload is called; a pasted one has no name of its own."""
        upload = self.cleaned_data["file"]
        return "Pasted rows" if upload is None else PurePath(upload.name).name

    def unnamed(self) -> str:
        """What a plan is called that says no name."""
        upload = self.cleaned_data["file"]
        return importing.UNNAMED if upload is None else PurePath(upload.name).stem


class PlanName(forms.Form):
    name = forms.CharField(max_length=200)


class TryEvent(forms.Form):
    text = forms.CharField(
        label="A message, a list of them, or the body of a batch",
        strip=False,
        widget=forms.Textarea(attrs={"data-code": True, "rows": 16, "spellcheck": "false"}),
    )


class NewSource(forms.Form):
    name = forms.CharField(
        max_length=100, help_text="Where the events come from: Web shop, iOS app, Backend."
    )
    type = forms.ChoiceField(choices=source_type_choices)
    environment = forms.ChoiceField(
        choices=environment_choices,
        help_text="Production counts on Overview, in digests and alerts; the others are checked apart.",
    )
    owner = forms.ModelChoiceField(
        Team.objects.none(),
        required=False,
        empty_label="No team",
        help_text="Gets what no event's owner gets.",
    )
    plan = forms.ModelChoiceField(TrackingPlan.objects.none(), required=False, empty_label="No plan yet")

    def __init__(self, *args: Any, workspace: Workspace, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, "owner", Team.objects.for_workspace(workspace).order_by("name"))
        if "plan" in self.fields:
            _offer(self, "plan", TrackingPlan.objects.for_workspace(workspace).order_by("name"))


class ChangeSource(NewSource):
    plan = None  # type: ignore[assignment]  # how Django takes a declared field away
    settling_hours = forms.IntegerField(
        label="Hours of settling in",
        min_value=0,
        max_value=24 * 30,
        help_text="What is found this soon after the first plan is old debt, not news. 0 turns it off.",
    )

    @staticmethod
    def initial_of(source: Source) -> dict[str, Any]:
        fields = ("name", "type", "environment", "owner", "settling_hours")
        return {field: getattr(source, field) for field in fields}


class AttachPlan(forms.Form):
    plan = forms.ModelChoiceField(TrackingPlan.objects.none(), required=False, empty_label="No plan")

    def __init__(self, *args: Any, workspace: Workspace, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, "plan", TrackingPlan.objects.for_workspace(workspace).order_by("name"))


class RotateKey(forms.Form):
    grace = forms.TypedChoiceField(
        label="The old key stops working",
        coerce=lambda hours: timedelta(hours=int(hours)),
        choices=list(GRACES.items()),
        initial=sourcing.GRACE // timedelta(hours=1),
    )


class DeleteSource(forms.Form):
    typed = forms.CharField(
        label="Type the source's name to delete it", widget=forms.TextInput(attrs={"autocomplete": "off"})
    )


def _offer(form: forms.Form, name: str, rows: Any) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ModelChoiceField)  # noqa: S101  # declared in the form
    field.queryset = rows


class MuteProblem(forms.Form):
    """How much of a rule nobody wants to hear of, until when, and why."""

    THIS, RULE = "this", "rule"

    what = forms.ChoiceField(
        choices=[(THIS, "This problem"), (RULE, "Every problem of this rule")], initial=THIS
    )
    until = forms.DateField(label="To the end of", widget=forms.DateInput(attrs={"type": "date"}))
    reason = forms.CharField(label="Why", max_length=200)

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["until"].initial = today + MUTED_FOR

    def clean_until(self) -> date:
        until: date = self.cleaned_data["until"]
        if until < self.today:
            raise forms.ValidationError("A mute ends in the future: choose a later day.")
        return until


class PlanPolicy(forms.Form):
    """What must be true before a draft of a plan is published."""

    approvals = forms.TypedChoiceField(
        label="Approvals by others than those who made the changes",
        choices=[("", "One, and none while nobody else could give it")]
        + [(str(count), str(count) if count else "None") for count in range(4)],
        coerce=int,
        empty_value=None,
        required=False,
    )
    asks_owners = forms.BooleanField(
        label="Ask the teams that own the events a draft touches", required=False
    )
    errors_block = forms.BooleanField(
        label="New plan problems that are errors stop publishing (otherwise they warn)", required=False
    )


class MetricForm(forms.Form):
    """One metric of a plan. `metric()` gives it as the document has it."""

    KINDS = (("leading", "Leading: it moves before the goal does"), ("lagging", "Lagging: it is the goal"))

    name = forms.CharField(max_length=200)
    question = forms.CharField(
        max_length=500, required=False, help_text="What somebody wants to know, as they would ask it."
    )
    definition = forms.CharField(
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="How it is computed: of whom, per what, within which time. Older definitions stay in its history.",
    )
    kind = forms.ChoiceField(choices=KINDS)
    north_star = forms.BooleanField(required=False, label="It is the one that matters most")
    funnel = forms.CharField(
        required=False,
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false"}),
        help_text="The events that lead to it, one a line, in their order.",
    )

    def __init__(self, *args: Any, events: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._events = frozenset(events)

    @staticmethod
    def initial_of(metric: Mapping[str, Any]) -> dict[str, Any]:
        return {**metric, "funnel": "\n".join(metric.get("funnel") or ())}

    def clean_funnel(self) -> list[str]:
        steps = [line.strip() for line in self.cleaned_data["funnel"].splitlines() if line.strip()]
        vocabulary = Vocabulary(self._events)
        for number, step in enumerate(steps, 1):
            if step not in self._events:
                meant = vocabulary.nearest(step)
                hint = f" Did you mean “{meant}”?" if meant else ""
                raise forms.ValidationError(f"Line {number}: “{step}” is not in the plan.{hint}")
        return steps

    def metric(self) -> dict[str, Any]:
        return dict(self.cleaned_data)

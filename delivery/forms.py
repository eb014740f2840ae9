"""What people fill in to forward violations."""

from typing import Any

from django import forms

from delivery.models import Target, TargetKind
from trackingplans.models import Source


class ForwardingForm(forms.Form):
    """Where a source's violations go. Which fields count is a matter of `kind`."""

    kind = forms.ChoiceField(label="To", choices=TargetKind.choices, initial=TargetKind.SEGMENT)
    url = forms.CharField(
        label="Address",
        max_length=500,
        required=False,
        help_text="Of an endpoint: calls go to /v1/track there. Of a webhook: all of it.",
        widget=forms.URLInput(attrs={"placeholder": "https://api.segment.io", "autocomplete": "off"}),
    )
    write_key = forms.CharField(
        label="Write key or secret",
        max_length=500,
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )
    to_source = forms.ModelChoiceField(
        Source.objects.none(),
        label="Source",
        required=False,
        to_field_name="public_id",
        empty_label="Choose one",
    )

    def __init__(self, *args: Any, source: Source, target: Target | None, **kwargs: Any) -> None:
        if target:
            to_source = target.to_source.public_id if target.to_source else None
            kwargs["initial"] = {"url": target.url, "kind": target.kind, "to_source": to_source}
        super().__init__(*args, **kwargs)
        others = Source.objects.for_workspace(source.workspace).exclude(pk=source.pk).order_by("name")
        self.fields["to_source"].queryset = others  # type: ignore[attr-defined]  # a ModelChoiceField
        key = self.fields["write_key"]
        key.help_text = (
            "Leave empty to keep the one that is stored."
            if target
            else "Stored encrypted. A webhook without one gets a new one."
        )

    def clean_kind(self) -> str:
        return str(self.cleaned_data["kind"])

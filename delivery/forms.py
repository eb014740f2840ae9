"""What people fill in to forward violations."""

from typing import Any

from django import forms

from delivery.models import Target


class ForwardingForm(forms.Form):
    url = forms.CharField(
        label="Address",
        max_length=500,
        help_text="Of a Segment-compatible endpoint. Calls go to /v1/track there.",
        widget=forms.URLInput(attrs={"placeholder": "https://api.segment.io", "autocomplete": "off"}),
    )
    write_key = forms.CharField(
        label="Write key",
        max_length=500,
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, target: Target | None, **kwargs: Any) -> None:
        kwargs["initial"] = {"url": target.url} if target else {}
        super().__init__(*args, **kwargs)
        key = self.fields["write_key"]
        key.help_text = "Leave empty to keep the one that is stored." if target else "Stored encrypted."

from typing import Any

from django import forms

from accounts.forms import SetPassword
from accounts.models import User


class StartOwn(SetPassword):
    """Whose workspace it will be, and how its first admin signs in."""

    workspace = forms.CharField(label="Company or product", max_length=100)
    email = forms.EmailField(label="Your e-mail", widget=forms.EmailInput(attrs={"autocomplete": "username"}))
    field_order = ("workspace", "name", "email", "password")

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        self.initial["name"] = ""

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"].lower()
        if User.objects.filter(email__iexact=email).exclude(pk=self.user.pk).exists():
            raise forms.ValidationError("Somebody here signs in with this address.")
        return email

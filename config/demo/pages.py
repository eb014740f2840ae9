"""The way out of the demo."""

from django.contrib.auth import update_session_auth_hash
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render

from accounts.models import User
from accounts.web.access import SignedInRequest, signed_in
from config.demo import leaving
from config.demo.forms import StartOwn


@signed_in
def start_own(request: SignedInRequest) -> HttpResponse:
    """Asks who is there, then makes their workspace and removes the demo. Without a demo: home."""
    if not leaving.demos_of(request.user):
        return redirect("home")
    form = StartOwn(request.POST or None, user=request.user)
    if form.is_valid():
        with transaction.atomic():
            _become(request.user, form)
            workspace = leaving.start_own(form.cleaned_data["workspace"], user=request.user)
        update_session_auth_hash(request, request.user)
        return redirect("overview", ws=workspace.public_id)
    return render(request, "demo/start_own.html", {"form": form})


def _become(user: User, form: StartOwn) -> None:
    """The demo's Ana is who sits at the keyboard from now on."""
    user.email, user.name = form.cleaned_data["email"], form.cleaned_data["name"]
    user.set_password(form.cleaned_data["password"])
    user.save(update_fields=["email", "name", "password"])

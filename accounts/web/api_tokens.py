"""Settings, Tokens."""

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts import tokens
from accounts.forms import NewToken
from accounts.models import ApiToken, Role
from accounts.web import notices
from accounts.web.access import WorkspaceRequest, member


@require_http_methods(["GET", "HEAD", "POST"])
@member(Role.VIEWER)
def settings_tokens(request: WorkspaceRequest) -> HttpResponse:
    form = NewToken(request.POST or None, own_role=request.membership.role)
    now = timezone.now()
    if form.is_valid():
        name = form.cleaned_data["name"]
        if _living(request).filter(user=request.user, name=name).exists():
            form.add_error("name", "You have a token of this name. Revoke it first, or choose another name.")
        else:
            _, text = tokens.create(
                request.workspace,
                request.user,
                name=name,
                role=form.cleaned_data["role"],
                expires_at=form.expires_at(now),
            )
            # A message lives in a signed cookie of this browser until it is shown, and nowhere else.
            messages.info(request, text)
            return redirect("settings_tokens", request.workspace.public_id)
    listed = _living(request).select_related("user").order_by("-id")
    return render(request, "accounts/settings_tokens.html", {"form": form, "tokens": listed, "now": now})


@require_POST
@member(Role.VIEWER)
def settings_token_revoke(request: WorkspaceRequest, token: str) -> HttpResponse:
    found = _own(request, token)
    tokens.revoke(found, actor=request.user, now=timezone.now())
    undo = reverse("settings_token_restore", args=[request.workspace.public_id, found.public_id])
    notices.done(request, f"Token {found.name} is revoked.", undo=undo)
    return redirect("settings_tokens", request.workspace.public_id)


@require_POST
@member(Role.VIEWER)
def settings_token_restore(request: WorkspaceRequest, token: str) -> HttpResponse:
    found = _own(request, token)
    tokens.restore(found, actor=request.user)
    notices.done(request, f"Token {found.name} works again.")
    return redirect("settings_tokens", request.workspace.public_id)


def _living(request: WorkspaceRequest) -> QuerySet[ApiToken]:
    """Tokens that work. Admins see everybody's, others their own."""
    alive = Q(expires_at=None) | Q(expires_at__gt=timezone.now())
    return _seen(request).filter(alive, revoked_at=None)


def _seen(request: WorkspaceRequest) -> QuerySet[ApiToken]:
    rows: QuerySet[ApiToken] = ApiToken.objects.for_workspace(request.workspace)
    return rows if request.membership.is_admin else rows.filter(user=request.user)


def _own(request: WorkspaceRequest, token: str) -> ApiToken:
    return get_object_or_404(_seen(request).select_related("workspace"), public_id=token)

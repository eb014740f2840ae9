"""Who may open a page. Every page of a workspace is wrapped in `@member(Role.X)`."""

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import resolve_url
from django_htmx.http import HttpResponseClientRedirect
from django_htmx.middleware import HtmxDetails

from accounts.models import Membership, Role, User, Workspace

LAST_WORKSPACE = "workspace"  # in the session: where `home` leads

SAFE = {"GET", "HEAD", "OPTIONS"}

P = ParamSpec("P")
View = Callable[..., HttpResponseBase]


class WebRequest(HttpRequest):
    """A request that went through the middleware."""

    htmx: HtmxDetails


class SignedInRequest(WebRequest):
    user: User


class WorkspaceRequest(SignedInRequest):
    workspace: Workspace
    membership: Membership
    workspaces: list[Workspace]  # all that the user may switch to, by name


def signed_in(
    view: Callable[Concatenate[SignedInRequest, P], HttpResponseBase],
) -> View:
    """Sends strangers to the sign-in page, and back afterwards."""

    @wraps(view)
    def wrapper(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return _to_sign_in(request)
        return view(cast(SignedInRequest, request), *args, **kwargs)

    wrapper.access = "signed in"  # type: ignore[attr-defined]  # the access matrix test reads it
    return wrapper


def member(
    least: Role, *, post: Role | None = None
) -> Callable[[Callable[Concatenate[WorkspaceRequest, P], HttpResponseBase]], View]:
    """Resolves `<str:ws>` of the URL and sets `request.workspace` and `request.membership`.

    The view itself gets no `ws`. Strangers are sent to sign in, people of other workspaces get 404,
    members whose role is below `least` get the 403 page. `post`: what writing needs, when that is more.
    """

    writing = post or least

    def decorate(view: Callable[Concatenate[WorkspaceRequest, P], HttpResponseBase]) -> View:
        @wraps(view)
        def wrapper(request: HttpRequest, ws: str, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return _to_sign_in(request)
            inside = cast(WorkspaceRequest, request)
            own = Membership.objects.filter(user=request.user).select_related("workspace")
            memberships = list(own.order_by("workspace__name"))
            inside.membership = _of(ws, memberships)
            inside.workspace = inside.membership.workspace
            inside.workspaces = [one.workspace for one in memberships]
            _require(inside.membership, least if request.method in SAFE else writing)
            if request.session.get(LAST_WORKSPACE) != ws:
                request.session[LAST_WORKSPACE] = ws
            return view(inside, *args, **kwargs)

        wrapper.access = (least, writing)  # type: ignore[attr-defined]  # the access matrix test reads it
        return wrapper

    return decorate


def public(
    view: Callable[Concatenate[WebRequest, P], HttpResponseBase],
) -> View:
    """Says that strangers may see this page. Without a word about access, a page fails the access matrix."""

    @wraps(view)
    def wrapper(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        return view(cast(WebRequest, request), *args, **kwargs)

    wrapper.access = "public"  # type: ignore[attr-defined]  # the access matrix test reads it
    return wrapper


def _of(ws: str, memberships: Iterable[Membership]) -> Membership:
    for found in memberships:
        if found.workspace.public_id == ws:
            return found
    raise Http404("There is no such workspace, or you are not in it.")


def _require(membership: Membership, least: Role) -> None:
    if membership.role < least:
        own = Role(membership.role).label.lower()
        raise PermissionDenied(f"This needs the role {least.label.lower()}. Yours here is {own}.")


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    """htmx would swap the sign-in page into a corner of this one; it is told to leave instead."""
    htmx = getattr(request, "htmx", None)
    if htmx:
        back = htmx.current_url_abs_path or resolve_url("home")
        return HttpResponseClientRedirect(redirect_to_login(back).url)
    return redirect_to_login(request.get_full_path())

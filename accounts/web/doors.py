"""Coming in and going out: passwords, mailed links, links that work once."""

from django.conf import settings
from django.contrib.auth import login, logout
from django.contrib.auth.tokens import default_token_generator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme, urlsafe_base64_decode
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from accounts import inviting, mail, signing_in
from accounts.forms import ForgotPassword, SetPassword, SignIn
from accounts.models import User
from accounts.web import notices
from accounts.web.access import WebRequest, public

BACKEND = "django.contrib.auth.backends.ModelBackend"


@never_cache
@sensitive_post_parameters("password")
@public
def sign_in(request: WebRequest) -> HttpResponse:
    form = SignIn(request.POST or None)
    follow = _safe(request, request.POST.get("next") or request.GET.get("next", ""))
    if request.user.is_authenticated and request.method == "GET":
        return redirect(follow)
    if form.is_valid():
        try:
            user = signing_in.by_password(**form.cleaned_data, ip=_ip(request), now=timezone.now())
        except signing_in.WrongPassword:
            form.add_error(None, "This e-mail and password do not belong together.")
        except signing_in.TooManyTries as locked:
            form.add_error(None, _locked(locked.minutes))
        else:
            login(request, user, backend=BACKEND)
            return redirect(follow)
    return render(request, "accounts/sign_in.html", {"form": form, "next": follow})


@require_POST
@public
def sign_out(request: WebRequest) -> HttpResponse:
    logout(request)
    return redirect("login")


@never_cache
@public
def sign_in_once(request: WebRequest, signed: str) -> HttpResponse:
    """The link that `make run` prints."""
    found = signing_in.by_link(signed, now=timezone.now())
    if found is not None:
        user, follow = found
        login(request, user, backend=BACKEND)
        return redirect(_safe(request, follow))
    if request.user.is_authenticated:
        return redirect("home")
    notices.failed(request, "This link was used already, or it is older than half an hour.")
    return redirect("login")


@never_cache
@public
def forgot_password(request: WebRequest) -> HttpResponse:
    """Says the same whether or not the account exists: strangers must not learn who is here."""
    form = ForgotPassword(request.POST or None)
    if not form.is_valid():
        return render(request, "accounts/forgot_password.html", {"form": form})
    user = User.objects.filter(email__iexact=form.cleaned_data["email"], is_active=True).first()
    may = user is not None and signing_in.may_mail_link(user.email, ip=_ip(request), now=timezone.now())
    if user is not None and may and not _mail_link(user):
        form.add_error(None, "The mail could not be sent just now. Try again in a minute.")
        return render(request, "accounts/forgot_password.html", {"form": form})
    notices.done(request, "If this account exists, a link to set its password is on its way.")
    return redirect("login")


@never_cache
@sensitive_post_parameters("password")
@public
def set_password(request: WebRequest, uid: str, token: str) -> HttpResponse:
    """Where mailed links lead. Setting a password signs in, and ends the link."""
    user = _user_of(uid)
    if user is None or not default_token_generator.check_token(user, token):
        return render(request, "accounts/link_ended.html", status=410)
    form = SetPassword(request.POST or None, user=user)
    if not form.is_valid():
        return render(request, "accounts/set_password.html", {"form": form, "account": user})
    user.set_password(form.cleaned_data["password"])
    user.name = form.cleaned_data["name"]
    user.save(update_fields=["password", "name"])
    signing_in.forget_tries(user.email)
    login(request, user, backend=BACKEND)
    return redirect("home")


def _mail_link(user: User) -> bool:
    try:
        mail.send(
            user.email,
            "Set your Planwright password",
            "Somebody, probably you, asked to set a new Planwright password. The link works once, for three"
            f" days:\n\n{settings.BASE_URL}{inviting.password_path(user)}\n\n"
            "If it was not you, nothing has changed.\n",
        )
    except mail.MailError:
        return False
    return True


def _locked(minutes: int) -> str:
    again = "a minute" if minutes == 1 else f"{minutes} minutes"
    return (
        f"Too many wrong tries for this account from your address. Try again in {again},"
        " or set a new password by mail: that opens the account at once."
    )


def _user_of(uid: str) -> User | None:
    try:
        pk = int(urlsafe_base64_decode(uid))
    except (ValueError, OverflowError):
        return None
    return User.objects.filter(pk=pk, is_active=True).first() if 0 < pk < 2**63 else None


def _ip(request: HttpRequest) -> str:
    """The peer itself. X-Forwarded-For would let anybody be anybody."""
    return str(request.META.get("REMOTE_ADDR") or "0.0.0.0")  # noqa: S104  # a name for "unknown"


def _safe(request: HttpRequest, path: str) -> str:
    """`path` if it leads into this site, else home: a sign-in link must not lead elsewhere."""
    hosts = {request.get_host()}
    return path if url_has_allowed_host_and_scheme(path, hosts, request.is_secure()) else resolve_url("home")

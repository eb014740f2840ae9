"""Settings, Mail: what would have been sent, while no mail server is set."""

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts import mail_files
from accounts.models import Role
from accounts.web.access import WorkspaceRequest, member

# Mail styles itself inline. It is shown in a frame of its own that runs and loads nothing; its links
# open in the whole window.
MAIL_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; base-uri 'none';"
    " frame-ancestors 'self'; sandbox allow-top-navigation-by-user-activation"
)


@require_safe
@member(Role.ADMIN)
def settings_mail(request: WorkspaceRequest) -> HttpResponse:
    is_kept = settings.EMAIL_BACKEND.endswith("FileBackend")
    mails = mail_files.kept(request.workspace)
    return render(request, "accounts/settings_mail.html", {"mails": mails, "is_kept": is_kept})


@require_safe
@member(Role.ADMIN)
def settings_mail_message(request: WorkspaceRequest, name: str) -> HttpResponse:
    return render(request, "accounts/settings_mail_message.html", {"mail": _mail(request, name)})


@require_safe
@member(Role.ADMIN)
def settings_mail_html(request: WorkspaceRequest, name: str) -> HttpResponse:
    """The HTML part alone, for the frame on its page."""
    html = _mail(request, name).html.replace("<head>", '<head><base target="_top">', 1)
    headers = {"Content-Security-Policy": MAIL_POLICY, "X-Frame-Options": "SAMEORIGIN"}
    return HttpResponse(html, headers=headers)


def _mail(request: WorkspaceRequest, name: str) -> mail_files.KeptMail:
    found = mail_files.read(name, request.workspace)
    if found is None:
        raise Http404
    return found

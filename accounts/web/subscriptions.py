"""Pages behind the links of digests, for people with and without an account. Looking changes nothing: mail scanners
open every link. Only a POST does, by a person's button or by a mail program's one click (RFC 8058)."""

from collections.abc import Callable

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from accounts import subscribing
from accounts.models import Team
from accounts.web.access import WebRequest, public


@csrf_exempt  # the signed address is the proof; a mail program has no session
@never_cache
@public
def digest_unsubscribe(request: WebRequest, signed: str) -> HttpResponse:
    """GET asks; POST leaves, and with `back` comes back."""

    def act() -> Team:
        return subscribing.come_back(signed) if request.POST.get("back") else subscribing.leave(signed)

    return _page(request, signed, subscribing.leaver, act, "accounts/digest_unsubscribe.html")


@csrf_exempt  # as above
@never_cache
@public
def digest_confirm(request: WebRequest, signed: str) -> HttpResponse:
    return _page(
        request,
        signed,
        subscribing.asked,
        lambda: subscribing.confirm(signed),
        "accounts/digest_confirm.html",
    )


def _page(
    request: WebRequest,
    signed: str,
    read: Callable[[str], tuple[Team, str]],
    act: Callable[[], Team],
    template: str,
) -> HttpResponse:
    try:
        team, address = read(signed)
        if request.method == "POST":
            team = act()
    except subscribing.Ended:
        return render(request, "accounts/digest_link_ended.html", status=410)
    context = {
        "team": team,
        "address": address,
        "gets_it": address in team.addresses,
        "has_left": address in team.unsubscribed,
    }
    return render(request, template, context)

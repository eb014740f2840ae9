"""A digest for somebody without an account: what the mail said and what became of it. No message, no way further."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.web.access import WebRequest, public
from violations import lettering, reading, remembering


@never_cache
@require_safe
@public
def digest_read(request: WebRequest, signed: str) -> HttpResponse:
    try:
        digest, reader = reading.read(signed)
    except reading.Ended:
        return render(request, "accounts/digest_link_ended.html", status=410)
    context = {
        "digest": digest,
        "letter": lettering.read(digest, reader),
        "numbers": remembering.numbers(digest),
        "since": remembering.since_mailed(digest),
    }
    return render(request, "violations/digest_read.html", context)

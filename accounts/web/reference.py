"""The page of the REST reference."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.api import reference
from accounts.web.access import WebRequest, public


@require_safe
@public
def docs(request: WebRequest) -> HttpResponse:
    return render(request, "accounts/docs.html", {"sections": reference.sections()})

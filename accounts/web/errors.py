"""The pages for what went wrong, and their JSON twins under /api/."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from accounts.api import errors


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    if _is_api(request):
        return JsonResponse(errors.body("not_found", errors.MESSAGES["not_found"]), status=404)
    return render(request, "404.html", status=404)


def forbidden(request: HttpRequest, exception: PermissionDenied) -> HttpResponse:
    if _is_api(request):
        return JsonResponse(errors.body("permission_denied", str(exception)), status=403)
    return render(request, "403.html", {"reason": str(exception)}, status=403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001
    return render(request, "403_csrf.html", status=403)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    if _is_api(request):
        return JsonResponse(errors.body("bad_request", "This request cannot be read."), status=400)
    return render(request, "400.html", status=400)


def server_error(request: HttpRequest) -> HttpResponse:
    if _is_api(request):
        return JsonResponse(errors.body("server_error", "Planwright failed. It is logged."), status=500)
    return HttpResponse(render_to_string("500.html"), status=500)  # no request: it might ask the database


def _is_api(request: HttpRequest) -> bool:
    return request.path.startswith("/api/")

"""What every answer tells the browser it may not do."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

POLICY = "; ".join(f"{name} {' '.join(values)}" for name, values in settings.SECURE_CSP.items())
PERMISSIONS = ", ".join(
    f"{name}=()"
    for name in (
        "accelerometer", "autoplay", "camera", "display-capture", "encrypted-media", "fullscreen",
        "geolocation", "gyroscope", "magnetometer", "microphone", "midi", "payment", "usb",
    )
)  # fmt: skip


def browser_limits(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware. A view that needs another policy sets the header itself; this one leaves it alone."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        if "Cache-Control" not in response.headers and _is_personal(request):
            response.headers["Cache-Control"] = "private, no-store"
        return response

    return middleware


def _is_personal(request: HttpRequest) -> bool:
    """Whether what was sent may depend on who asked: after signing out, Back must not show it."""
    return "Authorization" in request.headers or settings.SESSION_COOKIE_NAME in request.COOKIES

"""Table of contents of the whole site. Pages of a workspace live under /w/<ws>/, REST under /api/v1/."""

from django.urls import URLPattern, URLResolver, include, path

from config.demo.pages import start_own
from config.health_dot import health_dot

urlpatterns: list[URLPattern | URLResolver] = [
    path("start-own/", start_own, name="start_own"),
    path("", include("accounts.urls")),
    path("", include("violations.urls")),
    path("api/v1/", include("violations.api.urls")),
    path("api/v1/", include("trackingplans.api.urls")),
    path("", include("delivery.urls")),
    path("", include("ingest.urls")),
    path("", include("trackingplans.urls")),
    path("w/<str:ws>/health/", health_dot, name="health_dot"),
]

handler400 = "accounts.web.errors.bad_request"
handler403 = "accounts.web.errors.forbidden"
handler404 = "accounts.web.errors.not_found"
handler500 = "accounts.web.errors.server_error"

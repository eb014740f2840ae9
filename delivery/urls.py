from django.urls import path

from delivery.web import forwarding

urlpatterns = [
    path(
        "w/<str:ws>/sources/<str:source>/forwarding/",
        forwarding.source_forwarding,
        name="source_forwarding",
    ),
    path(
        "w/<str:ws>/sources/<str:source>/forwarding/off/",
        forwarding.source_forwarding_off,
        name="source_forwarding_off",
    ),
]

from django.urls import path

from delivery.web import forwarding

SOURCE = "w/<str:ws>/sources/<str:source>/forwarding/"

urlpatterns = [
    path(SOURCE, forwarding.source_forwarding, name="source_forwarding"),
    path(f"{SOURCE}off/", forwarding.source_forwarding_off, name="source_forwarding_off"),
    path(f"{SOURCE}resume/", forwarding.source_forwarding_resume, name="source_forwarding_resume"),
    path(f"{SOURCE}redeliver/", forwarding.source_redeliver, name="source_redeliver"),
    path(f"{SOURCE}<str:delivery>/", forwarding.source_delivery, name="source_delivery"),
    path(f"{SOURCE}<str:delivery>/again/", forwarding.source_delivery_again, name="source_delivery_again"),
]

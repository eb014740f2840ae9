from django.urls import path

from accounts.api.schema import Docs, Schema

urlpatterns = [
    path("api/schema/", Schema.as_view(), name="schema"),
    path("api/docs/", Docs.as_view(), name="docs"),
]

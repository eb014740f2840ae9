from django.urls import path

from violations.api.endpoints import OneViolation, Violations

urlpatterns = [
    path("violations", Violations.as_view(), name="api_violations"),
    path("violations/<str:violation>", OneViolation.as_view(), name="api_violation"),
]

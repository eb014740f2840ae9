from django.urls import path

from violations.api.about import ViolationComments, ViolationSpread
from violations.api.endpoints import OneViolation, Violations
from violations.api.missing import MissingEvents
from violations.api.unplanned import OneUnplanned, Unplanned

urlpatterns = [
    path("violations", Violations.as_view(), name="api_violations"),
    path("violations/<str:violation>", OneViolation.as_view(), name="api_violation"),
    path("violations/<str:violation>/spread", ViolationSpread.as_view(), name="api_violation_spread"),
    path("violations/<str:violation>/comments", ViolationComments.as_view(), name="api_violation_comments"),
    path("missing", MissingEvents.as_view(), name="api_missing"),
    path("not-in-plan", Unplanned.as_view(), name="api_not_in_plan"),
    path("not-in-plan/<str:violation>", OneUnplanned.as_view(), name="api_unplanned"),
]

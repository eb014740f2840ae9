from django.apps import AppConfig


class TrackingPlansConfig(AppConfig):
    name = "trackingplans"

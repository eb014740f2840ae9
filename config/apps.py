from django.apps import AppConfig

from config.celery import app as celery_app

__all__ = ["WiringConfig", "celery_app"]  # whoever loads the apps has the Celery app as the current one


class WiringConfig(AppConfig):
    name = "config"

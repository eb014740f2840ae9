from django.apps import AppConfig


class WiringConfig(AppConfig):
    name = "config"

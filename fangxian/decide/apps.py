from django.apps import AppConfig


class DecideConfig(AppConfig):
    name = "fangxian.decide"
    label = "decide"

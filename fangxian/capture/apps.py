from django.apps import AppConfig


class CaptureConfig(AppConfig):
    name = "fangxian.capture"
    label = "capture"

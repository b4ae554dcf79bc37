from django.apps import AppConfig


class ProgrammesConfig(AppConfig):
    name = "fangxian.programmes"
    label = "programmes"

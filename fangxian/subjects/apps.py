from django.apps import AppConfig


class SubjectsConfig(AppConfig):
    name = "fangxian.subjects"
    label = "subjects"

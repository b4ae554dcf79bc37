from django.apps import AppConfig


class TasksConfig(AppConfig):
    name = "fangxian.tasks"
    label = "tasks"

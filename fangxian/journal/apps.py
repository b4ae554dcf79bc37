from django.apps import AppConfig


class JournalConfig(AppConfig):
    name = "fangxian.journal"
    label = "journal"

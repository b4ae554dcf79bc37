from django.apps import AppConfig


class ReportConfig(AppConfig):
    name = "fangxian.report"
    label = "report"

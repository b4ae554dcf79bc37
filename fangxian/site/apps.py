from django.apps import AppConfig


class SiteConfig(AppConfig):
    name = "fangxian.site"
    label = "site"

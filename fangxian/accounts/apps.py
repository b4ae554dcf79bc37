from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "fangxian.accounts"
    label = "accounts"

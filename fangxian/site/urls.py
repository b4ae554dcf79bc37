"""Addresses."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("accounts/", include("fangxian.accounts.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
]

"""Addresses."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from fangxian.site.api import api
from fangxian.site.checkpoints import checkpoint

urlpatterns: list[URLPattern | URLResolver] = [
    path("accounts/", include("fangxian.accounts.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("api/v1/", api.urls),
    path("journal/checkpoint", checkpoint),
    path("", include("fangxian.console.urls")),
]
handler400 = "fangxian.console.problems.bad_request"
handler404 = "fangxian.console.problems.not_found"
handler500 = "fangxian.console.problems.server_error"

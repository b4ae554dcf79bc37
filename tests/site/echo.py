"""The site's middleware in front of one page that tells what arrived; a server of its own serves it in a test."""

from __future__ import annotations

import os

import django
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpRequest, JsonResponse
from django.urls import path

from fangxian.kernel.proxies import client_address

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fangxian.site.settings")


def tell(request: HttpRequest) -> JsonResponse:
    left = sorted(name for name in request.META if "FORWARDED" in name and "HOST" not in name)
    return JsonResponse({"address": client_address(request), "secure": request.is_secure(),
                         "host": request.get_host(), "left": left})


urlpatterns = [path("accounts/echo/", tell)]


def application() -> WSGIHandler:
    """Without the applications' start: no page here reads a record."""
    settings.ROOT_URLCONF = __name__
    django.setup()
    return WSGIHandler()

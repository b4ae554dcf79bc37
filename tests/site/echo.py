"""The site's middleware in front of one page that tells what arrived; a server of its own serves it in a test."""

from __future__ import annotations

import os
from typing import Final

import django
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpRequest, JsonResponse, StreamingHttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from fangxian.kernel.proxies import client_address
from fangxian.site.front import Front
from fangxian.site.processes.parts import THREADS

PATIENCE: Final = 3.0
PIECE: Final = b"-" * 64 * 1024
PIECES: Final = 128

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fangxian.site.settings")


def tell(request: HttpRequest) -> JsonResponse:
    left = sorted(name for name in request.META if "FORWARDED" in name and "HOST" not in name)
    return JsonResponse({"address": client_address(request), "secure": request.is_secure(),
                         "host": request.get_host(), "left": left})


@csrf_exempt
def weigh(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"bytes": len(request.body)})


def file(_: HttpRequest) -> StreamingHttpResponse:
    """As long as the longest shipped file, piece by piece."""
    return StreamingHttpResponse((PIECE for _ in range(PIECES)), headers={"Content-Length": str(len(PIECE) * PIECES)})


urlpatterns = [path("accounts/echo/", tell), path("accounts/weigh/", weigh), path("imports/weigh/", weigh),
               path("accounts/file/", file)]


def application() -> WSGIHandler:
    """Without the applications' start: no page here reads a record."""
    settings.ROOT_URLCONF = __name__
    django.setup()
    return WSGIHandler()


def front() -> Front:
    """As it is served, with less patience."""
    return Front(application(), THREADS, patience=PATIENCE)

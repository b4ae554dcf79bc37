"""The service worker, at the site's root: where it is served from is the reach of what it may keep."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.http import require_safe

from fangxian.console import assets
from fangxian.kernel import errors
from fangxian.kernel.errors import Problem


@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The script, asked for anew each time, so that a repaired one is in force at the next visit; nothing personal."""
    source = assets.worker_source()
    if source is None:
        raise Problem(errors.NOT_FOUND)
    return HttpResponse(
        source,
        content_type="text/javascript; charset=utf-8",
        headers={"Cache-Control": "no-cache", "Service-Worker-Allowed": "/", "X-Content-Type-Options": "nosniff"},
    )


urlpatterns = [path("sw.js", worker, name="worker")]

"""The newest checkpoint of the journal, for whoever wants to keep it: a size and a hash, nothing about anybody."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from fangxian.journal.checkpoint import published
from fangxian.kernel import errors
from fangxian.kernel.errors import Problem


@require_GET
def checkpoint(request: HttpRequest) -> HttpResponse:
    """As text, without signing in, so that a machine elsewhere can fetch it every day."""
    newest = published()
    if newest is None:
        raise Problem(errors.NOT_FOUND)
    answer = HttpResponse(newest.read_bytes(), content_type="text/plain; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{newest.name}"'
    return answer

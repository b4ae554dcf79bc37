"""How much a request may bring: looked at before anything reads it, for whoever is not signed in may send as well."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from fangxian.capture.types import UPLOAD_LIMIT
from fangxian.kernel.text import Text

FILES: Final = ("/imports/", "/set-up/areas/")
"""Addresses that take a file; all others take fields and JSON."""
_ENVELOPE: Final = 1024 * 1024
_TOO_LARGE: Final = Text(
    "This is more than fits in one request ({limit} MB). Send it in parts.", "一次请求最多 {limit} MB。请分批提交。")
_NO_LENGTH: Final = Text(
    "Say with Content-Length how long it is, and send it again.", "请以 Content-Length 说明长度后重新提交。")


class BoundedBodies:
    """Refuses what says it is too long, and what does not say how long it is."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._next = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        refused = refusal(request.META)
        return _told(*refused) if refused else self._next(request)


def refusal(environ: Mapping[str, Any]) -> tuple[int, Text] | None:
    """The status and the sentence for a request, as WSGI has it, that may not bring what it says."""
    said = environ.get("CONTENT_LENGTH") or ""
    if not said and environ.get("HTTP_TRANSFER_ENCODING"):
        return 411, _NO_LENGTH
    limit = most(environ.get("PATH_INFO") or "/")
    if said and (not said.isascii() or not said.isdecimal() or int(said) > limit):
        return 413, _TOO_LARGE.filled(limit=limit // 1024 ** 2)
    return None


def most(path: str) -> int:
    """Bytes of a body at an address."""
    files = UPLOAD_LIMIT if path.startswith(FILES) else settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    return int(files) + _ENVELOPE


def _told(status: int, sentence: Text) -> HttpResponse:
    return HttpResponse(f"{sentence.en}\n{sentence.zh}\n", status=status, content_type="text/plain; charset=utf-8")

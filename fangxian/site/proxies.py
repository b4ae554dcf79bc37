"""The first look at a request: the word of a declared proxy is put in the place of what the socket says."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from fangxian.kernel.proxies import Proxies, sent_securely
from fangxian.kernel.text import Text

_FOR: Final = "HTTP_X_FORWARDED_FOR"
_PROTO: Final = "HTTP_X_FORWARDED_PROTO"
_NOT_DECLARED: Final = Text(
    "This request came through a proxy at {peer} that is not declared, so its word that it was sent over HTTPS is not"
    " taken. Set FANGXIAN_TRUSTED_PROXIES={peer} and start again.",
    "该请求经由未声明的代理 {peer} 转发，系统不采信其 HTTPS 声明。请设置 FANGXIAN_TRUSTED_PROXIES={peer} 后重新启动。")
_SAYS_NOTHING: Final = Text(
    "The proxy does not say how it was reached. Let it send X-Forwarded-Proto (nginx: proxy_set_header"
    " X-Forwarded-Proto $scheme;).",
    "代理未说明访问方式。请让代理发送 X-Forwarded-Proto（nginx：proxy_set_header X-Forwarded-Proto $scheme;）。")


class DeclaredProxies:
    """Gives ``REMOTE_ADDR`` and the scheme as the client has them; forwarded headers go no further.

    Where HTTPS is asked for, a proxy that is not believed is told so: sent to HTTPS it would ask the same for ever.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._next = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        proxies: Proxies = settings.TRUSTED_PROXIES
        peer = request.META.get("REMOTE_ADDR", "")
        addresses, proto = request.META.pop(_FOR, ""), request.META.pop(_PROTO, "")
        declared = proxies.declared(peer)
        request.META["REMOTE_ADDR"] = proxies.client(peer, addresses)
        if declared and proto:
            request.META["wsgi.url_scheme"] = "https" if sent_securely(proto) else "http"
        refused = _refusal(declared, proto, peer) if settings.HTTPS and not request.is_secure() else None
        return refused or self._next(request)


def _refusal(declared: bool, proto: str, peer: str) -> HttpResponse | None:
    if declared and not proto:
        return _told(_SAYS_NOTHING)
    if not declared and sent_securely(proto):
        return _told(_NOT_DECLARED.filled(peer=peer or "unix"))
    return None


def _told(sentence: Text) -> HttpResponse:
    """Plain text in both languages: whoever reads it is setting the server up."""
    return HttpResponse(f"{sentence.en}\n{sentence.zh}\n", status=400, content_type="text/plain; charset=utf-8")

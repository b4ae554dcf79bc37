"""One place turns a Problem, a missing page and a crash into a page or into problem+json (RFC 9457)."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from typing import Final
from urllib.parse import urlencode

from django.conf import settings
from django.core.exceptions import DisallowedHost, PermissionDenied, RequestDataTooBig
from django.db import DatabaseError, DataError, connection
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBadRequest,
    HttpResponseRedirect,
    HttpResponseServerError,
    JsonResponse,
)
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from fangxian.console.asking import asks_for_part
from fangxian.journal import contention, together
from fangxian.kernel import errors
from fangxian.kernel.errors import Problem

_log = logging.getLogger(__name__)
NOT_ALLOWED: Final = 405
_API: Final = "/api/"
_READING: Final = frozenset({"GET", "HEAD", "OPTIONS"})
AGAIN: Final = (409, 500)
"""What loading the page again may mend."""
PASSING: Final = (errors.BUSY, errors.NOT_KNOWN_YET)
"""What is to be sent again after a while, as a program is told."""
WHILE: Final = 5
"""Seconds."""


class ProblemPages:
    """Catches what a view raises. A sentence in the reader's language says what to do; nothing personal is in it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._next = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """An address that only takes what is sent to it is opened by a reload, or after the language was switched: the
        page it belongs to is shown instead of nothing."""
        response = self._next(request)
        if response.status_code == NOT_ALLOWED and _comes_to_a_page(request):
            return HttpResponseRedirect(f"{request.path.rstrip('/').rpartition('/')[0]}/")
        return response

    def process_view(self, request: HttpRequest, view: object, given: object, named: object) -> HttpResponse | None:
        """No text of ours has the character that the database can't keep: what has it is not looked at further."""
        return answer(request, _unreadable()) if _says_nothing(request) else None

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """An answer for what is known; None lets a crash go its way to the log and ``server_error``."""
        if isinstance(error, Problem):
            return answer(request, error)
        if isinstance(error, Http404):
            return answer(request, Problem(errors.NOT_FOUND))
        if isinstance(error, PermissionDenied):
            return answer(request, Problem(errors.NOT_ALLOWED))
        if isinstance(error, DataError) and _names_nothing(request):
            return answer(request, Problem(errors.NOT_FOUND))
        return None


def _says_nothing(request: HttpRequest) -> bool:
    """Whether a form was sent that has NUL in a name or a value; the API takes JSON, and says of it what it takes."""
    if request.path_info.startswith(_API):
        return False
    return any("\0" in text for name, values in request.POST.lists() for text in (name, *values))


def _names_nothing(request: HttpRequest) -> bool:
    """Whether the address has a character that no text in the database can have."""
    return "\0" in request.path_info or any("\0" in value for _name, values in request.GET.lists() for value in values)


def answer(request: HttpRequest, problem: Problem) -> HttpResponse:
    """The problem as the asker can use it: a page, a fragment for htmx, or problem+json."""
    response = _answered(request, problem)
    if problem.kind in PASSING:
        response["Retry-After"] = str(WHILE)
    return response


def _answered(request: HttpRequest, problem: Problem) -> HttpResponse:
    kind = problem.kind
    sentence = problem.sentence.said_in(get_language() or "en")
    if wants_json(request):
        body = {
            "type": f"urn:fangxian:problem:{kind.code}",
            "title": sentence,
            "detail": sentence,
            "status": kind.status,
            "code": kind.code,
            **problem.more,
        }
        return JsonResponse(body, status=kind.status, content_type="application/problem+json")
    if kind is errors.SIGN_IN and _comes_to_a_page(request):
        return HttpResponseRedirect(_sign_in(request))
    template = "console/components/error.html" if asks_for_part(request) else "console/problem.html"
    context = {
        **_words(kind),
        "title": sentence,
        "sign_in": _sign_in(request) if kind is errors.SIGN_IN else "",
        "again": kind.status in AGAIN or kind in PASSING,
    }
    if kind in PASSING:  # by the words alone: the frame of a page asks the database, which has just refused
        return HttpResponse(render_to_string(template, {**context, "request": request}), status=kind.status)
    return render(request, template, context, status=kind.status)


def _comes_to_a_page(request: HttpRequest) -> bool:
    """Whether somebody opens a page with a browser; a script asks for an answer and not for another page."""
    return request.method == "GET" and request.headers.get("Sec-Fetch-Mode") == "navigate"


def _words(kind: errors.Kind) -> dict[str, str]:
    """The heading and the picture of a page that stands for another; the code is for programs only."""
    if kind in PASSING:
        return {"heading": _("Not right now"), "icon_name": "refresh"}
    heading, icon = {
        404: (_("Nothing to see here"), "search"),
        403: (_("Not for this post"), "person"),
        401: (_("Sign in"), "person"),
        409: (_("Not as it was"), "refresh"),
        410: (_("No longer readable"), "hide"),
        500: (_("This didn't work"), "refused"),
    }.get(kind.status, (_("This can't be done"), "refused"))
    return {"heading": heading, "icon_name": icon}


def _sign_in(request: HttpRequest) -> str:
    """The way in, and back to the page that was asked for."""
    return f"{reverse('account_login')}?{urlencode({'next': request.get_full_path()})}"


def wants_json(request: HttpRequest) -> bool:
    """Whether a program asks: an API address, or an Accept header without HTML."""
    return request.path_info.startswith(_API) or not request.accepts("text/html")


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Django's handler404."""
    return answer(request, Problem(errors.NOT_FOUND))


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Django's handler400: what was sent is too much or can't be read. A host that is not ours gets no page."""
    if isinstance(exception, DisallowedHost):
        return HttpResponseBadRequest()
    if isinstance(exception, RequestDataTooBig):
        limit = f"{(settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 0) // 1024 // 1024} MB"
        return answer(request, Problem(errors.TOO_MUCH, limit=limit))
    return answer(request, _unreadable())


def _unreadable() -> Problem:
    return Problem(errors.UNREADABLE, reason=_("What was sent could not be read. Go back and try again."))


def server_error(request: HttpRequest) -> HttpResponse:
    """Django's handler500: says so without a word of what went wrong inside. A page asks the database who reads it:
    where that is what went wrong, the sentence comes without one. What passes by itself says that it does."""
    problem = Problem(_passing(request, contention.passing(sys.exception())) or errors.BROKEN)
    try:
        return answer(request, problem)
    except DatabaseError:
        sentence = problem.sentence.said_in(get_language() or "en")
        return HttpResponseServerError(sentence, content_type="text/plain; charset=utf-8")


def _passing(request: HttpRequest, met: contention.Passing | None) -> errors.Kind | None:
    """Whether anything was recorded is not known where nobody could say any more; not where it can't have been, in a
    transaction that is still open and no recorder at work for it."""
    if met is None:
        return None
    open_still = connection.in_atomic_block and not together.is_open()
    known = met is contention.Passing.TAKEN_BACK or open_still or request.method in _READING
    return errors.BUSY if known else errors.NOT_KNOWN_YET

"""Every request of a signed-in user: as which post, in one transaction, under that post's scope."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from typing import Final, cast

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse

from fangxian.kernel import clock, decisions, errors
from fangxian.kernel.errors import Problem
from fangxian.kernel.once import looking_once

from . import access, queries
from .errors import SECOND_FACTOR
from .factors import queries as factors
from .models import User
from .refusal import refusal
from .scope import Scope, working_in
from .types import Acting

SESSION_KEY: Final = "acting_post"
_OPEN: Final = ("/accounts/", "/i18n/", "/static/")
"""Pages that show no record: they work without a post, outside any scope, and keep what they write."""
_log: Final = logging.getLogger(__name__)
_READING: Final = frozenset({"GET", "HEAD", "OPTIONS"})


class ActingPost:
    """Gives ``request.acting`` and runs the view in one transaction under the scope of that post.

    Nobody signed in, or a page without records: ``request.acting`` is None and nothing protected can be seen. An answer
    of 400 and above takes back all that was written but what is kept for good (``access.keep``); so does an exception.
    A request that is not for reading alone, and for which no right was decided, is answered by a refusal. What a view
    does later than its answer — a streamed body — runs piece by piece, each in a transaction of its own under the same
    scope.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._next = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.acting = None  # type: ignore[attr-defined]
        if request.method not in _READING:
            return self._as_post(request)
        with looking_once():
            return self._as_post(request)

    def _as_post(self, request: HttpRequest) -> HttpResponseBase:
        if request.path_info.startswith(_OPEN) or not request.user.is_authenticated:
            return self._next(request)
        if request.user.one_time_until is not None:
            return _change_password_first(request)
        try:
            request.acting = chosen(request)  # type: ignore[attr-defined]
        except Problem as problem:
            return refusal(request, problem)
        if not factors.shown(request) and factors.asked(acting(request)):
            return _second_factor_first(request)
        return self._within(request, acting(request))

    def _within(self, request: HttpRequest, by: Acting) -> HttpResponseBase:
        scope = Scope.of(by)
        with access.keeping() as kept:
            with working_in(scope):
                response = self._decided(request)
                if response.status_code >= 400:
                    transaction.set_rollback(True)
            if 400 <= response.status_code < 500 and kept:
                with working_in(scope):
                    for write in kept:
                        write()
        if isinstance(response, StreamingHttpResponse) and not response.is_async:
            response.streaming_content = _piece_by_piece(scope, cast("Iterator[bytes]", response.streaming_content))
        return response


    def _decided(self, request: HttpRequest) -> HttpResponseBase:
        """The answer; one to a request that writes, and for which no right was found, is a refusal instead."""
        with decisions.noting() as found:
            response = self._next(request)
        if request.method in _READING or response.status_code >= 400 or found.asked:
            return response
        _log.error("%s %s came to its end without a right for it", request.method,
                   request.resolver_match.route if request.resolver_match else "a request")
        return refusal(request, Problem(errors.NOT_ALLOWED))


def acting(request: HttpRequest) -> Acting:
    """Who acts in a request; Problem SIGN_IN when nobody does."""
    by: Acting | None = getattr(request, "acting", None)
    if by is None:
        raise Problem(errors.SIGN_IN)
    return by


def choices(request: HttpRequest) -> tuple[Acting, ...]:
    """As whom the signed-in user may act now."""
    user = cast(User, request.user)
    return queries.posts_of(user.pk, clock.now()) if user.is_authenticated else ()


def chosen(request: HttpRequest) -> Acting:
    """The post of the session, else the first in force; Problem NO_POST without any.

    When the session's post has ended a page is shown as another post, but nothing is written as one: NOT_ALLOWED.
    """
    found = {by.post: by for by in choices(request)}
    if not found:
        raise Problem(errors.NO_POST)
    wanted = request.session.get(SESSION_KEY)
    if wanted is None or wanted in found:
        return found.get(wanted) or next(iter(found.values()))
    if request.method not in _READING:
        raise Problem(errors.NOT_ALLOWED)
    del request.session[SESSION_KEY]
    return next(iter(found.values()))


def _change_password_first(request: HttpRequest) -> HttpResponse:
    if request.path_info.startswith("/api/"):
        return refusal(request, Problem(errors.SIGN_IN))
    return HttpResponseRedirect(reverse("account_change_password"))


def _second_factor_first(request: HttpRequest) -> HttpResponse:
    if request.path_info.startswith("/api/"):
        return refusal(request, Problem(SECOND_FACTOR))
    return HttpResponseRedirect(reverse("mfa_index"))


def _piece_by_piece(scope: Scope, pieces: Iterator[bytes]) -> Iterator[bytes]:
    iterator = iter(pieces)
    while True:
        with working_in(scope):
            piece = next(iterator, None)
        if piece is None:
            return
        yield piece

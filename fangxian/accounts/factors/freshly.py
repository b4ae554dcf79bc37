"""What changes how somebody signs in asks for the password once more, and for the second factor of who has one, unless
they were given minutes ago."""

from __future__ import annotations

import time
from collections.abc import Callable
from enum import StrEnum
from functools import wraps
from typing import Final, cast
from urllib.parse import urlencode

from allauth.account.internal.flows.login import get_authentication_records
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from fangxian.accounts.models import User
from fangxian.accounts.sessions import FACTOR, SessionStore

from . import queries

_FRESH: Final = 300
"""Seconds; signing in counts as well."""
_REFUSED: Final = 400
View = Callable[[HttpRequest], HttpResponse]


class Missing(StrEnum):
    """What somebody shows once more, one after the other."""

    PASSWORD = "password"  # noqa: S105 - a kind, not a secret
    FACTOR = "factor"


def missing(request: HttpRequest) -> Missing | None:
    """What was not shown lately; None when the sign-in may be changed."""
    records = get_authentication_records(request, request.user)
    lately = [one for one in records if time.time() - one["at"] < _FRESH]
    if not lately:
        return Missing.PASSWORD
    if not any(one["method"] == FACTOR for one in lately) and queries.have([request.user.pk or 0]):
        return Missing.FACTOR
    return None


def freshly(view: View) -> View:
    """Leads to the page that asks for it, and back; what was sent is sent once more by who sent it. Who has a password
    that was handed over chooses their own first: somebody else knows the one they have."""

    @wraps(view)
    def entered(request: HttpRequest) -> HttpResponse:
        if cast(User, request.user).one_time_until is not None:
            return HttpResponseRedirect(reverse("account_change_password"))
        if missing(request) is None:
            return view(request)
        back = request.get_full_path() if request.method in {"GET", "HEAD"} else reverse("mfa_index")
        return HttpResponseRedirect(f"{reverse('account_reauthenticate')}?{urlencode({'next': back})}")

    return entered


def wholly(view: View) -> View:
    """What a page changes about signing in, and the session that changed it, are kept together or not at all."""

    @wraps(view)
    def entered(request: HttpRequest) -> HttpResponse:
        return view(request) if request.method != "POST" else as_one(request, lambda: view(request))

    return entered


def as_one(request: HttpRequest, deed: Callable[[], HttpResponse]) -> HttpResponse:
    """What ``deed`` writes and the session that asked for it, in one transaction; an answer of 400 and above takes both
    back. Who presses twice, here and elsewhere, waits for the first; a session that ended meanwhile changes nothing."""
    with transaction.atomic():
        User.objects.select_for_update().get(pk=request.user.pk or 0)
        if not cast(SessionStore, request.session).goes_on():
            request.session.flush()
            return HttpResponseRedirect(reverse("account_login"))
        answer = deed()
        if answer.status_code >= _REFUSED:
            transaction.set_rollback(True)
        else:
            cast(SessionStore, request.session).keep()
    return answer

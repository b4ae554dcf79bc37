"""What changes how somebody signs in asks for the password once more, unless it was given minutes ago."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import wraps
from typing import Final, cast
from urllib.parse import urlencode

from allauth.account.internal.flows.login import get_authentication_records
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from fangxian.accounts.models import User
from fangxian.accounts.sessions import SessionStore

_FRESH: Final = 300
"""Seconds; signing in counts as well."""
_REFUSED: Final = 400
View = Callable[[HttpRequest], HttpResponse]


def freshly(view: View) -> View:
    """Leads to the page that asks for it, and back; what was sent is sent once more by who sent it. Who has a password
    that was handed over chooses their own first: somebody else knows the one they have."""

    @wraps(view)
    def entered(request: HttpRequest) -> HttpResponse:
        if cast(User, request.user).one_time_until is not None:
            return HttpResponseRedirect(reverse("account_change_password"))
        shown = max((one["at"] for one in get_authentication_records(request, request.user)), default=0.0)
        if time.time() - shown < _FRESH:
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
        if not request.session.exists(request.session.session_key or ""):
            request.session.flush()
            return HttpResponseRedirect(reverse("account_login"))
        answer = deed()
        if answer.status_code >= _REFUSED:
            transaction.set_rollback(True)
        else:
            cast(SessionStore, request.session).keep()
    return answer

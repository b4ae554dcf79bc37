"""Signing in with a second factor, and setting one up: pages without records, open before any post is acted as."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, cast
from urllib.parse import urlencode

from allauth.account.internal import flows
from allauth.account.internal.decorators import login_stage_required
from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from allauth.mfa.stages import AuthenticateStage
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from fangxian.accounts import attempts, passwords
from fangxian.accounts.models import User
from fangxian.accounts.pages import safe
from fangxian.accounts.requests import choices, chosen
from fangxian.accounts.scope import Scope, working_in
from fangxian.accounts.sessions import FACTOR, end_sessions, renewed
from fangxian.accounts.signin import ClosedDoor, still_by_its_password, told_to_wait
from fangxian.accounts.types import POST_KINDS, Acting, PostKind
from fangxian.areas import queries as areas
from fangxian.kernel import clock, errors
from fangxian.kernel.errors import Problem

from . import actions, checking, passkeys, queries
from .forms import AppForm, CodeForm, PasskeyForm, PasswordOnceMore
from .freshly import Missing, freshly, missing, wholly

_REFUSED: Final = 422
_ASKED: Final = "passkey-asked"


@never_cache
@login_stage_required(stage=AuthenticateStage.key, redirect_urlname="account_login")  # type: ignore[untyped-decorator]
@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: HttpRequest) -> HttpResponse:
    """After the right password: a code, or a passkey."""
    stage = request._login_stage  # type: ignore[attr-defined]
    user = cast(User, stage.login.user)
    if not still_by_its_password(request, user):  # changed since, perhaps at that very moment
        return cast(HttpResponse, stage.abort())
    form = CodeForm(request.POST if "code" in request.POST else None)
    if _showed(request, user, form):
        return cast(HttpResponse, stage.exit())
    return _factor_asked(request, user, form)


def _showed(request: HttpRequest, user: User, form: CodeForm) -> bool:
    """Whether a passkey or code was sent, and is right: noted in the session."""
    kind = None
    if "credential" in request.POST:
        found = passkeys.shown(request.POST["credential"], user)
        kind = queries.PASSKEY if found else None
        if kind is None:
            messages.error(request, _("The passkey was not accepted. Try again, or type a code."))
    elif form.is_valid():
        kind = _tried(request, user, form)
    if kind is None:
        return False
    record_authentication(request, user, FACTOR, type=kind)
    if kind == queries.CODES:
        _tell_of_code(user)
        left = queries.of(user.pk).codes
        messages.warning(request, _("That was a recovery code; %(n)d are left.") % {"n": left})
    return True


def _factor_asked(request: HttpRequest, user: User, form: CodeForm, **more: object) -> HttpResponse:
    """The page that asks for a passkey or code, at sign-in and, with ``onward``, once more later."""
    held = queries.of(user.pk)
    offered = passkeys.ask(user) if held.passkeys and passkeys.possible(request) else ""
    return render(request, "accounts/factors/enter.html", {"form": form, "held": held, "options": offered, **more},
                  status=_REFUSED if request.method == "POST" else 200)


def _tried(request: HttpRequest, user: User, form: CodeForm) -> str | None:
    """Codes are counted apart from passwords: who has the password may not begin anew with it."""
    name, at = f"second factor\0{user.get_username()}", clock.now()
    address = ClosedDoor(request).get_client_ip(request)
    left = attempts.wait(name, address, at)
    if left:
        form.add_error("code", told_to_wait(left, codes=True))
        return None
    kind = checking.accept(user.pk, form.cleaned_data["code"], time.time())
    if kind is None:
        form.add_error("code", _("This code is not right. Take the one the app shows now; each works once."))
    else:
        attempts.right(name, address, at)
    return kind


def _tell_of_code(user: User) -> None:
    from_posts = queries.acting_first(user.pk, clock.now())
    if from_posts is not None:
        with working_in(Scope.of(from_posts)):
            actions.tell_of_code(by=from_posts, at=clock.now())


@never_cache
@require_http_methods(["GET", "POST"])
def by_passkey(request: HttpRequest) -> HttpResponse:
    """Signing in with nothing but a passkey, which is two factors: the device, and who unlocks it."""
    if request.method == "GET":
        options, asked = passkeys.ask_anybody()
        response = JsonResponse({"options": options})
        response.set_cookie(_ASKED, asked, max_age=passkeys.ANSWERED_WITHIN, path=reverse("sign_in_by_passkey"),
                            httponly=True, secure=settings.SESSION_COOKIE_SECURE, samesite="Strict")
        return response
    found = passkeys.shown_by_anybody(request.POST.get("credential", ""), request.COOKIES.get(_ASKED, ""))
    if found is None or passwords.expired(found.user.one_time_until, clock.now()):
        messages.error(request, _("The passkey was not accepted. Sign in with your password."))
        return HttpResponseRedirect(reverse("account_login"))
    record_authentication(request, found.user, FACTOR, type=queries.PASSKEY, passwordless=True)
    onward = safe(request, request.POST.get("next", ""))
    return cast(HttpResponse, perform_login(request, Login(user=found.user, redirect_url=onward)))


@never_cache
@login_required
@require_GET
def own(request: HttpRequest) -> HttpResponse:
    """What one has, and what may be added; where it is asked for, why one can't go on without."""
    held, by, first = queries.of(_user(request).pk), _by(request), False
    if by is not None:
        first = queries.asked(by) and not queries.shown(request)
    return render(request, "accounts/factors/own.html", {
        "held": held, "first": first, "possible": passkeys.possible(request),
        "site": passkeys.site(request) if passkeys.could_be(request) else "",
        "others": _going_on(request, by) if first and by else []})


def _going_on(request: HttpRequest, by: Acting) -> list[dict[str, object]]:
    """One's other posts for which a password is enough, by what and where they are."""
    others = [one for one in choices(request) if one.post != by.post and not queries.asked(one)]
    nodes, language = areas.nodes([one.path for one in others]), get_language() or "en"
    return [{"post": one.post, "label": " · ".join(filter(None, (
        POST_KINDS[PostKind(one.kind)].label.said_in(language), nodes[one.path].name if one.path in nodes else "")))}
        for one in others]


@never_cache
@login_required
@freshly
@wholly
@require_http_methods(["GET", "HEAD", "POST"])
def add_app(request: HttpRequest) -> HttpResponse:
    """A secret to scan or type, and the first code to show that the app has it."""
    user = _user(request)
    form = AppForm(user.pk, request.POST or None)
    if request.method == "POST" and form.is_valid():
        with _as(request) as by:
            codes = actions.add_app(secret=form.secret, step=form.step, by=by, at=clock.now())
        return _added(request, codes, queries.APP)
    return render(request, "accounts/factors/app.html", {"form": form, **form.shown(passkeys.ThisSite(request), user)},
                  status=_REFUSED if request.method == "POST" else 200)


@never_cache
@login_required
@freshly
@wholly
@require_http_methods(["GET", "HEAD", "POST"])
def add_passkey(request: HttpRequest) -> HttpResponse:
    """A name for it; the rest is between the browser and the device."""
    form, possible = PasskeyForm(request.POST or None), passkeys.possible(request)
    if request.method == "POST" and form.is_valid():
        credential = passkeys.made(form.cleaned_data["credential"])
        if credential is not None:
            with _as(request) as by:
                codes = actions.add_passkey(
                    name=form.cleaned_data["name"], credential=credential, by=by, at=clock.now())
            return _added(request, codes, queries.PASSKEY)
        form.add_error(None, _("The device did not finish. Try again."))
    return render(request, "accounts/factors/passkey.html", {
        "form": form, "options": passkeys.offer(_user(request)) if possible else "", "possible": possible},
        status=_REFUSED if request.method == "POST" else 200)


@never_cache
@login_required
@freshly
@wholly
@require_POST
def codes(request: HttpRequest) -> HttpResponse:
    """New recovery codes in place of the old ones, shown once."""
    with _as(request) as by:
        fresh = actions.new_codes(by=by, at=clock.now())
    return render(request, "accounts/factors/codes.html", {"codes": fresh})


@never_cache
@login_required
@freshly
@wholly
@require_POST
def remove(request: HttpRequest) -> HttpResponse:
    """One's own app or passkey is taken away; with the last one no session has shown any."""
    wanted = request.POST.get("factor", "")
    with _as(request) as by:
        if not wanted.isdecimal() or len(wanted) > 18:
            raise Problem(errors.NOT_FOUND)
        actions.remove(factor=int(wanted), by=by, at=clock.now())
    if not queries.of(_user(request).pk):
        end_sessions(_user(request).pk, but=request.session.session_key)
        renewed(request, _user(request).pk)
        queries.forget(request)
    messages.success(request, _("Taken away."))
    return HttpResponseRedirect(reverse("mfa_index"))


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest) -> HttpResponse:
    """The password once more, and then the second factor of who has one, before anything about signing in is
    changed."""
    onward, user = request.POST.get("next") or request.GET.get("next", ""), _user(request)
    if missing(request) is Missing.FACTOR:
        code = CodeForm(request.POST if "code" in request.POST else None)
        if request.method == "POST" and _showed(request, user, code):
            return HttpResponseRedirect(safe(request, onward))
        return _factor_asked(request, user, code, again=True, next=onward)
    form = PasswordOnceMore(request, user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        flows.reauthentication.reauthenticate_by_password(request)
        if missing(request) is Missing.FACTOR:
            return HttpResponseRedirect(f"{reverse('account_reauthenticate')}?{urlencode({'next': onward})}")
        return HttpResponseRedirect(safe(request, onward))
    return render(request, "accounts/factors/confirm.html", {"form": form, "next": onward},
                  status=_REFUSED if request.method == "POST" else 200)


def _added(request: HttpRequest, codes: list[str], kind: str) -> HttpResponse:
    """This session has shown it; those that have not end."""
    user = _user(request)
    end_sessions(user.pk, but=request.session.session_key)
    renewed(request, user.pk)
    record_authentication(request, user, FACTOR, type=kind)
    if codes:
        return render(request, "accounts/factors/codes.html", {"codes": codes})
    messages.success(request, _("It is set up. You are asked for it at the next sign-in."))
    return HttpResponseRedirect(reverse("mfa_index"))


def _user(request: HttpRequest) -> User:
    return cast(User, request.user)


def _by(request: HttpRequest) -> Acting | None:
    try:
        return chosen(request)
    except Problem:
        return None


@contextmanager
def _as(request: HttpRequest) -> Iterator[Acting]:
    """The transaction and scope of the post one acts as; Problem NO_POST without one."""
    by = chosen(request)
    with working_in(Scope.of(by)):
        yield by

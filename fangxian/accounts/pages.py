"""Signing in and out, one's password, and as whom one acts."""

from __future__ import annotations

from typing import Any, cast

from allauth.account import views
from allauth.account.forms import ChangePasswordForm
from allauth.core import context
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from fangxian.kernel import errors
from fangxian.kernel.errors import Problem

from . import demo
from .factors import passkeys
from .factors.freshly import as_one
from .models import User
from .refusal import refusal
from .requests import SESSION_KEY, choices
from .sessions import end_sessions, renewed
from .signin import show_once_more


class SignIn(views.LoginView):  # type: ignore[misc]
    """Username and password; in a demo also the people one may be."""

    template_name = "accounts/sign_in.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        language = get_language() or "en"
        shown = [(one.username, one.password, one.label.said_in(language)) for one in demo.sign_ins()]
        return {**super().get_context_data(**kwargs), "demo_sign_ins": shown,
                "passkeys": passkeys.possible(self.request)}


class SignOut(views.LogoutView):  # type: ignore[misc]
    template_name = "accounts/sign_out.html"


class NewPassword(ChangePasswordForm):  # type: ignore[misc]
    """The library's in our words, with the old password as slow to guess as anywhere."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        for name, label in (("oldpassword", _("Current password")), ("password1", _("New password")),
                            ("password2", _("New password once more"))):
            self.fields[name].label = label

    def clean_oldpassword(self) -> str:
        typed = str(self.cleaned_data["oldpassword"])
        show_once_more(context.request, self.user, typed)
        return typed


class ChangePassword(views.PasswordChangeView):  # type: ignore[misc]
    """One's own password; with a one-time password this is the only page there is."""

    template_name = "accounts/change_password.html"

    def get_form_class(self) -> type[NewPassword]:
        return NewPassword

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = cast(User, self.request.user)
        return {**super().get_context_data(**kwargs), "first": user.one_time_until is not None}

    def form_valid(self, form: Any) -> HttpResponse:
        """Every other session ends, also in the list of them; the new password, their end and the session that goes on
        come about together."""
        def change() -> HttpResponse:
            answer = cast(HttpResponse, super(ChangePassword, self).form_valid(form))
            user = cast(int, self.request.user.pk)
            end_sessions(user, but=self.request.session.session_key)
            renewed(self.request, user)
            return answer

        return as_one(self.request, change)


sign_in = SignIn.as_view()
sign_out = SignOut.as_view()
change_password = login_required(ChangePassword.as_view())


@require_GET
def ask(request: HttpRequest) -> HttpResponse:
    """Where registering, resetting and shut accounts lead: only an administrator can help."""
    return render(request, "accounts/ask.html")


@require_POST
@login_required
def act_as(request: HttpRequest) -> HttpResponse:
    """From now on act as ``post``, one of one's own or one stood in for; ``next`` says where to go on."""
    wanted = request.POST.get("post", "")
    if wanted not in {str(by.post) for by in choices(request)}:
        return refusal(request, Problem(errors.NOT_FOUND))
    request.session[SESSION_KEY] = int(wanted)
    return HttpResponseRedirect(safe(request, request.POST.get("next", "")))


def safe(request: HttpRequest, address: str) -> str:
    """An address of this site to go on to; the first page for any other."""
    own = url_has_allowed_host_and_scheme(address, {request.get_host()}, require_https=request.is_secure())
    return address if own else "/"

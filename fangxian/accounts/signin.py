"""How people come in: no open registration; posts are given by an administrator."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any, Final, cast

from allauth.account.adapter import DefaultAccountAdapter
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from fangxian.kernel import clock

from . import attempts, passwords
from .models import Exclusion, User

_BY: Final = "by"  # in the session: a hash of the password


def told_to_wait(left: dt.timedelta, *, codes: bool = False) -> str:
    """Rounded up: who waits that long is let through."""
    many = _("Too many wrong codes.") if codes else _("Too many wrong passwords.")
    return f"{many} {wait_in_words(left)}"


def wait_in_words(left: dt.timedelta) -> str:
    """How long to wait and try again, rounded up."""
    number = math.ceil(left.total_seconds())
    if number < 120:
        wait = ngettext("Wait %(n)d second and try again.", "Wait %(n)d seconds and try again.", number)
    else:
        number = math.ceil(number / 60)
        wait = ngettext("Wait %(n)d minute and try again.", "Wait %(n)d minutes and try again.", number)
    return wait % {"n": number}


class ClosedDoor(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts are made by an administrator only; a one-time password is changed before anything else."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        """An expired one-time password is as good as a wrong one, and looks the same from outside.

        ValidationError that says how long to wait where too many were wrong.
        """
        at, name, address = clock.now(), str(credentials.get("username") or ""), self.get_client_ip(request)
        left = attempts.wait(name, address, at)
        if left:
            raise ValidationError(told_to_wait(left), code="too_many_login_attempts")
        user = cast("User | None", super().authenticate(request, **credentials))
        if user is None or passwords.expired(user.one_time_until, at):
            return None
        if not user.is_active:  # said to who has the right password, and to nobody else
            raise ValidationError(_told_shut_out(user))
        attempts.right(name, address, at)
        return user

    def pre_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse | None:
        """Note by which password somebody comes in, for the second step."""
        request.session[_BY] = user.get_session_auth_hash()
        return cast("HttpResponse | None", super().pre_login(request, user, **kwargs))

    def clean_password(self, password: str, user: User | None = None) -> str:
        """A new password differs from the one in use."""
        if user is not None and user.pk and user.check_password(password):
            raise self.validation_error("same_as_current")
        return cast(str, super().clean_password(password, user))

    def set_password(self, user: User, password: str) -> None:
        """Chosen by the user: from now on it is theirs."""
        user.one_time_until = None
        user.set_password(password)
        user.save(update_fields=["password", "one_time_until"])  # the application may not write the rest of it

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return cast(str, self.get_login_redirect_url(request))

    def get_logout_redirect_url(self, request: HttpRequest) -> str:
        return reverse("account_login")

    def add_message(self, request: HttpRequest, level: int, message_template: str | None = None,
                    *args: Any, **kwargs: Any) -> None:
        """That somebody came in or went out they can see."""
        if message_template not in {"account/messages/logged_in.txt", "account/messages/logged_out.txt"}:
            super().add_message(request, level, message_template, *args, **kwargs)


def still_by_its_password(request: HttpRequest, user: User) -> bool:
    """Whether the password that was shown in the first step of this sign-in is the one in force, and nobody ended the
    user's sessions since."""
    return constant_time_compare(str(request.session.get(_BY, "")), user.get_session_auth_hash())


def _told_shut_out(user: User) -> str:
    """Since when; who did it stands in the journal."""
    time = Exclusion.objects.filter(user=user, ends=None).first()
    day = date_format(timezone.localtime(time.begins if time else clock.now()), "DATE_FORMAT")
    return _("You were shut out on %(day)s. Another administrator can let you in again.") % {"day": day}


def show_once_more(request: HttpRequest, user: User, password: str) -> None:
    """The password of who is signed in; ValidationError for a wrong one. As slow to guess as at sign-in, and counted
    with what is tried there: a session that was left open is no way round."""
    name, address, at = user.get_username(), ClosedDoor(request).get_client_ip(request), clock.now()
    left = attempts.wait(name, address, at)
    if left:
        raise ValidationError(told_to_wait(left))
    if not user.check_password(password):
        raise ValidationError(_("This is not your password."))
    attempts.right(name, address, at)

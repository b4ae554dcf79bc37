"""How people come in: no open registration; posts are given by an administrator."""

from __future__ import annotations

from typing import Any, cast

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.urls import reverse

from fangxian.kernel import clock

from . import passwords
from .models import User


class ClosedDoor(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts are made by an administrator only; a one-time password is changed before anything else."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        """An expired one-time password is as good as a wrong one, and looks the same from outside."""
        user = cast("User | None", super().authenticate(request, **credentials))
        return None if user is None or passwords.expired(user.one_time_until, clock.now()) else user

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

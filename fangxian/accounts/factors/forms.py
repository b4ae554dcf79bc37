"""What is typed on the pages of second factors."""

from __future__ import annotations

import os
import time
from base64 import b32encode
from typing import Any, Final

from allauth.mfa.adapter import DefaultMFAAdapter
from django import forms
from django.http import HttpRequest
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from fangxian.accounts.models import User
from fangxian.accounts.signin import show_once_more

from . import rules, sealing

_SECRET_BYTES: Final = 20  # RFC 4226, 4: 160 bits
_CODE: Final = {"autocomplete": "one-time-code", "inputmode": "numeric"}


class CodeForm(forms.Form):
    """A code of the app or a recovery code, at sign-in."""

    code = forms.CharField(
        label=gettext_lazy("Code of the app, or recovery code"), max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code"}))


class AppForm(forms.Form):
    """The first code of a new app. Its secret travels sealed with the page, and is stored once it is proved."""

    offered = forms.CharField(widget=forms.HiddenInput, max_length=200)
    code = forms.CharField(label=gettext_lazy("Code the app shows"), max_length=12,
                           widget=forms.TextInput(attrs=_CODE))

    def __init__(self, user: int, data: Any = None) -> None:
        super().__init__(data)
        self._user = user
        self.secret = self._offered() or os.urandom(_SECRET_BYTES)
        self.step = 0

    def shown(self, adapter: DefaultMFAAdapter, user: User) -> dict[str, str | SafeString]:
        """The secret as a picture and as groups of letters, and sealed."""
        letters = b32encode(self.secret).decode()
        picture = adapter.build_totp_svg(adapter.build_totp_url(user, letters))
        return {
            "picture": mark_safe(picture[picture.index("<svg"):]),  # noqa: S308 - drawn here, from digits and letters
            "letters": " ".join(letters[at:at + 4] for at in range(0, len(letters), 4)),
            "sealed": sealing.sealed(self._user, sealing.OFFERED, self.secret)}

    def clean_code(self) -> str:
        step = rules.step_of(self.secret, rules.plain(self.cleaned_data["code"]), time.time(), 0)
        if step is None:
            raise forms.ValidationError(
                _("This code is not right. Look whether the phone's clock is, and type the one it shows now."))
        self.step = step
        return str(self.cleaned_data["code"])

    def _offered(self) -> bytes | None:
        return sealing.opened(self._user, sealing.OFFERED, self.data.get("offered", "")) if self.is_bound else None


class PasskeyForm(forms.Form):
    """What a device answered, and what to call it."""

    name = forms.CharField(label=gettext_lazy("Name of the device"), max_length=40)
    credential = forms.CharField(widget=forms.HiddenInput, max_length=20_000)


class PasswordOnceMore(forms.Form):
    """The password once more; as slow to guess as at sign-in."""

    password = forms.CharField(label=gettext_lazy("Password"), strip=False,
                               widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}))

    def __init__(self, request: HttpRequest, user: User, data: Any = None) -> None:
        super().__init__(data)
        self._request, self._user = request, user

    def clean_password(self) -> str:
        typed = str(self.cleaned_data["password"])
        show_once_more(self._request, self._user, typed)
        return typed

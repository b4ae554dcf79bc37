"""Passkeys (W3C WebAuthn Level 3): what the browser is asked, and what it answers.

The challenge lies in the session and is used once; the origin has to be the address of this site. Of whom nobody is
known yet there is no session: it is signed and lies with them, so that asking keeps nothing here.
"""

from __future__ import annotations

import json
import struct
from base64 import urlsafe_b64decode
from typing import Any, Final, cast
from urllib.parse import urlsplit

from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal import auth
from cryptography.exceptions import InvalidSignature
from django.conf import settings
from django.core import signing
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from fangxian.accounts.models import User
from fangxian.kernel import clock
from fangxian.kernel.json_text import from_json

ANSWERED_WITHIN: Final = 300
"""Seconds for which somebody may unlock their device."""
_ASKED: Final = "fangxian.passkey-asked"
_NO_ANSWER: Final = (
    ValidationError, InvalidSignature, ValueError, TypeError, LookupError, AttributeError, RecursionError, struct.error)
"""What the libraries raise over an answer that is none, or another's; it was written by whoever sent it."""


class ThisSite(DefaultMFAAdapter):  # type: ignore[misc]
    """Under which name authenticators and apps know this installation."""

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return {"id": site(context.request), "name": self.get_totp_issuer()}

    def get_totp_issuer(self) -> str:
        return f"Fangxian {site(context.request)}"

    def encrypt(self, text: str) -> str:
        raise NotImplementedError("accounts.factors.sealing keeps secrets")


def site(request: HttpRequest) -> str:
    """The name passkeys are bound to: that of ``FANGXIAN_URL``, else the one the page was asked for by."""
    return urlsplit(settings.PUBLIC_URL).hostname or request.get_host().partition(":")[0]


def possible(request: HttpRequest) -> bool:
    """Browsers do it over HTTPS, and on the machine itself under the name localhost; never for a numbered address."""
    host = request.get_host().partition(":")[0]
    return site(request) == host and (host == "localhost" or (request.is_secure() and not _numbers(host)))


def could_be(request: HttpRequest) -> bool:
    """Whether another address of this site would do: passkeys belong to a name, never to a numbered address."""
    return not _numbers(site(request))


def _numbers(host: str) -> bool:
    return host.startswith("[") or host.replace(".", "").isdecimal()


def offer(user: User) -> str:
    """What ``navigator.credentials.create`` is asked, as JSON: a key that stays on the device and asks who uses it."""
    return json.dumps(auth.begin_registration(user, passwordless=True))


def ask(user: User | None = None) -> str:
    """What ``navigator.credentials.get`` is asked, as JSON; without a user the device says who it is."""
    return json.dumps(auth.begin_authentication(user))


def ask_anybody() -> tuple[str, str]:
    """``ask`` without a user, and what is to come back with the answer."""
    options = ask()
    asked = signing.dumps(auth.get_state(), salt=_ASKED)
    auth.clear_state()
    return options, asked


def shown_by_anybody(answer: str, asked: str) -> Authenticator | None:
    """``shown`` for what ``ask_anybody`` asked, a moment ago and not answered yet."""
    try:
        state = signing.loads(asked, salt=_ASKED, max_age=ANSWERED_WITHIN)
    except signing.BadSignature:
        return None
    auth.set_state(state)
    found = shown(answer)
    auth.clear_state()
    return found if found and cache.add(f"{_ASKED}/{state['challenge']}", 1, ANSWERED_WITHIN) else None


def made(answer: str) -> dict[str, Any] | None:
    """A new passkey as it is kept; None when the answer is not one to what was asked."""
    try:
        credential = from_json(answer)
        auth.parse_registration_response(credential)
        if not is_from_here(credential) or not auth.complete_registration(credential).is_user_verified():
            return None
    except _NO_ANSWER:
        return None
    return cast("dict[str, Any]", credential)


def is_from_here(credential: Any) -> bool:
    """Whether the page that asked was this one: the library takes any port and any name below this site's as well."""
    told = from_json(urlsafe_b64decode(credential["response"]["clientDataJSON"] + "==").decode())
    request = context.request
    return bool(told["origin"] == f"{request.scheme}://{request.get_host()}")


def shown(answer: str, user: User | None = None) -> Authenticator | None:
    """The passkey that answered; None for no answer, a wrong one, or a copy that lags behind its original."""
    try:
        credential = from_json(answer)
        count = auth.parse_authentication_response(credential).response.authenticator_data.counter
        if not is_from_here(credential):
            return None
        found = auth.complete_authentication(user or auth.extract_user_from_response(credential), credential)
    except _NO_ANSWER:
        return None
    if 0 < count <= found.data.get("count", 0):  # WebAuthn 6.1.1: 0 where the authenticator does not count
        return None
    found.data["count"], found.last_used_at = count, clock.now()
    found.save(update_fields=["data", "last_used_at"])
    return cast("Authenticator", found)

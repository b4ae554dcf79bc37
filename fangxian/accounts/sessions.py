"""Where somebody is signed in: Django's sessions in a table of our own, which knows whose each is and on what device.

The key in the cookie is not in the table, only what it is known again by: who reads the table comes in nowhere. What a
session holds is signed for its key and says who it belongs to: who writes the table comes in as nobody else. A sign-in
of which the second step is still to come belongs to its user as well, so that it ends with their other sessions.

A session that showed no second factor is over once its user has one, also where it began while that was being set up.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.account.internal.stagekit import LOGIN_SESSION_KEY
from allauth.account.utils import url_str_to_user_pk
from django.apps import apps
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.signals import user_logged_in
from django.contrib.sessions.backends.db import SessionStore as DatabaseSessions
from django.db.models import F
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import cached_property

from fangxian.areas.statements import rows
from fangxian.kernel import clock

from .devices import device_of

_OPEN: Final = (
    "SELECT session_data, user_id, used_at, EXISTS (SELECT FROM mfa_authenticator f WHERE f.user_id = s.user_id"
    " AND f.type IN ('totp', 'webauthn')) FROM accounts_opensession s WHERE session_key = %s AND expire_date > %s")
FACTOR: Final = "mfa"  # as the library notes it in a session
_BEGUN: Final = "begun"
_DEVICE: Final = "device"
_SEEN: Final = dt.timedelta(minutes=5)
"""Last use is told no more exactly: a write a request would be too dear."""


class SignedIn(NamedTuple):
    """A session: ``id`` says which, and opens nothing; ``device`` are words such as "Chrome · Android"."""

    id: str
    device: str
    begun_at: dt.datetime | None
    used_at: dt.datetime
    here: bool


class SessionStore(DatabaseSessions):
    """``SESSION_ENGINE``: one row a session, found by a hash of its key."""

    _kept: tuple[str | None, bytes] | None = None

    @property
    def key_salt(self) -> str:
        """What a session holds is signed by ``encode`` with this: copied to another key, it is not signed."""
        return f"{__name__}/{self._get_or_create_session_key()}"  # type: ignore[attr-defined]

    @classmethod
    def get_model_class(cls) -> Any:
        return apps.get_model("accounts", "OpenSession")

    @cached_property
    def model(self) -> Any:
        return self.get_model_class()

    def create_model_instance(self, data: dict[str, Any]) -> Any:
        begun = data.get(_BEGUN)
        return self.model(
            session_key=known_by(self._get_or_create_session_key()),  # type: ignore[attr-defined]
            session_data=self.encode(data),
            expire_date=self.get_expiry_date(), user_id=_owner(data), device=data.get(_DEVICE, ""),
            begun_at=dt.datetime.fromisoformat(begun) if begun else None, used_at=clock.now())

    def exists(self, session_key: str) -> bool:
        return bool(self.model.objects.filter(session_key=known_by(session_key)).exists())

    def goes_on(self) -> bool:
        """Whether it would be taken if it came now: not ended, and with all that its user is asked for by now."""
        return bool(self.session_key and type(self)(self.session_key).load())

    def keep(self) -> None:
        """Save it with what is being written; what follows needs no second save, which could fail when all is done."""
        self.save()
        self._kept = self._as_it_is()

    def save(self, must_create: bool = False) -> None:
        if must_create or self._kept is None or self._kept != self._as_it_is():
            super().save(must_create)

    def _as_it_is(self) -> tuple[str | None, bytes]:
        return self.session_key, self.serializer().dumps(self._get_session())  # type: ignore[attr-defined]

    def delete(self, session_key: str | None = None) -> None:
        key = session_key or self.session_key
        if key is not None:
            self.model.objects.filter(session_key=known_by(key)).delete()

    def load(self) -> dict[str, Any]:
        """Read anew with every request: one that was ended, here or elsewhere, is gone with the next."""
        key = known_by(self.session_key) if self.session_key else ""
        found = rows(_OPEN, [key, timezone.now()])
        if not found:
            self._session_key = None
            return {}
        data, user, used_at, factor = found[0]
        held = dict(self.decode(data))
        owned = str(_owner(held) or "") == ("" if user is None else str(user))
        if not owned or (factor and SESSION_KEY in held and not showed_factor(held)):
            self._session_key = None
            return {}
        if user is not None and clock.now() - used_at >= _SEEN:
            self.model.objects.filter(pk=key).update(used_at=clock.now())
        return held


def showed_factor(held: Mapping[str, Any]) -> bool:
    """Whether a session came in with a second factor, by what it holds."""
    return any(one.get("method") == FACTOR for one in held.get(AUTHENTICATION_METHODS_SESSION_KEY) or ())


def _owner(held: Mapping[str, Any]) -> Any:
    """Whose a session is: of who is signed in, else of who has shown a password and is asked for a second factor."""
    begun = (held.get(LOGIN_SESSION_KEY) or {}).get("user_pk")
    return held.get(SESSION_KEY) or (url_str_to_user_pk(begun) if begun else None)


def known_by(key: str) -> str:
    """160 bits of SHA-256: the key itself is random and long, so that no salt is needed."""
    return hashlib.sha256(key.encode()).hexdigest()[:40]


def sessions_of(user: int, here: str | None = None) -> list[SignedIn]:
    """Where a user is signed in, not half so, the last used first; ``here`` is the key of the session that asks."""
    own = known_by(here) if here else ""
    found = SessionStore.get_model_class().objects.filter(
        user=user, begun_at__isnull=False, expire_date__gt=timezone.now())
    return [SignedIn(row.pk, row.device, row.begun_at, row.used_at, row.pk == own)
            for row in found.order_by("-used_at")]


def end_sessions(user: int, *, one: str | None = None, but: str | None = None) -> int:
    """End a user's sessions, also sign-ins under way: all, ``one`` by its id, or all ``but`` the one with this key,
    which goes on once it is ``renewed``; how many there were."""
    if one is None:
        apps.get_model("accounts", "User").objects.filter(pk=user).update(sign_outs=F("sign_outs") + 1)
    ending = SessionStore.get_model_class().objects.filter(user=user)
    if one is not None:
        ending = ending.filter(pk=one)
    if but is not None:
        ending = ending.exclude(pk=known_by(but))
    return int(ending.delete()[0])


def renewed(request: HttpRequest, user: int) -> None:
    """The session of a request goes on, although all others of its user were ended."""
    held = apps.get_model("accounts", "User").objects.get(pk=user)
    request.session[HASH_SESSION_KEY] = held.get_session_auth_hash()


def note_device(sender: object, request: HttpRequest, user: Any, **_: Any) -> None:
    """Put down with a session that begins what it runs on; those that are over go."""
    if hasattr(request, "session"):
        request.session[_BEGUN] = clock.now().isoformat()
        request.session[_DEVICE] = device_of(request.META.get("HTTP_USER_AGENT", ""))
        SessionStore.get_model_class().objects.filter(expire_date__lt=timezone.now()).delete()


def connect() -> None:
    """From the start of the process on."""
    user_logged_in.connect(note_device, dispatch_uid="accounts.sessions")

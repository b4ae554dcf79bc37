"""All reads of second factors."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import NamedTuple

from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY, get_authentication_records
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db.models import Q
from django.http import HttpRequest

from fangxian.accounts import queries as accounts
from fangxian.accounts.sessions import FACTOR
from fangxian.accounts.types import Acting, Action
from fangxian.areas import queries as areas
from fangxian.areas.types import Tier

from .rules import AskedOf, asked_of

APP, PASSKEY, CODES = (
    Authenticator.Type.TOTP.value, Authenticator.Type.WEBAUTHN.value, Authenticator.Type.RECOVERY_CODES.value)


class Factor(NamedTuple):
    """Something somebody shows beside a password: ``name`` is a passkey's."""

    id: int
    name: str
    made_at: dt.datetime
    used_at: dt.datetime | None


class Factors(NamedTuple):
    """All that somebody has; ``codes`` counts the recovery codes left."""

    app: Factor | None
    passkeys: tuple[Factor, ...]
    codes: int

    def __bool__(self) -> bool:
        """Recovery codes alone are none."""
        return self.app is not None or bool(self.passkeys)


def of(user: int) -> Factors:
    """What a user has."""
    app, passkeys, codes = None, [], 0
    for row in Authenticator.objects.filter(user_id=user).order_by("pk"):
        one = Factor(row.pk, str(row.data.get("name", "")), row.created_at, row.last_used_at)
        if row.type == APP:
            app = one
        elif row.type == PASSKEY:
            passkeys.append(one)
        else:
            codes = len(row.data["codes"])
    return Factors(app, tuple(passkeys), codes)


def have(users: Iterable[int]) -> set[int]:
    """Those of some users who have one."""
    found = Authenticator.objects.filter(user_id__in=set(users), type__in=(APP, PASSKEY))
    return set(found.values_list("user_id", flat=True))


def at_hand_since(user: int, moment: dt.datetime) -> bool:
    """Whether a factor was used or set up after a moment: then it is not lost."""
    own = Authenticator.objects.filter(user_id=user, type__in=(APP, PASSKEY))
    return bool(own.filter(Q(created_at__gt=moment) | Q(last_used_at__gt=moment)).exists())


def asked(by: Acting) -> bool:
    """Whether who acts as this post needs one."""
    wanted = AskedOf(settings.SECOND_FACTOR)
    if wanted is AskedOf.NOBODY:
        return False
    node = areas.nodes([by.path]).get(by.path)
    sets_up = by.permissions.may(by.kind, Action.SET_UP)
    return asked_of(wanted, by.kind, node.tier if node else Tier.ABOVE, sets_up=sets_up)


def acting_first(user: int, at: dt.datetime) -> Acting | None:
    """As whom somebody acts who has not chosen yet."""
    return next(iter(accounts.posts_of(user, at)), None)


def shown(request: HttpRequest) -> bool:
    """Whether a session came in with one; no query."""
    return any(one.get("method") == FACTOR for one in get_authentication_records(request, request.user))


def forget(request: HttpRequest) -> None:
    """That this session came in with one that is there no more."""
    told = get_authentication_records(request, request.user)
    request.session[AUTHENTICATION_METHODS_SESSION_KEY] = [one for one in told if one.get("method") != FACTOR]

"""All writes of second factors but their use: each is told to the auditor, none of what is secret.

Setting one up and taking it away again is everybody's own; somebody else's is taken away by two people, or on the
server.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from allauth.mfa.models import Authenticator
from django.db import transaction

from fangxian.accounts import checks
from fangxian.accounts.commands import Command, told
from fangxian.accounts.errors import SECOND_PERSON
from fangxian.accounts.models import User
from fangxian.accounts.sessions import end_sessions
from fangxian.accounts.types import OPERATOR_KIND, OUTSIDE, Acting
from fangxian.kernel import decisions, errors
from fangxian.kernel.decisions import decides
from fangxian.kernel.errors import Problem

from . import rules, sealing
from .queries import APP, CODES, PASSKEY


@transaction.atomic
@decides
def add_app(*, secret: bytes, step: int, by: Acting, at: dt.datetime) -> list[str]:
    """An app in place of the one before; ``step`` is that of the code that proved it. The first recovery codes, if
    there were none: they are returned here and nowhere else."""
    user = _oneself(by)
    Authenticator.objects.filter(user_id=user, type=APP).delete()
    Authenticator.objects.create(
        user_id=user, type=APP, created_at=at, data={"secret": sealing.sealed(user, sealing.APP, secret), "last": step})
    _tell("add_factor", by, at, factor=APP)
    return _first_codes(user)


@transaction.atomic
@decides
def add_passkey(*, name: str, credential: dict[str, Any], by: Acting, at: dt.datetime) -> list[str]:
    """One more passkey; the first recovery codes as in ``add_app``."""
    user = _oneself(by)
    Authenticator.objects.create(
        user_id=user, type=PASSKEY, created_at=at, data={"name": name, "credential": credential})
    _tell("add_factor", by, at, factor=PASSKEY)
    return _first_codes(user)


@transaction.atomic
@decides
def new_codes(*, by: Acting, at: dt.datetime) -> list[str]:
    """Recovery codes in place of those before. Problem NOT_FOUND for who has nothing to recover."""
    user = _oneself(by)
    if not Authenticator.objects.filter(user_id=user, type__in=(APP, PASSKEY)).exists():
        raise Problem(errors.NOT_FOUND)
    _tell("new_recovery_codes", by, at)
    return _codes(user)


@transaction.atomic
@decides
def remove(*, factor: int, by: Acting, at: dt.datetime) -> None:
    """One's own app or passkey is gone, with the last one the recovery codes. Problem NOT_FOUND."""
    user = _oneself(by)
    held = Authenticator.objects.filter(user_id=user, pk=factor, type__in=(APP, PASSKEY)).first()
    if held is None:
        raise Problem(errors.NOT_FOUND)
    kind = held.type
    held.delete()
    if not Authenticator.objects.filter(user_id=user, type__in=(APP, PASSKEY)).exists():
        Authenticator.objects.filter(user_id=user).delete()
    _tell("remove_factor", by, at, factor=kind)


@transaction.atomic
@decides
def remove_all(*, user: int, by: Acting, at: dt.datetime, seconded: int | None = None) -> None:
    """Somebody lost theirs: all are gone, and every session ends. Problem SECOND_PERSON unless another one asked."""
    by = checks.in_turn(by, at)
    checks.locked_user(user, by, at)
    checks.require_reach(user, by, at)
    if by.kind != OPERATOR_KIND and (seconded is None or by.user in (seconded, user)):
        raise Problem(SECOND_PERSON)
    Authenticator.objects.filter(user_id=user).delete()
    end_sessions(user)
    told(Command("remove_factors", checks.home(user, by, at), {"user": user}, by, at))


@transaction.atomic
@decides
def tell_of_code(*, by: Acting, at: dt.datetime) -> None:
    """That somebody came in with a recovery code: few are left, or somebody else has them."""
    _oneself(by)
    _tell("use_recovery_code", by, at)


def _oneself(by: Acting) -> int:
    """The user who acts; what they press twice happens one after the other."""
    if by.user is None:
        raise Problem(errors.NOT_ALLOWED)
    User.objects.select_for_update().get(pk=by.user)
    decisions.note("oneself", OUTSIDE)  # nobody else's leave is needed
    return by.user


def _first_codes(user: int) -> list[str]:
    return [] if Authenticator.objects.filter(user_id=user, type=CODES).exists() else _codes(user)


def _codes(user: int) -> list[str]:
    fresh = rules.new_recovery_codes()
    Authenticator.objects.filter(user_id=user, type=CODES).delete()
    marks = [sealing.mark(user, rules.plain(code)) for code in fresh]
    Authenticator.objects.create(user_id=user, type=CODES, data={"codes": marks})
    return fresh


def _tell(name: str, by: Acting, at: dt.datetime, **args: str) -> None:
    told(Command(name, by.path, {"user": by.user, **args}, by, at))

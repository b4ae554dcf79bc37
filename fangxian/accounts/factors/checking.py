"""A code somebody types at sign-in: right or wrong, once, and no faster than it may be tried."""

from __future__ import annotations

from allauth.mfa.models import Authenticator
from django.db import transaction

from fangxian.kernel import clock

from . import rules, sealing
from .queries import APP, CODES


@transaction.atomic
def accept(user: int, typed: str, seconds: float) -> str | None:
    """The kind of code it was, used up by this; None for a wrong one. ``seconds`` is Unix time: phones know no other.

    Under a lock, so that of two that come at once one is refused.
    """
    code = rules.plain(typed)
    for held in Authenticator.objects.select_for_update().filter(user_id=user, type__in=(APP, CODES)).order_by("pk"):
        if (_of_app(held, code, seconds) if held.type == APP else _of_codes(held, code)):
            held.last_used_at = clock.now()
            held.save(update_fields=["data", "last_used_at"])
            return str(held.type)
    return None


def _of_app(held: Authenticator, code: str, seconds: float) -> bool:
    secret = sealing.opened(held.user_id, sealing.APP, held.data["secret"])
    step = rules.step_of(secret, code, seconds, held.data["last"]) if secret else None
    if step is None:
        return False
    held.data["last"] = step
    return True


def _of_codes(held: Authenticator, code: str) -> bool:
    mark = sealing.mark(held.user_id, code)
    if mark not in held.data["codes"]:
        return False
    held.data["codes"].remove(mark)
    return True

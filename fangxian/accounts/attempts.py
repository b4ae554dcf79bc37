"""Wrong passwords, counted where every process sees them; kept as keyed hashes, for as long as they count."""

from __future__ import annotations

import datetime as dt
from typing import Final

from django.db import connection
from django.utils.crypto import salted_hmac

from .models import SignInCount
from .pace import FORGOTTEN, REMEMBERED, Counted, Wrong, longest_wait
from .pace import wait as wait_by

_KNOWN: Final = "known"
_COUNT: Final = """
INSERT INTO accounts_signincount AS c (key, count, last) SELECT k, 1, %(at)s FROM unnest(%(keys)s::text[]) AS k
ON CONFLICT (key) DO UPDATE SET
  count = CASE WHEN c.last < %(forgotten)s THEN 1 ELSE c.count + 1 END, last = %(at)s
"""


def wait(name: str, address: str, at: dt.datetime) -> dt.timedelta:
    """How long somebody has to wait before the next try; a try that may be made is counted at once as a wrong one, so
    that many at a time are no way round."""
    keys = _keys(name, address)
    rows = SignInCount.objects.filter(key__in=[*keys.values(), _key(_KNOWN, name, address)]).in_bulk()
    known = rows.get(_key(_KNOWN, name, address))
    found = {by: Wrong(rows[key].count, rows[key].last) for by, key in keys.items() if key in rows}
    left = longest_wait(found, at, known=known is not None and at - known.last < REMEMBERED)
    if not left:
        _count(list(keys.values()), at)
    return left


def right(name: str, address: str, at: dt.datetime) -> None:
    """It was the right password: this one try was no wrong one, and the pair begins anew and is known."""
    keys = _keys(name, address)
    SignInCount.objects.filter(key=keys[Counted.PAIR]).delete()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE accounts_signincount SET count = count - 1 WHERE key = ANY(%s) AND count > 0",
                       [[keys[Counted.NAME], keys[Counted.ADDRESS]]])
    SignInCount.objects.update_or_create(key=_key(_KNOWN, name, address), defaults={"count": 0, "last": at})
    SignInCount.objects.filter(last__lt=at - REMEMBERED).delete()


def until_looked_up(user: int, at: dt.datetime) -> dt.timedelta:
    """How long a user has to wait before the next number is looked up for them."""
    counted = SignInCount.objects.filter(pk=_key(Counted.LOOKED_UP, str(user))).first()
    return wait_by(Counted.LOOKED_UP, Wrong(counted.count, counted.last), at) if counted else dt.timedelta(0)


def found_nobody(user: int, at: dt.datetime) -> None:
    """A number that was looked up is nobody's: who masks are for would learn it by trying all there are."""
    _count([_key(Counted.LOOKED_UP, str(user))], at)


def _count(keys: list[str], at: dt.datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, {"keys": sorted(keys), "at": at, "forgotten": at - FORGOTTEN})


def _keys(name: str, address: str) -> dict[Counted, str]:
    return {Counted.PAIR: _key("pair", name, address), Counted.NAME: _key("name", name),
            Counted.ADDRESS: _key("address", address)}


def _key(*parts: str) -> str:
    """Neither the name nor the address can be read from it without the server's secret."""
    return salted_hmac("sign-in", "\0".join(part.lower() for part in parts), algorithm="sha256").hexdigest()

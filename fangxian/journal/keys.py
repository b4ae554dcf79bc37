"""Which keys are in use: their names and check values, put down in the database with the first thing they protect."""

from __future__ import annotations

import datetime as dt
import time
from typing import Final

from django.conf import settings
from django.db import connection

from fangxian.kernel import clock
from fangxian.kernel.keys import SINGLE, KeyGone, KeyRing, NoKey, RegisteredKey

MADE: Final = "made"
DESTROYED: Final = "destroyed"
_FRESH: Final = 60.0  # seconds for which a process need not ask again whether a key is the one in use
_FIND: Final = """
SELECT name, generation, (array_agg(check_value) FILTER (WHERE event = 'made'))[1], bool_or(event = 'destroyed')
FROM journal_keyevent WHERE %(name)s IN ('', name) GROUP BY 1, 2 ORDER BY 1, 2
"""
_ENTER: Final = (
    "INSERT INTO journal_keyevent (name, generation, event, check_value, at) VALUES (%s, %s, %s, %s, %s)"
    " ON CONFLICT DO NOTHING")
_agreed: dict[tuple[str, bytes], float] = {}
_entered: set[tuple[str, bytes]] = set()


def ring() -> KeyRing:
    """The keys of this installation, held against what the database knows of them."""
    return KeyRing(settings.KEYS, InDatabase())


def registered(name: str = "") -> dict[str, RegisteredKey]:
    """What is known of one key, or of all: their latest generation."""
    with connection.cursor() as cursor:
        cursor.execute(_FIND, {"name": name})
        return {row[0]: RegisteredKey(None if row[2] is None else bytes(row[2]), row[3]) for row in cursor.fetchall()}


def give_up(name: str, check: bytes, at: dt.datetime) -> None:
    """A key that is lost for good makes place for the next one of its name, which is in use from now on."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(generation), 0) + 1 FROM journal_keyevent WHERE name = %s", [name])
        cursor.execute(_ENTER, [name, cursor.fetchone()[0], MADE, check, at])
    forget(name)


def faults() -> list[NoKey]:
    """What is wrong with the keys in use, one by one."""
    found = []
    keys = ring()
    for name in (*keys.buckets(), *sorted(SINGLE & registered().keys())):
        try:
            keys.key(name)
        except KeyGone:  # a mark that the folder has and the database does not: gone all the same
            continue
        except NoKey as fault:
            found.append(fault)
    return found


class InDatabase:
    """A ``KeyRegister`` in the transaction in which something is protected: what is taken back was never in use."""

    def find(self, name: str) -> RegisteredKey | None:
        return registered(name).get(name)

    def agreed(self, name: str, check: bytes) -> bool:
        return time.monotonic() - _agreed.get((name, check), -_FRESH) < _FRESH

    def agree(self, name: str, check: bytes) -> None:
        """From the commit on: until then the row that says so may be taken back with what is being recorded."""
        connection.on_commit(lambda: _agreed.__setitem__((name, check), time.monotonic()))

    def enter(self, name: str, check: bytes) -> RegisteredKey:
        if (name, check) in _entered and self.agreed(name, check):
            return RegisteredKey(check)
        known = self.find(name)
        if known is None:
            with connection.cursor() as cursor:
                cursor.execute(_ENTER, [name, 1, MADE, check, clock.now()])
                known = RegisteredKey(check) if cursor.rowcount else self.find(name)
        assert known is not None
        if known == RegisteredKey(check):
            self.agree(name, check)
            if connection.in_atomic_block:
                connection.on_commit(lambda: _entered.add((name, check)))
        return known

    def destroy(self, name: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO journal_keyevent (name, generation, event, check_value, at)"
                " SELECT %(name)s, coalesce(max(generation), 1), %(event)s, NULL, %(at)s FROM journal_keyevent"
                " WHERE name = %(name)s ON CONFLICT DO NOTHING",
                {"name": name, "event": DESTROYED, "at": clock.now()})
        forget(name)

    def live(self) -> list[str]:
        return [name for name, known in registered().items() if not known.destroyed]


def forget(name: str = "") -> None:
    """Ask the database again about one key, or about all, when it is next used."""
    for key in [key for key in _agreed if key[0] == (name or key[0])]:
        del _agreed[key]
        _entered.discard(key)

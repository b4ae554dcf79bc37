"""Django's cache table with values that are JSON and signed: who writes a row of it says nothing to who reads it.

Django's own keeps pickles, and a pickle does what whoever wrote it wants, in the process that reads it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from typing import Any, Final

from django.core import signing
from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.db import DatabaseCache
from django.db import DatabaseError, connections, router, transaction
from django.utils import timezone
from psycopg import sql

_GET: Final = sql.SQL("SELECT cache_key, value FROM {table} WHERE cache_key = ANY(%s) AND expires > %s")
_COUNT: Final = sql.SQL("SELECT count(*) FROM {table}")
_PUT: Final = sql.SQL(
    "INSERT INTO {table} AS kept (cache_key, value, expires) VALUES (%s, %s, %s) ON CONFLICT (cache_key) DO UPDATE"
    " SET value = excluded.value, expires = excluded.expires WHERE %s OR kept.expires < %s")
_TOUCH: Final = sql.SQL("UPDATE {table} SET expires = %s WHERE cache_key = %s AND expires > %s")
_NEVER: Final = dt.datetime(9999, 12, 31, tzinfo=dt.UTC)


class SignedJsonCache(DatabaseCache):
    """Values of JSON: a tuple comes back as a list. What this installation did not sign for its key is not there."""

    _table: str
    _cull: Callable[[str, Any, dt.datetime, int], None]

    def get_many(self, keys: Iterable[str], version: int | None = None) -> dict[str, Any]:
        asked = {self.make_and_validate_key(key, version=version): key for key in keys}
        if not asked:
            return {}
        with connections[router.db_for_read(self.cache_model_class)].cursor() as cursor:
            cursor.execute(self._said(_GET), [list(asked), timezone.now()])
            found = cursor.fetchall()
        return {asked[key]: value for key, kept in found for value in _read(key, kept)}

    def _base_set(self, mode: str, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT) -> bool:
        """Whether it was: ``set`` always, ``add`` where nothing is in force, ``touch`` where something is."""
        ends = self.get_backend_timeout(timeout)
        expires = _NEVER if ends is None else dt.datetime.fromtimestamp(ends, tz=dt.UTC)
        now, db = timezone.now(), router.db_for_write(self.cache_model_class)
        try:
            with transaction.atomic(using=db), connections[db].cursor() as cursor:
                if mode == "touch":
                    cursor.execute(self._said(_TOUCH), [expires, key, now])
                    return bool(cursor.rowcount)
                cursor.execute(self._said(_COUNT))
                number = cursor.fetchone()[0]
                if number > self._max_entries:
                    self._cull(db, cursor, now, number)
                cursor.execute(self._said(_PUT), [key, _written(key, value), expires, mode == "set", now])
                return bool(cursor.rowcount)
        except DatabaseError:  # as Django's: what is only kept for a while holds nobody up
            return False

    def _said(self, statement: sql.SQL) -> sql.Composed:
        return statement.format(table=sql.Identifier(self._table))


def _written(key: str, value: Any) -> str:
    return signing.dumps(value, salt=_salt(key), compress=True)


def _read(key: str, kept: str) -> list[Any]:
    """The value, if it is one: nothing is unpacked or read before its signature holds."""
    try:
        return [signing.loads(kept, salt=_salt(key))]
    except signing.BadSignature:
        return []


def _salt(key: str) -> str:
    return f"fangxian.site.cache/{key}"

"""What a statement leaves behind on a connection is gone before the next request uses it.

A connection serves one request after another. A temporary table, view or function made in one would be read in the
next, under the scope of whoever asks then, and by what is read before any scope is there. A lock that is not of one
transaction, which ours are, would keep all others waiting.
"""

from __future__ import annotations

from typing import Any, Final

import psycopg
from django.core.signals import request_started
from django.db import connection

from .scope import LOOKED_IN

_SWEEP: Final = f"SET search_path = {LOOKED_IN}; DISCARD TEMP; SELECT pg_advisory_unlock_all()"


def sweep(**_: Any) -> None:
    """One way to the server and back, where a connection is kept; one that is broken is closed and made anew later."""
    if connection.connection is None:
        return
    try:
        connection.connection.execute(_SWEEP)
    except psycopg.Error:
        connection.close()


def connect() -> None:
    """From the start of the process on."""
    request_started.connect(sweep, dispatch_uid="accounts.leftovers")

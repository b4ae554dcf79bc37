"""What PostgreSQL writes into its log: that it started, stopped or lost somebody, and never what was recorded.

A statement that fails is kept by a server as it stands, with the answers in it, and so are messages that quote them.
Errors reach the processes, which say where they happened; in the server's log only what concerns the server is left.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

import psycopg
from psycopg import sql

_LEAST: Final = frozenset({"log", "fatal", "panic"})
_TELLING: Final[Mapping[str, frozenset[str]]] = {
    "log_min_messages": _LEAST,  # above ERROR in the order of the log (PostgreSQL manual, 19.8.2)
    "log_min_error_statement": _LEAST,
    "log_statement": frozenset({"none"}),
    "log_min_duration_statement": frozenset({"-1"}),
    "log_min_duration_sample": frozenset({"-1"}),
    "log_transaction_sample_rate": frozenset({"0"}),
    "log_duration": frozenset({"off"}),
    "debug_print_parse": frozenset({"off"}),
    "debug_print_rewritten": frozenset({"off"}),
    "debug_print_plan": frozenset({"off"}),
    "auto_explain.log_min_duration": frozenset({"-1"}),  # of extensions, where they are loaded
    "pgaudit.log": frozenset({"none"}),
}
"""By setting, the values under which no statement and no message that quotes one is written."""
QUIET: Final[Mapping[str, str]] = {
    "log_min_messages": "log",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_statement": "none",
    "log_min_duration_statement": "-1",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "log_lock_waits": "off",
}
"""What is set where Fangxian may set it."""
BOUNDED: Final[Mapping[str, str]] = {
    "logging_collector": "on",
    "log_directory": "'log'",
    "log_filename": "'server-%a.log'",  # one a weekday, written over a week later
    "log_rotation_age": "'1d'",
    "log_rotation_size": "0",
    "log_truncate_on_rotation": "on",
    "log_checkpoints": "off",
    "log_autovacuum_min_duration": "-1",
}
"""For the server of one's own: not one line that comes again and again."""
_READ: Final = "SELECT name, setting FROM pg_settings WHERE name = ANY(%s)"


class Telling(Exception):
    """The server would write down what is recorded; ``settings`` are those that let it."""

    def __init__(self, settings: Iterable[str], role: str) -> None:
        self.settings = ", ".join(settings)
        self.remedy = "; ".join(
            f"ALTER ROLE {role} SET {name} = {value}" for name, value in QUIET.items() if name in self.settings)
        super().__init__(self.settings)


def telling(server: psycopg.Connection) -> list[str]:
    """The settings in force for this sign-in that let answers into the log."""
    found = server.execute(_READ, [list(_TELLING)]).fetchall()
    return sorted(name for name, value in found if value not in _TELLING[name])


def silence(server: psycopg.Connection, roles: Iterable[str]) -> None:
    """Set what is to be set for some roles, from their next connection on, where this sign-in is allowed to."""
    for role in roles:
        for name, value in QUIET.items():
            server.execute(sql.SQL("ALTER ROLE {} SET {} = {}").format(
                sql.Identifier(role), sql.Identifier(name), sql.Literal(value)))


def ensure(parameters: Mapping[str, str]) -> None:
    """A sign-in under which nothing recorded is logged: as it is, else by setting it; Telling where neither goes.

    ``parameters`` are psycopg's.
    """
    with psycopg.connect(**parameters, autocommit=True) as server:  # type: ignore[arg-type]
        if not telling(server):
            return
        [role] = server.execute("SELECT session_user").fetchone() or [""]
        try:
            server.execute("RESET ROLE")
            silence(server, [str(role)])
        except psycopg.errors.InsufficientPrivilege:
            pass
    with psycopg.connect(**parameters, autocommit=True) as server:  # type: ignore[arg-type]
        left = telling(server)
    if left:
        raise Telling(left, str(role))

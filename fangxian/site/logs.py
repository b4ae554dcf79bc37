"""What the processes write into their logs: where something happened and of what kind, never what it was about.

Messages of exceptions quote what they stumbled over — PostgreSQL's name the row, a parser's the text — so an exception
is told by its class, the code of the catalogue or the SQLSTATE, and the places it went through.
"""

from __future__ import annotations

import logging
import re
import sys
import threading
import traceback
from collections.abc import Callable, Iterable, Iterator
from types import TracebackType
from typing import Any, Final

from psycopg import Error, OperationalError

from fangxian.kernel.errors import Problem

OWN: Final = "fangxian"
_TOLD: Final = re.compile(
    r"'[^']*'|\"[^\"]*\"|[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|\+?\d[\d -]{4,}|[^\x00-\x7f]+|[\w.+-]+@[\w.-]+")
_NEVER: Final = ("django.db.backends", "httpx", "httpcore", "psycopg")
"""Loggers that tell statements or addresses when one asks for more than warnings."""
_log = logging.getLogger("fangxian.site")


class WithoutValues(logging.Formatter):
    """One line a record. Of Fangxian's own the message; of others what is left when values are taken out."""

    def format(self, record: logging.LogRecord) -> str:
        """A record keeps what the first formatter made of its exception, for all that follow: not between these."""
        before, record.exc_text = record.exc_text, None
        try:
            return super().format(record)
        finally:
            record.exc_text = before

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - the library's name
        record.message = said(record)
        return super().formatMessage(record)

    def formatException(self, ei: Any) -> str:  # noqa: N802 - the library's name
        return "\n".join(places(ei[1]))

    def formatStack(self, stack_info: str) -> str:  # noqa: N802 - the library's name; it quotes nothing but code
        return ""


def said(record: logging.LogRecord) -> str:
    """The message of a record without values."""
    request = getattr(record, "request", None)
    if request is not None and hasattr(request, "method"):
        return f"{getattr(record, 'status_code', '')} {request.method} {_route(request)}".strip()
    return record.getMessage() if record.name.split(".")[0] == OWN else _TOLD.sub("…", record.getMessage())


def _route(request: Any) -> str:
    """The pattern of the address and not the address, which may name somebody."""
    match = getattr(request, "resolver_match", None)
    return f"/{match.route}" if match else "an address there is not"


def places(error: BaseException | None) -> Iterator[str]:
    """An exception and what led to it, each as its class and the places it went through."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield name(error)
        for frame in traceback.extract_tb(error.__traceback__):
            yield f"  {frame.filename}:{frame.lineno} {frame.name}"
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def name(error: BaseException) -> str:
    """What kind of exception it is; the message too where it speaks of the installation alone."""
    kind = f"{type(error).__module__}.{type(error).__qualname__}"
    if isinstance(error, Problem):
        return f"{kind} {error.kind.code}"
    if isinstance(error, Error) and error.sqlstate:
        return " ".join(filter(None, (kind, error.sqlstate, error.diag.table_name, error.diag.constraint_name)))
    if isinstance(error, OSError):
        return f"{kind} {error.strerror or ''}".rstrip()
    return f"{kind}: {error}" if isinstance(error, OperationalError) or _of_installation(error) else kind


def _of_installation(error: BaseException) -> bool:
    """A command's own sentence, or a server program's."""
    return type(error).__name__ == "CommandError" or getattr(error, "of_installation", False) is True


def configuration(level: str) -> dict[str, Any]:
    """Django's LOGGING: to standard error, at a level that holds for every logger."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {
            "()": WithoutValues, "format": "{asctime} {levelname} {name} {message}", "style": "{"}},
        "handlers": {  # the level stands here too, for Django's loggers have one of their own and do not ask the root's
            "stderr": {"class": "logging.StreamHandler", "formatter": "line", "level": level},
        },
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            **{one: {"level": "WARNING"} for one in _NEVER},
            "py.warnings": {"level": "CRITICAL"},  # a warning quotes the value it warns of
        },
    }


def install() -> None:
    """What a process does not catch is told in the same way: on its main thread, on others, and where nobody waits."""
    logging.captureWarnings(True)
    sys.excepthook = _uncaught
    threading.excepthook = lambda args: _uncaught(args.exc_type, args.exc_value, args.exc_traceback)
    sys.unraisablehook = lambda args: _uncaught(args.exc_type, args.exc_value, args.exc_traceback)


def _uncaught(kind: type[BaseException], error: BaseException | None, trace: TracebackType | None) -> None:
    if not issubclass(kind, KeyboardInterrupt | SystemExit):
        sys.stderr.write("\n".join(places(error.with_traceback(trace) if error else None)) + "\n")


class Withheld(Exception):
    """Stands for an exception that was logged already, so that the server does not write out what it says."""


def answering(application: Callable[..., Any]) -> Callable[..., Any]:
    """A WSGI application whose failures, also in the middle of a streamed body, the server hears of without values."""

    def call(environ: Any, start_response: Any) -> Any:
        try:
            answer = application(environ, start_response)
        except Exception:  # noqa: BLE001 - the edge of the process
            _log.exception("a request was not answered")
            raise Withheld from None
        return _Body(answer) if getattr(answer, "streaming", False) else answer

    return call


class _Body:
    """A streamed body."""

    def __init__(self, answer: Any) -> None:
        self._answer = answer

    def __iter__(self) -> Iterator[bytes]:
        pieces: Iterable[bytes] = self._answer
        try:
            yield from pieces
        except Exception:  # noqa: BLE001 - the edge of the process
            _log.exception("an answer broke off")
            raise Withheld from None

    def close(self) -> None:
        self._answer.close()

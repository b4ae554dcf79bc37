"""Between the server and the pages: a request goes to one of the few threads when all of it has arrived, not before.

A thread that reads from a client waits as long as that client likes; ten such clients were all it took to stop every
page. Here the loop of the process waits, for any number of them, and for none longer than its bytes keep coming.
"""

from __future__ import annotations

import asyncio
import io
import logging
import sys
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from tempfile import SpooledTemporaryFile
from typing import IO, Any, Final

from fangxian.kernel.text import Text
from fangxian.site.bodies import refusal
from fangxian.site.logs import Withheld

PATIENCE: Final = 30.0
"""Seconds in which the next part of a body, or all that is left of it, has to come; the same to take an answer's."""
PART: Final = 60 * 1024
"""Bytes: 2 KB/s, a tenth of what a telephone manages on a bad line."""
IN_MEMORY: Final = 64 * 1024
ON_DISK: Final = 512 * 1024 ** 2
"""Bytes of longer bodies, together, that a process keeps in temporary files."""
WHOLE: Final = 16 * 1024 ** 2
"""Bytes of a file that is handed to the server at once: each piece by itself would cross to the loop and back."""
_LATE: Final = Text("It did not arrive in time. Send it again.", "数据未能及时送达。请重新提交。")
_BUSY: Final = Text("Too much is being sent at this moment. Try again in a minute.", "当前上传过多。请一分钟后重试。")
_FAILED: Final = Text("Something went wrong here. Try again.", "系统出错。请重试。")
_PLAIN: Final = "text/plain; charset=utf-8"
_log = logging.getLogger("fangxian.site")


class TooSlow(Exception):
    """The client stopped sending, or sends too slowly."""


class Busy(Exception):
    """More is on its way than there is room for."""


class Room:
    """Bytes there is room for; used by the loop alone. What has arrived counts, not what is said to come."""

    def __init__(self, size: int) -> None:
        self.left = size

    @contextmanager
    def share(self) -> Iterator[Callable[[int], None]]:
        """Takes so many bytes more until the block ends; Busy when there are not so many left."""
        taken = 0

        def take(size: int) -> None:
            nonlocal taken
            if size > self.left:
                raise Busy
            self.left -= size
            taken += size

        try:
            yield take
        finally:
            self.left += taken


class Front:
    """An RSGI application that has a WSGI one answer, in so many threads."""

    def __init__(self, application: Callable[..., Any], threads: int, *, patience: float = PATIENCE) -> None:
        self._application = application
        self._threads = ThreadPoolExecutor(threads, "pages")
        self._patience = patience
        self._room = Room(ON_DISK)

    async def __rsgi__(self, scope: Any, protocol: Any) -> None:
        environ = surroundings(scope)
        refused = refusal(environ)
        if refused:
            status, sentence = refused
            _tell(protocol, status, sentence)
            return
        length = int(environ.get("CONTENT_LENGTH") or 0)
        try:
            with self._room.share() as take, _body(length) as body:
                await receive(protocol, body, length, self._patience, take)
                environ["wsgi.input"] = body
                loop = asyncio.get_running_loop()
                done = loop.create_future()
                self._threads.submit(self._answer, environ, protocol, loop, done)
                await done
        except TooSlow:
            _tell(protocol, 408, _LATE)
        except Busy:
            _tell(protocol, 503, _BUSY)

    def _answer(self, environ: dict[str, Any], protocol: Any, loop: asyncio.AbstractEventLoop,
                done: asyncio.Future[None]) -> None:
        """In a thread, to the end of the answer: what it is made from belongs to the thread that began it."""
        said = _Said()
        try:
            with _closing(self._application(environ, said)) as answer:
                if isinstance(answer, list) or not getattr(answer, "streaming", True) or said.length <= WHOLE:
                    protocol.response_bytes(said.status, said.headers, b"".join(answer))
                else:
                    self._stream(answer, protocol.response_stream(said.status, said.headers), loop)
        except Exception as error:  # noqa: BLE001 - the edge of the process
            if not isinstance(error, Withheld):
                _log.exception("an answer was not handed on")
            _tell(protocol, 500, _FAILED)  # unless an answer has begun
        finally:
            loop.call_soon_threadsafe(_end, done)

    def _stream(self, answer: Iterable[bytes], transport: Any, loop: asyncio.AbstractEventLoop) -> None:
        """Ends when the client is gone, or does not take the next piece."""
        for piece in answer:
            sent = asyncio.run_coroutine_threadsafe(_send(transport, piece), loop)
            try:
                sent.result(self._patience)
            except (TimeoutError, RuntimeError):  # the server's word for a client that is gone is a RuntimeError
                sent.cancel()
                return


class _Said:
    """What a WSGI application says before its answer."""

    def __init__(self) -> None:
        self.status = 500
        self.headers: list[tuple[str, str]] = []

    def __call__(self, status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> None:
        self.status, self.headers = int(status[:3]), headers

    @property
    def length(self) -> float:
        """Bytes, where it says how many."""
        return next((float(value) for name, value in self.headers if name.lower() == "content-length"), float("inf"))


async def receive(pieces: Any, body: IO[bytes], length: int, patience: float, take: Callable[[int], None]) -> None:
    """Writes ``length`` bytes into ``body`` and goes back to its start.

    TooSlow when they end before, or when ``patience`` seconds pass without another PART, or all that is left, of them.
    A body that goes to the disk takes room.
    """
    if not length:
        return
    clock = asyncio.get_running_loop().time
    coming: AsyncIterator[bytes] = aiter(pieces)
    got, wanted, until = 0, PART, clock() + patience
    try:
        while got < length:
            async with asyncio.timeout_at(until):
                piece = bytes(await coming.__anext__())
            if length > IN_MEMORY:
                take(len(piece))
            body.write(piece[:length - got])
            got += len(piece)
            if got >= wanted:
                wanted, until = got + PART, clock() + patience
    except (TimeoutError, StopAsyncIteration):
        raise TooSlow from None
    body.seek(0)


def surroundings(scope: Any) -> dict[str, Any]:
    """A WSGI environment without the body (PEP 3333).

    A header written with an underscore is left out: it would pass for the one written with a hyphen.
    """
    host, _, port = scope.server.rpartition(":")
    environ: dict[str, Any] = {
        "REQUEST_METHOD": scope.method, "SCRIPT_NAME": "", "PATH_INFO": scope.path.encode().decode("latin-1"),
        "QUERY_STRING": scope.query_string, "SERVER_NAME": host or "localhost", "SERVER_PORT": port or "0",
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}", "REMOTE_ADDR": _address(scope.client),
        "wsgi.version": (1, 0), "wsgi.url_scheme": scope.scheme, "wsgi.errors": sys.stderr, "wsgi.input": io.BytesIO(),
        "wsgi.multithread": True, "wsgi.multiprocess": True, "wsgi.run_once": False}
    for name, value in scope.headers.items():
        if "_" in name:
            continue
        key = name.upper().replace("-", "_")
        key = key if key in {"CONTENT_TYPE", "CONTENT_LENGTH"} else f"HTTP_{key}"
        between = "; " if key == "HTTP_COOKIE" else ","
        environ[key] = f"{environ[key]}{between}{value}" if key in environ else value
    if scope.authority and "HTTP_HOST" not in environ:
        environ["HTTP_HOST"] = scope.authority
    return environ


def _address(client: str) -> str:
    """Without the port; empty for who comes through a Unix socket."""
    host, colon, _ = client.rpartition(":")
    return host.strip("[]") if colon else ""


def _body(length: int) -> IO[bytes]:
    return SpooledTemporaryFile(IN_MEMORY) if length > IN_MEMORY else io.BytesIO()


@contextmanager
def _closing(answer: Any) -> Iterator[Any]:
    try:
        yield answer
    finally:
        close = getattr(answer, "close", None)
        if close:
            close()


def _end(done: asyncio.Future[None]) -> None:
    if not done.done():
        done.set_result(None)


async def _send(transport: Any, piece: bytes) -> None:
    await transport.send_bytes(piece)


def _tell(protocol: Any, status: int, sentence: Text) -> None:
    headers = [("content-type", _PLAIN), ("connection", "close")]
    protocol.response_bytes(status, headers, f"{sentence.en}\n{sentence.zh}\n".encode())

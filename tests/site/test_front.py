"""Whoever sends or takes slowly holds none of the threads that make pages; tried with the server and real sockets."""

from __future__ import annotations

import asyncio
import http.client
import io
import os
import socket
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, contextmanager
from types import SimpleNamespace

import pytest

from fangxian.site.front import PART, Busy, Room, TooSlow, receive, surroundings
from fangxian.site.processes.parts import THREADS, WORKERS, services
from fangxian.site.settings import ROOT

from .echo import PATIENCE, PIECE
from .proxying import HOST, free_port, running, wait_for

HANGING = 30
assert HANGING > 2 * WORKERS * THREADS


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """The shipped command in front of the site's middleware and a page."""
    free = free_port()
    *command, served = services(HOST, free)[0].command
    assert served == "fangxian.site.rsgi:application"
    with running(*command, "--factory", "tests.site.echo:front", env={**os.environ, "FANGXIAN_HOSTS": HOST},
                 cwd=str(ROOT)) as process:
        wait_for(free, process)
        yield free


def page(port: int) -> tuple[int, float]:
    """The status of a page, and the seconds it took."""
    begun = time.monotonic()
    connection = http.client.HTTPConnection(HOST, port, timeout=10)
    connection.request("GET", "/accounts/echo/")
    status = connection.getresponse().status
    connection.close()
    return status, time.monotonic() - begun


@contextmanager
def asking(port: int, count: int, text: str, room: int | None = None) -> Iterator[list[socket.socket]]:
    """Connections that sent so much; ``room`` bytes for an answer."""
    with ExitStack() as stack:
        opened = []
        for _ in range(count):
            one = stack.enter_context(socket.socket())
            if room:
                one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, room)
            one.settimeout(PATIENCE * 5)
            one.connect((HOST, port))
            one.sendall(text.replace("\n", "\r\n").encode())
            opened.append(one)
        yield opened


def begun(path: str, length: int) -> str:
    return (f"POST {path} HTTP/1.1\nHost: {HOST}\nContent-Type: application/x-www-form-urlencoded\n"
            f"Cookie: csrftoken={'a' * 32}\nContent-Length: {length}\n\na=")


@pytest.mark.parametrize(("path", "length"), [("/accounts/echo/", 1000), ("/imports/weigh/", 1024 ** 2)])
def test_bodies_that_do_not_arrive_stop_no_page(port: int, path: str, length: int) -> None:
    page(port)
    with asking(port, HANGING, begun(path, length)) as opened:
        assert page(port) < (200, 2), "nobody waits for them"
        for one in opened:
            assert one.recv(4096).startswith(b"HTTP/1.1 408 "), "they are told, and not kept"
            assert one.recv(4096) == b"", "and the connection ends"


def test_answers_that_nobody_takes_stop_no_page(port: int) -> None:
    page(port)
    with asking(port, HANGING, f"GET /accounts/file/ HTTP/1.1\nHost: {HOST}\n\n", room=4096):
        time.sleep(0.5)
        assert page(port) < (200, 2)


def test_a_slow_line_is_waited_for_as_long_as_bytes_come(port: int) -> None:
    """Longer than the patience for one part, and a long body at once: both arrive whole."""
    sent = PIECE[:PART]
    with asking(port, 1, begun("/accounts/weigh/", 4 * PART + 2)) as (slow,):
        for _ in range(4):
            time.sleep(PATIENCE * 0.6)
            slow.sendall(sent)
        answer = http.client.HTTPResponse(slow)
        answer.begin()
        assert (answer.status, answer.read()) == (200, b'{"bytes": %d}' % (4 * PART + 2))


def test_what_is_too_long_is_refused_before_it_arrives(port: int) -> None:
    with asking(port, 1, begun("/accounts/weigh/", 200 * 1024 ** 2)) as (one,):
        assert one.recv(4096).startswith(b"HTTP/1.1 413 ")


async def pieces(*waits: float, size: int = PART) -> AsyncIterator[bytes]:
    for seconds in waits:
        await asyncio.sleep(seconds)
        yield b"-" * size


async def received(coming: AsyncIterator[bytes], length: int, patience: float, room: Room | None = None) -> None:
    with (room or Room(0)).share() as take:
        await receive(coming, io.BytesIO(), length, patience, take)


def test_a_drop_now_and_then_is_no_body_that_comes() -> None:
    with pytest.raises(TooSlow):
        asyncio.run(received(pieces(*[0.02] * 100, size=1), 1000, 0.2))


def test_a_body_that_ends_too_early_is_late() -> None:
    with pytest.raises(TooSlow):
        asyncio.run(received(pieces(0, size=10), 11, 5))


def test_no_more_is_kept_than_there_is_room_for() -> None:
    """What arrived counts: a long body that was only announced takes nothing from the others."""
    room = Room(3 * PART)
    with pytest.raises(TooSlow):
        asyncio.run(received(pieces(), 100 * PART, 5, room))
    asyncio.run(received(pieces(0, 0), 2 * PART, 5, room))
    with pytest.raises(Busy):
        asyncio.run(received(pieces(*[0] * 4), 4 * PART, 5, room))
    assert room.left == 3 * PART, "and it is given back"


def test_the_environment_is_that_of_wsgi() -> None:
    scope = SimpleNamespace(
        method="POST", path="/张/", query_string="a=%20", server="127.0.0.1:8000", client="[::1]:5000", scheme="http",
        http_version="1.1", authority=None, headers={
            "host": "fangxian.example", "content-length": "3", "x-forwarded-for": "192.0.2.1",
            "x_forwarded_for": "192.0.2.2"})
    environ = surroundings(scope)
    assert environ["PATH_INFO"].encode("latin-1").decode() == "/张/"
    assert (environ["REMOTE_ADDR"], environ["CONTENT_LENGTH"], environ["HTTP_HOST"]) == ("::1", "3", "fangxian.example")
    assert environ["HTTP_X_FORWARDED_FOR"] == "192.0.2.1"

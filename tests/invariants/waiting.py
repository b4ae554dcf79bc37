"""Threads that file at the same time, as a server's requests do; a process of them says what was acknowledged."""

from __future__ import annotations

import datetime as dt
import threading
import uuid
from collections.abc import Callable, Iterator, Sequence
from itertools import cycle, islice
from typing import Final

from fangxian.accounts import queries as accounts
from fangxian.accounts.scope import Scope, working_in
from fangxian.accounts.types import Acting
from fangxian.intake import actions as intake
from fangxian.intake.types import Filing
from fangxian.journal import together
from fangxian.journal.types import Recorded
from fangxian.kernel import decisions

THREADS: Final = 4
SUBJECTS: Final = 8
MOST: Final = 2_000
AT: Final = dt.datetime(2020, 3, 20, 3, 0, tzinfo=dt.UTC)


def ids(number: int, thread: int) -> Iterator[uuid.UUID]:
    """What a thread files in a round, the same whenever it is asked for."""
    base = (number + 1) << 96 | (thread + 1) << 88 | 0x7000 << 64 | 0x8 << 60
    return (uuid.UUID(int=base | line) for line in range(MOST))


def subjects(number: int) -> list[uuid.UUID]:
    """Whom a round is about: its threads all meet at the same few."""
    return [uuid.UUID(int=(number + 1) << 96 | 0x7000 << 64 | 0x9 << 60 | one) for one in range(SUBJECTS)]


def work(number: int, posts: str, acknowledge: Callable[[Sequence[uuid.UUID]], None]) -> None:
    """All that a round has, by so many threads, with an open recorder."""
    together.open_recorder()
    file = filing(posts.split(","))

    def of_one(thread: int) -> None:
        about = islice(cycle(subjects(number)), thread, None)
        for one, subject in zip(ids(number, thread), about, strict=False):
            file(one, subject, thread)
            acknowledge([one])

    threads = [threading.Thread(target=of_one, args=[thread]) for thread in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def filing(posts: Sequence[str]) -> Callable[[uuid.UUID, uuid.UUID, int], None]:
    """File as one of some posts (``user:post``), by the number of the thread; an answer that is no record fails."""
    acting = [_acting(*map(int, one.split(":"))) for one in posts]

    def file(one: uuid.UUID, subject: uuid.UUID, thread: int) -> None:
        by = acting[thread % len(acting)]
        told = Filing(one, "entry", "daily_check", subject, AT, {"temperature": 36.5, "symptoms": "none", "note": "x"})
        with decisions.noting(), working_in(Scope.of(by)):
            [result] = intake.submit([told], by=by, at=AT)
        assert isinstance(result.answer, Recorded), result

    return file


def _acting(user: int, post: int) -> Acting:
    found = accounts.acting_as(user, post, AT)
    assert found is not None
    return found

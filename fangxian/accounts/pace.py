"""Guessing is slowed down, not locked out: pure rules, the counts and the instant are arguments.

A name from one address is what somebody guesses at, so that the two together are counted. Counted alone, a name could
be locked by anybody anywhere, and an address is a whole county behind one proxy. They are counted all the same, against
many names tried from one place and one name tried from many; but that slows only who never came in from there before.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from enum import StrEnum
from typing import Final, NamedTuple

FORGOTTEN: Final = dt.timedelta(hours=12)
"""Without another wrong password for so long, it begins anew."""
REMEMBERED: Final = dt.timedelta(days=90)
"""For so long it is known that a name came in from an address."""

STILL_TYPED: Final = dt.timedelta(minutes=10)
"""For so long a number may be typed further, letter by letter, and is one number."""


class Counted(StrEnum):
    """What wrong passwords are counted by."""

    PAIR = "pair"
    NAME = "name"
    ADDRESS = "address"
    LOOKED_UP = "looked up"
    """Not passwords: numbers that somebody signed in has looked up and that are nobody's."""
    CALLED = "called"
    """Names, the same way."""
    ASKED_ABOUT = "asked about"
    """Nor these: people whom somebody asked about by what a form or the door was told of them, and who were not
    recorded after all."""
    ASKED_OF_ONE = "asked of one"
    """The same, of one person."""
    ALIKE = "alike"
    """Resident ids that a mask shows as one and the same, and that are nobody's."""


class Pace(NamedTuple):
    """So many wrong passwords are free; then one waits ``first``, twice as long each time, up to ``longest``."""

    free: int
    first: dt.timedelta
    longest: dt.timedelta


PACES: Final[Mapping[Counted, Pace]] = {
    # NIST SP 800-63B-4, 3.2.2: no more than 100 wrong attempts in a row; after 5 this allows about 100 a day
    Counted.PAIR: Pace(5, dt.timedelta(seconds=30), dt.timedelta(minutes=15)),
    Counted.NAME: Pace(30, dt.timedelta(seconds=30), dt.timedelta(minutes=15)),
    Counted.ADDRESS: Pace(60, dt.timedelta(seconds=10), dt.timedelta(minutes=5)),
    # four hidden digits of a phone are 10,000 tries: five weeks at this pace, and no day's work has a hundred
    Counted.LOOKED_UP: Pace(100, dt.timedelta(seconds=10), dt.timedelta(minutes=5)),
    # a day at the telephone has many a name that is nobody's here; a given name of two characters is some ten thousand
    Counted.CALLED: Pace(300, dt.timedelta(seconds=10), dt.timedelta(minutes=5)),
    # the same tries, but a flight of 180 passengers of whom each has to be asked about is no more than an hour's work
    Counted.ASKED_ABOUT: Pace(300, dt.timedelta(seconds=10), dt.timedelta(minutes=5)),
    # whose age is known was born on one of 366 days: about a month at this pace; nobody is mistaken about six times
    Counted.ASKED_OF_ONE: Pace(6, dt.timedelta(minutes=2), dt.timedelta(hours=2)),
    # of one county and age, and with the last four digits of the mask, some 35 resident ids have the right check digit
    Counted.ALIKE: Pace(3, dt.timedelta(minutes=2), dt.timedelta(hours=2)),
}


class Wrong(NamedTuple):
    """How many wrong passwords there were, and when the last one."""

    number: int
    last: dt.datetime


def wait(by: Counted, wrong: Wrong, at: dt.datetime) -> dt.timedelta:
    """How long until the next try is looked at; nothing when it may be made now."""
    pace, over = PACES[by], wrong.number - PACES[by].free
    if over < 0 or at - wrong.last >= FORGOTTEN:
        return dt.timedelta(0)
    return max(dt.timedelta(0), wrong.last + min(pace.longest, pace.first * (1 << min(over, 16))) - at)


def room(by: Counted, wrong: Wrong, at: dt.datetime) -> int:
    """How many tries may be made now: those left of the free ones, then one after each wait."""
    left = PACES[by].free - (0 if at - wrong.last >= FORGOTTEN else wrong.number)
    return left if left > 0 else int(not wait(by, wrong, at))


def longest_wait(found: Mapping[Counted, Wrong], at: dt.datetime, *, known: bool) -> dt.timedelta:
    """For who came in from there before (``known``) only the pair counts: nobody else can keep them out."""
    counted = (Counted.PAIR,) if known else tuple(Counted)
    return max((wait(by, found[by], at) for by in counted if by in found), default=dt.timedelta(0))

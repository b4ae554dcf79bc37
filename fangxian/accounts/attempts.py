"""Wrong passwords, counted where every process sees them; kept as keyed hashes, for as long as they count."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from django.db import connection, transaction
from django.utils.crypto import salted_hmac

from fangxian.kernel import ids
from fangxian.kernel.identifiers import masks
from fangxian.kernel.identifiers.spelling import compact

from .access import keep
from .models import SignInCount
from .pace import FORGOTTEN, REMEMBERED, STILL_TYPED, Counted, Wrong, longest_wait
from .pace import room as room_by
from .pace import wait as wait_by

_KNOWN: Final = "known"
_TYPED: Final = "typed"
_HELD: Final = """
INSERT INTO accounts_signincount AS c (key, count, last) SELECT k, 0, %(at)s FROM unnest(%(keys)s::text[]) AS k
ON CONFLICT (key) DO UPDATE SET count = c.count RETURNING key, count, last
"""
_COUNT: Final = """
INSERT INTO accounts_signincount AS c (key, count, last) SELECT k, n, %(at)s
FROM unnest(%(keys)s::text[], %(more)s::int[]) AS _ (k, n)
ON CONFLICT (key) DO UPDATE SET
  count = CASE WHEN c.last < %(forgotten)s THEN excluded.count ELSE c.count + excluded.count END, last = excluded.last
"""
_SO_FAR: Final = "SELECT key, count, last FROM accounts_signincount WHERE key = ANY(%s)"
_TAKE_BACK: Final = "UPDATE accounts_signincount SET count = greatest(0, count - %s) WHERE key = %s AND count > 0"
_USE_UP: Final = "DELETE FROM accounts_signincount WHERE key = ANY(%s) RETURNING last"
_ONE_LESS: Final = "UPDATE accounts_signincount SET count = count - 1 WHERE key = ANY(%s) AND count > 0"


def wait(name: str, address: str, at: dt.datetime) -> dt.timedelta:
    """How long somebody has to wait before the next try; a try that may be made is counted at once as a wrong one, and
    whoever comes meanwhile sees it counted, so that many at a time are no way round."""
    known = SignInCount.objects.filter(pk=_key(_KNOWN, name, address)).first()
    keys = _keys(name, address)
    with transaction.atomic():
        left = longest_wait(_held(keys, at), at, known=known is not None and at - known.last < REMEMBERED)
        if not left:
            _count(keys.values(), at)
    return left


def right(name: str, address: str, at: dt.datetime) -> None:
    """It was the right password: this one try was no wrong one, and the pair begins anew and is known."""
    keys = _keys(name, address)
    SignInCount.objects.filter(key=keys[Counted.PAIR]).delete()
    with connection.cursor() as cursor:
        cursor.execute(_ONE_LESS, [[keys[Counted.NAME], keys[Counted.ADDRESS]]])
    SignInCount.objects.update_or_create(key=_key(_KNOWN, name, address), defaults={"count": 0, "last": at})
    SignInCount.objects.filter(last__lt=at - REMEMBERED).delete()


def until_looked_up(user: int, text: str, at: dt.datetime, by: Counted = Counted.LOOKED_UP) -> dt.timedelta:
    """How long a user has to wait before a number, or name, is looked up for them; their next one waits until the
    transaction ends, for this one may be counted by then."""
    left = wait_by(by, _held({by: _key(by, str(user))}, at)[by], at)
    return max(left, until_tried(user, text, at))


def until_tried(user: int, number: str, at: dt.datetime) -> dt.timedelta:
    """How long a user has to wait before one more of the numbers is tried that a mask shows as this one; held alike."""
    mask = masks.alike(number)
    held = _held({Counted.ALIKE: _key(Counted.ALIKE, str(user), mask)}, at) if mask else {}
    return max((wait_by(by, wrong, at) for by, wrong in held.items()), default=dt.timedelta(0))


def room_to_try(user: int, numbers: Iterable[str], at: dt.datetime) -> dict[str, int]:
    """By mask, how many more of the numbers may be tried now that it shows alike; ``room_to_ask`` before it holds what
    is counted."""
    own = {_key(Counted.ALIKE, str(user), mask): mask for number in numbers if (mask := masks.alike(number))}
    with connection.cursor() as cursor:
        cursor.execute(_SO_FAR, [list(own)])
        so_far = {own[key]: Wrong(count, last) for key, count, last in cursor.fetchall()}
    never = Wrong(0, at)
    return {mask: room_by(Counted.ALIKE, so_far.get(mask, never), at) for mask in own.values()}


def tried(user: int, number: str, at: dt.datetime) -> None:
    """A number is nobody's, or nothing came of it. One that was tried before is not counted again: somebody may come
    later."""
    mask = masks.alike(number)
    own = _key(Counted.ALIKE, str(user), mask, number)
    if mask and not _held({Counted.ALIKE: own}, at)[Counted.ALIKE].number:
        _count([own, _key(Counted.ALIKE, str(user), mask)], at)


def found_nobody(user: int, text: str, at: dt.datetime, by: Counted = Counted.LOOKED_UP) -> None:
    """What was looked up is nobody's: who masks are for would learn it by trying all there are. One that is typed
    further, letter by letter, is one; each goes on only once, whoever else asks at the same time."""
    with transaction.atomic():
        _held({by: _key(by, str(user))}, at)
        if not _goes_on(user, text, at):
            _count([_key(by, str(user))], at)
        tried(user, text, at)


def _goes_on(user: int, text: str, at: dt.datetime) -> bool:
    """Whether a text begins with one looked up a moment ago, which is used up by it; it may be gone on from itself."""
    begun = [_key(_TYPED, str(user), text[:length]) for length in range(1, len(text) + 1)]
    with connection.cursor() as cursor:
        cursor.execute(_USE_UP, [begun])
        goes_on = any(last > at - STILL_TYPED for last, in cursor.fetchall())
    _held({Counted.LOOKED_UP: begun[-1]}, at)
    return goes_on


def room_to_ask(user: int, at: dt.datetime) -> int:
    """How many people a user may ask about now; their next request waits until the transaction ends, for these may be
    counted by then."""
    return room_by(Counted.ASKED_ABOUT, _asked_about(user, at), at)


def room_about(user: int, people: Iterable[uuid.UUID], at: dt.datetime) -> dict[uuid.UUID, int]:
    """How often a user may ask about each of some people now; ``room_to_ask`` before it holds what is counted."""
    own = {_about(user, subject): subject for subject in people}
    with connection.cursor() as cursor:
        cursor.execute(_SO_FAR, [list(own)])
        asked = {own[key]: Wrong(count, last) for key, count, last in cursor.fetchall()}
    never = Wrong(0, at)
    return {one: room_by(Counted.ASKED_OF_ONE, asked.get(one, never), at) for one in own.values()}


def until_asked(user: int, at: dt.datetime) -> dt.timedelta:
    """How long a user has to wait before they may ask about the next one; held as for ``room_to_ask``."""
    return wait_by(Counted.ASKED_ABOUT, _asked_about(user, at), at)


def asked_about(
    user: int, people: Sequence[uuid.UUID], at: dt.datetime, documents: Iterable[str] = (),
) -> None:
    """These were asked about, each as often as it is named, and who bears these documents; and nothing came of it yet.
    Also where the request is taken back."""
    if not people:
        return
    documents = list(documents)
    counted = Counter(_about(user, subject) for subject in (*people, *map(bearer, documents)))
    counted[_key(Counted.ASKED_ABOUT, str(user))] = len(people)

    def kept() -> None:
        _count(counted, at)
        for number in documents:
            tried(user, number, at)

    keep(kept)


def bearer(document: str) -> uuid.UUID:
    """Whoever bears a document, as somebody who is asked about: its number tells of them as an id does."""
    return ids.derived(uuid.NAMESPACE_OID, "bearer", compact(document))


def came_of_it(user: int, new: int, answered: Iterable[uuid.UUID]) -> None:
    """So many were registered, and of these what was asked before was answered and is recorded: that was work, and is
    not held against who did it. Of somebody known it takes one question back, and only one about that person: else what
    is recorded of one would pay for guesses at another."""
    own = sorted({_about(user, subject) for subject in answered})
    with connection.cursor() as cursor:
        if own:
            cursor.execute(_ONE_LESS, [own])
            new += cursor.rowcount
        if new:
            cursor.execute(_TAKE_BACK, [new, _key(Counted.ASKED_ABOUT, str(user))])


def _about(user: int, subject: uuid.UUID) -> str:
    return _key(Counted.ASKED_ABOUT, str(user), str(subject))


def _asked_about(user: int, at: dt.datetime) -> Wrong:
    return _held({Counted.ASKED_ABOUT: _key(Counted.ASKED_ABOUT, str(user))}, at)[Counted.ASKED_ABOUT]


def _held(keys: Mapping[Counted, str], at: dt.datetime) -> dict[Counted, Wrong]:
    """What was counted under some keys so far; whoever else counts under one of them waits for this transaction."""
    with connection.cursor() as cursor:
        cursor.execute(_HELD, {"keys": sorted(keys.values()), "at": at})
        rows = {key: Wrong(count, last) for key, count, last in cursor.fetchall()}
    return {by: rows[key] for by, key in keys.items()}


def _count(keys: Iterable[str], at: dt.datetime) -> None:
    """One more under each key, or as many as a mapping says."""
    more = sorted(dict(keys).items() if isinstance(keys, Mapping) else [(key, 1) for key in keys])
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, {"keys": [key for key, _ in more], "more": [number for _, number in more],
                                "at": at, "forgotten": at - FORGOTTEN})


def _keys(name: str, address: str) -> dict[Counted, str]:
    return {Counted.PAIR: _key("pair", name, address), Counted.NAME: _key("name", name),
            Counted.ADDRESS: _key("address", address)}


def _key(*parts: str) -> str:
    """Neither the name nor the address can be read from it without the server's secret."""
    return salted_hmac("sign-in", "\0".join(part.lower() for part in parts), algorithm="sha256").hexdigest()

"""People found by a part: of a name, a building, the last four digits of a number.

Names and numbers are ciphertext, and only whole values have a hash; so the people somebody has to do with now are
opened and looked through. That is done where it is their work to know them: for the open tasks of the own post, for
cases and contacts where it traces them, or where the post may see identities; and among so many people that it takes no
longer than a page may.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from fangxian.accounts.types import Acting
from fangxian.console.opening import active_for
from fangxian.kernel.identifiers import names
from fangxian.programmes.types import Programme
from fangxian.subjects import queries as subjects
from fangxian.subjects.queries import SubjectIdentity
from fangxian.tasks import worklist

LOOKED_THROUGH: Final = 3_000
SHOWN: Final = 50
LAST_DIGITS: Final = 4
_SHORTEST: Final = 2  # in Latin letters or digits; one character is a surname


@dataclass(frozen=True, slots=True)
class Found:
    """People by a part of what they are called, and whether there were too many to look through."""

    people: Mapping[uuid.UUID, SubjectIdentity]
    too_many: bool = False


def find(text: str, by: Acting, shown: Mapping[str, Programme]) -> Found:
    """Whom the words fit among those the post has to do with now; the first so many in the order of their names."""
    words = text.casefold().split()
    if not words or all(len(word) < _SHORTEST and word.isascii() for word in words):
        return Found({})
    near = active_for(by, shown, LOOKED_THROUGH + 1)
    near |= worklist.subjects_of(by.posts, list(shown), limit=LOOKED_THROUGH + 1)
    if len(near) > LOOKED_THROUGH:
        return Found({}, too_many=True)
    people = subjects.identities(near, by.range)
    fitting = [one for one in people.values() if one.closed is None and all(fits(word, one) for word in words)]
    fitting.sort(key=lambda one: one.name)
    return Found({one.id: one for one in fitting[:SHOWN]})


def fits(word: str, person: SubjectIdentity) -> bool:
    """Whether a word stands in a name, its pinyin or an address, or is what a mask leaves of a document or phone: the
    last four; more could be found out digit by digit."""
    parts = {part: str(value).casefold() for part, value in person.parts.items()}
    called = [parts.get("name", ""), parts.get("name_latin", ""), parts.get("address", "")]
    if any(word in one for one in called):
        return True
    if len(word) == LAST_DIGITS and any(parts.get(part, "").endswith(word) for part in ("document_number", "phone")):
        return True
    pinyin = names.pinyin_keys(parts.get("name", ""))
    return word.isascii() and any(one.startswith(word) for one in (*pinyin.whole, *pinyin.initials))

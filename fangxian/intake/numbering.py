"""The number of a list is asked about like a document: another one than is recorded, and one that somebody bears."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple

from fangxian.kernel.identity_parts import EXTERNAL_IDS
from fangxian.kernel.text import Text
from fangxian.programmes.forms import Form
from fangxian.programmes.forms.numbers import spelled_alike
from fangxian.programmes.types import Programme
from fangxian.subjects import listed
from fangxian.subjects.listed import ListedNumber
from fangxian.subjects.steps.identity import external_ids, number_kind

from .placing import Registered

FORMER: Final = Text(
    "Somebody who bears another number now was filed under this one before. Is it the same person?",
    "此编号曾登记在某人名下，该人现用另一编号。是同一人吗？")


class Renumbered(NamedTuple):
    """The question that tells another number than is recorded, with that one."""

    question: str
    before: ListedNumber


def asks_number(form: Form) -> bool:
    """Whether a form asks for the number that a list knows somebody by."""
    return any(form.question(name) for name in EXTERNAL_IDS)


def renumbered(
    programme: Programme, answers: Mapping[str, Any], known: Mapping[str, ListedNumber],
) -> Renumbered | None:
    """Where answers tell another number than the list knows somebody by, or one of no list of somebody whom lists
    number; None where there is nothing recorded to differ from."""
    told = external_ids(programme, answers)
    if not told:
        return None
    kind, number = told[0]
    before = known.get(kind)
    if before is None and kind == number_kind(programme.id, ""):
        before = next((one for one in known.values() if one.programme == programme.id), None)
    if before is None or spelled_alike(before.told) == number:
        return None
    return Renumbered(next(name for name in EXTERNAL_IDS if spelled_alike(answers.get(name))), before)


class NumbersKnown:
    """The numbers of those a batch tells of, and what the batch itself adds."""

    def __init__(self, telling: Iterable[Registered]) -> None:
        people = {one.subject for one in telling if asks_number(one.form)}
        self._known = defaultdict[uuid.UUID, dict[str, ListedNumber]](dict, listed.numbers_of(people))

    def is_another(self, one: Registered) -> bool:
        """Whether somebody is told to bear a number that is not the one known of them."""
        known = self._known[one.subject]
        return any(kind not in known or spelled_alike(known[kind].told) != number
                   for kind, number in external_ids(one.programme, one.answers))

    def changed(self, one: Registered) -> Renumbered | None:
        """The question that takes the place of a number recorded."""
        return renumbered(one.programme, one.answers, self._known[one.subject])

    def take_in(self, one: Registered) -> None:
        """What comes after it in the batch is compared with what is known by then."""
        for kind, number in external_ids(one.programme, one.answers)[:1]:
            self._known[one.subject][kind] = ListedNumber(number, one.programme.id)

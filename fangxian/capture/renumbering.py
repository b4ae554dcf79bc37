"""Lines that tell another number of their list than it knows somebody by: shown and asked about first."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping, Set
from typing import Any

from fangxian.accounts.rules import may
from fangxian.accounts.types import Action
from fangxian.intake import changes as door
from fangxian.intake.numbering import Renumbered, asks_number, renumbered
from fangxian.kernel.text import both
from fangxian.programmes.forms.numbers import spelled_alike
from fangxian.subjects import listed

from .types import Effect
from .verdicts import ListContext


class NumbersBefore:
    """The numbers by which lists know some people; those ``shared`` by several lines are nobody's."""

    def __init__(self, people: Iterable[uuid.UUID], context: ListContext, shared: Set[str]) -> None:
        self._context, self._shared = context, shared
        self._known = listed.numbers_of(people if asks_number(context.form) else ())

    def changed(self, subject: uuid.UUID, told: Mapping[str, Any]) -> Renumbered | None:
        """What a line would put in the place of the number of its subject."""
        found = renumbered(self._context.programme, told, self._known.get(subject, {}))
        return None if found is None or spelled_alike(told[found.question]) in self._shared else found


def effects(found: Renumbered | None, told: Mapping[str, Any], context: ListContext) -> Iterator[Effect]:
    """The number before and the one that the line tells."""
    if found is not None:
        question, programme = context.form.by_name[found.question], context.programme.id
        shown = found.before.programme == programme and may(context.by, Action.IDENTITY, programme)
        yield Effect(question.label or both(question.name), both(found.before.told) if shown else door.OTHER,
                     both(str(told[question.name])))

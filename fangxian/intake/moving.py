"""Whether what somebody files moves somebody known to another place: asked about, and left to those who may do it.

Whoever answers for a person loses sight of them with the move. So it is said to be meant; and somebody under a measure,
or about whom something is to be done, is moved only by who may place or pass on there: for all others there is the
handover, which the other side accepts.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Final, NamedTuple

from fangxian.accounts.rules import may
from fangxian.accounts.scope import SYSTEM, working_in
from fangxian.accounts.types import Acting, Action
from fangxian.areas import queries as areas
from fangxian.areas.types import Node, subtree
from fangxian.decide import queries as decisions
from fangxian.kernel.text import Text
from fangxian.subjects import presence
from fangxian.subjects.steps.place import place_in
from fangxian.tasks import queries as tasks

from .placing import Registered

ANSWERED_FOR: Final = Text(
    "{place} answers for this person, who is under a measure or has open tasks. Leave this empty: who may pass them on "
    "hands them over.",
    "此人正在管控中或有待办任务，由{place}负责。请将此项留空，由有权移交的人员办理。")


class Move(NamedTuple):
    """From where to where, by which question; ``answered``: somebody answers for the person, in these programmes."""

    question: str
    here: Node
    there: Node
    answered: frozenset[str]

    def refused(self, by: Acting) -> bool:
        """Whether it is not for this post to do."""
        return not all(may(by, Action.PLACE, name) or may(by, Action.PASS_ON, name) for name in self.answered)


class Moves:
    """Where those are whom some filings name a place for, and who answers for them there. To be read while they are
    locked: what is judged by it holds when it is recorded."""

    def __init__(self, telling: Iterable[Registered]) -> None:
        codes = {one.entry: (one.subject, code) for one in telling
                 if (code := place_in(one.programme, one.form.id, one.answers))}
        people = {subject for subject, _ in codes.values()}
        self._there = areas.by_code({code for _, code in codes.values()}) if codes else {}
        self._at, self._answered = _answered_for(people) if codes else ({}, {})
        self._nodes = areas.nodes(self._at.values())

    def made_by(self, one: Registered, by: Acting) -> Move | None:
        """What a filing would move; None where it names no place, one within where the person is, or one that the
        journal refuses: out of the sender's area, or not in force."""
        code = place_in(one.programme, one.form.id, one.answers)
        there, here = self._there.get(code), self._nodes.get(self._at.get(one.subject, ""))
        if there is None or here is None or there.path not in by.range or there.path in subtree(here.path):
            return None
        question = next(asked.name for asked in one.form.questions if asked.fact == one.programme.place)
        return Move(question, here, there, self._answered.get(one.subject, frozenset()))

    def add(self, subject: uuid.UUID, move: Move) -> None:
        """Take in what will be recorded, for what comes after it in the batch."""
        self._at[subject] = move.there.path
        self._nodes[move.there.path] = move.there


def placed(telling: Iterable[Registered]) -> set[uuid.UUID]:
    """Those whom some filings name a place for."""
    return {one.subject for one in telling if place_in(one.programme, one.form.id, one.answers)}


def _answered_for(
    people: Collection[uuid.UUID],
) -> tuple[dict[uuid.UUID, str], dict[uuid.UUID, frozenset[str]]]:
    """Where some people are, and in which programmes they are under a measure or have open tasks."""
    found: dict[uuid.UUID, set[str]] = defaultdict(set)
    with working_in(SYSTEM):
        at = presence.paths(people)
        for programme, subject in decisions.managed(people) | tasks.open_about(people):
            found[subject].add(programme)
    return at, {subject: frozenset(names) for subject, names in found.items()}

"""Submissions in: each is answered by itself, and sending one again gives the same answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Final, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Body, Router, Schema
from pydantic import Field

from fangxian.accounts.requests import acting
from fangxian.accounts.rules import allowed, may
from fangxian.accounts.scope import SYSTEM, working_in
from fangxian.accounts.types import Acting, Action
from fangxian.journal import presence as journal
from fangxian.journal import queries as entries
from fangxian.journal.actions import record
from fangxian.journal.queries import Line
from fangxian.journal.types import Answer, EntryKind, Recorded, Refused, Submission
from fangxian.kernel import clock, errors
from fangxian.kernel.errors import Kind
from fangxian.programmes.types import Programme
from fangxian.subjects import presence as subjects
from fangxian.tasks import worklist
from fangxian.tasks.worklist import TaskView

from .asking import actor, say, seen
from .schemas import Incoming, Instant, Name

MOST: Final = 500
_MOST_ANSWERS: Final = 300
_LARGEST: Final = 2**53
router = Router(tags=["submissions"])

Words = Annotated[str, Field(max_length=4000, pattern=r"^[^\x00]*$")]
Number = Annotated[int, Field(ge=-_LARGEST, le=_LARGEST)]
Fraction = Annotated[float, Field(allow_inf_nan=False, ge=-1e15, le=1e15)]
Given = bool | Number | Fraction | Words | Annotated[list[Words], Field(max_length=200)] | None


class Filled(Incoming):
    """A filled form about one subject. ``id`` is made by the client (UUIDv7) and kept for every repetition.

    Without ``form_version`` the one in force is meant. ``replaces``: the entry this one corrects.
    """

    id: UUID
    programme: Name
    form: Name
    form_version: Annotated[str, Field(pattern=r"^[0-9A-Za-z._-]{0,40}$")] = ""
    subject: UUID
    happened_at: Instant
    answers: Annotated[dict[Name, Given], Field(max_length=_MOST_ANSWERS)]
    task: UUID | None = None
    replaces: UUID | None = None


class Fault(Schema):
    """What is wrong with an answer, or with all of it (question ``""``), in the language of the asker."""

    question: str
    said: str


class Outcome(Schema):
    """``repeated``: it was recorded before. ``refused``: it is not recorded; ``code`` and ``faults`` say why."""

    id: UUID
    outcome: Literal["recorded", "repeated", "refused"]
    subject: UUID | None
    code: str
    faults: list[Fault]


class Answers(Schema):
    """One answer a submission, in the order they were sent."""

    recorded: int
    repeated: int
    refused: int
    answers: list[Outcome]


Sent = Annotated[list[Filled], Body(min_length=1, max_length=MOST)]


@router.post("/submissions", response=Answers, operation_id="submit", summary="Record up to 500 filled forms")
def submit(request: HttpRequest, sent: Sent) -> Answers:
    """Those with faults are refused by themselves and the others recorded: look at each answer. Safe to repeat."""
    by = acting(request)
    known = _known(by, sent)
    refused = {number: one for number, one in enumerate(known.refusal(one) for one in sent) if one}
    numbers = [number for number in range(len(sent)) if number not in refused]
    receipt = record([_submission(sent[number]) for number in numbers], by=actor(by, request), at=clock.now())
    found: dict[int, Answer] = {**refused, **dict(zip(numbers, receipt.answers, strict=True))}
    outcomes = [_outcome(found[number]) for number in range(len(sent))]
    tally = {name: sum(one.outcome == name for one in outcomes) for name in ("recorded", "repeated", "refused")}
    return Answers(**tally, answers=outcomes)


@dataclass(frozen=True, slots=True)
class Known:
    """What has to be known of a batch before it is recorded, read set-wise.

    ``visible`` has the entries in sight among the ids sent and those to be replaced, ``taken`` the ids sent that are in
    use anywhere, ``paths`` where the subjects are, ``coming`` those the batch itself registers, ``corrections`` the
    first to replace each entry.
    """

    by: Acting
    programmes: Mapping[str, Programme]
    visible: Mapping[UUID, Line]
    taken: frozenset[UUID]
    paths: Mapping[UUID, str]
    coming: frozenset[UUID]
    tasks: Mapping[UUID, TaskView]
    corrections: Mapping[UUID, UUID]

    def refusal(self, one: Filled) -> Refused | None:
        """Why somebody may not send this; None to let the journal judge it."""
        kind = self._right(one) or self._place(one) or self._task(one) or self._replaced(one)
        return Refused(one.id, kind.code, (("", kind.sentence),)) if kind else None

    def _right(self, one: Filled) -> Kind | None:
        if one.programme not in self.programmes:
            return errors.NOT_FOUND
        action = Action.CORRECT if one.replaces else Action.FILL
        return None if allowed(self.by, action, one.programme, one.form) else errors.NOT_ALLOWED

    def _place(self, one: Filled) -> Kind | None:
        """Nothing is said about a subject elsewhere, and nobody comes into being by a form that names nobody."""
        if one.id in self.taken and one.id not in self.visible:
            return errors.SAME_ID_OTHER_CONTENT
        if one.subject in self.paths:
            return None if self.paths[one.subject] in self.by.range else errors.NOT_FOUND
        return None if one.subject in self.coming else errors.NOT_FOUND

    def _task(self, one: Filled) -> Kind | None:
        if one.task is None:
            return None
        task = self.tasks.get(one.task)
        fits = task is not None and (task.subject, task.programme) == (one.subject, one.programme)
        if task is None or not fits:
            return errors.NOT_FOUND
        known = task.post in self.by.posts or may(self.by, Action.IDENTITY, one.programme)
        return None if known else errors.NOT_ALLOWED

    def _replaced(self, one: Filled) -> Kind | None:
        """A correction is of the same form about the same subject, and an entry is corrected once."""
        if one.replaces is None or one.id in self.taken:
            return None
        old = self.visible.get(one.replaces)
        if old is None or (old.kind, old.programme, old.form, old.subject) != (
                EntryKind.SUBMISSION, one.programme, one.form, one.subject):
            return errors.NOT_FOUND
        late = old.replaced or old.withdrawn or self.corrections[one.replaces] != one.id
        return errors.CHANGED_MEANWHILE if late else None


def _known(by: Acting, sent: Sequence[Filled]) -> Known:
    ids = {one.id for one in sent}
    replaced = {one.replaces for one in sent if one.replaces}
    tasks = {one.task for one in sent if one.task}
    with working_in(SYSTEM):
        taken = frozenset(journal.taken(ids))
        paths = subjects.paths({one.subject for one in sent})
    programmes = seen(by)
    return Known(
        by, programmes, entries.entries(taken | replaced) if taken or replaced else {}, taken, paths,
        _coming(by, programmes, sent), worklist.by_ids(tasks, by.range) if tasks else {},
        {one.replaces: one.id for one in reversed(sent) if one.replaces})


def _coming(by: Acting, programmes: Mapping[str, Programme], sent: Iterable[Filled]) -> frozenset[UUID]:
    """Subjects about whom a form is sent that says who they are, by somebody who may fill it."""
    registering = {(programme.id, form.id) for programme in programmes.values() for form in programme.forms.values()
                   if may(by, Action.FILL, programme.id, form.id) and any(one.identity for one in form.questions)}
    return frozenset(one.subject for one in sent if (one.programme, one.form) in registering)


def _submission(one: Filled) -> Submission:
    return Submission(
        id=one.id, programme=one.programme, form=one.form, subject=one.subject, happened_at=one.happened_at,
        answers=one.answers, form_version=one.form_version, task=one.task, replaces=one.replaces)


def _outcome(answer: Answer) -> Outcome:
    if isinstance(answer, Recorded):
        outcome: Literal["recorded", "repeated"] = "repeated" if answer.repeated else "recorded"
        return Outcome(id=answer.id, outcome=outcome, subject=answer.subject, code="", faults=[])
    faults = [Fault(question=question, said=say(text)) for question, text in answer.faults]
    return Outcome(id=answer.id, outcome="refused", subject=None, code=answer.code, faults=faults)

"""Submissions in: each is answered by itself, and sending one again gives the same answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Final, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Body, Router, Schema
from pydantic import AwareDatetime, Field

from fangxian.accounts.requests import acting
from fangxian.areas import queries as areas
from fangxian.areas.types import Node
from fangxian.intake import actions as intake
from fangxian.intake.types import Filing, FilingResult, Lookalike
from fangxian.journal.types import Recorded
from fangxian.kernel import clock, errors

from .asking import SOURCE, device, say
from .schemas import Incoming, Name

MOST: Final = 500
_MOST_ANSWERS: Final = 300
_MOST_OTHERS: Final = 100
_RECORDED: Final = 200
_LARGEST: Final = 2**53
router = Router(tags=["submissions"])

Words = Annotated[str, Field(max_length=4000, pattern=r"^[^\x00]*$")]
Number = Annotated[int, Field(ge=-_LARGEST, le=_LARGEST)]
Fraction = Annotated[float, Field(allow_inf_nan=False, ge=-1e15, le=1e15)]
Given = bool | Number | Fraction | Words | Annotated[list[Words], Field(max_length=200)] | None


class Filled(Incoming):
    """A filled form about one subject. ``id`` is made by the client (UUIDv7) and kept for every repetition.

    Without ``form_version`` the one in force is meant. ``replaces``: the entry this one corrects. ``same_as`` and
    ``other_than`` answer ``known_already``: which of the candidates it is, or all those it is not. ``changes`` answers
    ``changes_known``: the questions in ``faults`` whose change is meant.
    """

    id: UUID
    programme: Name
    form: Name
    form_version: Annotated[str, Field(pattern=r"^[0-9A-Za-z._-]{0,40}$")] = ""
    subject: UUID
    happened_at: AwareDatetime
    answers: Annotated[dict[Name, Given], Field(max_length=_MOST_ANSWERS)]
    task: UUID | None = None
    replaces: UUID | None = None
    same_as: UUID | None = None
    other_than: Annotated[list[UUID], Field(max_length=_MOST_OTHERS)] = []
    changes: Annotated[list[Name], Field(max_length=_MOST_ANSWERS)] = []


class FaultSchema(Schema):
    """What is wrong with an answer, or with all of it (question ``""``), in the language of the asker."""

    question: str
    said: str


class KnownCandidate(Schema):
    """Somebody in sight who may be the one to be registered; ``identity`` is masked, by part.

    ``certain``: the same document or number of a list; nobody is registered beside that one.
    """

    subject: UUID
    why: str
    certain: bool
    name: str
    place: str
    identity: dict[str, str]


class SubmissionResult(Schema):
    """``repeated``: it was recorded before. ``refused``: it is not recorded; ``code`` and ``faults`` say why, with the
    ``status`` the catalogue gives it.

    ``left_out``: answers that are not kept, for the others make their questions irrelevant. ``future``: it is dated
    ahead of its time and does not count.
    """

    id: UUID
    outcome: Literal["recorded", "repeated", "refused"]
    status: int
    subject: UUID | None
    code: str
    faults: list[FaultSchema]
    candidates: list[KnownCandidate]
    left_out: list[FaultSchema]
    future: bool


class SubmissionResults(Schema):
    """One answer a submission, in the order they were sent."""

    recorded: int
    repeated: int
    refused: int
    answers: list[SubmissionResult]


Sent = Annotated[list[Filled], Body(min_length=1, max_length=MOST)]


@router.post("/submissions", response=SubmissionResults, operation_id="submit", summary="Record up to 500 filled forms")
def submit(request: HttpRequest, sent: Sent) -> SubmissionResults:
    """Those with faults are refused by themselves and the others recorded: look at each answer. Safe to repeat."""
    by = acting(request)
    filings = [Filing(**{**dict(one), "other_than": frozenset(one.other_than), "changes": frozenset(one.changes)})
               for one in sent]
    found = intake.submit(filings, by=by, at=clock.now(), source=SOURCE, device=device(request))
    places = areas.nodes({one.path for result in found for one in result.candidates})
    results = [_result(one, places) for one in found]
    tally = {name: sum(one.outcome == name for one in results) for name in ("recorded", "repeated", "refused")}
    return SubmissionResults(**tally, answers=results)


def _result(one: FilingResult, places: Mapping[str, Node]) -> SubmissionResult:
    answer = one.answer
    if isinstance(answer, Recorded):
        return SubmissionResult(
            id=answer.id, outcome="repeated" if answer.repeated else "recorded", status=_RECORDED,
            subject=answer.subject, code="", faults=[], candidates=[],
            left_out=[FaultSchema(question=name, said=say(label)) for name, label in answer.left_out],
            future=answer.future)
    faults = [FaultSchema(question=question, said=say(text)) for question, text in answer.faults]
    return SubmissionResult(
        id=answer.id, outcome="refused", status=errors.BY_CODE[answer.code].status, subject=None, code=answer.code,
        faults=faults, candidates=[_candidate(candidate, places) for candidate in one.candidates], left_out=[],
        future=False)


def _candidate(one: Lookalike, places: Mapping[str, Node]) -> KnownCandidate:
    place = places[one.path].name if one.path in places else ""
    return KnownCandidate(subject=one.subject, why=say(one.why), certain=one.certain, name=one.name, place=place,
                          identity=dict(one.identity))

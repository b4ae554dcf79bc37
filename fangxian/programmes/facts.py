"""The fold: from a subject's submissions to its facts, whatever the order they arrived in.

Per fact the latest (happened_at, id) wins, unless the fact says that its greatest or least value counts: then older
news told later changes nothing, nor what was told along with it. An empty answer says nothing unless its question is
marked ``cleared``; then it takes the fact back to unknown. A reply to something earlier than the last that was filed of
its kind, such as the result of an earlier tube, does not set what that one tells; what is derived of it is. Submissions
flagged as from the future are left out by the caller.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from operator import attrgetter, ge, le
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias
from uuid import UUID

from fangxian.kernel.values import Value, ValueType

from .forms import Question, QuestionType
from .forms.numbers import spelled_alike
from .reading.bindings import TRUTHS
from .types import Count, DaysInARow, Fact, FirstWhen, Keep, LastWhen, Programme, Series, Since

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from .forms import Form

Key: TypeAlias = tuple[dt.datetime, UUID]
Run: TypeAlias = tuple[int, int, bool]
"""Of days in a row: the last day's ordinal, the unbroken days before it, whether the test held on it."""
_NOTHING: Final = frozenset[str]()
_ORDER: Final = attrgetter("happened_at", "id")


class FactSubmission(NamedTuple):
    """What the fold needs of one: ``answers`` as Validated has them, ``happened_at`` aware.

    ``zone`` is that of the place it was recorded at, where it is known: it says which calendar day this one is of.
    """

    id: UUID
    form: str
    happened_at: dt.datetime
    answers: Mapping[str, Value | None]
    zone: dt.tzinfo | None = None


@dataclass(slots=True)
class FactState:
    """Known facts by name (unknown ones have no entry), what derivations have to remember, how far it goes, and of each
    form that is replied to the number of the last that was filed."""

    values: dict[str, Value] = field(default_factory=dict)
    runs: dict[str, Run] = field(default_factory=dict)
    last: Key | None = None
    numbers: dict[str, str] = field(default_factory=dict)

    @property
    def memo(self) -> dict[str, Any]:
        """What has to be remembered, fit for JSON."""
        runs = {"runs": {name: list(run) for name, run in self.runs.items()}} if self.runs else {}
        return {**runs, "numbers": dict(self.numbers)} if self.numbers else runs

    @classmethod
    def restored(
        cls, values: Iterable[tuple[str, Value | None]], memo: Mapping[str, Any], last: Key | None
    ) -> FactState:
        """The state from its stored columns (None for unknown), ``memo`` and how far it went."""
        return cls(
            {name: value for name, value in values if value is not None},
            {name: (run[0], run[1], run[2]) for name, run in memo.get("runs", {}).items()},
            last,
            dict(memo.get("numbers", {})),
        )

    def copy(self) -> FactState:
        return FactState(dict(self.values), dict(self.runs), self.last, dict(self.numbers))


Deriving: TypeAlias = Callable[[FactState, Value, dt.datetime, dt.tzinfo], None]
Better: TypeAlias = Callable[[Any, Any], bool]
_BETTER: Final[Mapping[Keep, Better]] = {Keep.GREATEST: ge, Keep.LEAST: le}


class Setter(NamedTuple):
    """How an answer sets a fact: its conversion, whether an empty one clears, what is derived, and what it yields to:
    ``better`` compares what is told with what is known, ``along`` is the fact whose older value it would come with."""

    question: str
    fact: str
    convert: Callable[[Any], Value | None] | None
    clears: bool
    derivations: tuple[Deriving, ...]
    better: Better | None
    along: str | None


class Replying(NamedTuple):
    """What a form replies to, the question of the number that says to which, and the facts that both tell."""

    to: str
    number: str
    facts: frozenset[str]


@dataclass(frozen=True, slots=True)
class FoldPlan:
    """Per form what its answers set, those first that say whether others count; the counts; the question of the number
    of what is replied to; and of replies."""

    setters: Mapping[str, tuple[Setter, ...]]
    counts: Mapping[str, tuple[str, ...]]
    start: Mapping[str, Value]
    clearing: Mapping[str, tuple[str, ...]]
    numbered: Mapping[str, str]
    replying: Mapping[str, Replying]


def fold(
    programme: Programme,
    submissions: Iterable[FactSubmission],
    *,
    tz: dt.tzinfo,
    replaced: Collection[UUID] = frozenset(),
    withdrawn: Collection[UUID] = frozenset(),
) -> FactState:
    """The facts of one subject from all its submissions, in any order and with repetitions.

    ``replaced`` are submissions that a later one corrects, ``withdrawn`` those taken back; neither counts. ``tz`` says
    which calendar days ``days_in_a_row`` counts, for submissions that bring no zone of their own.
    """
    plan = plan_of(programme)
    gone = {*replaced, *withdrawn}
    standing = [one for one in submissions if one.id not in gone] if gone else submissions
    state = FactState(dict(plan.start))
    previous: FactSubmission | None = None
    for submission in sorted(standing, key=_ORDER):
        if previous is None or submission.id != previous.id:
            _apply(plan, state, submission, submission.zone or tz)
        previous = submission
    if previous is not None:
        state.last = (previous.happened_at, previous.id)
    return state


def extends(state: FactState, submission: FactSubmission) -> bool:
    """Whether ``extend`` gives what ``fold`` would: it is later than everything folded. If not, fold anew."""
    return state.last is None or (submission.happened_at, submission.id) > state.last


def extend(programme: Programme, state: FactState, submission: FactSubmission, *, tz: dt.tzinfo) -> FactState:
    """A new state with one later submission; ValueError when it is not later. A correction is never an extension."""
    if not extends(state, submission):
        raise ValueError(f"submission {submission.id} is not later than the state; fold anew")
    later = state.copy()
    plan = plan_of(programme)
    for name, value in plan.start.items():
        later.values.setdefault(name, value)
    _apply(plan, later, submission, submission.zone or tz)
    later.last = (submission.happened_at, submission.id)
    return later


def _apply(plan: FoldPlan, state: FactState, submission: FactSubmission, tz: dt.tzinfo) -> None:
    values, answers, at = state.values, submission.answers, submission.happened_at
    form = submission.form
    if form in plan.numbered:
        state.numbers[form] = spelled_alike(answers.get(plan.numbered[form]))
    earlier = _of_an_earlier(plan, state, submission)
    older: set[str] = set()
    for question, fact, convert, clears, derivations, better, along in plan.setters.get(form, ()):
        value = answers.get(question)
        if value is not None and convert is not None:
            value = convert(value)
        if value is not None:
            if better is not None and fact in values and not better(value, values[fact]):
                older.add(fact)
            elif along not in older and fact not in earlier:
                values[fact] = value
            for derive in derivations:
                derive(state, value, at, tz)
        elif clears and question in answers:
            _clear(plan, state, fact)
    for fact in plan.counts.get(form, ()):
        values[fact] += 1  # type: ignore[operator]


def _of_an_earlier(plan: FoldPlan, state: FactState, submission: FactSubmission) -> frozenset[str]:
    """The facts that a reply does not set, for it is about something earlier than what told them last."""
    reply = plan.replying.get(submission.form)
    last = state.numbers.get(reply.to) if reply else None
    if reply is None or last is None or last == spelled_alike(submission.answers.get(reply.number)):
        return _NOTHING
    return reply.facts


def _clear(plan: FoldPlan, state: FactState, fact: str) -> None:
    """Back to unknown, which also ends what had held without break."""
    state.values.pop(fact, None)
    for derived in plan.clearing.get(fact, ()):
        state.values.pop(derived, None)
        state.runs.pop(derived, None)


@lru_cache(maxsize=64)
def plan_of(programme: Programme) -> FoldPlan:
    """The programme's declarations ready to run; kept per programme, which is compared by identity."""
    derivations: dict[str, list[Deriving]] = {name: [] for name in programme.facts}
    clearing: dict[str, list[str]] = {}
    counts: dict[str, list[str]] = {}
    for fact in programme.facts.values():
        if isinstance(fact.derivation, Count):
            counts.setdefault(fact.derivation.form, []).append(fact.name)
        elif fact.derivation is not None:
            _plan_series(fact, derivations, clearing)
    return FoldPlan(
        setters={name: _setters(form, programme, derivations) for name, form in programme.forms.items()},
        counts={form: tuple(names) for form, names in counts.items()},
        start={name: 0 for names in counts.values() for name in names},
        clearing={fact: tuple(names) for fact, names in clearing.items()},
        numbered={one.to: one.number for one in programme.replies},
        replying={one.form: Replying(one.to, one.number, _told_in(programme, one.form) & _told_in(programme, one.to))
                  for one in programme.replies},
    )


def _told_in(programme: Programme, form: str) -> frozenset[str]:
    return frozenset(question.fact for question in programme.forms[form].questions if question.fact)


def _plan_series(fact: Fact, derivations: dict[str, list[Deriving]], clearing: dict[str, list[str]]) -> None:
    derivation = fact.derivation
    if isinstance(derivation, LastWhen | FirstWhen):
        make = _last_when if isinstance(derivation, LastWhen) else _first_when
        for series in derivation.series:
            derivations[series.of].append(make(fact.name, series))
    elif isinstance(derivation, Since | DaysInARow):
        series = derivation.series
        derive = _since if isinstance(derivation, Since) else _days_in_a_row
        derivations[series.of].append(derive(fact.name, series))
        clearing.setdefault(series.of, []).append(fact.name)


def _setters(form: Form, programme: Programme, derivations: Mapping[str, list[Deriving]]) -> tuple[Setter, ...]:
    found = []
    for question in form.questions:
        if question.fact is not None:
            fact = programme.facts[question.fact]
            better = None if form.id in fact.settled_by else _BETTER.get(fact.keep)
            found.append(Setter(question.name, fact.name, _conversion(question, fact.type), question.cleared,
                                tuple(derivations[fact.name]), better, fact.told_with))
    return tuple(sorted(found, key=lambda setter: setter.better is None))


def _conversion(question: Question, wanted: ValueType) -> Callable[[Any], Value | None] | None:
    """From the answer's type to the fact's, where they may differ."""
    if wanted is ValueType.BOOLEAN and question.type is QuestionType.SELECT_ONE:
        return TRUTHS.get
    return float if wanted is ValueType.NUMBER else None


def _last_when(name: str, series: Series) -> Deriving:
    holds = series.test.holds

    def derive(state: FactState, value: Value, at: dt.datetime, _tz: dt.tzinfo) -> None:
        if holds(value):
            state.values[name] = at

    return derive


def _first_when(name: str, series: Series) -> Deriving:
    holds = series.test.holds

    def derive(state: FactState, value: Value, at: dt.datetime, _tz: dt.tzinfo) -> None:
        if name not in state.values and holds(value):
            state.values[name] = at

    return derive


def _since(name: str, series: Series) -> Deriving:
    holds = series.test.holds

    def derive(state: FactState, value: Value, at: dt.datetime, _tz: dt.tzinfo) -> None:
        if not holds(value):
            state.values.pop(name, None)
        elif name not in state.values:
            state.values[name] = at

    return derive


def _days_in_a_row(name: str, series: Series) -> Deriving:
    holds = series.test.holds

    def derive(state: FactState, value: Value, at: dt.datetime, tz: dt.tzinfo) -> None:
        run = _run_with(state.runs.get(name), at.astimezone(tz).toordinal(), holds(value))
        state.runs[name] = run
        state.values[name] = run[1] + 1 if run[2] else 0

    return derive


def _run_with(run: Run | None, day: int, held: bool) -> Run:
    """One more answer on a day; a day without an answer, or on which the test never held, ends the row.

    Where a clock put back at midnight makes the local day go back, the answer counts for the later day.
    """
    if run is None:
        return day, 0, held
    last, before, held_then = run
    if day <= last:
        return last, before, held_then or held
    return day, before + 1 if held_then and day == last + 1 else 0, held


@lru_cache(maxsize=512)
def told_by(programme: Programme, form: str) -> frozenset[str]:
    """The facts that a submission of a form can change, derived ones included."""
    plan = plan_of(programme)
    told = {fact for _, fact, *_ in plan.setters.get(form, ())}
    derived = {fact.name for fact in programme.facts.values() if told & _sources(fact)}
    return frozenset(told | derived | plan.start.keys())


def _sources(fact: Fact) -> set[str]:
    """The facts whose answers a derived one is made from."""
    derivation = fact.derivation
    if isinstance(derivation, LastWhen | FirstWhen):
        return {series.of for series in derivation.series}
    return {derivation.series.of} if isinstance(derivation, Since | DaysInARow) else set()


def known_answers(form: Form, facts: Mapping[str, Value | None]) -> dict[str, Value]:
    """What a form can already show of the facts: the answers that would set them, calculations left out."""
    found: dict[str, Value] = {}
    for question in form.questions:
        value = facts.get(question.fact) if question.fact else None
        if value is not None and question.type is not QuestionType.CALCULATE:
            answer = _answering(question, value)
            if answer is not None:
                found[question.name] = answer
    return found


def _answering(question: Question, value: Value) -> Value | None:
    """The choice that reads as the boolean fact; any other fact is its own answer."""
    if isinstance(value, bool) and question.type is QuestionType.SELECT_ONE:
        return next((choice.name for choice in question.choices if TRUTHS.get(choice.name) is value), None)
    return value

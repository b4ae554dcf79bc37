"""A form compiled for validation on the server: what ODK does in the field, done again with the same answers."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from fangxian.kernel.text import Text
from fangxian.programmes.expressions import FormMoment

from .answers import AnswerError, within_calendar
from .calculated import cleaned
from .types import AnswerFault, Question, Validated

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from zoneinfo import ZoneInfo

    from .answers import Reader
    from .types import Answers

    Run = Callable[[Mapping[str, Any], Any, Any], Any]

_REQUIRED: Final = Text("Answer this: {label}", "请填写：{label}")
_CONSTRAINT: Final = Text("This answer is not possible. Check: {label}", "答案不符合要求，请核对：{label}")
_UNKNOWN: Final = Text(
    "The form has no question “{name}”. Reload the form and fill it again.",
    "表单中没有问题“{name}”，请刷新表单后重新填写。",
)
_FILTERED: Final = Text(
    "“{choice}” cannot be chosen with the other answers. Choose again.", "“{choice}”与其他答案不符，请重新选择。"
)
_NO_ANSWER: Final[tuple[object, ...]] = (None, "", (), [])


@dataclass(frozen=True, slots=True)
class QuestionStep:
    """A question ready to run; functions are None where the form says nothing."""

    question: Question
    name: str
    order: int
    relevant: Run | None
    read: Reader | None
    calculation: Run | None
    once: bool
    export: Callable[[Any], Any] | None
    required: Run | None
    constraint: Run | None
    choice_filter: Run | None
    cleared: bool

    @property
    def checked(self) -> bool:
        return not (self.required is None and self.constraint is None and self.choice_filter is None)


class Validator:
    """``steps`` are in an order in which every expression finds what it looks at."""

    def __init__(self, steps: tuple[QuestionStep, ...], silent: frozenset[str]) -> None:
        self.steps = steps
        self.checked = tuple(step for step in steps if step.checked)
        self.names = frozenset(step.name for step in steps) | silent
        self.order = {step.name: step.order for step in steps}
        self.blank: dict[str, Any] = dict.fromkeys((step.name for step in steps), None)

    def validate(self, raw: Mapping[str, object], happened_at: dt.datetime, tz: ZoneInfo) -> Validated:
        clock = FormMoment.at(happened_at, tz)
        values = self.blank.copy()
        answers: Answers = {}
        faults: list[AnswerFault] = []
        skipped: set[str] = set()
        left_out: list[str] = []
        for step in self.steps:
            if step.relevant is None or step.relevant(values, None, clock):
                try:
                    _take(step, raw, values, answers, clock, tz)
                except AnswerError as wrong:
                    skipped.add(step.name)
                    faults.append(AnswerFault(step.name, wrong.code, wrong.message))
            else:
                skipped.add(step.name)
                if _told(step, raw.get(step.name)):
                    left_out.append(step.name)
        for step in self.checked:
            if step.name not in skipped and (fault := _checked(step, values, clock)) is not None:
                faults.append(fault)
                answers.pop(step.name, None)
        if not raw.keys() <= self.names:
            faults += self._unknown(raw)
        if faults:
            faults.sort(key=lambda fault: self.order.get(fault.question, len(self.order)))
        return Validated(answers, tuple(faults), tuple(sorted(left_out, key=self.order.__getitem__)))

    def _unknown(self, raw: Mapping[str, object]) -> list[AnswerFault]:
        names = sorted(str(name) for name in raw.keys() - self.names if raw[name] not in (None, ""))
        return [AnswerFault(name, "unknown", _UNKNOWN.filled(name=name[:40])) for name in names]


def _told(step: QuestionStep, given: object) -> bool:
    """Whether somebody answered it: what the field works out for itself is nobody's answer."""
    blank = given in _NO_ANSWER or (isinstance(given, str) and not given.strip())
    return step.read is not None and not blank


def _take(
    step: QuestionStep, raw: Mapping[str, object], values: dict[str, Any], answers: Answers, clock: FormMoment, tz: Any
) -> None:
    """Read or calculate one relevant answer; raises AnswerError."""
    name = step.name
    given = raw.get(name)
    if step.read is None:
        value = _calculated(step, given, values, clock)
    else:
        value = None if given is None or given == "" else step.read(given, tz)
    if value is not None:
        values[name] = value
        answers[name] = value if step.export is None else step.export(value)
    elif step.cleared and (name in raw or step.read is None):
        answers[name] = None


def _calculated(step: QuestionStep, given: object, values: Mapping[str, Any], clock: FormMoment) -> Any:
    """``once()`` keeps the text the field computed the first time."""
    if step.once and isinstance(given, str) and given:
        return given
    assert step.calculation is not None
    value = cleaned(step.calculation(values, None, clock))
    return within_calendar(value) if isinstance(value, dt.date) else value


def _checked(step: QuestionStep, values: Mapping[str, Any], clock: FormMoment) -> AnswerFault | None:
    value = values[step.name]
    if value is None:
        if step.required is not None and step.required(values, None, clock):
            return _fault(step, "required", step.question.required_message or _REQUIRED)
        return None
    if step.constraint is not None and not step.constraint(values, value, clock):
        return _fault(step, "constraint", step.question.constraint_message or _CONSTRAINT)
    return _filtered(step, value, values, clock) if step.choice_filter is not None else None


def _filtered(step: QuestionStep, value: Any, values: Mapping[str, Any], clock: FormMoment) -> AnswerFault | None:
    assert step.choice_filter is not None
    chosen = (value,) if isinstance(value, str) else value
    for choice in step.question.choices:
        if choice.name in chosen and not step.choice_filter(values, choice.columns, clock):
            return AnswerFault(
                step.name,
                "choice",
                Text(_FILTERED.en.format(choice=choice.label.en), _FILTERED.zh.format(choice=choice.label.zh)),
            )
    return None


def _fault(step: QuestionStep, code: str, message: Text) -> AnswerFault:
    label = step.question.label or Text(step.name, step.name)
    if message is _REQUIRED or message is _CONSTRAINT:
        message = Text(message.en.format(label=label.en), message.zh.format(label=label.zh))
    return AnswerFault(step.name, code, message)

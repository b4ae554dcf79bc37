"""Putting the expressions of a form in an order that works, and compiling them with the types of its questions."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from fangxian.programmes.expressions import Compiled, NameScope, RefusedError, StaticType, compile_expression, written

from .answers import EXPORTS, reader
from .calculated import export
from .types import Group, Question, QuestionType
from .validator import QuestionStep, Validator

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from fangxian.kernel.values import ValueType
    from fangxian.programmes.mistakes import Mistakes

    from .validator import Run

KINDS: Final = {
    QuestionType.TEXT: StaticType.TEXT,
    QuestionType.BARCODE: StaticType.TEXT,
    QuestionType.SELECT_ONE: StaticType.TEXT,
    QuestionType.ACKNOWLEDGE: StaticType.TEXT,
    QuestionType.INTEGER: StaticType.NUMBER,
    QuestionType.DECIMAL: StaticType.NUMBER,
    QuestionType.RANGE: StaticType.NUMBER,
    QuestionType.SELECT_MULTIPLE: StaticType.LIST,
    QuestionType.DATE: StaticType.DATE,
    QuestionType.DATETIME: StaticType.DATETIME,
    QuestionType.TIME: StaticType.TIME,
}
_REFERENCE: Final = re.compile(r"\$\{\s*([^{}]*?)\s*\}")


def compile_form(
    questions: Sequence[Question], groups: Mapping[str, Group], mistakes: Mistakes, facts: Mapping[str, ValueType]
) -> tuple[Validator | None, Mapping[str, StaticType]]:
    """The validator and the kind of each question, calculations included; no validator when there are mistakes."""
    return _Compiling(questions, groups, mistakes, facts).compiled()


class _Compiling:
    def __init__(
        self,
        questions: Sequence[Question],
        groups: Mapping[str, Group],
        mistakes: Mistakes,
        facts: Mapping[str, ValueType],
    ) -> None:
        self.groups = groups
        self.mistakes = mistakes
        self.facts = facts
        self.answered = [question for question in questions if question.type.answered]
        self.notes = [question for question in questions if not question.type.answered]
        self.by_name = {question.name: question for question in self.answered}
        self.kinds = {question.name: KINDS.get(question.type, StaticType.ANY) for question in self.answered}
        self.before = len(mistakes.found)

    def compiled(self) -> tuple[Validator | None, Mapping[str, StaticType]]:
        order = self.ordered()
        orders = {question.name: at for at, question in enumerate(self.answered)}
        steps = tuple(self.step(question, orders[question.name]) for question in order)
        for group in self.groups.values():
            self.boolean(group.relevant, group.row, "relevant")
        for note in self.notes:
            self.boolean(note.relevant, note.row, "relevant")
            self.placeholders(note)
        if len(self.mistakes.found) > self.before:
            return None, self.kinds
        silent = frozenset({note.name for note in self.notes} | self.groups.keys())
        return Validator(steps, silent), self.kinds

    def ordered(self) -> list[Question]:
        """Every question after those its relevance and calculation look at; otherwise in the form's order."""
        done: dict[str, bool] = {}
        order: list[Question] = []

        def visit(question: Question) -> None:
            done[question.name] = False
            for name in sorted(self.looks_at(question)):
                other = self.by_name.get(name)
                if other is None or done.get(name):
                    continue
                if name in done:
                    column = "calculation" if question.calculation else "relevant"
                    self.mistakes.add("circle", question.row, column, "survey", name=name)
                else:
                    visit(other)
            done[question.name] = True
            order.append(question)

        for question in self.answered:
            if question.name not in done:
                visit(question)
        return order

    def looks_at(self, question: Question) -> set[str]:
        sources = [question.relevant, question.calculation, *(self.groups[name].relevant for name in question.groups)]
        return {name for source in sources for name in _REFERENCE.findall(source)}

    def step(self, question: Question, order: int) -> QuestionStep:
        calculation = self.calculation(question)
        this = self.kinds[question.name]
        columns = frozenset(column for choice in question.choices[:1] for column in choice.columns)
        self.placeholders(question)
        return QuestionStep(
            question=question,
            name=question.name,
            order=order,
            relevant=_run(self.relevance(question)),
            read=None if question.type is QuestionType.CALCULATE else reader(question),
            calculation=_run(calculation),
            once=calculation is not None and calculation.once and this is StaticType.TEXT,
            export=self.export(question, this),
            required=_run(self.boolean(question.required, question.row, "required")),
            constraint=_run(self.boolean(question.constraint, question.row, "constraint", this=this)),
            choice_filter=_run(self.boolean(question.choice_filter, question.row, "choice_filter", columns=columns)),
            cleared=question.cleared,
        )

    def calculation(self, question: Question) -> Compiled | None:
        if question.type is not QuestionType.CALCULATE or not question.calculation:
            return None
        try:
            compiled = compile_expression(question.calculation, NameScope(self.kinds))
        except RefusedError as refused:
            self.mistakes.tell("expression", refused.reason, question.row, "calculation", "survey")
            return None
        self.agreed(question.calculation, NameScope(self.kinds), question.row, "calculation")
        self.kinds[question.name] = compiled.kind
        return compiled

    def agreed(self, source: str, scope: NameScope, row: int, column: str, *, boolean: bool = False) -> None:
        """Tells where the engines of the field would not agree on what an expression means."""
        try:
            written(source, scope, boolean=boolean)
        except RefusedError as refused:
            self.mistakes.tell("doubtful", refused.reason, row, column, "survey")

    def export(self, question: Question, kind: StaticType) -> Callable[[Any], Any] | None:
        if question.type is QuestionType.CALCULATE:
            return export(kind, self.facts.get(question.fact or ""))
        return EXPORTS.get(question.type)

    def relevance(self, question: Question) -> Compiled | None:
        """The question's own and its groups' as one expression; a group's mistake is told once, at the group."""
        own = self.boolean(question.relevant, question.row, "relevant")
        groups = [self.groups[name].relevant for name in question.groups if self.groups[name].relevant]
        if not groups:
            return own
        joined = " and ".join(f"({source})" for source in [*groups, question.relevant] if source)
        try:
            return compile_expression(joined, NameScope(self.kinds), boolean=True)
        except RefusedError:
            return None

    def placeholders(self, question: Question) -> None:
        """Names in texts, such as “Temperature of ${name}”, which the field fills in."""
        texts = {
            "label": question.label,
            "hint": question.hint,
            "required_message": question.required_message,
            "constraint_message": question.constraint_message,
        }
        for column, text in texts.items():
            for name in _REFERENCE.findall(f"{text.en} {text.zh}") if text else ():
                if name not in self.by_name:
                    self.mistakes.unknown("unknown_question", name, self.by_name, question.row, column, "survey")

    def boolean(
        self, source: str, row: int, column: str, *, this: StaticType | None = None,
        columns: frozenset[str] = frozenset(),
    ) -> Compiled | None:
        if not source:
            return None
        scope = NameScope(self.kinds, this, columns)
        try:
            compiled = compile_expression(source, scope, boolean=True)
        except RefusedError as refused:
            self.mistakes.tell("expression", refused.reason, row, column, "survey")
            return None
        self.agreed(source, scope, row, column, boolean=True)
        return compiled


def _run(compiled: Compiled | None) -> Run | None:
    return compiled.run if compiled else None

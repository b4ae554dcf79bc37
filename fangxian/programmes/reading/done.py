"""What its form has to say for a task to be done, and what else counts as."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fangxian.dmn.feel import Compare, Literal
from fangxian.kernel.values import Privacy, ValueType
from fangxian.programmes.forms.types import QuestionType
from fangxian.programmes.tables import Unary, UnaryError, read_test
from fangxian.programmes.types import Condition

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from fangxian.programmes.forms import Form, Question
    from fangxian.programmes.toml import TomlTable

_TESTED: Final = {
    QuestionType.TEXT: ValueType.TEXT,
    QuestionType.BARCODE: ValueType.TEXT,
    QuestionType.SELECT_ONE: ValueType.TEXT,
    QuestionType.SELECT_MULTIPLE: ValueType.LIST,
    QuestionType.ACKNOWLEDGE: ValueType.BOOLEAN,
    QuestionType.INTEGER: ValueType.NUMBER,
    QuestionType.DECIMAL: ValueType.NUMBER,
    QuestionType.RANGE: ValueType.NUMBER,
}
"""As what an answer is tested: as it is kept in the journal, which a choice is by its name."""


def read_done(
    section: TomlTable, form: Form | None, outcomes: Mapping[str, str]
) -> tuple[tuple[Condition, ...], str]:
    """``done_when = { question = test }`` and ``undone = outcome`` of a task."""
    undone = section.one_of("undone", "unknown_outcome", outcomes, needed=False)
    inner = section.section("done_when")
    if inner is None:
        if undone:
            section.wrong("undone_alone", "undone")
        return (), ""
    found = [condition for name in inner.values if (condition := _condition(inner, name, form)) is not None]
    if not inner.values:
        section.wrong("no_condition", "done_when")
    return tuple(found), undone


def _condition(section: TomlTable, name: str, form: Form | None) -> Condition | None:
    text = section.words(name)
    if form is None:
        return None
    question = form.question(name)
    if question is None:
        section.wrong("unknown_question", name, name=name)
        return None
    if question.type not in _TESTED or question.privacy is Privacy.PERSONAL:
        section.wrong("not_tested", name, name=name)
        return None
    try:
        test = read_test(text, _TESTED[question.type])
    except UnaryError as error:
        section.mistakes.tell("bad_test", error.reason, section.line(name), name)
        return None
    for value in _not_offered(question, test):
        section.wrong("no_choice", name, name=value)
    return Condition(name, test)


def _not_offered(question: Question, test: Unary) -> Iterator[str]:
    """Texts that the answer is compared with and can never be."""
    offered = {choice.name for choice in question.choices}
    for one in test.tests.tests if question.type.chosen else ():
        if isinstance(one, Compare) and isinstance(one.operand, Literal) and one.operand.value not in offered:
            yield str(one.operand.value)

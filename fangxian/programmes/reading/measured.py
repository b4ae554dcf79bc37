"""What is measured for a task is typed by who measured it: no button and no default gives a number."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fangxian.programmes.forms.types import QuestionType
from fangxian.programmes.types import Measured

if TYPE_CHECKING:
    from fangxian.programmes.forms import Form
    from fangxian.programmes.toml import TomlTable
    from fangxian.programmes.types import TaskKind

NUMBERS: Final = frozenset({QuestionType.INTEGER, QuestionType.DECIMAL, QuestionType.RANGE})
_MOST_APART: Final = 9
"""Ten whole numbers fit a phone in two lines, as the tenths do."""


def read_measured(section: TomlTable, form: Form | None) -> Measured | None:
    """``measured = { question, whole, below }`` of a task; None without one, or with a mistake in it."""
    inner = section.section("measured")
    if inner is None:
        return None
    name = inner.words("question")
    question = form.question(name) if form is not None else None
    written, below = inner.items("whole", int), inner.decimal("below")
    inner.finish()
    if not section.values.get("quick"):
        section.wrong("measured_alone", "measured")
    if form is None or not name:
        return None
    if question is None or question.type not in NUMBERS:
        inner.wrong("not_measured", "question", name=name)
        return None
    if not written:
        return Measured(name, (), below)
    first, last = (written[0], written[-1]) if len(written) == 2 else (0, -1)
    if question.type is not QuestionType.DECIMAL or not 0 < last - first <= _MOST_APART or first < 0:
        inner.wrong("bad_pad", "whole", most=_MOST_APART)
        return None
    return Measured(name, tuple(range(first, last + 1)), below)


def no_reading_given(section: TomlTable, task: TaskKind, form: Form | None) -> None:
    """A number is not there before it is taken: neither for what a card measures nor in what is asked day by day."""
    asked = {task.measured.question} if task.measured else set()
    for question in form.questions if form is not None else ():
        repeated = task.window is not None and question.type in NUMBERS
        if question.default and (question.name in asked or repeated):
            section.wrong("measured_default", "form", name=question.name)

"""An answer in words, as the timeline, the API and a correction say it."""

from __future__ import annotations

from typing import Any

import pytest

from fangxian.journal.queries import said
from fangxian.kernel.text import Text, both
from fangxian.kernel.values import Privacy
from fangxian.programmes.forms.types import Choice, Question, QuestionType

KINDS = (Choice("dry", Text("Dry", "干咳")), Choice("fever", Text("Fever", "发热")))


@pytest.mark.parametrize(("kind", "value", "words"), [
    (QuestionType.SELECT_ONE, "dry", Text("Dry", "干咳")),
    (QuestionType.SELECT_ONE, "gone", both("gone")),  # of an earlier version
    (QuestionType.SELECT_MULTIPLE, ["dry", "fever"], Text("Dry, Fever", "干咳、发热")),
    (QuestionType.ACKNOWLEDGE, "OK", Text("Yes", "是")),
    (QuestionType.ACKNOWLEDGE, "", Text("No", "否")),
    (QuestionType.TEXT, True, Text("Yes", "是")),
    (QuestionType.TEXT, False, Text("No", "否")),
    (QuestionType.DATE, "2020-02-09", Text("9 February 2020", "2020年2月9日")),
    (QuestionType.DECIMAL, 37.0, both("37")),
    (QuestionType.DECIMAL, 37.25, both("37.25")),
    (QuestionType.INTEGER, 1_000_000, both("1000000")),
    (QuestionType.TEXT, "3.0", both("3.0")),
])
def test_an_answer_is_said_in_words(kind: QuestionType, value: Any, words: Text) -> None:
    assert said(Question("asked", kind, 2, Privacy.PLAIN, choices=KINDS), value) == words

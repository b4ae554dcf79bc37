"""What a batch adds to what is known by its numbers, without a database."""

from __future__ import annotations

import uuid
from typing import Final

import pytest

from fangxian.intake.replies import ByNumber, Numbers
from fangxian.intake.types import Filing
from fangxian.kernel import errors
from fangxian.kernel.text import both
from fangxian.programmes.types import Reply
from fangxian.subjects.steps.numbers import NumberedForm
from tests.county import MORNING
from tests.journal.test_record import HOUR

SOMEBODY: Final = uuid.uuid4()
SEVERAL: Final = 60
LABORATORY: Final = Reply("sample_result", "sample", "tube", "result", both("Laboratory"))


class CountedName(str):
    """The name of a programme that counts how often it is looked at."""

    __slots__ = ()
    looks = 0

    def __eq__(self, other: object) -> bool:
        CountedName.looks += 1
        return str.__eq__(self, other)

    __hash__ = str.__hash__


def taken(tube: int) -> NumberedForm:
    return NumberedForm(uuid.uuid4(), CountedName("entry"), "sample", f"T{tube}", SOMEBODY, "", MORNING, True)


def result(tube: int, subject: uuid.UUID = SOMEBODY) -> ByNumber:
    answers = {"tube": f"T{tube}", "result": "negative"}
    return ByNumber(Filing(uuid.uuid4(), "entry", "sample_result", subject, MORNING + HOUR, answers), LABORATORY,
                    f"T{tube}", answers)


def test_a_batch_of_results_takes_as_long_as_each_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    known = Numbers([taken(tube) for tube in range(SEVERAL)], [], [])
    monkeypatch.setattr(CountedName, "looks", 0)
    for tube in range(SEVERAL):
        assert known.refusal(result(tube)) is None
        known.add(result(tube))
    assert CountedName.looks <= 5 * SEVERAL
    assert known.refusal(result(7)) == errors.REPLIED_ALREADY
    assert known.refusal(result(7, uuid.uuid4())) == errors.NUMBER_OTHERS
    assert known.refusal(result(SEVERAL)) == errors.NUMBER_UNKNOWN

"""What a correction may be of, rule by rule and without a database."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any, Final

import pytest

from fangxian.journal.steps import CorrectionTarget, _in_circles, _overtaken
from fangxian.journal.types import Submission
from fangxian.kernel import errors
from fangxian.kernel.errors import Kind

AT: Final = dt.datetime(2020, 3, 20, 1, tzinfo=dt.UTC)
SOMEBODY, ANOTHER = uuid.UUID(int=1), uuid.UUID(int=2)
SENT, BEFORE = uuid.UUID(int=11), uuid.UUID(int=12)


@pytest.mark.parametrize(("corrects", "circular"), [
    ({}, ""), ({"a": ""}, ""), ({"a": "z"}, ""), ({"a": "a"}, "a"), ({"a": "b", "b": "a"}, "ab"),
    ({"a": "b", "b": "c", "c": "a"}, "abc"),
    ({"a": "b", "b": "c", "c": "b"}, "bc"),  # what leads into a circle is not of it
    ({"a": "b", "b": "b", "c": "z"}, "b"),
    ({"a": "b", "b": "c", "c": ""}, ""),
])
def test_what_leads_back_to_itself_corrects_nothing(corrects: dict[str, str], circular: str) -> None:
    names = {name: uuid.UUID(int=ord(name)) for name in "abcz"}
    found = _in_circles({names[one]: names.get(other) for one, other in corrects.items()})
    assert found == {names[one] for one in circular}


OWN: Final = CorrectionTarget("entry", "visit", SOMEBODY)


def judged(replaces: uuid.UUID | None, told: dict[uuid.UUID, Any], *corrected: uuid.UUID) -> Kind | None:
    one = Submission(SENT, "entry", "visit", SOMEBODY, AT, {}, replaces=replaces)
    return _overtaken(one, {SENT: OWN, **told}, set(corrected))


@pytest.mark.parametrize(("target", "corrected", "refused"), [
    (OWN, False, None),
    (OWN._replace(programme="residents"), False, errors.NOT_FOUND),
    (OWN._replace(form="arrival"), False, errors.NOT_FOUND),
    (OWN._replace(subject=ANOTHER), False, errors.NOT_FOUND),
    (OWN._replace(subject=ANOTHER, withdrawn=True), True, errors.NOT_FOUND),
    (OWN._replace(withdrawn=True), False, errors.CHANGED_MEANWHILE),
    (OWN, True, errors.CHANGED_MEANWHILE),
    (None, False, None),  # what comes after its correction
])
def test_a_correction_is_of_what_stands_of_the_same_form_about_the_same(
    target: CorrectionTarget | None, corrected: bool, refused: Kind | None,
) -> None:
    told = {} if target is None else {BEFORE: target}
    assert judged(BEFORE, told, *([BEFORE] if corrected else [])) == refused


@pytest.mark.parametrize("other", [
    OWN._replace(programme="residents"), OWN._replace(form="arrival"), OWN._replace(subject=ANOTHER)])
def test_what_its_correction_tells_of_otherwise_is_something_else(other: CorrectionTarget) -> None:
    for replaces in (None, BEFORE):
        assert judged(replaces, {SENT: other, BEFORE: OWN}) == errors.SAME_ID_OTHER_CONTENT
    assert judged(None, {}) is None

"""Resident ids that a mask shows alike are few: who tries them one after the other is slowed down after three."""

from __future__ import annotations

import datetime as dt

import pytest

from fangxian.accounts import attempts
from fangxian.accounts.pace import FORGOTTEN
from fangxian.kernel.identifiers import masks
from tests.county import MORNING

FIRST, SECOND, THIRD, FOURTH = (f"341023{born}9375" for born in ("19660101", "19660102", "19660103", "19660104"))


@pytest.mark.parametrize(("number", "mask"), [
    ("341023196601019375", "341***********9375"),
    (" 341023 19660101 937x", "341***********937X"),
    ("130503670401001", "130********1001"),
    ("E12345678", ""), ("+8613812345678", ""), ("13812345678", ""), ("ABDULRAHMAN MOHAMMED", ""), ("", ""),
    ("34102319660101937XX", ""),
])
def test_only_of_a_resident_id_it_is_said_what_its_mask_shares(number: str, mask: str) -> None:
    assert masks.alike(number) == mask


def left(number: str, at: dt.datetime = MORNING, user: int = 7) -> dt.timedelta:
    return attempts.until_looked_up(user, number, at)


@pytest.mark.django_db
def test_the_fourth_of_one_mask_waits_and_no_other() -> None:
    for number in (FIRST, SECOND, FIRST, FIRST, THIRD):
        assert not left(number), "the same once more is no other"
        attempts.found_nobody(7, number, MORNING)
    assert left(FOURTH) == dt.timedelta(minutes=2)
    assert left(FIRST) == dt.timedelta(minutes=2), "nor is it told now of one that was tried"
    assert not left(FOURTH.replace("9375", "9383"))
    assert not left(FOURTH, user=8)
    assert not left("13812345678")
    assert not left(FOURTH, MORNING + FORGOTTEN)
    assert not left(FOURTH, MORNING + dt.timedelta(minutes=2))
    attempts.found_nobody(7, FOURTH, MORNING + dt.timedelta(minutes=2))
    assert left(FIRST, MORNING + dt.timedelta(minutes=2)) == dt.timedelta(minutes=4)

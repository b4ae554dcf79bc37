"""What is looked up once a page, and every time otherwise."""

from __future__ import annotations

import pytest

from fangxian.kernel.once import looking_once, once


class Source:
    """Counts how often it was asked."""

    def __init__(self) -> None:
        self.asked = 0
        self.value = once(self._value)

    def _value(self, name: str = "", *, at: int = 0) -> tuple[str, int, int]:
        self.asked += 1
        return name, at, self.asked


def test_outside_every_look_up_is_made() -> None:
    source = Source()
    assert [source.value("a")[2], source.value("a")[2]] == [1, 2]


def test_inside_the_first_answer_stands_for_each_question() -> None:
    source = Source()
    with looking_once():
        assert source.value("a") == source.value("a") == ("a", 0, 1)
        assert source.value("a", at=1) == ("a", 1, 2)
        assert source.value("b") == ("b", 0, 3)
    assert source.value("a") == ("a", 0, 4)


def test_one_page_knows_nothing_of_another() -> None:
    source = Source()
    for page in (1, 2):
        with looking_once():
            assert source.value() == ("", 0, page)


def test_a_look_up_that_fails_is_tried_again() -> None:
    tries = []

    @once
    def failing() -> None:
        tries.append(1)
        raise LookupError

    with looking_once():
        for _ in range(2):
            with pytest.raises(LookupError):
                failing()
    assert len(tries) == 2

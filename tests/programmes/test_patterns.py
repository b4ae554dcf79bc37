"""Patterns: read alike by JavaScript, Java and RE2, matched in linear time, or refused."""

from __future__ import annotations

import contextlib
import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fangxian.programmes.expressions import NameScope, RefusedError, StaticType, compile_expression
from fangxian.programmes.expressions.patterns import read_pattern

from .forms_for_tests import STEADY

EXPONENTIAL = [
    "^(a+)+$", "(a*)*", "(a?)*", "(a|a)*", "(a|aa)+", "(a|b|ab)*c", "(x+x+)+y", "([0-9]{1,3}){1,50}",
    r"([a-zA-Z0-9])(([\-.]|[_]+)?([a-zA-Z0-9]+))*@", "((ab)*)*", "(.*b)*", "([a-z]+){2,}", "(a{1,40}){1,40}",
    r"(\d+\d)*", "(a?){30}a{30}",
]  # fmt: skip
PLAIN = [
    "[1-9][0-9]{16}[0-9Xx]", "([0-9]{3}-?){2,4}", "([a-z]+,)*[a-z]+", "(ab|a)(bc|c)*", ".*x.*", "(a|b)*",
    r"\d+(\.\d+)?", "[A-Z]{1,3}( [A-Z]{1,3})*", "[一-龥·]{2,20}", "(?:a|b)+", "", "a?", "[^,]*,[^,]*",
    "([a-z][0-9])*",
]  # fmt: skip


@pytest.mark.parametrize("pattern", EXPONENTIAL)
def test_what_would_hang_a_phone_is_refused(pattern: str) -> None:
    with pytest.raises(RefusedError, match="would hang"):
        read_pattern(pattern)


@pytest.mark.parametrize("pattern", PLAIN)
def test_what_is_quick_is_taken(pattern: str) -> None:
    assert re.fullmatch(read_pattern(pattern).field, "never") or True


@pytest.mark.parametrize(
    "pattern",
    ["(?i)a", "a(?=b)", r"\bfoo", r"(a)\1", ".", "a.", "[^a]{3}", "𠮷", "[𠮷]", "a++", "[0-9", "(", ")", "a{3,2}",
     r"\p{L}", r"[\D]", "a$b", "{2}", "x" * 501, "a{501}", "^a|b$", "*a", "a^b"],
)  # fmt: skip
def test_what_is_read_differently_is_refused(pattern: str) -> None:
    with pytest.raises(RefusedError) as refused:
        read_pattern(pattern)
    assert refused.value.reason.zh


@pytest.mark.parametrize(
    "pattern",
    [f"(?:{'|'.join('abcdefghijklmnopqrstuvwxyz0123456789')})*", f"(?:{'[a-z]' * 60})*", f"(?:{'[a-z]?x' * 60})*",
     f"({'(' * 100}a{')' * 100})*", f"(?:{'|'.join(f'[a-z]{n}' for n in range(10))})*", f"(?:{'[a-z]|' * 70}x)*"],
)  # fmt: skip
def test_the_check_itself_is_quick(pattern: str) -> None:
    begun = time.perf_counter()
    with contextlib.suppress(RefusedError):
        read_pattern(pattern)
    assert time.perf_counter() - begun < 3


atoms = st.sampled_from(["a", "b", "c", r"\d", r"\s", "[ab]", "[^b]*", "(ab|c)", "(a|bc)", "[a-c]", r"\.", ".*"])
parts = st.tuples(atoms, st.sampled_from(["", "", "?", "*", "+", "{2}", "{1,3}"])).map("".join)
patterns = st.lists(parts, min_size=1, max_size=5).map("".join)


@given(patterns, st.text("abc1 .", max_size=8))
@STEADY
def test_it_matches_what_the_pattern_says(pattern: str, text: str) -> None:
    try:
        found = read_pattern(pattern)
    except RefusedError:
        return
    assert found.matches(text) == (re.fullmatch(pattern, text, re.ASCII) is not None)
    assert (re.fullmatch(found.field, text) is not None) == found.matches(text)


@pytest.mark.parametrize("pattern", ["[a]*[a]*[a]*[a]*b", ".*a.*a.*a.*b", "^(a+)+$"])
def test_no_answer_takes_long(pattern: str) -> None:
    """Also in a form that was published before such a pattern was refused."""
    run = compile_expression(f"regex(., '{pattern}')", NameScope(this=StaticType.TEXT)).run
    begun = time.perf_counter()
    assert run({}, "a" * 9_999 + "!", None) is False
    assert time.perf_counter() - begun < 1

"""S-FEEL (OMG DMN 1.5, clause 9) as decision tables write it, with ``unknown``, ``max()`` and ``min()`` added.

Unknown values follow three-valued logic: a comparison with an unknown value is neither true nor false, and a cell
holds only when it is true. So ``not("high")`` does not hold for an unknown value, ``not(unknown)`` holds for every
known one, and ``-`` for all. Over a list each test holds when it holds for any element, so ``not("fever")`` holds for a
known list without it.
"""

from .fold import fold
from .parser import parse_expression, parse_tests
from .syntax import (
    ANYTHING,
    Binary,
    Call,
    Compare,
    Expression,
    FeelError,
    Interval,
    Literal,
    Months,
    Name,
    Test,
    Tests,
    Unknown,
    names_in,
)
from .typing import Typing, check_expression, check_tests

__all__ = [
    "ANYTHING",
    "Binary",
    "Call",
    "Compare",
    "Expression",
    "FeelError",
    "Interval",
    "Literal",
    "Months",
    "Name",
    "Test",
    "Tests",
    "Typing",
    "Unknown",
    "check_expression",
    "check_tests",
    "fold",
    "names_in",
    "parse_expression",
    "parse_tests",
]

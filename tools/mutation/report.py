"""What became of the faults: a table by package and kind, and by name those nobody noticed or argued away."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from .faults import Fault
from .trial import CAUGHT, NO_TEST, SURVIVED, TIMED_OUT

NOTICED: Final = frozenset({CAUGHT, TIMED_OUT})
UNNOTICED: Final = frozenset({SURVIVED, NO_TEST})
Outcome = tuple[Fault, str]


def argued(path: Path) -> dict[str, str]:
    """Faults that change nothing anybody could see, each with the reason."""
    return dict(tomllib.loads(path.read_text("utf-8"))) if path.exists() else {}


def lines(outcomes: Sequence[Outcome], reasons: Mapping[str, str]) -> Iterator[str]:
    yield from _table(outcomes, reasons)
    left = [fault for fault, outcome in outcomes if outcome in UNNOTICED and fault.key not in reasons]
    if left:
        yield "\nNobody noticed:"
    for fault in left:
        yield f"  {fault.file}:{fault.line}  {fault.kind}  {fault.what}"
    tried = {fault.key: outcome for fault, outcome in outcomes}
    for key in reasons:
        if tried.get(key) in NOTICED:
            yield f"argued away, but noticed: {key}"


def _table(outcomes: Sequence[Outcome], reasons: Mapping[str, str]) -> Iterator[str]:
    yield f"{'':24}{'tried':>7}{'caught':>8}{'argued':>8}{'left':>6}{'share':>8}"
    packages = sorted({_package(fault) for fault, _ in outcomes})
    kinds = sorted({fault.kind for fault, _ in outcomes})
    for name in packages:
        yield _row(name, [one for one in outcomes if _package(one[0]) == name], reasons)
    yield ""
    for kind in kinds:
        yield _row(kind, [one for one in outcomes if one[0].kind == kind], reasons)
    yield ""
    yield _row("all", outcomes, reasons)


def _row(name: str, outcomes: Sequence[Outcome], reasons: Mapping[str, str]) -> str:
    counted = Counter(
        "caught" if outcome in NOTICED else "argued" if fault.key in reasons else "left"
        for fault, outcome in outcomes if outcome in NOTICED | UNNOTICED)
    tried = counted.total()
    counts = f"{tried:>7}{counted['caught']:>8}{counted['argued']:>8}{counted['left']:>6}"
    return f"{name:24}{counts}{counted['caught'] / tried:>8.1%}" if tried else f"{name:24}{counts}"


def _package(fault: Fault) -> str:
    return fault.file.split("/")[1]


def other(outcomes: Sequence[Outcome]) -> Iterator[str]:
    """Faults that could not be tried at all, and those under which the tests came to no end."""
    for fault, outcome in outcomes:
        if outcome == TIMED_OUT or outcome not in NOTICED | UNNOTICED:
            yield f"  {outcome}: {fault.file}:{fault.line}  {fault.what}"

"""Verdicts as the user is asked about them: with what a line changes, and whom else of its list it may be."""

from __future__ import annotations

from collections.abc import Sequence

from . import doubles, effects, fitting
from .types import Prepared, Tab
from .verdicts import LineVerdict, ListContext, shared_numbers


def weighed(
    lines: Sequence[Prepared], found: Sequence[LineVerdict], whole: Sequence[Prepared], context: ListContext,
) -> list[LineVerdict]:
    """The verdicts on some lines of a ``whole`` list, in order."""
    if context.reply is not None:  # a number says whose a line is, and the line changes nothing else
        return list(found)
    known = [line for line, one in zip(lines, found, strict=True) if one.tab is not Tab.NEW]
    fitting.take_grids_back(known, context.programme, context.form)
    shown = effects.weigh(lines, found, context, frozenset() if context.numbered else shared_numbers(whole))
    asked = doubles.ask(whole, {line.number: one for line, one in zip(lines, shown, strict=True)}, context)
    return [asked[line.number] for line in lines]


def as_it_stands(line: Prepared) -> LineVerdict:
    """The verdict that a line has."""
    assert line.subject is not None
    assert line.reason is not None
    return LineVerdict(line.tab, line.subject, line.reason, tuple(line.candidates), line.effects, line.weighty,
                       line.reached)

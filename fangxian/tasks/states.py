"""The states of a task and of a handover: what each means, what moves a task from one to another, and the same for SQL.

Everything that asks about a state, here and in other packages, asks these tables. Late is no state: it is an open task
past its deadline.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Final, NamedTuple

from fangxian.kernel.text import Text


class State(StrEnum):
    """As it is stored."""

    OPEN = "open"
    DONE = "done"
    EXCUSED = "excused"
    VOID = "void"
    MISSED = "missed"


class Event(StrEnum):
    """What can happen to a task."""

    FILLED = "filled"
    EXCUSE = "excuse"
    VISITED = "visited in vain"
    VISIT_WITHDRAWN = "visit withdrawn"
    NO_LONGER_ASKED = "no longer asked for"
    ASKED_AGAIN = "asked for again"
    CUT_OFF = "cut-off"
    WITHDRAWN = "withdrawn"
    REPORTED_LATE = "reported late"


class HandoverState(StrEnum):
    """As it is stored."""

    ASKED = "asked"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    ENDED = "ended"


class HandoverMeaning(NamedTuple):
    """What a state says: ``standing``: the handover may still change whose somebody is, so that it follows them;
    ``taken``: they were taken over at some time."""

    label: Text
    standing: bool = False
    taken: bool = False


class StateMeaning(NamedTuple):
    """What a state says: ``asked``: it counts as asked for; ``closed``: as dealt with, rightly. ``icon`` is of
    field/src/icons.ts."""

    label: Text
    icon: str
    asked: bool
    closed: bool


STATES: Final = {
    State.DONE: StateMeaning(Text("Done", "已办"), "done", asked=True, closed=True),
    State.EXCUSED: StateMeaning(Text("Excused", "免办"), "excused", asked=True, closed=True),
    State.OPEN: StateMeaning(Text("Open", "待办"), "open", asked=True, closed=False),
    State.MISSED: StateMeaning(Text("Missed", "未完成"), "missed", asked=True, closed=False),
    State.VOID: StateMeaning(Text("No longer asked for", "已取消"), "excused", asked=False, closed=False),
}
"""In the order in which figures show them."""
ASKED: Final = tuple(state for state, means in STATES.items() if means.asked)
CLOSED: Final = tuple(state for state, means in STATES.items() if means.closed)
OUTSTANDING: Final = tuple(state for state in ASKED if state not in CLOSED)
ENDED: Final = tuple(state for state in ASKED if state is not State.OPEN)

HANDOVERS: Final = {
    HandoverState.ASKED: HandoverMeaning(Text("asked for", "已提出移交"), standing=True),
    HandoverState.ACCEPTED: HandoverMeaning(Text("accepted", "已接收"), standing=True, taken=True),
    HandoverState.DECLINED: HandoverMeaning(Text("declined", "已答复不接收")),
    HandoverState.WITHDRAWN: HandoverMeaning(Text("taken back", "已撤回")),
    HandoverState.ENDED: HandoverMeaning(Text("over", "已结束"), taken=True),
}
"""Asked until it is answered; what a department accepted ends when the area has the subject back."""
ACKNOWLEDGED: Final = Text("acknowledged", "已确认")

TRANSITIONS: Final = {
    (State.OPEN, Event.FILLED): State.DONE,
    (State.OPEN, Event.EXCUSE): State.EXCUSED,
    (State.OPEN, Event.VISITED): State.OPEN,
    (State.OPEN, Event.VISIT_WITHDRAWN): State.OPEN,
    (State.OPEN, Event.NO_LONGER_ASKED): State.VOID,
    (State.OPEN, Event.CUT_OFF): State.MISSED,
    (State.VOID, Event.ASKED_AGAIN): State.OPEN,
    (State.DONE, Event.WITHDRAWN): State.OPEN,
    (State.EXCUSED, Event.WITHDRAWN): State.OPEN,
    (State.MISSED, Event.REPORTED_LATE): State.MISSED,
}
"""The only moves there are. Missed is history: a report that comes late is noted on the task and changes no state."""


def sql_is(states: Iterable[StrEnum], of: str = "") -> str:
    """SQL: the row, of a table called ``of``, is in one of some states."""
    column = f"{of}.state" if of else "state"
    listed = [f"'{state.value}'" for state in states]
    return f"{column} = {listed[0]}" if len(listed) == 1 else f"{column} IN ({', '.join(listed)})"


def sql_may(event: Event) -> str:
    """SQL: the event can happen to the row."""
    return sql_is(before for before, happening in TRANSITIONS if happening is event)


def sql_after(event: Event) -> str:
    """SQL: the state that follows the event."""
    moves = " ".join(f"WHEN '{before.value}' THEN '{state.value}'"
                     for (before, happening), state in TRANSITIONS.items() if happening is event)
    return f"CASE state {moves} END"


IS_OPEN: Final = sql_is([State.OPEN])
IS_ASKED: Final = sql_is([HandoverState.ASKED])
IS_ACCEPTED: Final = sql_is([HandoverState.ACCEPTED])
STANDING: Final = tuple(state for state, means in HANDOVERS.items() if means.standing)
TAKEN: Final = tuple(state for state, means in HANDOVERS.items() if means.taken)
IS_CLOSED: Final = sql_is(CLOSED)
IS_ENDED: Final = sql_is(ENDED)

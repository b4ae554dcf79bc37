"""``docs/tasks.md``: the states of a task, drawn from the table the code moves by."""

from __future__ import annotations

from fangxian.tasks.states import TRANSITIONS, Event, State

from .layout import page, table

_HEAD = """
A task is a form to be filled about a subject by a post at an area in a window. *Late* is no state: it is an open task
past its deadline, which can still be done. A state without an arrow out of it stays: *missed* is history, and a report
that comes later is noted on the task.
"""


def tasks() -> str:
    """A state diagram and the matrix behind it."""
    return page("States of a task", _HEAD, _diagram(), _matrix())


def _diagram() -> str:
    moves = [f"  {before.value} --> {after.value}: {event.value}" for (before, event), after in TRANSITIONS.items()]
    return "\n".join(["```mermaid", "stateDiagram-v2", "  [*] --> open", *moves, "```"])


def _matrix() -> str:
    rows = [[f"`{state}`", *(TRANSITIONS.get((state, event), "") for event in Event)] for state in State]
    return table(["state", *(event.value for event in Event)], rows)

"""Words and links of the figures: stages, the differences between them, columns."""

from __future__ import annotations

from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from fangxian.console.viewpoint import Viewpoint, said
from fangxian.kernel import errors
from fangxian.kernel.errors import Problem
from fangxian.programmes.types import Programme
from fangxian.report.types import Counts
from fangxian.tasks.states import STATES, State

KNOWN: Final = ("expected", "registered", "verified", "managed", "released")


def stage_label(programme: Programme, stage: int) -> str:
    """A stage in words; a programme's own name where we have none."""
    assert programme.cohort is not None
    name = programme.cohort.stages[stage]
    words = {
        "expected": _("Expected"),
        "registered": _("Registered"),
        "verified": _("Verified"),
        "managed": _("Managed"),
        "released": _("Released"),
    }
    return words.get(name, name)


def gap_text(programme: Programme, stage: int, number: int) -> str:
    """The difference between a stage and the next, in words."""
    assert programme.cohort is not None
    name = programme.cohort.stages[stage]
    words = {
        "expected": ngettext("%(n)d on the list, not found yet", "%(n)d on the list, not found yet", number),
        "registered": ngettext("%(n)d waits for the visit at the door", "%(n)d wait for the visit at the door", number),
        "verified": ngettext("%(n)d without a measure yet", "%(n)d without a measure yet", number),
        "managed": ngettext("%(n)d still under a measure", "%(n)d still under a measure", number),
    }
    template = words.get(name) or ngettext("%(n)d not there yet", "%(n)d not there yet", number)
    return template % {"n": number}


def loop(view: Viewpoint, counts: Counts) -> list[dict[str, Any]]:
    """The loop strip: each stage with its figure, the difference to the one before in words, both with their lists."""
    if view.programme.cohort is None:
        return []
    stages = []
    for stage in range(len(view.programme.cohort.stages)):
        missing = counts.stopped_at(stage - 1) if stage else 0
        gap = (
            {"text": gap_text(view.programme, stage - 1, missing), "url": names(view, f"gap-{stage - 1}")}
            if missing
            else None
        )
        stages.append(
            {
                "label": stage_label(view.programme, stage),
                "value": counts.reached(stage),
                "url": names(view, f"stage-{stage}"),
                "gap": gap,
            }
        )
    return stages


def names(view: Viewpoint, key: str, code: str | None = None) -> str:
    """The list behind a figure."""
    return view.to("figure", code or view.area.code, key)


def figure_title(view: Viewpoint, key: str) -> str:
    """A list's heading out of its key; Problem NOT_FOUND for a key the programme has no list behind."""
    kind, _sign, rest = key.partition("-")
    programme = view.programme
    stages = len(programme.cohort.stages) if programme.cohort else 0
    if kind in ("stage", "gap") and rest in map(str, range(stages)):
        label = stage_label(programme, int(rest))
        return label if kind == "stage" else _("%(stage)s and no further") % {"stage": label}
    if kind == "measure" and rest in programme.measures:
        return said(programme.measures[rest].label)
    state, _dash, task = rest.partition("-")
    if kind == "tasks" and (not task or task in programme.tasks):
        label = said(programme.tasks[task].label) if task else ""
        return " · ".join(part for part in (label, state_label(state)) if part)
    others = {"walk-in": _("Walk-ins"), "here": _("No grid chosen yet"), "late": _("Late now")}
    if key not in others:
        raise Problem(errors.NOT_FOUND)
    return others[key]


def state_label(state: str) -> str:
    """A state of a task, or a group of states, in words."""
    if state in STATES:
        return said(STATES[State(state)].label)
    return {"due": _("Due"), "closed": _("Closed"), "outstanding": _("Outstanding")}.get(state, state)

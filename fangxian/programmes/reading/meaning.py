"""Which outputs carry the meaning: the decision, its measures, and the cohort of the area page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fangxian.kernel.text import both
from fangxian.kernel.values import ValueType
from fangxian.programmes.types import Cohort, DecisionRoles, LinkKind, Measure

from .draft import MOMENTS

if TYPE_CHECKING:
    from fangxian.programmes.toml import TomlTable

    from .draft import Draft

_ROLES: Final = {
    "measure": frozenset({ValueType.TEXT}),
    "until": MOMENTS,
    "stage": frozenset({ValueType.TEXT}),
    "urgent": frozenset({ValueType.BOOLEAN}),
}
_NEEDED: Final = frozenset({"measure", "until"})


def read_decision(document: TomlTable, draft: Draft) -> None:
    section = document.section("decision")
    if section is None:
        return
    names = {role: _output(section, role, draft) for role in _ROLES}
    heavier = _heavier(section, draft)
    if heavier and not names["urgent"]:
        section.wrong("urgent_needed", "heavier")
    section.finish()
    if names["measure"] and names["until"]:
        draft.decision = DecisionRoles(
            names["measure"], names["until"], names["stage"] or None, names["urgent"] or None, heavier
        )


def _heavier(section: TomlTable, draft: Draft) -> tuple[str, ...]:
    """Boolean outputs, each heavier than the one before."""
    found = tuple(section.items("heavier", str))
    for name in found:
        if name not in draft.outputs:
            section.unknown("unknown_output", "heavier", name, draft.outputs)
        elif draft.outputs[name] is not ValueType.BOOLEAN:
            section.wrong("measure_type", "heavier", name=name, wanted=ValueType.BOOLEAN.value)
    return found


def _output(section: TomlTable, role: str, draft: Draft) -> str:
    outputs = draft.outputs
    name = section.one_of(role, "unknown_output", outputs, needed=role in _NEEDED)
    if name and outputs[name] not in _ROLES[role]:
        wanted = ", ".join(sorted(kind.value for kind in _ROLES[role]))
        section.wrong("measure_type", role, name=name, wanted=wanted)
    return name


def read_measures(document: TomlTable, draft: Draft) -> dict[str, Measure]:
    found: dict[str, Measure] = {}
    for section in document.sections("measure"):
        measure = Measure(
            section.words("name"), section.text("label") or both(""), section.flag("managed", needed=True)
        )
        section.finish()
        if measure.name in found:
            section.wrong("twice", "name", name=measure.name)
        found[measure.name] = measure
    if draft.decision is not None:
        _every_value(document, draft, draft.decision.measure, found)
    elif found:
        document.wrong("decision_needed", "measure", name="[[measure]]")
    return found


def _every_value(document: TomlTable, draft: Draft, output: str, declared: dict[str, Measure]) -> None:
    given = set()
    for value, file, row, column in draft.possible(output):
        given.add(value)
        if value not in declared:
            draft.mistakes.of(file).add("unknown_measure", row, column, name=value)
    for name in declared.keys() - given:
        draft.mistakes.warn("unused_measure", document.line("measure"), "name", name=name)


def read_cohort(document: TomlTable, draft: Draft) -> Cohort | None:
    section = document.section("cohort")
    if section is None:
        return None
    of = section_fact(section, "of", ValueType.DATETIME, draft, needed=True)
    stages = tuple(section.items("stages", str, needed=True))
    walk_in = section_fact(section, "walk_in", ValueType.BOOLEAN, draft, needed=False)
    section.finish()
    for stage in sorted({stage for stage in stages if stages.count(stage) > 1}):
        section.wrong("twice", "stages", name=stage)
    if draft.decision is None or draft.decision.stage is None:
        section.wrong("stage_needed", None)
    else:
        for value, file, row, column in draft.possible(draft.decision.stage):
            if value not in stages:
                draft.mistakes.of(file).add("unknown_stage", row, column, name=value)
    return Cohort(of, stages, walk_in or None)


def section_fact(section: TomlTable, key: str, kind: ValueType, draft: Draft, *, needed: bool = False) -> str:
    name = section.one_of(key, "unknown_fact", draft.facts, needed=needed)
    if name and draft.facts[name].type is not kind:
        section.wrong("not_a_date", key, name=name, wanted=kind.value)
    return name


def read_links(document: TomlTable, draft: Draft) -> None:
    for section in document.sections("link"):
        link = LinkKind(
            section.name("kind"), section.name("to"), section.text("label") or both(""), section.flag("make"),
            section.text("back", needed=False), section.flag("single"), section.flag("anywhere"),
        )
        section.finish()
        if link.kind in draft.links:
            section.wrong("twice", "kind", name=link.kind)
        draft.links[link.kind] = link

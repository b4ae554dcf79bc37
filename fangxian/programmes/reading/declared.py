"""Facts with their derivations, and the inputs computed at the moment of deciding."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from fangxian.kernel.text import both
from fangxian.kernel.values import Privacy, ValueType
from fangxian.programmes.tables import UnaryError, read_test
from fangxian.programmes.types import Count, DaysInARow, DerivedInput, Fact, FirstWhen, Keep, LastWhen, Series, Since

from .draft import MOMENTS

if TYPE_CHECKING:
    from fangxian.programmes.toml import TomlTable
    from fangxian.programmes.types import Derivation

    from .draft import Draft

FACT_TYPES: Final = ("text", "integer", "number", "boolean", "date", "datetime", "list")
_ORDERED: Final = MOMENTS | {ValueType.INTEGER, ValueType.NUMBER}
DERIVATIONS: Final = {
    "last_when": ValueType.DATETIME,
    "first_when": ValueType.DATETIME,
    "since": ValueType.DATETIME,
    "days_in_a_row": ValueType.INTEGER,
    "count": ValueType.INTEGER,
}


def read_facts(document: TomlTable, draft: Draft) -> None:
    """Into the draft; derivations after all facts are known, since they name one another."""
    sections = document.sections("fact")
    for section in sections:
        _declare(section, draft)
    derived = {str(section.values.get("name")) for section in sections if DERIVATIONS.keys() & section.values.keys()}
    for section in sections:
        _derive(section, draft, derived)
        _keep(section, draft, derived)
        section.finish()


def _declare(section: TomlTable, draft: Draft) -> None:
    fact = Fact(
        name=section.name("name"),
        type=ValueType(section.one_of("type", "unknown_word", FACT_TYPES) or "text"),
        label=section.text("label") or both(""),
        privacy=_privacy(section),
        unit=section.words("unit", needed=False) or None,
        keep=Keep(section.one_of("keep", "unknown_word", [kind.value for kind in Keep], needed=False) or Keep.LATEST),
    )
    if fact.name in draft.columns:
        section.wrong("twice", "name", name=fact.name)
    elif fact.name:
        draft.facts[fact.name] = fact
        draft.columns[fact.name] = fact.type


def _privacy(section: TomlTable) -> Privacy:
    written = section.one_of("privacy", "unknown_word", [kind.value for kind in Privacy])
    if written == Privacy.PERSONAL:
        section.wrong("personal_fact", "privacy")
    return Privacy(written or "sensitive")


def _derive(section: TomlTable, draft: Draft, derived: set[str]) -> None:
    given = [key for key in DERIVATIONS if key in section.values]
    fact = draft.facts.get(str(section.values.get("name")))
    if fact is None or not given:
        section.asked.extend(DERIVATIONS)
        return
    if len(given) > 1:
        section.wrong("one_derivation", given[1])
    key = given[0]
    if fact.type is not DERIVATIONS[key]:
        section.wrong("derived_type", "type", name=key, wanted=DERIVATIONS[key].value)
    derivation = _derivation(section, key, fact, draft, derived)
    section.asked.extend(given)
    if derivation is not None:
        draft.facts[fact.name] = replace(fact, derivation=derivation)


def _keep(section: TomlTable, draft: Draft, derived: set[str]) -> None:
    """Which of the values told counts, and what goes with another fact."""
    fact = draft.facts.get(str(section.values.get("name")))
    settled_by = tuple(section.items("settled_by", str))
    told_with = section.one_of("told_with", "unknown_fact", draft.facts, needed=False) or None
    if fact is None:
        return
    if fact.name in derived and (fact.keep is not Keep.LATEST or told_with):
        section.wrong("kept_derived", "keep" if fact.keep is not Keep.LATEST else "told_with")
    if fact.keep is not Keep.LATEST and fact.type not in _ORDERED:
        section.wrong("kept_type", "keep", name=fact.type.value)
    if settled_by and fact.keep is Keep.LATEST:
        section.wrong("keep_needed", "settled_by", name=fact.name)
    if told_with and draft.facts[told_with].keep is Keep.LATEST:
        section.wrong("keep_needed", "told_with", name=told_with)
    for form in settled_by:
        if form not in draft.form_names:
            section.unknown("unknown_form", "settled_by", form, sorted(draft.form_names))
    draft.facts[fact.name] = replace(fact, settled_by=settled_by, told_with=told_with)


def _derivation(section: TomlTable, key: str, fact: Fact, draft: Draft, derived: set[str]) -> Derivation | None:
    if key == "count":
        counted = section.section(key)
        return _count(counted, draft) if counted is not None else None
    single = key in ("since", "days_in_a_row")
    parts = [section.section(key)] if single else section.sections(key)
    series = [one for part in parts if part is not None and (one := _series(part, fact, draft, derived)) is not None]
    if not series:
        if not any(parts):
            section.wrong("no_condition", key)
        return None
    if single:
        return Since(series[0]) if key == "since" else DaysInARow(series[0])
    return LastWhen(tuple(series)) if key == "last_when" else FirstWhen(tuple(series))


def _count(section: TomlTable, draft: Draft) -> Count:
    form = section.one_of("form", "unknown_form", sorted(draft.form_names))
    section.finish()
    return Count(form)


def _series(section: TomlTable, fact: Fact, draft: Draft, derived: set[str]) -> Series | None:
    of = section.one_of("of", "unknown_fact", draft.facts)
    text = section.words("test")
    section.finish()
    source = draft.facts.get(of)
    if source is None or not text:
        return None
    if of in derived:
        section.wrong("derived_of_derived", "of", name=of)
    if source.privacy is Privacy.SENSITIVE and fact.privacy is Privacy.PLAIN:
        section.wrong("less_private", None, name=of)
    try:
        return Series(of, read_test(text, source.type))
    except UnaryError as error:
        section.mistakes.tell("bad_test", error.reason, section.line("test"), "test")
        return None


def read_inputs(document: TomlTable, draft: Draft) -> None:
    for section in document.sections("input"):
        _input(section, draft)
        section.finish()


def _input(section: TomlTable, draft: Draft) -> None:
    name = section.name("name")
    section.one_of("type", "unknown_word", ["integer"])
    label = section.text("label") or both(name)
    given = {key: section.words(key, needed=False) or None for key in ("days_since", "years_since")}
    derived = DerivedInput(name, label, **given)
    if sum(value is not None for value in given.values()) != 1:
        section.wrong("one_of_two", None, name="days_since, years_since")
    elif derived.of not in draft.facts:
        section.unknown("unknown_fact", "days_since" if derived.days_since else "years_since", derived.of, draft.facts)
    elif draft.facts[derived.of].type not in MOMENTS:
        section.wrong("not_a_date", None, name=derived.of, wanted="date, datetime")
    if name in draft.columns:
        section.wrong("twice", "name", name=name)
    elif name:
        draft.inputs[name] = derived
        draft.columns[name] = ValueType.INTEGER

"""A programme from the files of its folder, or every mistake in them."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from fangxian.kernel.findings import Finding, errors
from fangxian.kernel.text import both
from fangxian.kernel.values import ValueType

from .folder import FolderError, digest, read_folder
from .mistakes import Mistakes
from .reading.bindings import form_files, name_keys, read_forms, unset_facts
from .reading.declared import read_facts, read_inputs
from .reading.draft import Draft
from .reading.drills import read_drills
from .reading.meaning import read_cohort, read_decision, read_links, read_measures, section_fact
from .reading.permissions import FILE as PERMISSIONS
from .reading.permissions import check_reach, read_permissions
from .reading.replies import read_replies
from .reading.tasks import read_consequences, read_tasks
from .tables import cases_of, file_of, read_tables, try_tables
from .toml import TomlTable, read_toml
from .types import Programme

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

FILE: Final = "programme.toml"
_MOST_MONTHS: Final = 1200
_trials: Final[list[Callable[[Programme], None]]] = []


def check(path: Path) -> list[Finding]:
    """Every mistake in the folder, errors and warnings; empty when it can be published as it is."""
    try:
        return load(read_folder(path))[1]
    except FolderError as error:
        return [error.finding]


def load(files: Mapping[str, bytes], *, published: bool = False) -> tuple[Programme | None, list[Finding]]:
    """The programme, or None when one of the findings is an error; findings in the order of file and row.

    ``published``: these files passed before, so tables are not searched for gaps and examples not run again. What a
    process has loaded it does not load again: the same files give the same.
    """
    programme, findings = _loaded(tuple(sorted(files.items())), published)
    return programme, list(findings)


@lru_cache(maxsize=8)
def _loaded(items: tuple[tuple[str, bytes], ...], published: bool) -> tuple[Programme | None, tuple[Finding, ...]]:
    files = dict(items)
    mistakes = Mistakes(FILE, published=published)
    if FILE not in files:
        mistakes.add("missing_file", name=FILE)
        return None, tuple(mistakes.found)
    document = read_toml(files[FILE], mistakes)
    draft = Draft(files, mistakes)
    programme = _programme(document, draft) if document is not None else None
    if not published:
        try_tables(files, draft.tables, mistakes)
    if programme is not None and not published and not errors(mistakes.found):
        _try_out(programme, mistakes)
    findings = tuple(sorted(mistakes.found, key=_order))
    return (None if errors(findings) else programme), findings


def on_check(trial: Callable[[Programme], None]) -> None:
    """Packages downstream build and run what will run; what that raises is a mistake of the folder."""
    if trial not in _trials:
        _trials.append(trial)


def _try_out(programme: Programme, mistakes: Mistakes) -> None:
    for trial in _trials:
        try:
            trial(programme)
        except Exception as error:  # noqa: BLE001 - whatever it is, it would stop every record
            mistakes.add("does_not_run", reason=f"{type(error).__name__}: {error}"[:300])


def _order(finding: Finding) -> tuple[bool, str, str, int]:
    place = finding.place
    return place.file != FILE, place.file, place.sheet or "", place.row or 0


def _programme(document: TomlTable, draft: Draft) -> Programme:
    files = form_files(draft)
    read_facts(document, draft)
    read_inputs(document, draft)
    names = [(section.name("name"), section.line("name")) for section in _finished(document)]
    draft.tables = read_tables(draft.files, names, draft.columns, draft.mistakes)
    read_links(document, draft)
    read_forms(draft, files)
    subject, replies = document.name("subject"), read_replies(document, draft)
    name_keys(draft, subject, replies)
    read_decision(document, draft)
    tasks = read_tasks(document, draft)
    permissions = read_permissions(draft)
    programme = Programme(
        id=document.name("id"),
        version=document.words("version"),
        title=document.text("title") or both(""),
        subject=subject,
        retention_months=document.number("retention_months", 1, _MOST_MONTHS),
        facts=draft.facts,
        inputs=draft.inputs,
        tables=draft.tables,
        columns=draft.columns,
        decision=draft.decision,
        cohort=read_cohort(document, draft),
        measures=read_measures(document, draft),
        tasks=tasks,
        links=draft.links,
        consequences=read_consequences(document, draft, tasks),
        permissions=permissions,
        forms=draft.forms,
        digest=digest(draft.files),
        place=section_fact(document, "place", ValueType.TEXT, draft) or None,
        replies=replies,
        drills=read_drills(document, draft),
    )
    document.finish()
    check_reach(draft, tasks, permissions)
    _leftovers(document, draft, files, names)
    return programme


def _finished(document: TomlTable) -> list[TomlTable]:
    """The [[table]] sections, which hold a name and nothing else."""
    sections = document.sections("table")
    for section in sections:
        section.asked.append("name")
        section.finish()
    return sections


def _leftovers(document: TomlTable, draft: Draft, forms: Mapping[str, str], tables: list[tuple[str, int]]) -> None:
    """Warnings for what does nothing: files nobody declared, facts nobody sets."""
    used = {FILE, PERMISSIONS, *forms}
    used |= {file for name, _ in tables for file in (file_of(draft.files, name), cases_of(name)) if file}
    for file in draft.files:
        if file not in used and not ("/" not in file and file.endswith(".md")):
            draft.mistakes.of(file).warn("unused_file")
    lines = {str(section.values.get("name")): section.line("name") for section in document.sections("fact")}
    for name in unset_facts(draft):
        draft.mistakes.warn("unset_fact", lines.get(name), "name", name=name)

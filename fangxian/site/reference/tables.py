"""``docs/tables/``: the shipped decision tables with their worked examples."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from django.conf import settings

from fangxian.dmn.render import markdown
from fangxian.dmn.types import Table
from fangxian.kernel.text import LANGUAGES, Text
from fangxian.programmes.folder import read_folder
from fangxian.programmes.load import load
from fangxian.programmes.tables import cases_of
from fangxian.programmes.types import Programme

from .examples import examples
from .layout import page

_HEAD = Text(
    "The tables are read in this order; what one says is an input of the later ones. Under each stand its worked"
    " examples, which are run whenever the programme is checked.",
    "各表按以下顺序求值，前表的输出可作为后表的输入。每张表下方为其示例，每次检查专项时都会运行。")


def tables() -> Iterator[tuple[Path, str]]:
    """A page per programme and language."""
    for file in sorted(settings.PROGRAMMES.glob("*/programme.toml")):
        files = read_folder(file.parent)
        programme, findings = load(files, published=True)
        if programme is None:
            raise ValueError(f"{file.parent.name} does not load: {findings[0]}")
        for language in LANGUAGES:
            ending = "" if language == "en" else ".zh-CN"
            yield Path("tables") / f"{programme.id}{ending}.md", _page(programme, files, language)


def _page(programme: Programme, files: Mapping[str, bytes], language: str) -> str:
    labels = {name: fact.label for name, fact in programme.facts.items()}
    labels |= {name: given.label for name, given in programme.inputs.items()}
    parts = [_part(table, files, labels, language) for table in programme.tables]
    return page(programme.title.said_in(language), _HEAD.said_in(language), *parts)


def _part(table: Table, files: Mapping[str, bytes], labels: dict[str, Text], language: str) -> str:
    shown = markdown(table, language, labels)
    return f"## `{table.name}`\n\n{shown}\n{examples(files.get(cases_of(table.name), b''), language)}"

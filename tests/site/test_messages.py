"""The tool that keeps the catalogue of translations complete, tried on a small tree."""

from __future__ import annotations

import gettext
import importlib.util
from pathlib import Path
from types import ModuleType
from typing import Final

import pytest

TOOL: Final = Path(__file__).resolve().parents[2] / "tools" / "messages.py"
PAGE: Final = """{% load i18n %}
  <p>{% translate "Sign in" %}</p> (an open bracket {{ value|default:_("Nobody") }}
    <b>{% blocktranslate trimmed count n=number %}
      {{ n }} task
    {% plural %}
      {{ n }} tasks
    {% endblocktranslate %}</b>
"""
CODE: Final = """from django.utils.translation import gettext as _, pgettext_lazy
A = _("Area")
B = pgettext_lazy("day", "May")
"""
OWN: Final = """msgid ""
msgstr "Content-Type: text/plain; charset=UTF-8\\n"

msgid "Area"
msgstr "区域"
"""


@pytest.fixture
def tool(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    spec = importlib.util.spec_from_file_location("messages_under_test", TOOL)
    assert spec is not None
    assert spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    code = tmp_path / "fangxian"
    (code / "pages" / "templates" / "pages").mkdir(parents=True)
    (code / "pages" / "templates" / "pages" / "one.html").write_text(PAGE)
    (code / "pages" / "views.py").write_text(CODE)
    monkeypatch.setattr(made, "ROOT", tmp_path)
    monkeypatch.setattr(made, "CODE", code)
    monkeypatch.setattr(made, "CATALOGUE", code / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po")
    return made


def translate(tool: ModuleType, pairs: dict[str, str]) -> None:
    text = tool.CATALOGUE.read_text("utf-8")
    for english, chinese in pairs.items():
        before = f'msgid "{english}"\nmsgstr ""'
        assert before in text, english
        text = text.replace(before, f'msgid "{english}"\nmsgstr "{chinese}"')
    tool.CATALOGUE.write_text(text, "utf-8")


def whole(tool: ModuleType) -> None:
    tool.update()
    translate(tool, {"Sign in": "登录", "Nobody": "无人", "Area": "区域", "May": "五月"})
    text = tool.CATALOGUE.read_text("utf-8")
    tool.CATALOGUE.write_text(text.replace('msgstr[0] ""', 'msgstr[0] "%(n)s 项任务"'), "utf-8")


def test_sentences_are_found_in_templates_and_code(tool: ModuleType) -> None:
    found = {message.id for message in tool.extracted() if message.id}
    assert found == {"Sign in", "Nobody", "Area", "May", ("%(n)s task", "%(n)s tasks")}


def test_what_is_not_translated_is_named_with_its_file(tool: ModuleType) -> None:
    tool.update()
    told = list(tool.faults())
    assert len(told) == 5
    assert any("'Area'" in line and "fangxian/pages/views.py" in line for line in told)


def test_a_whole_catalogue_has_no_faults_and_survives_an_update(tool: ModuleType) -> None:
    whole(tool)
    before = tool.CATALOGUE.read_bytes()
    assert list(tool.faults()) == []
    tool.update()
    assert tool.CATALOGUE.read_bytes() == before


def test_what_is_said_nowhere_any_more_is_told_and_taken_out(tool: ModuleType) -> None:
    whole(tool)
    (tool.CODE / "pages" / "views.py").write_text("")
    assert len([line for line in tool.faults() if line.startswith("said nowhere")]) == 2
    tool.update()
    assert list(tool.faults()) == []


def test_a_place_lost_in_translation_is_told(tool: ModuleType) -> None:
    whole(tool)
    text = tool.CATALOGUE.read_text("utf-8")
    tool.CATALOGUE.write_text(text.replace("%(n)s 项任务", "%(m)s 项任务"), "utf-8")
    assert any("task" in line for line in tool.faults())


def test_a_package_that_keeps_its_own_is_merged(tool: ModuleType) -> None:
    own = tool.CODE / "pages" / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
    own.parent.mkdir(parents=True)
    own.write_text(OWN, "utf-8")
    tool.update()
    assert "区域" in tool.CATALOGUE.read_text("utf-8")


def test_what_is_compiled_is_what_django_reads(tool: ModuleType) -> None:
    whole(tool)
    tool.compile_catalogue()
    with tool.CATALOGUE.with_suffix(".mo").open("rb") as compiled:
        spoken = gettext.GNUTranslations(compiled)
    assert spoken.gettext("Area") == "区域"
    assert spoken.pgettext("day", "May") == "五月"
    assert spoken.ngettext("%(n)s task", "%(n)s tasks", 7) == "%(n)s 项任务"

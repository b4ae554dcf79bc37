"""Components render with realistic and with hostile data, in both languages."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.datastructures import MultiValueDict

import fangxian.console
from fangxian.console.pages.set_up.loading import FileForm

FOLDER = Path(fangxian.console.__file__).parent / "templates" / "console" / "components"
HOSTILE = '<script>alert("1")</script>'
AT = datetime(2020, 3, 27, 8, 0, tzinfo=UTC)


def render(name: str, **context: object) -> str:
    return render_to_string(f"console/components/{name}.html", context)


NEEDS_DATA = {"chart", "field", "household", "table_cell"}


@pytest.mark.parametrize("name", sorted({path.stem for path in FOLDER.glob("*.html")} - NEEDS_DATA))
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_component_stands_missing_data(name: str, language: str) -> None:
    with translation.override(language):
        assert render(name) is not None


@pytest.mark.parametrize(("language", "word"), [("en", "Late"), ("zh-hans", "超时")])
def test_a_chip_says_its_state_in_words(language: str, word: str) -> None:
    with translation.override(language):
        assert word in render("chip", state="late")


def test_a_time_is_an_instant_with_its_reading() -> None:
    assert '<time datetime="2020-03-27T08:00:00Z" data-time="due">' in render("time", at=AT, reading="due")


def test_typed_text_is_never_markup() -> None:
    task = {"id": "1", "name": HOSTILE, "address": HOSTILE, "what": HOSTILE, "due": AT, "before": HOSTILE,
            "answers": [{"value": HOSTILE, "label": HOSTILE}], "outcomes": [{"value": "x", "label": HOSTILE}],
            "answer_url": "/a", "edit_url": "/e", "subject": "s", "phone": HOSTILE}
    assert "<script>" not in render("task", task=task)
    cells = [{"text": HOSTILE, "url": HOSTILE, "note": HOSTILE}]
    assert "<script>" not in render("table", caption=HOSTILE, columns=[{"label": HOSTILE}], rows=[{"cells": cells}])
    assert HOSTILE not in render("chart", id="c", title="t", data={"labels": [HOSTILE], "values": [1], "unit": ""})


def test_a_row_has_a_cell_for_every_column() -> None:
    with pytest.raises(ValueError, match="shorter"):
        render("table", caption="c", columns=[{"label": "a"}, {"label": "b"}], rows=[{"cells": [{"text": 1}]}])


def test_the_loop_puts_each_gap_before_its_stage() -> None:
    stages = [{"label": "expected", "value": 214}, {"label": "registered", "value": 209, "gap": {"text": "5 to find"}}]
    page = render("loop", label="loop", stages=stages)
    assert page.index("214") < page.index("5 to find") < page.index("209")


def test_outcomes_are_one_tap_away() -> None:
    outcomes = [{"value": str(i), "label": f"outcome {i}"} for i in range(5)]
    page = render("task", task={"id": "1", "due": AT, "answer_url": "/a", "outcomes": outcomes})
    before, after = page.split("<details", 1)
    assert [f"outcome {i}" in before for i in range(5)] == [True, True, True, False, False]
    assert "outcome 4" in after

@pytest.mark.parametrize(("language", "words"), [("en", "Choose a file"), ("zh-hans", "选择文件")])
def test_a_file_is_chosen_in_our_own_words(language: str, words: str) -> None:
    form = FileForm({}, MultiValueDict())
    with translation.override(language):
        shown = render("field", field=form["file"])
    for part in (words, 'class="fx-visually-hidden" type="file"', 'for="id_file"', 'id="id_file"',
                 'aria-describedby="id_file_error"', 'id="id_file_error"'):
        assert part in shown
    # required by the browser it would say so in its own language, at a field out of sight
    assert not re.search("<input[^>]* required", shown)

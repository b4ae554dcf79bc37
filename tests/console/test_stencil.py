"""A card cut from a stencil is the card its template renders, and no value of one reaches another."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.template import Context, Template, engines
from django.template.loader import render_to_string
from django.utils import translation

from fangxian.console import stencil
from fangxian.console.cards import OutcomeButton, QuickButton, ReadingPad

AT = dt.datetime(2020, 3, 20, 4, 0, tzinfo=dt.UTC)
HOSTILE = '<b>"&\''
CARD: dict[str, Any] = {
    "id": "1", "subject": "2", "programme": "entry", "kind": "temperature_am",
    "name": "王 " + HOSTILE, "url": "/subjects/2/", "address": HOSTILE, "note": "一网格",
    "phone": "13800000000", "household": "7-temperature_am", "before": "today 08:00 · 36.5", "noted": "3", "due": AT,
    "edit_url": "/fill/?subject=2&task=1", "what": "Temperature", "form": "entry.daily_check", "version": "1.0",
    "blank_url": "/blank/", "answer_url": "/answer/", "state": "late", "state_label": "", "own": True, "drill": False,
    "reading": ReadingPad("temperature", HOSTILE, (36, 37), "37.3"),
    "answers": (QuickButton("1.0/0", "36.5", primary=True), QuickButton("1.0/1", HOSTILE)),
    "outcomes": tuple(OutcomeButton(str(number), f"outcome {number}", number < 3) for number in range(5)),
}  # fmt: skip
TAG = Template("{% load parts %}{% task_doors doors %}")


def cut(card: dict[str, Any]) -> str:
    return TAG.render(Context({"doors": [{"household": None, "cards": [card]}], "csrf_token": "token"}))


def rendered(card: dict[str, Any]) -> str:
    return render_to_string("console/components/task.html", {"task": card, "in_place": True, "csrf_token": "token"})


@pytest.mark.parametrize("missing", ["", "phone", "before", "noted", "note", "household", "edit_url", "state", "url"])
def test_it_is_what_the_template_renders(missing: str) -> None:
    card = CARD if not missing else {**CARD, missing: ""}
    assert cut(card) == rendered(card)


def test_another_of_its_shape_has_its_own_values() -> None:
    cut(CARD)
    other = {**CARD, "id": "9", "name": "李四", "phone": "13911111111", "due": AT + dt.timedelta(hours=1)}
    assert cut(other) == rendered(other)
    assert "王" not in cut(other)


def test_another_kind_state_and_language_have_a_shape_of_their_own() -> None:
    cut(CARD)
    for other in ({**CARD, "what": "Needs"}, {**CARD, "state": "urgent"}, {**CARD, "answers": (), "own": False},
                  {**CARD, "reading": None, "kind": "needs"}):
        assert cut(other) == rendered(other)
    with translation.override("en"):
        english = cut(CARD)
    with translation.override("zh-hans"):
        assert cut(CARD) != english


@pytest.mark.parametrize("text", ["{{ x.Label }}", "{{ x.label|slice:':1' }}"])
def test_a_mark_that_does_not_come_through_is_a_mistake_that_shows(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stencil, "get_template", lambda _name: engines["django"].from_string(text))
    with pytest.raises(ValueError, match="a mark"):
        stencil.Stencil(f"test {text}", "x").filled("", {}, {"Label": "late", "label": "late"})

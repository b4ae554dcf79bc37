"""The catalogue itself: both languages, the same values in both, nothing unused."""

from __future__ import annotations

import re
import string
from pathlib import Path

import pytest

from fangxian.programmes.messages import MEANT, MESSAGES

SOURCES = Path(__file__).resolve().parents[2] / "fangxian" / "programmes"


def fields(text: str) -> set[str]:
    return {name.removesuffix("_zh") for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("code", sorted({**MESSAGES, **MEANT}))
def test_both_languages_say_the_same(code: str) -> None:
    message = {**MESSAGES, **MEANT}[code]
    assert fields(message.en) == fields(message.zh)
    assert re.search(r"[一-鿿]", message.zh)
    assert not re.search(r"[一-鿿]", message.en)


def test_no_sentence_is_unused() -> None:
    code = "\n".join(path.read_text() for path in SOURCES.rglob("*.py") if path.name != "messages.py")
    assert [name for name in MESSAGES if f'"{name}"' not in code] == []

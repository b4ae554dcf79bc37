"""Libraries loaded when first used."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from fangxian.kernel.later import Later

LARGE = ("openpyxl", "pypinyin", "httpx", "docx", "docxtpl", "pyxform")


def test_a_library_is_loaded_when_something_is_asked_of_it() -> None:
    sys.modules.pop("wave", None)
    wave = Later("wave")
    assert "wave" not in sys.modules
    assert wave.WAVE_FORMAT_PCM == 1
    assert "wave" in sys.modules


def test_what_is_not_there_is_an_error_as_of_any_module() -> None:
    with pytest.raises(AttributeError):
        _ = Later("json").nothing_of_this_name
    with pytest.raises(ModuleNotFoundError):
        _ = Later("no_library_of_this_name").anything


def test_the_pages_start_without_what_is_large_and_seldom_needed() -> None:
    asked = (
        "import sys, django; django.setup(); import fangxian.site.urls;"
        f"print(*[name for name in {LARGE} if name in sys.modules])"
    )
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "fangxian.site.settings"}
    ran = subprocess.run([sys.executable, "-c", asked], env=environment, capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == ""

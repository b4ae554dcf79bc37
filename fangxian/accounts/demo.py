"""The sign-ins of a demo, shown on the page where one signs in; read only where ``settings.DEMO`` says it is a demo."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final, NamedTuple

from django.conf import settings

from fangxian.kernel.text import Text

_FILE: Final = ("demo", "sign-ins.json")


class DemoUser(NamedTuple):
    """Somebody the demo lets everybody be; ``label`` names the post and its area."""

    username: str
    password: str
    label: Text


def path() -> Path:
    """Where the demo keeps them: a JSON list of ``{"username", "password", "en", "zh"}``."""
    return Path(settings.VAR).joinpath(*_FILE)


def keep(sign_ins: list[DemoUser]) -> None:
    """Write them for the page to show."""
    path().parent.mkdir(parents=True, exist_ok=True)
    rows = [{"username": one.username, "password": one.password, "en": one.label.en, "zh": one.label.zh}
            for one in sign_ins]
    path().write_text(json.dumps(rows, ensure_ascii=False, indent=1), encoding="utf-8")


def sign_ins() -> list[DemoUser]:
    """The sign-ins to show; none outside a demo or before it is loaded."""
    if not settings.DEMO or not path().exists():
        return []
    rows = json.loads(path().read_text(encoding="utf-8"))
    return [DemoUser(row["username"], row["password"], Text(row["en"], row["zh"])) for row in rows]

"""Programmes about other things than people, for what must hold of every kind of subject."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Final

from fangxian.accounts.scope import SYSTEM, working_in
from fangxian.accounts.types import OPERATOR
from fangxian.programmes import actions
from fangxian.programmes.folder import read_folder
from fangxian.programmes.load import load
from fangxian.programmes.types import Programme

ABOUT: Final = {"shops": "site", "homes": "household", "squares": "area"}
"""Programme → the kind of subject it is about. Each has the form ``resident`` of the register of residents."""
_REGISTER: Final = Path(__file__).resolve().parents[1] / "programmes" / "residents"


@lru_cache
def folder(programme: str) -> Mapping[str, bytes]:
    """The register of residents under another name, about another kind, without its households."""
    files = dict(read_folder(_REGISTER))
    told = files["programme.toml"].decode().replace('id = "residents"', f'id = "{programme}"')
    files["programme.toml"] = told.replace('subject = "person"', f'subject = "{ABOUT[programme]}"').encode()
    return files


@lru_cache
def programmes() -> tuple[Programme, ...]:
    """All of them, loaded."""
    found = [load(folder(name))[0] for name in ABOUT]
    assert all(found)
    return tuple(one for one in found if one is not None)


def publish(at: dt.datetime) -> None:
    """Bring them into force."""
    with working_in(SYSTEM):
        for name in ABOUT:
            actions.publish(folder(name), by=OPERATOR, at=at)

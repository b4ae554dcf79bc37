"""Words of the tools that run before anything is installed: the terminal's language, one line per step."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager


def chinese() -> bool:
    """Whether the environment asks for Chinese, in the order POSIX gives the variables."""
    wanted = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "")
    return wanted.lower().startswith("zh")


def said(en: str, zh: str) -> str:
    """The one of the two sentences that fits the terminal."""
    return zh if chinese() else en


@contextmanager
def step(en: str, zh: str) -> Iterator[None]:
    """Names what is being done and, when it is done, how long it took; after a failure the line stays open."""
    begun = time.monotonic()
    print(f"  {said(en, zh)} … ", end="", flush=True)
    yield
    print(f"{time.monotonic() - begun:.1f} s", flush=True)

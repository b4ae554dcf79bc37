"""Python's search for unreachable cycles, put off while a long list is worked on."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def put_off() -> Iterator[None]:
    """A list makes many objects that live until its end and no cycles; looking through them again and again took a
    third of the time of recording. Afterwards it goes on as before.
    """
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()

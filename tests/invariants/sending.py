"""Recording a health check about a new subject per id, as the recorder and its parent both do it."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence

from fangxian.accounts.scope import SYSTEM, working_in
from fangxian.journal.actions import record
from fangxian.journal.types import Actor, Receipt, Submission

AT = dt.datetime(2020, 3, 20, 2, 0, tzinfo=dt.UTC)


def send(ids: Sequence[uuid.UUID], path: str) -> Receipt:
    """The same content for the same id, whoever sends it."""
    told = [Submission(id=one, programme="entry", form="daily_check", subject=uuid.UUID(int=one.int | 1 << 50),
                       happened_at=AT, answers={"temperature": 36.5, "symptoms": "none", "note": "x"}, path=path)
            for one in ids]
    with working_in(SYSTEM):
        return record(told, by=Actor(path=path), at=AT)

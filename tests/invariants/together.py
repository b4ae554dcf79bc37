"""Filing a check as a request does that may be recorded with others'."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence

from fangxian.accounts import queries as accounts
from fangxian.accounts.scope import Scope, working_in
from fangxian.accounts.types import Acting
from fangxian.intake import actions as intake
from fangxian.intake.types import Filing
from fangxian.journal.types import Recorded
from fangxian.kernel import decisions

from .waiting import AT


def filing(posts: Sequence[str]) -> Callable[[uuid.UUID, uuid.UUID, int], None]:
    """File as one of some posts (``user:post``), by the number of the thread; an answer that is no record fails."""
    acting = [_acting(*map(int, one.split(":"))) for one in posts]

    def file(one: uuid.UUID, subject: uuid.UUID, thread: int) -> None:
        by = acting[thread % len(acting)]
        told = Filing(one, "entry", "daily_check", subject, AT, {"temperature": 36.5, "symptoms": "none", "note": "x"})
        with decisions.noting(), working_in(Scope.of(by)):
            [result] = intake.submit([told], by=by, at=AT)
        assert isinstance(result.answer, Recorded), result

    return file


def _acting(user: int, post: int) -> Acting:
    found = accounts.acting_as(user, post, AT)
    assert found is not None
    return found

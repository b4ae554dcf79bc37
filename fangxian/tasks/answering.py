"""Who acknowledges an alert."""

from __future__ import annotations

from fangxian.accounts.rules import may, require
from fangxian.accounts.types import Acting, Action
from fangxian.kernel import errors
from fangxian.kernel.errors import Problem

from .models import Alert
from .types import Cause


def may_answer(by: Acting, alert: Alert) -> bool:
    """What one post is told it acknowledges itself; anything else whoever may for its place. A handover is accepted or
    declined."""
    if alert.cause == Cause.HANDOVER:
        return False
    if alert.post is not None:
        return alert.post in by.posts and may(by, Action.FILL, alert.programme)
    return may(by, Action.ACKNOWLEDGE, alert.programme)


def require_answer(by: Acting, alert: Alert) -> None:
    """Problem NOT_ALLOWED for whom an alert is not to be acknowledged by."""
    require(by, Action.ACKNOWLEDGE if alert.post is None else Action.FILL, alert.programme)
    if not may_answer(by, alert):
        raise Problem(errors.NOT_ALLOWED)

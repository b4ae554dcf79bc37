"""Who acknowledges an alert."""

from __future__ import annotations

import datetime as dt

from fangxian.accounts import queries as accounts
from fangxian.accounts.rules import may, require
from fangxian.accounts.types import Acting, Action
from fangxian.kernel import errors
from fangxian.kernel.errors import Problem

from .models import Alert
from .types import Cause


def may_answer(by: Acting, alert: Alert, at: dt.datetime) -> bool:
    """What one post is told it acknowledges itself; anything else whoever may for its place, but not who made the
    change it tells of, where somebody else may. A handover is accepted or declined."""
    if alert.cause == Cause.HANDOVER:
        return False
    if alert.post is not None:
        return alert.post in by.posts and may(by, Action.FILL, alert.programme)
    return may(by, Action.ACKNOWLEDGE, alert.programme) and not (
        made_by_oneself(by, alert) and others_may(by, alert, at))


def made_by_oneself(by: Acting, alert: Alert) -> bool:
    """Whether an alert tells of a change that the user who reads it made."""
    return alert.made_by is not None and alert.made_by == by.user


def others_may(by: Acting, alert: Alert, at: dt.datetime) -> bool:
    """Whether somebody else has a post that may acknowledge, at the place an alert is told."""
    return any(post.user != by.user and by.permissions.may(post.kind, Action.ACKNOWLEDGE, alert.programme)
               for post in accounts.roster().at_area(alert.path, at))


def require_answer(by: Acting, alert: Alert, at: dt.datetime) -> None:
    """Problem NOT_ALLOWED for whom an alert is not to be acknowledged by."""
    require(by, Action.ACKNOWLEDGE if alert.post is None else Action.FILL, alert.programme)
    if not may_answer(by, alert, at):
        raise Problem(errors.NOT_ALLOWED)

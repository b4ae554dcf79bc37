"""Background work: the changes of the last minute are summed."""

from __future__ import annotations

from procrastinate.contrib.django import app

from fangxian.kernel import clock

from . import actions


@app.periodic(cron="* * * * *")
@app.task(name="report.compact", queueing_lock="report.compact")
def compact(timestamp: int) -> None:
    """``timestamp``: the minute it was due, in seconds."""
    actions.compact(at=clock.now())

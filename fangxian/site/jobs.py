"""Upkeep of the queue: what a killed worker was at is taken up again by another."""

from __future__ import annotations

import json
import logging
from typing import Any, Final

from asgiref.sync import sync_to_async
from procrastinate import JobContext
from procrastinate.contrib.django import app
from procrastinate.jobs import Job, Status
from procrastinate.manager import JobManager

from fangxian.capture import jobs as imports

QUEUE: Final = "upkeep"
TRIES: Final = 5
"""After so many a job is taken for one that kills its workers, by its memory for instance."""
_IMPORTS: Final = frozenset({imports.preview_list.name, imports.record_list.name})
_log = logging.getLogger(__name__)


@app.periodic(cron="* * * * *")
@app.task(queue=QUEUE, name="site.resume_stalled", pass_context=True)
async def resume_stalled(context: JobContext, timestamp: int) -> None:
    """Once a minute: a worker says every ten seconds that it lives, and is taken for dead after thirty."""
    await resume(context.app.job_manager)


async def resume(manager: JobManager) -> int:
    """Put what dead workers were at back into the queue; how many. Every task here may be begun twice."""
    stalled = list(await manager.get_stalled_jobs())
    for job in stalled:
        if job.attempts + 1 < TRIES:
            await manager.retry_job(job)
        else:
            await _give_up(manager, job)
    return len(stalled)


async def _give_up(manager: JobManager, job: Job) -> None:
    _log.error("job %s (%s) took its worker with it %s times and is given up", job.id, job.task_name, TRIES)
    await manager.finish_job(job, Status.FAILED, delete_job=False)
    if job.task_name in _IMPORTS:
        given: Any = job.task_kwargs  # as the connector reads it: Django's leaves the text
        held = (json.loads(given) if isinstance(given, str) else given)["held"]
        await sync_to_async(imports.give_up)(str(held))

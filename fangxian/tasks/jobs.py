"""Notices: what was raised goes out by a webhook, since a browser wakes nobody.

One job picks up whatever has no delivery yet, so the alerts of one commit (or of several at once) go in one post.
Nothing personal is in it.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from django.db import connection, transaction
from django.urls import NoReverseMatch, reverse
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from fangxian.accounts import queries as accounts
from fangxian.accounts.scope import SYSTEM, working_in
from fangxian.accounts.types import ANSWERS_AT
from fangxian.areas import queries as areas
from fangxian.areas.types import Tier
from fangxian.kernel import clock
from fangxian.kernel.later import Later
from fangxian.kernel.text import Text, both
from fangxian.programmes import queries as programmes

from . import queries
from .models import Alert, Delivery
from .types import Cause

if TYPE_CHECKING:
    import httpx
else:
    httpx = Later("httpx")

TRIES: Final = 24
"""With waits of 5, 25, 45 … seconds: for an hour and a half, within which an outage of the receiver loses nothing."""
TIMEOUT: Final = 10.0
AT_MOST: Final = 500
_CAUSES: Final[Mapping[str, Text]] = {
    Cause.HANDOVER: Text("Asked to take over", "请求接收移交"),
    Cause.TWICE: Text("Registered at the door, known elsewhere", "上门登记人员在其他区域已有记录"),
    Cause.CHANGED: Text(
        "Who somebody under a measure is, or their arrival, was changed", "管控中人员的身份或抵达信息被更改"),
    Cause.OUTVOTED: Text("Came in late and does not count; look at it", "迟报信息未生效，请核查"),
    Cause.UNREACHED: Text(
        "People of a household are known in another register only; register them here",
        "同住人员仅在其他登记册中有记录，请在此登记"),
    Cause.BROKEN: Text("A programme does not run", "专项无法运行"),
    Cause.GAP: Text("The clock stood still for a day", "时钟停走一天"),
}
"""What an alert is called by its cause; others by what they are about."""
WITHIN: Final = dt.timedelta(hours=2)
_UNSENT: Final = """
SELECT a.id FROM tasks_alert a, LATERAL (SELECT coalesce(a.told_at, a.raised_at) AS at) told
WHERE told.at > %s AND NOT a.drill
  AND NOT EXISTS (SELECT FROM tasks_delivery d WHERE d.alert = a.id AND d.delivered AND d.tried_at >= told.at)
  AND (SELECT count(*) FROM tasks_delivery d WHERE d.alert = a.id AND d.tried_at >= told.at) < %s
ORDER BY told.at, a.id LIMIT %s
"""


class NotDelivered(Exception):
    """The webhook did not take it; the job is tried again."""


def announce(alerts: Sequence[uuid.UUID]) -> None:
    """Called after the commit that raised alerts: one job for all that is not sent yet. Nothing without a webhook."""
    if not settings.WEBHOOK_URL or not alerts:
        return
    try:
        with transaction.atomic():  # a refusal takes back no more than itself
            send.configure(queueing_lock="tasks.notices").defer()
    except AlreadyEnqueued:
        return  # the one that waits takes these along


@app.task(name="tasks.notices", retry=RetryStrategy(max_attempts=TRIES - 1, wait=5, linear_wait=20))
def send() -> None:
    """Send what is not sent yet; the outcome is kept per alert."""
    deliver(settings.WEBHOOK_URL, at=clock.now())


def deliver(url: str, *, at: dt.datetime, transport: httpx.BaseTransport | None = None) -> int:
    """Post the alerts of the last hours that were not delivered; how many. NotDelivered when it was refused."""
    with working_in(SYSTEM):
        alerts = _unsent(at)
        body = payload(alerts, at) if alerts else {}
    if not alerts:
        return 0
    delivered, answer = _post(url, body, transport)
    with working_in(SYSTEM):
        Delivery.objects.bulk_create(
            Delivery(alert=alert.id, tried_at=at, delivered=delivered, answer=answer[:80]) for alert in alerts
        )
    if not delivered:
        raise NotDelivered(answer)
    return len(alerts)


def payload(alerts: Sequence[Alert], at: dt.datetime) -> dict[str, Any]:
    """What is told of each: cause, kind, areas, count, deadlines, a link and the posts to reach."""
    lines = areas.lineages({alert.path for alert in alerts})
    titles = labels()
    asked = _departments_asked(alerts)
    roster = accounts.roster()
    said = []
    for alert in alerts:
        kind = ANSWERS_AT.get(Tier(alert.tier))
        duty = roster.on_duty(kind, alert.path, at) if kind else ()
        if alert.post is not None:
            duty = roster.answered_for([roster.posts[alert.post]], at) if alert.post in roster.posts else ()
        elif alert.id in asked:
            duty = roster.answered_for(roster.of_department(asked[alert.id], alert.path, at), at)
        kind_of = alert.kind.partition(":")[0]
        title = _CAUSES.get(alert.cause) or titles.get((alert.programme, kind_of), both(alert.kind))
        said.append(
            {
                "id": str(alert.id),
                "programme": alert.programme,
                "cause": alert.cause,
                "kind": alert.kind,
                "label": {"en": title.en, "zh": title.zh},
                "areas": [node.name for node in lines.get(alert.path, ())],
                "area": lines[alert.path][-1].code if alert.path in lines else "",
                "count": alert.count,
                "step": alert.step,
                "raised_at": alert.raised_at.isoformat(),
                "acknowledge_by": alert.acknowledge_by.isoformat() if alert.acknowledge_by else None,
                "posts": [{"post": one.post.id, "kind": one.post.kind} for one in duty],
                "link": _link(alert.id),
            }
        )
    return {"sent_at": at.isoformat(), "alerts": said}


def labels() -> Mapping[tuple[str, str], Text]:
    """What alerts of a programme are about, by programme and kind: kinds of task, and the outputs of its tables."""
    found: dict[tuple[str, str], Text] = {}
    for programme in programmes.all_in_force():
        for table in programme.tables:
            found |= {
                (programme.id, column.name): table.label if column.label == both(column.name) else column.label
                for column in table.outputs
            }
        found |= {(programme.id, kind.kind): kind.label for kind in programme.tasks.values()}
    return found


def _departments_asked(alerts: Sequence[Alert]) -> dict[uuid.UUID, str]:
    """The department that an alert tells of somebody to come to it."""
    coming = [alert for alert in alerts if alert.cause == Cause.HANDOVER and alert.subject]
    asked = queries.departments_asked(alert.subject for alert in coming if alert.subject) if coming else {}
    return {alert.id: asked[alert.subject, alert.path] for alert in coming if alert.subject
            if (alert.subject, alert.path) in asked}


def _unsent(at: dt.datetime) -> list[Alert]:
    with connection.cursor() as cursor:
        cursor.execute(_UNSENT, [at - WITHIN, TRIES, AT_MOST])
        ids = [row[0] for row in cursor.fetchall()]
    return list(Alert.objects.filter(pk__in=ids).order_by("raised_at", "id"))


def _post(url: str, body: Mapping[str, Any], transport: httpx.BaseTransport | None) -> tuple[bool, str]:
    try:
        with httpx.Client(timeout=TIMEOUT, transport=transport) as client:
            answer = client.post(url, json=body)
    except httpx.HTTPError as error:
        return False, type(error).__name__
    return answer.is_success, f"HTTP {answer.status_code}"


def _link(alert: uuid.UUID) -> str:
    """The alert's page; a path alone where nothing says how people reach the site."""
    try:
        return settings.PUBLIC_URL + reverse("alert", args=[alert])
    except NoReverseMatch:
        return settings.PUBLIC_URL

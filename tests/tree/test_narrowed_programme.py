"""What stands of an earlier version is shown by a later one that has no such form, task, measure or fact any more.

A page draws what many programmes recorded; that one of them has lost its words for it spoils the page for nobody.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import product
from typing import Final

import pytest
from django.test import Client

from fangxian.accounts.models import User
from fangxian.accounts.scope import SYSTEM, working_in
from fangxian.accounts.types import OPERATOR
from fangxian.kernel.clock import SimulatedClock, running_on
from fangxian.programmes import actions as programmes
from fangxian.programmes.folder import read_folder
from fangxian.tasks import clock, publications
from fangxian.tasks.models import Alert, Task
from tests import county as world
from tests.console.rounds import HOUR, registered, rows
from tests.county import MORNING, ROOT, County

from .routes import ROUTES

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
EVERY: Final = re.compile(r"<(?:(\w+):)?(\w+)>")
SEES: Final = ("grid_worker", "community_lead", "township_duty", "county_duty", "clinician", "inspector")


@cache
def nothing_left() -> Mapping[str, bytes]:
    """The programme with none of its forms, tasks, measures and tables: only what the register of residents has."""
    files = dict(read_folder(ROOT / "programmes" / "residents"))
    told = files["programme.toml"].decode().replace('id = "residents"', 'id = "entry"')
    rights = "\n".join(f"{post},{action},*" for post in SEES for action in ("see", "identity", "reassign", "pass_on"))
    return {**files, "programme.toml": told.replace('version = "1"', 'version = "bare"').encode(),
            "permissions.csv": f"post,action,on\n{rights}\ncounty_duty,fill,resident\n".encode()}


@pytest.fixture
def county() -> Iterator[County]:
    publications._reached.clear()
    with running_on(SimulatedClock(MORNING + 3 * HOUR)) as now:
        made = world.build()
        case = registered(made, temperature=38.6)
        registered(made, name="孙七一")
        told = {"specimen": "throat", "tube": "YX1", "result": "pending"}
        assert not made.send("sample", case, told, MORNING + HOUR).refused
        clock.run_due(MORNING + 2 * HOUR)
        with working_in(SYSTEM):
            programmes.publish(nothing_left(), by=OPERATOR, at=MORNING + 3 * HOUR)
        yield made
        del now
    publications._reached.clear()


def addresses(county: County) -> Iterator[tuple[str, str]]:
    """Every route that reads, filled with what there is."""
    there = {
        "subject": [str(one) for one, in rows("SELECT subject FROM decide_current")],
        "task": [str(one) for one in Task.objects.values_list("pk", flat=True)[:2]],
        "alert": [str(one) for one in Alert.objects.values_list("pk", flat=True)[:3]],
        "code": ["341023", "34102310000101"], "programme": ["entry"], "form": ["arrival", "resident"],
        "pk": [str(county.posts["grid_worker", "34102310000101"])],
        "key": ["tasks-all", "tasks-open", "measure-hospital", "tasks-open-daily_check", "late", "stage-0"]}
    for route in ROUTES:
        names = EVERY.findall(route)
        known = [there.get(name) or (there["alert"] if "uuid" in kind else ["x"]) for kind, name in names]
        for chosen in product(*known):
            filled = iter(chosen)
            yield route, "/" + EVERY.sub(lambda _: next(filled), route)  # noqa: B023 - used at once


@pytest.mark.parametrize("decided_again", [False, True])
@pytest.mark.parametrize("kind", [*SEES, "auditor", "administrator"])
def test_no_page_fails_over_what_a_version_has_no_more(county: County, kind: str, *, decided_again: bool) -> None:
    if decided_again:
        clock.run_due(MORNING + 3 * HOUR)
    code = next((code for post, code in world.POSTS if post == kind), None)
    if code is None:
        pytest.skip("the test county has no such post")
    client = Client(headers={"Accept-Language": "en"})
    client.raise_request_exception = False
    client.force_login(User.objects.get(pk=county.users[kind, code]))
    with working_in(SYSTEM):
        asked = list(addresses(county))
    failed = [(address, answer.status_code) for _route, address in asked
              if "logout" not in address and (answer := client.get(address)).status_code >= 500]
    assert not failed

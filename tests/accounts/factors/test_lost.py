"""A second factor that is lost is taken away by two persons, or on the server; one that is at hand is not."""

from __future__ import annotations

import datetime as dt
from io import StringIO

import pytest
from django.core.management import call_command
from django.test import Client

from fangxian.accounts import approvals
from fangxian.accounts.commands import Command
from fangxian.accounts.factors import actions as factors
from fangxian.accounts.factors import queries as held
from fangxian.accounts.factors.rules import code_at
from fangxian.accounts.models import RightsRequest
from fangxian.accounts.types import Acting
from fangxian.kernel import clock
from fangxian.kernel.errors import Problem
from tests.accounts.conftest import NOW, County

from .conftest import SECRET, STEP, is_in, sign_in, typed


def test_nobody_takes_away_what_is_anothers(duty: Acting, codes: list[str], county: County) -> None:
    app = held.of(duty.user or 0).app
    assert app is not None
    for other in ("worker", "admin", "auditor"):
        with pytest.raises(Problem):
            factors.remove(factor=app.id, by=county.acting(other), at=NOW)
        with pytest.raises(Problem):
            factors.remove_all(user=duty.user or 0, by=county.acting(other), at=NOW)
    assert held.of(duty.user or 0)


def test_a_lost_one_is_taken_away_by_two(
    duty: Acting, codes: list[str], county: County, second: Acting, client: Client, heard: list[Command],
) -> None:
    admin = county.acting("admin")
    sign_in(client)
    typed(client, code_at(SECRET, STEP))
    asked = approvals.ask_removal(user=duty.user or 0, by=admin, at=NOW)
    assert approvals.ask_removal(user=duty.user or 0, by=admin, at=NOW) == asked
    for wrong in (admin, duty):
        with pytest.raises(Problem):
            approvals.approve(request=asked, by=wrong, at=NOW)
    assert held.of(duty.user or 0)
    heard.clear()
    approvals.approve(request=asked, by=second, at=NOW)
    assert not held.of(duty.user or 0)
    assert not is_in(client)
    assert [one.name for one in heard] == ["remove_factors", "approved_removal"]
    assert RightsRequest.objects.get(pk=asked).reasons == "lost"
    assert sign_in(client).headers["Location"] == "/", "with the password alone, to set up a new one"


@pytest.mark.parametrize("since", ["used", "set up"])
def test_one_that_is_at_hand_after_it_was_asked_for_is_not_taken_away(
    duty: Acting, codes: list[str], county: County, second: Acting, client: Client, since: str,
) -> None:
    asked = approvals.ask_removal(user=duty.user or 0, by=county.acting("admin"), at=NOW)
    later = NOW + dt.timedelta(minutes=1)
    if since == "used":
        with clock.running_on(clock.SimulatedClock(later)):
            sign_in(client)
            typed(client, code_at(SECRET, STEP))
            assert is_in(client)
    else:
        factors.add_app(secret=SECRET, step=0, by=duty, at=later)
    with pytest.raises(Problem, match="factor_at_hand"):
        approvals.approve(request=asked, by=second, at=later)
    assert held.of(duty.user or 0)
    approvals.decline(request=asked, by=second, at=later)


def test_only_who_sets_up_there_asks_for_it(duty: Acting, codes: list[str], county: County) -> None:
    for other in ("worker", "township", "auditor", "town_admin", "stranger"):
        with pytest.raises(Problem):
            approvals.ask_removal(user=duty.user or 0, by=county.acting(other), at=NOW)
    with pytest.raises(Problem):
        approvals.ask_removal(user=county.users["worker"], by=county.acting("admin"), at=NOW)
    assert not RightsRequest.objects.exists()


def test_on_the_server_it_is_taken_away_at_once(duty: Acting, codes: list[str]) -> None:
    call_command("user", "forget-factor", "duty", stdout=StringIO())
    assert not held.of(duty.user or 0)

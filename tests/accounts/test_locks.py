"""What is judged is locked first: of two who change the same at once, the second sees what the first did."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any, Final

import pytest
from allauth.mfa.models import Authenticator

from fangxian.accounts import actions, approvals
from fangxian.accounts.factors import actions as factors
from fangxian.accounts.factors import checking
from fangxian.accounts.factors.rules import STEP, code_at
from fangxian.accounts.models import User
from fangxian.accounts.types import OPERATOR, Acting, NewPost
from tests.locking import locked_first, statements

from .conftest import NOW, County

DAY: Final = dt.timedelta(days=1)
SECRET: Final = b"12345678901234567890"
Deed = Callable[[], object]
Arranged = Callable[[County, Acting], Deed]


def absence(county: County, **more: Any) -> int:
    return actions.record_absence(
        post=county.posts["worker"], begins=NOW, ends=NOW + DAY, by=OPERATOR, at=NOW, **more)


def request(county: County) -> int:
    return approvals.ask_post(
        post=NewPost(county.users["admin"], "clinician", "county", NOW), by=county.acting("admin"), at=NOW)


def letting_stand_in(county: County, second: Acting) -> Deed:
    away = absence(county)
    return lambda: actions.let_stand_in(
        absence=away, substitute=county.posts["neighbour"], by=county.acting("admin"), at=NOW)


def ending_an_absence(county: County, second: Acting) -> Deed:
    away = absence(county)
    return lambda: actions.end_absence(absence=away, by=county.acting("admin"), at=NOW + dt.timedelta(hours=1))


def recording_an_absence(county: County, second: Acting) -> Deed:
    return lambda: absence(county, substitute=county.posts["neighbour"])


def ending_a_post(county: County, second: Acting) -> Deed:
    return lambda: actions.end_post(post=county.posts["worker"], by=county.acting("admin"), at=NOW)


def giving_a_post(county: County, second: Acting) -> Deed:
    return lambda: actions.give_post(
        user=county.users["worker"], kind="clinician", area="county", by=county.acting("admin"), at=NOW)


def giving_a_password(county: County, second: Acting) -> Deed:
    return lambda: actions.issue_password(user=county.users["worker"], by=county.acting("admin"), at=NOW)


def declining(county: County, second: Acting) -> Deed:
    asked = request(county)
    return lambda: approvals.decline(request=asked, by=second, at=NOW)


def approving_a_stand_in(county: County, second: Acting) -> Deed:
    """Of an administrator: a password that was handed out and not changed yet ends with it."""
    admin, township = county.acting("admin"), county.users["township"]
    actions.issue_password(user=township, by=OPERATOR, at=NOW)
    User.objects.filter(pk=township).update(issued_by=admin.user)
    away = actions.record_absence(post=second.post or 0, begins=NOW, ends=NOW + DAY, by=admin, at=NOW)
    asked = approvals.ask_stand_in(absence=away, substitute=county.posts["township"], by=admin, at=NOW)
    return lambda: approvals.approve(request=asked, by=second, at=NOW)


def typing_a_code(county: County, second: Acting) -> Deed:
    factors.add_app(secret=SECRET, step=0, by=county.acting("duty"), at=NOW)
    code = code_at(SECRET, int(NOW.timestamp()) // STEP)
    return lambda: checking.accept(county.users["duty"], code, NOW.timestamp())


@pytest.mark.parametrize(("arranged", "table", "write"), [
    (letting_stand_in, "accounts_absence", 'UPDATE "accounts_absence"'),
    (letting_stand_in, "accounts_rosterrevision", 'UPDATE "accounts_absence"'),
    (ending_an_absence, "accounts_absence", 'UPDATE "accounts_absence"'),
    (recording_an_absence, "accounts_post", 'INSERT INTO "accounts_absence"'),
    (recording_an_absence, "accounts_rosterrevision", 'INSERT INTO "accounts_absence"'),
    (ending_a_post, "accounts_post", 'UPDATE "accounts_post"'),
    (giving_a_post, "accounts_user", 'INSERT INTO "accounts_post"'),
    (giving_a_password, "accounts_user", 'UPDATE "accounts_user"'),
    (declining, "accounts_rightsrequest", 'UPDATE "accounts_rightsrequest"'),
    (approving_a_stand_in, "accounts_rightsrequest", 'UPDATE "accounts_rightsrequest"'),
    (approving_a_stand_in, "accounts_user", 'UPDATE "accounts_user"'),
    (typing_a_code, Authenticator._meta.db_table, f'UPDATE "{Authenticator._meta.db_table}"'),
])
def test_it_is_locked_before_it_is_changed(
    county: County, second: Acting, arranged: Arranged, table: str, write: str,
) -> None:
    deed = arranged(county, second)
    with statements() as said:
        deed()
    assert locked_first(said, table, write)

"""Of two who work on one list, or on two of one source, the second waits and sees what the first did."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from fangxian.accounts.scope import Scope, working_in
from fangxian.accounts.types import Acting
from fangxian.capture import actions
from fangxian.capture.models import Import
from tests import county as world
from tests.locking import locked_first, statements

from .test_import import ZHANG, acting, bring, table

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
Deed = Callable[[Import, Acting], object]


@pytest.fixture
def by() -> Acting:
    return acting(world.build(), "county_duty")


def say_version(held: Import, by: Acting) -> None:
    actions.say_version(held=held.pk, of=None, by=by, at=held.received_at)


def record(held: Import, by: Acting) -> None:
    actions.confirm(held=held.pk, seen=0, by=by, at=held.received_at)


@pytest.mark.parametrize(("deed", "locked", "write"), [
    (say_version, "capture_import", 'UPDATE "capture_import"'),
    (record, "capture_import", "INSERT INTO journal_entry"),
    (record, "capture_source", "INSERT INTO journal_entry"),
])
def test_it_is_locked_before_anything_is_written(by: Acting, deed: Deed, locked: str, write: str) -> None:
    held = bring(table(ZHANG), by)
    with statements() as said, working_in(Scope.of(by)):
        deed(held, by)
    assert locked_first(said, locked, write)

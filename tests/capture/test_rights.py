"""Whoever may import nothing, or other lists only, is refused by every action, whatever it would have said else."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import pytest

from fangxian.accounts import actions as accounts
from fangxian.accounts.scope import SYSTEM, Scope, working_in
from fangxian.accounts.types import OPERATOR, Acting
from fangxian.capture import actions, undoing
from fangxian.capture.models import Import
from fangxian.capture.types import SAME, ImportState
from fangxian.kernel.errors import Problem
from tests import county as world
from tests.county import County

from .test_import import NOW, ZHANG, acting, bring, finish, rows, table
from .test_replies import results, sampled

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
LISTED: Final = {"programme": "entry", "form": "listed"}
ATTEMPTS: Final[Mapping[str, Mapping[str, Any]]] = {
    "receive": {**LISTED, "data": b"\0 no list", "file_name": "list.bin", "source": "x"},
    "source_named": {**LISTED, "name": "x"},
    "correct_columns": {"meanings": {}},
    "preview": {},
    "say_version": {"of": None},
    "decide": {"choice": SAME},
    "edit": {"line": 99, "cells": {}},
    "leave_out": {"line": 99, "out": True},
    "confirm": {"seen": 2**40},
    "record_import": {},
    "undo": {},
    "mark": {"state": ImportState.RECORDING},
}


@pytest.fixture
def county() -> County:
    return world.build()


@pytest.fixture
def held(county: County) -> Import:
    return bring(table(ZHANG), acting(county, "county_duty"))


def deeds() -> dict[str, Callable[..., object]]:
    """The actions that ask for the right themselves."""
    return {name: deed for name, deed in vars(actions).items()
            if getattr(deed, "asks", ()) is None and deed.__module__ == actions.__name__}


def test_every_action_is_tried() -> None:
    assert deeds().keys() == ATTEMPTS.keys()


@pytest.mark.parametrize("kind", ["clinician", "administrator"])
@pytest.mark.parametrize("name", ATTEMPTS)
def test_who_imports_other_lists_or_none_is_refused(county: County, held: Import, name: str, kind: str) -> None:
    by, about = acting(county, kind), {} if "programme" in ATTEMPTS[name] else {"held": held.pk}
    code = "not_allowed" if kind == "clinician" else "not_(allowed|found)"
    with working_in(Scope.of(by)), pytest.raises(Problem, match=code):
        deeds()[name](**ATTEMPTS[name], **about, by=by, at=NOW)
    assert rows("SELECT count(*) FROM capture_source") == [(1,)]


def test_undoing_looks_for_both_rights_itself(county: County, held: Import) -> None:
    by = acting(county, "county_duty")
    done = finish(held, by)
    take_away(by, "import")
    with working_in(Scope.of(by)), pytest.raises(Problem, match="not_allowed"):
        undoing.undo(done, by=acting(county, "county_duty"), at=NOW)


def test_whoever_may_not_correct_a_result_files_no_other_one_by_a_list(county: County) -> None:
    """The list says another result than the one there is: what stands is replaced by who may correct it."""
    by = acting(county, "clinician")
    sampled(county, "YX001")
    finish(results("YX001,阴性,2020-03-20 15:00\n", by), by)
    again = finish(results("YX001,阳性,2020-03-20 16:00\n", by), by)
    with working_in(Scope.of(by)):
        assert actions.decide(held=again.pk, choice=SAME, by=by, at=NOW) == 1
    take_away(by, "correct")
    with pytest.raises(Problem, match="not_allowed"):
        finish(again, acting(county, "clinician"))
    assert rows("SELECT count(*) FROM journal_correction") == [(0,)]


def take_away(by: Acting, action: str) -> None:
    """A right of somebody's kind of post in the programme of arrivals."""
    rest = [one for one in by.permissions.grants
            if one.programme == "entry" and (one.post, one.action) != (by.kind, action)]
    with working_in(SYSTEM):
        accounts.set_permissions(programme="entry", rows=rest, by=OPERATOR, at=NOW)

"""The API keeps what its document says, whatever is sent: schemathesis over every operation, in this process."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from fangxian.site.api import document

from .conftest import GRID, World

TOKEN: Final = "a" * 32
HEADERS: Final = {"X-CSRFToken": TOKEN, "Accept-Language": "en", "Accept-Encoding": "identity"}
CHECKS: Final = [
    schemathesis.checks.not_a_server_error, status_code_conformance, content_type_conformance,
    response_schema_conformance]
schema: Final = schemathesis.openapi.from_dict(json.loads(document.openapi()))
schema.app = get_wsgi_application()


@pytest.fixture
def cookies(place: World) -> dict[str, str]:
    """What a program of the county's duty officer sends along."""
    session = place.client("county_duty", "341023").cookies["sessionid"].value
    return {"sessionid": session, "csrftoken": TOKEN}


@pytest.fixture
def known(place: World) -> dict[str, str]:
    """Path parameters that lead somewhere."""
    alert = place.client("county_duty", "341023").get("/api/v1/alerts").json()["items"][0]["id"]
    return {"subject": str(place.here), "alert": alert, "programme": "entry", "form": "arrival", "code": GRID}


@pytest.fixture
def world(known: dict[str, str]) -> Iterator[dict[str, str]]:
    """``known``, while the application keeps the test's connection as Django's own client (done with by now) has it."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield known
    for signal in signals:
        signal.connect(close_old_connections)


@pytest.mark.django_db(databases=["default", "owner"])
def test_every_answer_is_as_described(cookies: dict[str, str], world: dict[str, str]) -> None:
    """One county for all operations: what they change stays for those that follow."""
    for found in schema.get_all_operations():
        assert isinstance(found, Ok)
        operation = found.ok()
        cases = [operation.as_strategy(mode) for mode in modes(operation)]

        @settings(max_examples=12, derandomize=True, deadline=None, database=None, phases=[Phase.generate],
                  suppress_health_check=list(HealthCheck))
        @given(case=st.one_of(cases))
        def answers_as_described(case: Any) -> None:
            answer = case.call_and_validate(headers=HEADERS, cookies=cookies, checks=CHECKS)
            assert answer.status_code not in (401, 403), "the session was not sent along"
            if case.path_parameters:
                case.path_parameters = {name: world[name] for name in case.path_parameters}
                case.call_and_validate(headers=HEADERS, cookies=cookies, checks=CHECKS)

        answers_as_described()


def modes(operation: Any) -> list[GenerationMode]:
    """What fits the document, and what does not where there is anything to send."""
    takes = bool(list(operation.body) or list(operation.query) or list(operation.path_parameters))
    return [GenerationMode.POSITIVE, *([GenerationMode.NEGATIVE] if takes else [])]

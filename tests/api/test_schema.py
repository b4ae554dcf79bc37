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
from hypothesis import HealthCheck, settings
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from fangxian.site.api import document

from .conftest import GRID, World

TOKEN: Final = "a" * 32
CHECKS: Final = [
    schemathesis.checks.not_a_server_error, status_code_conformance, content_type_conformance,
    response_schema_conformance]
schema: Final = schemathesis.openapi.from_dict(json.loads(document.openapi()))
schema.app = get_wsgi_application()
schema.config.phases.coverage.enabled = False
schema.config.phases.examples.enabled = False


@pytest.fixture
def headers(place: World) -> dict[str, str]:
    """What a program of the county's duty officer sends along."""
    session = place.client("county_duty", "341023").cookies["sessionid"].value
    return {"Cookie": f"sessionid={session}; csrftoken={TOKEN}", "X-CSRFToken": TOKEN, "Accept-Language": "en"}


@pytest.fixture
def known(place: World, headers: dict[str, str]) -> dict[str, str]:
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
@schema.parametrize()
@settings(max_examples=6, derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck))
def test_every_answer_is_as_described(case: Any, headers: dict[str, str], world: dict[str, str]) -> None:
    case.call_and_validate(headers=headers, checks=CHECKS)
    if case.path_parameters:
        case.path_parameters = {name: world[name] for name in case.path_parameters}
        case.call_and_validate(headers=headers, checks=CHECKS)

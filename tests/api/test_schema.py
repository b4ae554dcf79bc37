"""The API keeps what its document says, whatever is sent: schemathesis over every operation, in this process."""

from __future__ import annotations

import json
from typing import Final

import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
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
    schemathesis.checks.not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
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


@pytest.mark.django_db(databases=["default", "owner"])
@schema.parametrize()
@settings(max_examples=8, derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck))
def test_every_answer_is_as_described(case: schemathesis.Case, headers: dict[str, str], known: dict[str, str]) -> None:
    case.call_and_validate(headers=headers, checks=CHECKS)
    if case.path_parameters:
        case.path_parameters = {name: known[name] for name in case.path_parameters}
        case.call_and_validate(headers=headers, checks=CHECKS)

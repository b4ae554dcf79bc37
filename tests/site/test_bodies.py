"""What a request may bring is bounded before anything reads it, for whoever sends it."""

from __future__ import annotations

import pytest
from django.http import HttpResponseRedirect
from django.test import Client, RequestFactory

from fangxian.site.bodies import BoundedBodies, most

MEGA = 1024 ** 2


@pytest.mark.parametrize(("path", "length", "status"), [
    ("/accounts/login/", 3 * MEGA, 302), ("/accounts/login/", 3 * MEGA + 1, 413),
    ("/api/v1/submissions", 200 * MEGA, 413),
    ("/imports/new/", 33 * MEGA, 302), ("/imports/new/", 33 * MEGA + 1, 413), ("/set-up/areas/load/", 33 * MEGA, 302),
])
def test_a_body_is_looked_at_by_its_length(path: str, length: int, status: int) -> None:
    request = RequestFactory().post(path)
    request.META["CONTENT_LENGTH"] = str(length)
    answer = BoundedBodies(lambda _: HttpResponseRedirect("/"))(request)
    assert answer.status_code == status
    assert most(path) in (3 * MEGA, 33 * MEGA)


@pytest.mark.parametrize("length", ["-1", "1e3", "٣", "12 "])
def test_a_length_that_is_none_is_too_long(length: str) -> None:
    request = RequestFactory().post("/accounts/login/")
    request.META["CONTENT_LENGTH"] = length
    assert BoundedBodies(lambda _: None)(request).status_code == 413  # type: ignore[arg-type,return-value]


def test_who_does_not_say_how_long_it_is_is_asked_to() -> None:
    request = RequestFactory().post("/accounts/login/", HTTP_TRANSFER_ENCODING="chunked")
    request.META.pop("CONTENT_LENGTH", None)
    assert BoundedBodies(lambda _: None)(request).status_code == 411  # type: ignore[arg-type,return-value]


def test_it_is_asked_before_anything_else(client: Client) -> None:
    answer = client.post("/accounts/login/", {"file": "-"}, CONTENT_LENGTH=str(200 * MEGA))
    assert answer.status_code == 413
    assert "3 MB" in answer.content.decode()

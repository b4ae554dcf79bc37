"""Behind a proxy that speaks HTTPS: a declared one is believed, any other is told that it is not."""

from __future__ import annotations

import http.client
import json
import os
import ssl
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Final

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from fangxian.kernel.proxies import Proxies
from fangxian.site.proxies import DeclaredProxies
from fangxian.site.settings import ROOT

from . import proxying
from .proxying import HOST, NAME, free_port, running, wait_for

PAGE: Final = "/accounts/echo/"
CLIENT: Final = "127.0.0.2"  # another address of this machine, so that the client is not the declared proxy itself
PROXIES: Final[dict[str, Callable[[Path, int], AbstractContextManager[int]]]] = {
    "own": proxying.own, "nginx": proxying.nginx, "caddy": proxying.caddy}


def ok(request: HttpRequest) -> HttpResponse:
    return HttpResponse(f"{request.META['REMOTE_ADDR']} {request.scheme}")


def asked(settings: Any, *, https: bool, declared: str, **meta: Any) -> HttpResponse:
    settings.HTTPS, settings.TRUSTED_PROXIES = https, Proxies.read(declared.split())
    return DeclaredProxies(ok)(RequestFactory(**meta).get("/"))


@pytest.mark.parametrize(
    ("https", "declared", "meta", "answer"),
    [
        (True, "10.0.0.1", {"HTTP_X_FORWARDED_PROTO": "https"}, "10.0.0.1 https"),
        (True, "10.0.0.1", {"HTTP_X_FORWARDED_PROTO": "https", "HTTP_X_FORWARDED_FOR": "192.0.2.4"}, "192.0.2.4 https"),
        (True, "10.0.0.1", {"HTTP_X_FORWARDED_PROTO": "http"}, "10.0.0.1 http"),  # goes on, to be sent to HTTPS
        (True, "10.0.0.1", {"HTTP_X_FORWARDED_PROTO": "https, http"}, "10.0.0.1 http"),
        (True, "10.9.0.0/16", {}, "10.0.0.1 http"),
        (False, "10.0.0.1", {"HTTP_X_FORWARDED_PROTO": "https"}, "10.0.0.1 https"),
        (False, "", {"HTTP_X_FORWARDED_PROTO": "https", "HTTP_X_FORWARDED_FOR": "192.0.2.4"}, "10.0.0.1 http"),
    ],
)
def test_only_a_declared_proxy_is_believed(
        https: bool, declared: str, meta: dict[str, str], answer: str, settings: Any) -> None:
    response = asked(settings, https=https, declared=declared, REMOTE_ADDR="10.0.0.1", **meta)
    assert (response.status_code, response.content.decode()) == (200, answer)


@pytest.mark.parametrize(
    ("declared", "meta", "sentence"),
    [
        ("", {"HTTP_X_FORWARDED_PROTO": "https"}, "FANGXIAN_TRUSTED_PROXIES=10.0.0.1"),
        ("unix", {"HTTP_X_FORWARDED_PROTO": "https"}, "FANGXIAN_TRUSTED_PROXIES=10.0.0.1"),
        ("10.0.0.1", {}, "X-Forwarded-Proto"),
    ],
)
def test_what_would_be_sent_to_itself_for_ever_is_told_what_to_set(
        declared: str, meta: dict[str, str], sentence: str, settings: Any) -> None:
    response = asked(settings, https=True, declared=declared, REMOTE_ADDR="10.0.0.1", **meta)
    assert response.status_code == 400
    assert sentence in response.content.decode()


def test_a_setting_that_can_not_be_read_ends_the_start_with_a_sentence() -> None:
    code = "import fangxian.site.settings"
    environment = {**os.environ, "FANGXIAN_TRUSTED_PROXIES": "10.0.0.1/8", "LC_ALL": "C"}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith("FANGXIAN_TRUSTED_PROXIES can't be read: 10.0.0.1/8")


@pytest.fixture(scope="module")
def backend() -> Iterator[int]:
    """The server Fangxian comes with, and the site's middleware in it."""
    port = free_port()
    environment = {**os.environ, "FANGXIAN_HTTPS": "1", "FANGXIAN_TRUSTED_PROXIES": HOST, "FANGXIAN_HOSTS": NAME}
    with running(
        sys.executable, "-m", "granian", "--interface", "rsgi", "--host", HOST, "--port", str(port), "--workers", "1",
        "--http", "1", "--no-ws", "--factory", "tests.site.echo:front", env=environment, cwd=str(ROOT),
    ) as process:
        wait_for(port, process)
        yield port


@pytest.fixture(params=PROXIES)
def proxy(request: pytest.FixtureRequest, backend: int, tmp_path: Path) -> Iterator[tuple[str, int]]:
    name = str(request.param)
    if name != "own" and not proxying.there(name):
        pytest.skip(f"no {name} on this machine")
    with PROXIES[name](tmp_path, backend) as port:
        yield name, port


def get(port: int, headers: Mapping[str, str] | None = None, *, secure: bool = True) -> tuple[int, dict[str, str], Any]:
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    source = (CLIENT, 0)
    connection: http.client.HTTPConnection
    if secure:
        connection = NamedHere(HOST, port, timeout=30, source_address=source, context=context)
    else:
        connection = http.client.HTTPConnection(HOST, port, timeout=30, source_address=source)
    connection.request("GET", PAGE, headers={"Host": NAME, "Accept": "application/json", **(headers or {})})
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    told = json.loads(body) if answer.status == 200 else body.decode()
    return answer.status, {name.lower(): value for name, value in answer.getheaders()}, told


class NamedHere(http.client.HTTPSConnection):
    """Asks for the site by its name, wherever it listens."""

    def connect(self) -> None:
        http.client.HTTPConnection.connect(self)
        context: ssl.SSLContext = self._context  # type: ignore[attr-defined]
        self.sock = context.wrap_socket(self.sock, server_hostname=NAME)


def test_a_real_proxy_is_believed(proxy: tuple[str, int]) -> None:
    status, headers, told = get(proxy[1])
    assert status == 200
    assert told == {"address": CLIENT, "secure": True, "host": NAME, "left": []}
    assert "strict-transport-security" in headers


@pytest.mark.parametrize("forged", ["X-Forwarded-For", "X_Forwarded_For", "X-Forwarded_For", "X_Forwarded-For"])
def test_a_client_does_not_choose_its_address(proxy: tuple[str, int], forged: str) -> None:
    assert get(proxy[1], {forged: "203.0.113.9"})[2]["address"] == CLIENT


def test_without_a_proxy_one_is_sent_to_https_once(backend: int) -> None:
    status, headers, _ = get(backend, secure=False)
    assert (status, headers["location"]) == (301, f"https://{NAME}{PAGE}")
    status, _, told = get(backend, {"X-Forwarded-Proto": "https"}, secure=False)
    assert status == 400
    assert f"FANGXIAN_TRUSTED_PROXIES={CLIENT}" in told

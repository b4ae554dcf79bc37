"""What is started is stopped, what dies is started again, and nothing outlives its parent."""

from __future__ import annotations

import os
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from django.test import Client

from fangxian.kernel.proxies import Proxies
from fangxian.site.processes import lock, main, parts, words
from fangxian.site.processes.child import Child
from fangxian.site.processes.parts import Service
from fangxian.site.processes.supervisor import Supervisor

HOST: Final = "127.0.0.1"
PATIENCE: Final = 20
_SERVER: Final = """
import http.server, sys
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), http.server.SimpleHTTPRequestHandler).serve_forever()
"""
_FOREVER: Final = "import signal; print('here', flush=True); signal.pause()"
_DIES_ONCE: Final = """
import pathlib, signal, sys
mark = pathlib.Path(sys.argv[1])
mark.write_text(mark.read_text() + 'x' if mark.exists() else 'x')
sys.exit(3) if len(mark.read_text()) == 1 else signal.pause()
"""
_PARENT: Final = """
import os, signal, sys
from fangxian.site.processes.child import Child
from fangxian.site.processes.parts import Service
child = Child(Service('held', (sys.executable, '-c', sys.argv[1])), {**os.environ})
child.start()
print(child.process.pid, flush=True)
signal.pause()
"""
_PREPARES: Final = """
import os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "fangxian.site.settings"
from fangxian.site.processes import starting
code = "import os; print(os.getpid(), flush=True); " + sys.argv[1].replace("print('here', flush=True); ", "")
starting.in_a_process([sys.executable, "-c", code], os.environ)
"""


@pytest.fixture
def port() -> int:
    with socket.socket() as free:
        free.bind((HOST, 0))
        return int(free.getsockname()[1])


@pytest.fixture
def at_most() -> Iterator[None]:
    """A supervisor that hangs is interrupted."""

    def too_long(*_: object) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGALRM, too_long)
    signal.alarm(PATIENCE)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


def python(name: str, code: str, *arguments: str, at_once: bool = False) -> Service:
    return Service(name, (sys.executable, "-c", code, *arguments), at_once)


def supervise(services: list[Service], port: int, ready: Callable[[], None]) -> Supervisor:
    made = Supervisor(services, {**os.environ}, address=(HOST, port), question=main.question(HOST),
                      ready=ready, look=lambda: None)
    made.run()
    return made


def stop_now() -> None:
    os.kill(os.getpid(), signal.SIGTERM)


@pytest.mark.usefixtures("at_most")
def test_ready_is_said_when_the_pages_answer_and_a_signal_stops_everything(
        port: int, capfd: pytest.CaptureFixture[str]) -> None:
    answered = []

    def ready() -> None:
        socket.create_connection((HOST, port)).close()
        answered.append(port)
        stop_now()

    supervise([python("web", _SERVER, str(port), at_once=True), python("worker", _FOREVER)], port, ready)
    assert answered == [port]
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((HOST, port))
    assert "web" in capfd.readouterr().out


@pytest.mark.parametrize(("https", "declared", "status"), [
    (False, "", 200), (True, "127.0.0.1", 200), (True, "", 301), (True, "10.0.0.1", 301)])
@pytest.mark.django_db
def test_the_pages_are_asked_in_a_way_they_have_nothing_to_say_against(
        https: bool, declared: str, status: int, settings: Any, client: Client) -> None:
    settings.HTTPS = settings.SECURE_SSL_REDIRECT = https
    settings.TRUSTED_PROXIES, settings.ALLOWED_HOSTS = Proxies.read(declared.split()), [".example", "fangxian.example"]
    _method, *lines = main.question("0.0.0.0").decode().split()
    headers = dict(zip([line.removesuffix(":") for line in lines[2::2]], lines[3::2], strict=True))
    assert client.head(lines[0], headers=headers).status_code == status


@pytest.mark.usefixtures("at_most")
def test_what_dies_is_started_again_and_said(port: int, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    mark = tmp_path / "lives"
    stops_when_back = (
        f"import os, pathlib, signal\n"
        f"while not pathlib.Path({str(mark)!r}).exists() or len(pathlib.Path({str(mark)!r}).read_text()) < 2:\n"
        f"    signal.sigtimedwait([signal.SIGUSR1], 0.05)\n"
        f"os.kill({os.getpid()}, signal.SIGTERM)\nsignal.pause()")
    dies, watch = python("dies", _DIES_ONCE, str(mark), at_once=True), python("watch", stops_when_back, at_once=True)
    supervise([dies, watch], port, lambda: None)
    assert mark.read_text() == "xx"
    assert words.ENDED.filled(how="exit 3", seconds=1.0).said_in(words.language()) in capfd.readouterr().out


def test_a_child_dies_with_a_killed_parent() -> None:
    parent = subprocess.Popen([sys.executable, "-c", _PARENT, _FOREVER], stdout=subprocess.PIPE)
    assert parent.stdout is not None
    child = os.pidfd_open(int(parent.stdout.readline()))
    parent.kill()
    parent.wait()
    parent.stdout.close()
    ended = select.select([child], [], [], PATIENCE)[0]
    os.close(child)
    assert ended, "the child lives on"


def test_what_prepares_dies_with_a_killed_parent() -> None:
    """A loader that lived on would fill the database that the next start is about to prepare."""
    parent = subprocess.Popen([sys.executable, "-c", _PREPARES, _FOREVER], stdout=subprocess.PIPE)
    assert parent.stdout is not None
    child = os.pidfd_open(int(parent.stdout.readline()))
    parent.kill()
    parent.wait()
    parent.stdout.close()
    ended = select.select([child], [], [], PATIENCE)[0]
    os.close(child)
    assert ended, "the loader lives on"


def test_output_comes_in_whole_lines() -> None:
    child = Child(python("talks", "print('one'); print('two', end='')"), {**os.environ})
    os.set_blocking(child.start(), True)
    assert child.process is not None
    assert list(child.lines()) == ["one"]
    assert child.ended(0.0)[0] == "exit 0"


def test_the_pause_before_a_restart_grows_and_has_an_end() -> None:
    child = Child(python("dies", "pass"), {**os.environ})
    pauses = []
    for _ in range(7):
        child.start()
        assert child.process is not None
        child.process.wait()
        pauses.append(child.ended(0.0)[1])
    assert pauses == [1, 2, 4, 8, 16, 30, 30]


def test_a_folder_has_one_holder(tmp_path: Path) -> None:
    first = lock.take(tmp_path, "http://here:1")
    with pytest.raises(lock.LockHeldError) as held:
        lock.take(tmp_path, "http://here:2")
    assert (held.value.pid, held.value.address) == (str(os.getpid()), "http://here:1")
    first.close()
    lock.take(tmp_path, "http://here:3").close()


def test_a_port_in_use_is_refused_with_its_reason(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lock, "_PATIENCE", 0)
    with socket.create_server((HOST, port)), pytest.raises(lock.PortTaken, match="in use"):
        lock.ensure_free(HOST, port)
    lock.ensure_free(HOST, port)


def test_an_address_of_another_machine_is_refused_at_once(port: int) -> None:
    with pytest.raises(lock.PortTaken):
        lock.ensure_free("192.0.2.1", port)


def test_the_services_listen_where_they_are_told() -> None:
    [web, *rest] = parts.services("127.0.0.1", 8123)
    assert web.at_once
    assert not any(service.at_once for service in rest)
    assert {"--host", "127.0.0.1", "--port", "8123"} <= set(web.command)
    assert parts.surroundings(Path("/data"), demo=False)["FANGXIAN_DEMO"] == "0"


def test_only_the_clock_of_a_demo_goes_ahead(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FANGXIAN_DEMO_AHEAD", "60")
    monkeypatch.setenv("FANGXIAN_DEMO_PLAYED", "2020-03-20T08:10:00+00:00")
    played = "2020-03-27T08:10:00+00:00"
    shown = parts.surroundings(Path("/data"), demo=True, ahead=-3600, played=played)
    assert (shown["FANGXIAN_DEMO_AHEAD"], shown["FANGXIAN_DEMO_PLAYED"]) == ("-3600", played)
    real = parts.surroundings(Path("/data"), demo=False, ahead=-3600, played=played)
    assert (real["FANGXIAN_DEMO_AHEAD"], real["FANGXIAN_DEMO_PLAYED"]) == ("0", "")


@pytest.mark.parametrize(("demo", "behind"), [("1", 3600), ("0", 0)])
def test_a_process_keeps_the_time_of_the_demo_and_of_nothing_else(demo: str, behind: int) -> None:
    code = ("import django; django.setup(); import datetime as dt; from fangxian.kernel import clock;"
            "print(round((dt.datetime.now(dt.UTC) - clock.now()).total_seconds()))")
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "fangxian.site.settings", "FANGXIAN_DEMO": demo,
                   "FANGXIAN_DEMO_AHEAD": "-3600"}
    told = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert int(told.stdout) == behind


@pytest.mark.parametrize(("level", "lines"), [("ERROR", 1), ("WARNING", 2)])
def test_how_much_is_told_holds_for_django_too(level: str, lines: int) -> None:
    code = ("import django, logging; django.setup(); request = logging.getLogger('django.request');"
            "request.warning('Not Found'); request.error('Internal Server Error')")
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "fangxian.site.settings", "FANGXIAN_LOG": level}
    told = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert len(told.stderr.splitlines()) == lines

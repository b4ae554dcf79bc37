"""Real proxies in front of a server: nginx and Caddy with the shipped configuration, and a small TLS one of our own."""

from __future__ import annotations

import datetime as dt
import http.client
import http.server
import shutil
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from fangxian.site.settings import ROOT

HOST: Final = "127.0.0.1"
NAME: Final = "fangxian.example"
DEPLOY: Final = ROOT / "deploy"
PATIENCE: Final = 60.0


def free_port() -> int:
    with socket.socket() as free:
        free.bind((HOST, 0))
        return int(free.getsockname()[1])


def wait_for(port: int, process: subprocess.Popen[bytes] | None = None) -> None:
    """Until somebody listens; AssertionError when the process ended instead."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        assert process is None or process.poll() is None, "it ended before it listened"
        try:
            socket.create_connection((HOST, port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError(f"nobody listens at {port}")


def certificate(folder: Path) -> tuple[Path, Path]:
    """A key and a certificate that signs itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(1).not_valid_before(now - dt.timedelta(hours=1)).not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False).sign(key, hashes.SHA256()))
    files = folder / "tls.crt", folder / "tls.key"
    files[0].write_bytes(made.public_bytes(serialization.Encoding.PEM))
    files[1].write_bytes(key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
    return files


@contextmanager
def running(*command: str, **options: Any) -> Iterator[subprocess.Popen[bytes]]:
    """A process that ends with the block."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **options)
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextmanager
def own(folder: Path, backend: int) -> Iterator[int]:
    """The least a proxy does: it ends TLS, hands on, and says for whom and how."""

    class Handing(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked = {name: value for name, value in self.headers.items()
                     if not name.lower().replace("_", "-").startswith("x-forwarded-")}
            before = self.headers.get("X-Forwarded-For")
            asked["X-Forwarded-For"] = ", ".join(filter(None, [before, self.client_address[0]]))
            asked["X-Forwarded-Proto"] = "https"
            upstream = http.client.HTTPConnection(HOST, backend, timeout=PATIENCE)
            upstream.request("GET", self.path, headers=asked)
            answer = upstream.getresponse()
            body = answer.read()
            self.send_response(answer.status)
            for name, value in answer.getheaders():
                if name.lower() not in {"transfer-encoding", "connection"}:
                    self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)
            upstream.close()

        def log_message(self, *_: object) -> None: ...

    server = http.server.ThreadingHTTPServer((HOST, 0), Handing)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate(folder))
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield int(server.server_address[1])
    server.shutdown()
    server.server_close()
    thread.join()


@contextmanager
def nginx(folder: Path, backend: int) -> Iterator[int]:
    """The shipped file, with other ports and another certificate."""
    crt, key = certificate(folder)
    plain, port = free_port(), free_port()
    text = (DEPLOY / "nginx.conf").read_text()
    for before, after in (
        ("listen 80", f"listen {plain}"), ("listen 443", f"listen {port}"), ("127.0.0.1:8000", f"{HOST}:{backend}"),
        ("/etc/fangxian/tls/fangxian.crt", str(crt)), ("/etc/fangxian/tls/fangxian.key", str(key)),
    ):
        assert before in text
        text = text.replace(before, after)
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    temporary = "".join(f"{kind}_temp_path {folder / kind};" for kind in kinds)
    whole = (f"user root; daemon off; pid {folder / 'nginx.pid'}; error_log {folder / 'error.log'}; events {{}}"
             f" http {{ access_log off; {temporary}\n{text}\n}}")
    (folder / "nginx.conf").write_text(whole)
    with running(_found("nginx"), "-e", str(folder / "error.log"), "-p", str(folder),
                 "-c", str(folder / "nginx.conf")) as process:
        wait_for(port, process)
        yield port


@contextmanager
def caddy(folder: Path, backend: int) -> Iterator[int]:
    """The shipped file, with another port and a certificate made on the spot."""
    crt, key = certificate(folder)
    port = free_port()
    text = (DEPLOY / "Caddyfile").read_text()
    for before, after in (
        ("\n{\n", "\n{\n\tadmin off\n\tauto_https disable_redirects\n"),
        (f"\n{NAME} {{", f"\n{NAME}:{port} {{\n\ttls {crt} {key}"),
        ("127.0.0.1:8000", f"{HOST}:{backend}"),
    ):
        assert before in text
        text = text.replace(before, after)
    (folder / "Caddyfile").write_text(text)
    environment = {"HOME": str(folder), "PATH": "/usr/bin:/bin"}
    with running(_found("caddy"), "run", "--config", str(folder / "Caddyfile"), "--adapter", "caddyfile",
                 env=environment) as process:
        wait_for(port, process)
        yield port


def there(name: str) -> bool:
    return shutil.which(name) is not None


def _found(name: str) -> str:
    found = shutil.which(name)
    assert found is not None
    return found

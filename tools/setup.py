"""Makes everything ready to run: `python3 tools/setup.py [--browser]`, with the standard library only.

Each step is left out when its stamp says that nothing changed. Packages come from wherever pip and npm are set up to
look; no address stands here.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import system_packages
from terminal import said, step

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
LOCK = ROOT / "requirements.lock"
OLDEST = (3, 11)
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
CHINESE_FONTS = Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc")


class SetupError(Exception):
    """What is in the way and what to do, in one message."""


def main(arguments: Sequence[str]) -> int:
    begun = time.monotonic()
    try:
        did = set_up(browser="--browser" in arguments)
    except SetupError as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print(file=sys.stderr)
        return 130
    took = time.monotonic() - begun
    if did:
        print(said(f"Set up in {took:.1f} s.", f"安装完成，用时 {took:.1f} 秒。"), flush=True)
    return 0


def set_up(*, browser: bool) -> bool:
    """Run the steps that are due; True when there was one."""
    if sys.version_info < OLDEST:
        raise SetupError(said(
            f"Python 3.11 or newer is needed; this is {sys.version.split()[0]}. Run: make PYTHON=python3.11 …",
            f"需要 Python 3.11 或更高版本，当前为 {sys.version.split()[0]}。请运行：make PYTHON=python3.11 …"))
    did = [make_environment(), install_packages(), install_project(), compile_translations(), build_pages()]
    if browser:
        did.append(offer_browser())
    return any(did)


def make_environment() -> bool:
    stamp = VENV / ".made-for"
    wanted = f"{ROOT} {sys.version_info.major}.{sys.version_info.minor}"
    if PYTHON.exists() and _read(stamp) in ("", wanted):
        return _write(stamp, wanted, did=False)
    if importlib.util.find_spec("ensurepip") is None:
        _install_venv()
    with step("Making the Python environment", "创建 Python 环境"):
        shutil.rmtree(VENV, ignore_errors=True)
        _run([sys.executable, "-m", "venv", str(VENV)])
    return _write(stamp, wanted)


def _install_venv() -> None:
    package = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
    try:
        with step(f"Installing {package}", f"安装 {package}"):
            system_packages.install([package])
    except system_packages.NotInstalled as reason:
        raise SetupError(said(
            f"Python can't make environments here. Run: sudo apt-get install {package}   and start again. {reason}",
            f"当前 Python 无法创建环境。请运行：sudo apt-get install {package} ，然后重试。{reason}")) from None


def install_packages() -> bool:
    """Exactly what the lock names, checked against its hashes; wheels only, so nothing is built from unlocked parts.

    The lock is whole, so nothing is resolved: pip 23.0, which Debian 12 brings, takes `name[extra]` for a second,
    unpinned package and refuses the lot.
    """
    stamp = VENV / ".installed-from"
    wanted = _digest(LOCK)
    if _read(stamp) == wanted:
        return False
    with step("Installing the locked packages", "安装锁定版本的软件包"):
        stamp.unlink(missing_ok=True)
        _pip("install", "--require-hashes", "--no-deps", "--only-binary=:all:", "-r", str(LOCK))
        _pip("check")
    return _write(stamp, wanted)


def install_project() -> bool:
    stamp = VENV / ".project"
    wanted = _digest(ROOT / "pyproject.toml")
    if _read(stamp) == wanted and (VENV / "bin" / "fangxian").exists():
        return False
    with step("Installing Fangxian itself", "安装本项目"):
        _pip("install", "--no-index", "--no-deps", "--no-build-isolation", "--editable", str(ROOT))
    return _write(stamp, wanted)


def compile_translations() -> bool:
    """The compiled catalogue is not kept in the repository."""
    source = ROOT / "fangxian" / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
    made = source.with_suffix(".mo")
    if not source.exists() or (made.exists() and made.stat().st_mtime >= source.stat().st_mtime):
        return False
    with step("Compiling the translations", "编译译文"):
        _run([str(PYTHON), str(ROOT / "tools" / "messages.py"), "--compile"])
    return True


def build_pages() -> bool:
    """The front end; its tool knows by itself whether there is something to do, and says so."""
    tool = ROOT / "tools" / "build_frontend.py"
    if not tool.exists():
        return False
    said_by_tool = _run([str(PYTHON), str(tool)]).strip()
    if said_by_tool.endswith("up to date"):
        return False
    print(f"  {said_by_tool}", flush=True)
    return True


def offer_browser() -> bool:
    """Chromium and Chinese fonts for the browser tests, which are skipped without them."""
    wanted = [] if any(map(shutil.which, BROWSERS)) else ["chromium"]
    wanted += [] if CHINESE_FONTS.exists() else ["fonts-noto-cjk"]
    if not wanted:
        return False
    names = " ".join(wanted)
    try:
        with step(f"Installing {names}", f"安装 {names}"):
            system_packages.install(wanted)
    except system_packages.NotInstalled:
        print(said(
            f"not allowed here: the browser tests are skipped. To run them: sudo apt-get install {names}",
            f"此处无权安装：将跳过浏览器测试。如需运行：sudo apt-get install {names}"), flush=True)
        return False
    return True


def _pip(*arguments: str) -> None:
    verb, *rest = arguments
    _run([str(PYTHON), "-m", "pip", "--disable-pip-version-check", "--no-input", "--quiet", verb, *rest])


def _run(command: Sequence[str]) -> str:
    done = subprocess.run(
        command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        env={**os.environ, "PIP_ROOT_USER_ACTION": "ignore"}, check=False)
    if done.returncode:
        what = " ".join(command)
        lines = done.stdout.strip().splitlines()[-15:]
        raise SetupError("\n".join([said(f"This failed: {what}", f"执行失败：{what}"), *lines]))
    return done.stdout


def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def _read(stamp: Path) -> str:
    return stamp.read_text("utf-8") if stamp.exists() else ""


def _write(stamp: Path, text: str, *, did: bool = True) -> bool:
    stamp.write_text(text, "utf-8")
    return did


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

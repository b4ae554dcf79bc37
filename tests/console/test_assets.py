"""The manifest becomes tags; a missing build leaves plain pages; the lock and the build script keep their promises."""

import importlib.util
import json
import os
import re
from pathlib import Path
from types import ModuleType

import pytest
from django.template import Context, Template

from fangxian.console import assets

ROOT = Path(__file__).resolve().parents[2]
CHUNKS: assets.Manifest = {
    "console.ts": {"file": "console-1.js", "css": ["console-1.css"], "imports": ["_words.js", "_queue.js"]},
    "_queue.js": {"file": "queue-1.js", "imports": ["_words.js"], "css": ["queue-1.css"]},
    "_words.js": {"file": "words-1.js"},
    "icons.svg": {"file": "icons-1.svg"},
}


def _load_build_script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("build_frontend", ROOT / "tools" / "build_frontend.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_names_every_file_of_an_entry_once() -> None:
    files = assets.files("console.ts", CHUNKS)
    assert files.script == "console-1.js"
    assert sorted(files.preloads) == ["queue-1.js", "words-1.js"]
    assert files.styles == ("console-1.css", "queue-1.css")


def test_survives_a_circle_of_imports() -> None:
    circle: assets.Manifest = {"a": {"file": "a.js", "imports": ["b"]}, "b": {"file": "b.js", "imports": ["a"]}}
    assert assets.files("a", circle).preloads == ("b.js",)


def test_an_unknown_entry_has_no_files() -> None:
    assert assets.files("nothing.ts", CHUNKS) == assets.Files((), (), None)


def test_reads_a_new_build_without_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "manifest.json"
    path.write_text(json.dumps({"a.ts": {"file": "a-1.js"}}), "utf-8")
    assert assets.manifest(tmp_path)["a.ts"]["file"] == "a-1.js"
    path.write_text(json.dumps({"a.ts": {"file": "a-2.js"}}), "utf-8")
    os.utime(path, ns=(1, 1))
    assert assets.manifest(tmp_path)["a.ts"]["file"] == "a-2.js"


def test_a_missing_build_leaves_plain_pages(tmp_path: Path) -> None:
    assert assets.manifest(tmp_path) == {}


def test_tags(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(assets, "manifest", lambda: CHUNKS)
    template = Template('{% load assets %}{% asset "console.ts" %}{% icon "late" %}{% icon "late" word %}')
    page = template.render(Context({"word": "<b>"}))
    assert page.index("console-1.css") < page.index('src="/static/built/console-1.js"')
    assert '<use href="/static/built/icons-1.svg#late">' in page
    assert 'aria-label="&lt;b&gt;"' in page


def test_the_lock_names_no_registry() -> None:
    lock = json.loads((ROOT / "field" / "package-lock.json").read_text("utf-8"))
    packages = {name: entry for name, entry in lock["packages"].items() if name}
    assert packages
    assert all("resolved" not in entry for entry in packages.values())
    assert all("integrity" in entry for entry in packages.values())


@pytest.mark.parametrize(
    ("version", "recent"),
    [
        ("v20.20.2", True),
        ("v20.19.2", False),
        ("v21.7.0", False),
        ("v22.12.0", True),
        ("v24.11.0", True),
        ("v24.1.0", False),
        ("v26.0.0", True),
        ("", False),
    ],
)
def test_picks_a_node_that_can_build(version: str, recent: bool) -> None:
    assert _load_build_script().is_recent(version) is recent


def test_every_icon_of_the_templates_exists() -> None:
    known = re.findall(r"^ {2}'?([a-z-]+)'?: '", (ROOT / "field/src/icons.ts").read_text("utf-8"), re.M)
    templates = (ROOT / "fangxian/console/templates").rglob("*.html")
    used = {name for path in templates for name in re.findall(r'\{% icon "([^"]+)"', path.read_text("utf-8"))}
    assert used
    assert used <= set(known)

"""The built front end: from the name of a source file to the hashed files a page needs."""

import json
import logging
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TypedDict

from django.templatetags.static import static

from fangxian.kernel.once import once

BUILT = Path(__file__).parent / "static" / "built"
log = logging.getLogger(__name__)


class Chunk(TypedDict, total=False):
    file: str
    css: list[str]
    imports: list[str]


Manifest = dict[str, Chunk]


@dataclass(frozen=True)
class Files:
    """Paths below `built/`, each once, in the order a page should name them."""

    styles: tuple[str, ...]
    preloads: tuple[str, ...]
    script: str | None


@lru_cache(maxsize=2)
def _read(path: Path, _mtime: int) -> Manifest:
    loaded: Manifest = json.loads(path.read_text("utf-8"))
    return loaded


@lru_cache(maxsize=1)
def _warn_once(path: Path) -> None:
    log.warning("The front end is not built (%s is missing): run `python tools/build_frontend.py`.", path)


def manifest(built: Path = BUILT) -> Manifest:
    """What the last build made; empty, with a warning, where none was: pages then work as plain HTML."""
    path = built / "manifest.json"
    try:
        return _read(path, path.stat().st_mtime_ns)
    except FileNotFoundError:
        _warn_once(path)
        return {}


def _closure(chunks: Manifest, name: str, seen: dict[str, Chunk]) -> dict[str, Chunk]:
    if name in chunks and name not in seen:
        seen[name] = chunks[name]
        for imported in chunks[name].get("imports", []):
            _closure(chunks, imported, seen)
    return seen


def files(name: str, chunks: Manifest) -> Files:
    """The files of one entry (`console.ts`) with everything it imports at once; what it loads later is not named."""
    needed = _closure(chunks, name, {})
    styles = dict.fromkeys(style for chunk in needed.values() for style in chunk.get("css", []))
    preloads = [chunk["file"] for key, chunk in needed.items() if key != name]
    return Files(tuple(styles), tuple(preloads), chunks[name]["file"] if name in chunks else None)


@once
def url(name: str) -> str:
    """Address of a single built file by its source name (`icons.svg`), or an empty string without a build."""
    chunk = manifest().get(name)
    return static(f"built/{chunk['file']}") if chunk else ""


def worker_source() -> bytes | None:
    """The service worker, to be answered at the site's root: its address is the reach of what it may keep."""
    chunk = manifest().get("sw.ts")
    return (BUILT / chunk["file"]).read_bytes() if chunk else None

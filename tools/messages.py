"""The translations without GNU gettext: `python tools/messages.py --check | --update | --compile`.

English sentences are taken out of templates and Python files; one catalogue holds the Chinese of all packages.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[1]
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fangxian.site.settings")

from babel.messages.catalog import Catalog, Message  # noqa: E402 - templatize asks for Django's settings
from babel.messages.extract import DEFAULT_KEYWORDS, extract  # noqa: E402
from babel.messages.mofile import write_mo  # noqa: E402
from babel.messages.pofile import read_po, write_po  # noqa: E402
from django.utils.translation.template import templatize  # noqa: E402

CODE: Final = ROOT / "fangxian"
CATALOGUE: Final = CODE / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
KEYWORDS: Final = {
    **DEFAULT_KEYWORDS,
    "gettext_lazy": None, "gettext_noop": None, "ngettext_lazy": (1, 2), "pgettext_lazy": ((1, "c"), 2),
    "npgettext_lazy": ((1, "c"), 2, 3),
}


def extracted() -> Catalog:
    """Every sentence the code says, without translations, and where."""
    found = Catalog(locale="zh_Hans", domain="django", charset="utf-8")
    for path, source in _sources():
        for _, message, comments, context in extract(
                "python", BytesIO(source.encode()), KEYWORDS, ("Translators:",), {"encoding": "utf-8"}):
            found.add(message, None, [(path, 0)], auto_comments=comments, context=context)
    return found


def _sources() -> Iterator[tuple[str, str]]:
    for file in sorted(CODE.rglob("*.py")):
        yield _name(file), file.read_text("utf-8")
    for file in sorted(path for kind in ("html", "txt") for path in CODE.rglob(f"templates/**/*.{kind}")):
        # In brackets, for what is left of a template is indented anyhow.
        yield _name(file), f"({templatize(file.read_text('utf-8'), origin=_name(file))})"


def _name(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


def kept() -> Catalog:
    """The catalogue as it stands, with what packages keep in folders of their own."""
    whole = _read(CATALOGUE)
    for file in sorted(CODE.glob("*/locale/zh_Hans/LC_MESSAGES/django.po")):
        for message in _read(file):
            there = whole.get(message.id, message.context) if message.id else message
            if there is None or not there.string:
                whole[message.id] = message
    return whole


def _read(file: Path) -> Catalog:
    if not file.exists():
        return Catalog(locale="zh_Hans", domain="django", charset="utf-8")
    with file.open("rb") as source:
        return read_po(source, locale="zh_Hans", domain="django", charset="utf-8")


def faults() -> Iterator[str]:
    """What keeps the catalogue from being complete, one line each."""
    said, there = extracted(), kept()
    for message in said:
        known = there.get(message.id, message.context) if message.id else None
        if message.id and (known is None or not _whole(known)):
            yield f"not translated: {message.id!r} ({', '.join(sorted({file for file, _ in message.locations}))})"
        elif known is not None and known.fuzzy:
            yield f"marked as doubtful: {message.id!r}"
    for message in there:
        if message.id and said.get(message.id, message.context) is None:
            yield f"said nowhere any more: {message.id!r}"
    for message in there.obsolete.values():
        yield f"left over: {message.id!r}"
    for message, wrong in there.check():
        yield from (f"{one}: {message.id!r}" for one in wrong)


def _whole(message: Message) -> bool:
    strings = message.string if isinstance(message.string, tuple | list) else (message.string,)
    return bool(strings) and all(strings)


def update() -> None:
    """Bring the catalogue in line with the code: new sentences with an empty translation, unused ones taken out."""
    said, there = extracted(), kept()
    made = Catalog(
        locale="zh_Hans", domain="django", charset="utf-8", project="Fangxian", fuzzy=False, header_comment="#",
        creation_date=there.creation_date)
    for message in sorted((one for one in said if one.id), key=lambda one: (str(one.id), one.context or "")):
        known = there.get(message.id, message.context)
        made.add(message.id, known.string if known else None, context=message.context,
                 auto_comments=message.auto_comments)
    CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
    out = BytesIO()
    write_po(out, made, omit_header=True, width=120)
    CATALOGUE.write_bytes(_HEAD + out.getvalue())


_HEAD: Final = b'''msgid ""
msgstr ""
"Language: zh_Hans\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"

'''


def compile_catalogue() -> None:
    """Write the form Django reads, beside the catalogue."""
    with CATALOGUE.with_suffix(".mo").open("wb") as out:
        write_mo(out, kept())


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("check", "update", "compile"):
        parser.add_argument(f"--{name}", action="store_true")
    given = parser.parse_args()
    if given.update:
        update()
    if given.update or given.compile:
        compile_catalogue()
    found = list(faults()) if given.check or given.update else []
    print("\n".join(found), end="\n" if found else "")
    return 1 if found and given.check else 0


if __name__ == "__main__":
    sys.exit(main())

"""What a reply may name: mistakes that would leave a number nobody can answer, or an answer without one."""

from __future__ import annotations

from pathlib import Path

import pytest

from fangxian.kernel.findings import errors
from fangxian.programmes.load import load

ENTRY = Path(__file__).resolve().parents[2] / "programmes" / "entry"
RESULT, SAMPLE, TOML = "forms/sample_result.md", "forms/sample.md", "programme.toml"
TUBE = "| barcode | tube |"


def shipped() -> dict[str, str]:
    return {str(one.relative_to(ENTRY)): one.read_text(encoding="utf-8")
            for one in ENTRY.rglob("*") if one.suffix in {".toml", ".md", ".csv"}}


def faults(files: dict[str, str]) -> set[str]:
    _, findings = load({name: text.encode() for name, text in files.items()})
    return {one.code for one in errors(findings)}


def grouped(form: str) -> str:
    """The tube's question in a group that is not always asked."""
    lines = form.split("\n")
    heads = next(line for line in lines if line.startswith("| type |"))
    at = next(place for place, line in enumerate(lines) if line.startswith(TUBE))
    tail = " |" * (heads.count("|") - 2)
    lines[lines.index(heads)] = heads + " relevant |"
    asked = f"| begin_group | in_a_group |{tail[:-2]} false() |"
    result = "\n".join([*lines[:at], asked, lines[at] + "  |", "| end_group |  |" + tail, *lines[at + 1:]])
    return result.replace("|---|---|\n", "|---|---|---|\n", 1)


def test_the_shipped_one_holds() -> None:
    assert not faults(shipped())


@pytest.mark.parametrize(("file", "old", "new", "code"), [
    (RESULT, TUBE, "| integer | tube |", "reply_number"),
    (TOML, 'number = "tube"', 'number = "result"', "reply_number"),
    (TOML, 'number = "tube"', 'number = "nothing"', "unknown_question"),
    (TOML, 'at = "reported_at"', 'at = "result"', "reply_at"),
    (TOML, 'awaited = { result = "pending" }', 'awaited = { result = "nothing" }', "reply_awaited"),
    (TOML, 'awaited = { result = "pending" }', 'awaited = { tube = "pending" }', "reply_awaited"),
    (SAMPLE, "| select_one sample_results | result |", "| select_multiple sample_results | result |", "reply_awaited"),
    (TOML, 'to = "sample"', 'to = "sample_result"', "reply_twice"),
])
def test_what_cannot_be_is_named(file: str, old: str, new: str, code: str) -> None:
    files = shipped()
    assert old in files[file]
    assert code in faults({**files, file: files[file].replace(old, new, 1)})


def test_what_is_sealed_cannot_be_awaited() -> None:
    files = shipped()
    row = next(line for line in files[SAMPLE].split("\n") if line.startswith("| select_one sample_results"))
    sealed = row.replace("| sensitive | last_sample_result |", "| personal |  |")
    assert sealed != row
    assert "reply_awaited" in faults({**files, SAMPLE: files[SAMPLE].replace(row, sealed)})


def test_the_number_of_a_reply_is_always_asked() -> None:
    files = shipped()
    found = faults({**files, RESULT: grouped(files[RESULT])})
    assert found == {"reply_number"}

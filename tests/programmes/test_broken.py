"""Whatever somebody does to a folder, the check answers with findings and never falls over."""

from __future__ import annotations

import io
import random
import zipfile

from fangxian.kernel.findings import errors
from fangxian.programmes.load import load

from .forms_for_tests import as_workbook, read, sheets_of

TOKENS = [
    "",
    "1",
    "true",
    "[]",
    "{}",
    '""',
    "[1]",
    "{ a = 1 }",
    "-1",
    "x",
    '"x"',
    "[{}]",
    "${a}",
    "|",
    "\n",
    '"',
    "1.5",
    "2020-01-01",
    "08:00:00",
    "unknown",
    "begin_group",
    "end_group",
    "not(",
    "中",
    "\x00",
    "\u2028",
]
TRIES = 120


def mutated(text: str, chance: random.Random) -> str:
    """Some line dropped, doubled or moved, some cell or value replaced, some characters overwritten."""
    lines = text.split("\n")
    at = chance.randrange(len(lines))
    change = chance.randrange(5)
    if change == 0:
        lines.pop(at)
    elif change == 1:
        lines.insert(at, chance.choice(lines))
    elif change < 4:
        mark = next((mark for mark in (" = ", "|", ",") if mark in lines[at]), " ")
        cells = lines[at].split(mark)
        cells[chance.randrange(len(cells))] = chance.choice(TOKENS)
        lines[at] = mark.join(cells)
    else:
        place = chance.randrange(len(lines[at]) + 1)
        lines[at] = lines[at][:place] + chance.choice(TOKENS) + lines[at][place + chance.randrange(4) :]
    return "\n".join(lines)


def test_any_damage_is_told(files: dict[str, bytes]) -> None:
    chance = random.Random(20)
    for _ in range(TRIES):
        name = chance.choice(sorted(files))
        text = files[name].decode()
        for _ in range(chance.randint(1, 3)):
            text = mutated(text, chance)
        programme, findings = load({**files, name: text.encode()}, published=True)
        assert (programme is None) == bool(errors(findings)), text
        assert all(str(found) and found.message.zh for found in findings)


def test_a_value_of_any_type_in_any_place_is_told(files: dict[str, bytes]) -> None:
    broken = files["programme.toml"].replace(b'name = "temperature"', b"name = { a = 1 }", 1)
    assert "wrong_type" in {found.code for found in load({**files, "programme.toml": broken})[1]}


def test_damaged_workbooks_are_told() -> None:
    whole = as_workbook(sheets_of([{"type": "text", "name": "a"}]))
    chance = random.Random(21)
    for _ in range(TRIES):
        form, findings = read(damaged(whole, chance), "forms/form.xlsx")
        assert (form is None) == bool(findings)


def damaged(whole: bytes, chance: random.Random) -> bytes:
    """One part of the workbook with some bytes overwritten, packed again so that its checksum fits."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(whole)) as before, zipfile.ZipFile(out, "w") as after:
        victim = chance.choice(before.namelist())
        for name in before.namelist():
            data = bytearray(before.read(name))
            if name == victim:
                at = chance.randrange(len(data))
                data[at : at + chance.randrange(1, 30)] = bytes(
                    chance.choice(b'<>"=&x0/') for _ in range(chance.randrange(20))
                )
            after.writestr(name, bytes(data))
    return out.getvalue()

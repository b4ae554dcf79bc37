"""The levels of a country's tree: China's by default, any other from a small file."""

from __future__ import annotations

import csv
from typing import Final

from fangxian.kernel.findings import FilePlace, Finding
from fangxian.kernel.text import Text

from .types import LevelSpec, Tier

DEEPEST: Final = 12  # a path column holds 36 characters, three for each level

CHINA: Final = (
    LevelSpec("province", Text("Province", "省级"), Tier.ABOVE),
    LevelSpec("city", Text("City", "地级"), Tier.ABOVE),
    LevelSpec("county", Text("County", "县级"), Tier.COUNTY),
    LevelSpec("township", Text("Township or subdistrict", "乡级"), Tier.TOWNSHIP),
    LevelSpec("community", Text("Community or village", "村级"), Tier.COMMUNITY),
    LevelSpec("grid", Text("Grid", "网格"), Tier.GRID),
)

_TIERS: Final = ", ".join(Tier)


def read_levels(file: str, text: str) -> tuple[tuple[LevelSpec, ...], list[Finding]]:
    """Levels from CSV text ``code,name_en,name_zh,tier``, one line a level, the highest first."""
    specs: list[LevelSpec] = []
    findings: list[Finding] = []
    for number, row in enumerate(csv.DictReader(text.splitlines()), 2):
        fault = _fault(row, specs)
        if fault:
            findings.append(Finding(fault[0], FilePlace(file, row=number, column=fault[1]), fault[2]))
        else:
            specs.append(LevelSpec(row["code"], Text(row["name_en"], row["name_zh"]), Tier(row["tier"])))
    return tuple(specs), findings + _whole(file, specs, findings)


def _fault(row: dict[str, str | None], before: list[LevelSpec]) -> tuple[str, str, Text] | None:
    for column in ("code", "name_en", "name_zh", "tier"):
        if not row.get(column):
            return "levels.missing", column, Text(
                f"Nothing stands under {column}. Fill it in.", f"“{column}”列为空。请填写。")
    if row["tier"] not in tuple(Tier):
        return "levels.tier", "tier", Text(
            f"There is no tier {row['tier']}. Use one of: {_TIERS}.",
            f"没有“{row['tier']}”这一层级。请使用：{_TIERS}。")
    if any(spec.code == row["code"] for spec in before):
        return "levels.twice", "code", Text(
            f"The level {row['code']} stands here twice. Take one line out.",
            f"级别“{row['code']}”重复。请删除其中一行。")
    return None


def _whole(file: str, specs: list[LevelSpec], findings: list[Finding]) -> list[Finding]:
    if not specs and not findings:
        return [Finding("levels.none", FilePlace(file), Text(
            "The file has no levels. Write one line for each, the highest first.",
            "文件中没有级别。请逐级填写，最高级在前。"))]
    if len(specs) > DEEPEST:
        return [Finding("levels.deep", FilePlace(file), Text(
            f"A tree may have {DEEPEST} levels, not {len(specs)}. Leave some out.",
            f"最多 {DEEPEST} 级，现有 {len(specs)} 级。请减少级别。"))]
    return []

"""What people write where they have nothing to write: it is nobody's number and nobody's name."""

from __future__ import annotations

import re
from typing import Final

from .spelling import wide_to_narrow

_WORDS: Final = frozenset({
    "无", "無", "没有", "沒有", "暂无", "暫無", "不详", "不詳", "未知", "待补", "待補", "待补充", "待填", "待核实",
    "待核實", "待查", "待定", "待确认", "未提供", "未填", "未填写", "未登记", "未带", "无证件", "無證件", "无证",
    "没带", "遗失", "遺失", "丢失", "同上", "同前", "同户", "同一户", "如上", "见上", "拒绝提供", "拒绝",
    "不愿提供", "保密", "空", "缺", "缺失", "略", "无法提供", "不清楚", "不知道", "none", "no", "nil", "null",
    "nan", "na", "n/a", "n.a.", "#n/a", "nat", "unknown", "unk", "tbc", "tba", "tbd", "pending", "not available",
    "not known", "not provided", "not given", "not applicable", "not recorded", "missing", "refused", "declined",
    "lost", "same", "same as above", "as above", "see above", "ditto", "idem", "blank", "empty", "to be confirmed",
    "to be advised", "none given", "no passport", "no document", "no id", "no name", "unbekannt", "keine angabe",
    "k.a.", "k. a.", "fehlt", "inconnu", "inconnue",
    "non renseigné", "non communiqué", "nc", "néant", "desconocido", "sin dato", "sin datos", "no consta",
    "ninguno", "s/d", "desconhecido", "ignorado", "não informado", "sem informação", "неизвестно", "нет",
    "нет данных", "не указано", "н/д", "غير معروف", "لا يوجد", "不明", "未記入", "なし", "無し", "미상", "없음",
    "모름", "해당없음", "불명",
})
_NOTHING_IN_IT: Final = re.compile(r"[\W_]*")
_ONE_SIGN: Final = re.compile(r"([0xX?*#.\-_])\1*")
_MASKED: Final = re.compile(r"[*＊●•×█]{2,}|[xX]{4,}|\?{2,}")


def stands_for_nothing(text: str) -> bool:
    """Words for "none", "later" or "as above", marks without letters, zeros or one sign again and again."""
    narrow = wide_to_narrow(text)
    word = " ".join(narrow.casefold().split()).strip(" ()（）[]【】<>\"'")
    return word in _WORDS or bool(_NOTHING_IN_IT.fullmatch(word)) or bool(_ONE_SIGN.fullmatch(word.replace(" ", "")))


def masked(text: str) -> bool:
    """Whether signs stand in the place of some characters: several people may have what is left."""
    return _MASKED.search(wide_to_narrow(text)) is not None

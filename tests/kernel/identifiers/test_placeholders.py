"""What stands for nothing is nobody's number."""

from __future__ import annotations

import pytest

from fangxian.kernel.identifiers import phones
from fangxian.kernel.identifiers.placeholders import masked, stands_for_nothing


@pytest.mark.parametrize("text", [
    "待补", "待补充", "（未提供）", "無證件", "遗失", "同上", "Unknown", "TBC", "not  provided", "N/A", "0", "0000",
    "*", "??", "XXX", "--", "・・", "keine Angabe", "неизвестно", "不明", "없음", "غير معروف", "",
])
def test_nothing(text: str) -> None:
    assert stands_for_nothing(text)


@pytest.mark.parametrize("text", ["E12345678", "00000001", "王", "Noh", "李无名", "X1234567", "1", "Xu"])
def test_something(text: str) -> None:
    assert not stands_for_nothing(text)


@pytest.mark.parametrize(("text", "is_masked"), [
    ("341023199003******", True), ("E1234****", True), ("张**", True), ("XXXX5678", True), ("EX1234567", False),
    ("P<UTOERIKSSON<<ANNA", False), ("138****8000", True),
])
def test_masked(text: str, is_masked: bool) -> None:
    assert masked(text) is is_masked


@pytest.mark.parametrize(("text", "numbers", "beside"), [
    ("13900000001（母亲）", ["+8613900000001"], "母亲"),
    ("13900000001 13900000002", ["+8613900000001", "+8613900000002"], ""),
    ("0559-5520000转12", ["+865595520000"], "转12"), ("13900000001同微信", ["+8613900000001"], "同微信"),
    ("13900000001;0559-5520000", ["+8613900000001", "+865595520000"], ""),
    ("+49 170 1234567 (Vater)", ["+491701234567"], "Vater"), ("139 0000 0001", ["+8613900000001"], ""),
    ("请勿拨打", [], "请勿拨打"),
])
def test_numbers_among_words(text: str, numbers: list[str], beside: str) -> None:
    found, rest = phones.parse_among(text, region="CN")
    assert ([each.e164 for each in found], rest) == (numbers, beside)

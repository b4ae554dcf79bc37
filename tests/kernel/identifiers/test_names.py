from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fangxian.kernel.identifiers import masks, names


@pytest.mark.parametrize("spellings", [
    ("张三丰", "张 三丰", " 张　三 丰 ", "张三丰先生"),
    ("John Smith", "SMITH, John", "smith john", "Ｊｏｈｎ　Smith", "Mr John Smith", "SMITH/JOHN MR"),
    ("José O'Brien-Müller", "JOSE OBRIEN MULLER", "Muller José O’Brien"),
    ("阿卜杜拉·买买提", "阿卜杜拉•买买提", "阿卜杜拉 · 买买提", "阿卜杜拉．买买提", "阿卜杜拉买买提"),
    ("Søren Łukasz", "SOREN LUKASZ"),
    ("Нгуен Ван", "ван нгуен"),
])
def test_spellings_of_one_name_have_one_key(spellings: tuple[str, ...]) -> None:
    assert len({names.lookup_key(spelling) for spelling in spellings}) == 1


@pytest.mark.parametrize(("one", "other"), [
    ("张三", "三张"), ("張三", "张三"), ("John Smith", "Jon Smith"), ("김철수", "김철호"), ("Anna Maria", "Annamaria"),
])
def test_different_names_have_different_keys(one: str, other: str) -> None:
    assert names.lookup_key(one) != names.lookup_key(other)


def test_a_name_in_two_scripts_has_two_keys() -> None:
    assert names.lookup_keys("张三 ZHANG SAN") == ("张三", "san zhang")
    assert names.lookup_keys("  ") == ()
    assert names.lookup_key("") == ""


@pytest.mark.parametrize(("name", "whole"), [
    ("张三丰", ("zhangsanfeng",)), ("单田芳", ("shantianfang",)), ("曾志伟", ("zengzhiwei",)), ("仇英", ("qiuying",)),
    ("尉迟恭", ("yuchigong",)), ("长孙无忌", ("zhangsunwuji",)), ("乐嘉", ("yuejia", "lejia")),
    ("吕布", ("lyubu", "lubu", "lvbu")),
    ("欧阳修", ("ouyangxiu",)), ("", ()),
])
def test_pinyin_of_chinese_names(name: str, whole: tuple[str, ...]) -> None:
    assert names.pinyin_keys(name).whole == whole


@pytest.mark.parametrize("latin",
["ZHANG SANFENG", "Sanfeng Zhang", "zhangsanfeng", "ZHANG SAN FENG", "San Feng ZHANG"])
def test_a_latin_spelling_meets_the_chinese_name(latin: str) -> None:
    assert set(names.pinyin_keys("张三丰").whole) & set(names.pinyin_keys(latin).whole)


def test_initials() -> None:
    assert names.pinyin_keys("张三丰").initials == ("zsf",)
    assert names.pinyin_keys("吕布").initials == ("lb",)


@pytest.mark.parametrize(("name", "masked"), [
    ("张三丰", "张**"), ("张三", "张*"), ("欧阳娜娜", "欧阳**"), ("John Smith", "J*** S***"),
    ("ZHANG/SANFENG", "Z***/S***"),
    ("阿卜杜拉·买买提", "阿**·买**"), ("张", "张*"), ("", ""),
])
def test_masked_names(name: str, masked: str) -> None:
    assert names.mask(name) == masked


@given(st.text(max_size=40))
@settings(max_examples=200)
def test_keys_of_any_text_are_stable(text: str) -> None:
    normal = names.normalise(text)
    assert names.normalise(normal) == normal
    assert names.lookup_keys(normal) == names.lookup_keys(text)
    names.pinyin_keys(text)


@given(st.lists(st.text("abcdefghijklmnopqrstuvwxyz", min_size=3, max_size=8), min_size=2, max_size=4))
def test_a_mask_shows_first_letters_only(words: list[str]) -> None:
    assert names.mask(" ".join(words)) == " ".join(word[0] + "***" for word in words)


@pytest.mark.parametrize(("number", "masked"), [
    ("11010519491231002X", "110***********002X"), ("E12345678", "E1*****78"), ("12345", "1***5"), ("1", "*"), ("", ""),
])
def test_masked_documents(number: str, masked: str) -> None:
    assert masks.document(number) == masked


@pytest.mark.parametrize(("e164", "masked"), [
    ("+8613800138000", "138****8000"), ("+821012345678", "+82****5678"), ("+12345", "****"), ("", "****"),
])
def test_masked_phones(e164: str, masked: str) -> None:
    assert masks.phone(e164) == masked


@pytest.mark.parametrize(("address", "masked"), [
    ("湖北省武汉市江汉区民族街道花楼街12号", "湖北省武汉市江汉区民族街道****"),
    ("北京市朝阳区建国路1号", "北京市朝阳区****"),
    ("花园小区3栋", "****"), ("12 Main Street, Springfield", "****, Springfield"), ("12 Main Street", "****"),
    ("", "****"),
])
def test_masked_addresses(address: str, masked: str) -> None:
    assert masks.address(address) == masked

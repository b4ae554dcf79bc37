from __future__ import annotations

import phonenumbers
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fangxian.kernel.identifiers import phones


@pytest.mark.parametrize("text", [
    "13800138000", "+86 138 0013 8000", "0086-138-0013-8000", "8613800138000", "13800138000.0",
    "１３８００１３８０００", "手机：13800138000",
    "138\u200b0013\u202c8000", "(+86) 13800138000",
])
def test_spellings_of_a_chinese_mobile(text: str) -> None:
    assert phones.parse(text, region="CN") == phones.Phone("+8613800138000")


@pytest.mark.parametrize(("text", "region", "e164"), [
    ("010-12345678", "CN", "+861012345678"), ("+82 10-1234-5678", "CN", "+821012345678"),
    ("010-1234-5678", "KR", "+821012345678"),
    ("0039 06 698 12345", "CN", "+390669812345"), ("(415) 555-2671", "US", "+14155552671"),
    ("13800138000", "KR", "+8213800138000"),
])
def test_the_region_decides_what_a_bare_number_means(text: str, region: str, e164: str) -> None:
    assert phones.parse(text, region=region).e164 == e164


@pytest.mark.parametrize(("text", "code"), [
    ("", "missing"), ("无", "missing"), ("1.38001E+10", "rounded_by_spreadsheet"), ("12", "no_phone_number"),
    ("call me", "no_phone_number"), ("0171 2345678", "no_phone_number"),
])
def test_no_number_says_why(text: str, code: str) -> None:
    found = phones.parse(text, region="CN")
    assert (found.e164, [fault.code for fault in found.faults]) == (None, [code])


def test_a_number_abroad_without_plus_is_taken_with_a_doubt() -> None:
    found = phones.parse("821012345678", region="CN")
    assert (found.e164, [fault.code for fault in found.faults]) == ("+821012345678", ["country_assumed"])


def test_several_numbers_in_a_cell() -> None:
    found = phones.parse_many("13800138000/010-12345678、无", region="CN")
    assert [phone.e164 for phone in found] == ["+8613800138000", "+861012345678"]
    assert phones.parse_many("无", region="CN") == ()


@pytest.mark.parametrize(("e164", "region", "shown"), [
    ("+8613800138000", "CN", "138 0013 8000"), ("+8613800138000", "KR", "+86 138 0013 8000"),
    ("+821012345678", "CN", "+82 10-1234-5678"), ("+821012345678", "KR", "010-1234-5678"), ("?", "CN", "?"),
])
def test_display(e164: str, region: str, shown: str) -> None:
    assert phones.display(e164, region=region) == shown


@given(st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True))
@settings(max_examples=100)
def test_the_short_way_agrees_with_the_library(mobile: str) -> None:
    number = phonenumbers.parse(mobile, "CN")
    e164 = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    assert phones.parse(mobile, region="CN").e164 == e164


@given(st.text(max_size=30) | st.text("0123456789+-() ", max_size=20), st.sampled_from(["CN", "KR", "US", "ZZ"]))
@settings(max_examples=150, deadline=None)
def test_no_text_breaks_the_reader_and_e164_is_read_as_itself(text: str, region: str) -> None:
    found = phones.parse(text, region=region)
    assert found.e164 or found.faults
    if found.e164:
        assert phones.parse(found.e164, region="KR").e164 == found.e164
        assert phones.display(found.e164, region="CN")

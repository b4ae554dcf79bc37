from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from fangxian.kernel.identifiers import documents, mrz, resident_id
from fangxian.kernel.identifiers.documents import DocumentKind, recognise

ON = dt.date(2020, 3, 20)
# A residence permit as the Ministry's announcement prints it, and the two forms of a permanent residence card.
HMT = "810000199408230021"
FOREIGNER, FOREIGNER_OLD = "911398199012310021", "KAZ110090123105"


@pytest.mark.parametrize(("text", "kind", "country", "expected"), [
    ("11010519491231002X", None, None, ("resident_id", "CN", True)),
    ("身份证：11010519491231002x", None, None, ("resident_id", "CN", True)),
    ("E12345678", None, "CN", ("passport", "CN", True)),
    ("EA1234567", "护照", "中国", ("passport", "CN", True)),
    ("护照号：G12345678", None, "CHN", ("passport", "CN", True)),
    ("M12345678", None, "韩国", ("passport", "KR", True)),
    ("M12345678", None, None, ("hk_macau_permit", "MO", False)),
    ("M12345678", "回乡证", "CN", ("hk_macau_permit", "MO", True)),
    ("H1234567801", None, None, ("hk_macau_permit", "HK", True)),
    ("12345678", None, "TW", ("taiwan_permit", "TW", True)),
    ("12345678", None, None, ("taiwan_permit", "TW", False)),
    ("0123456789(A)", "台胞证", None, ("taiwan_permit", "TW", True)),
    ("12345678", None, "KR", ("passport", "KR", True)),
    (HMT, None, None, ("hmt_residence_permit", "HK", True)),
    ("830000199201300022", "居住证", None, ("hmt_residence_permit", "TW", True)),
    (FOREIGNER, None, None, ("foreigner_permanent_id", "KZ", True)),
    (FOREIGNER_OLD, None, None, ("foreigner_permanent_id", "KZ", True)),
    ("TR 123-4567", None, "JPN", ("passport", "JP", True)),
    ("123456789", None, None, ("passport", None, False)),
    ("A-77/3", "其他", None, ("other", None, True)),
])
def test_one_door(text: str, kind: str | None, country: str | None, expected: tuple[str, str | None, bool]) -> None:
    found = recognise(text, kind=kind, country=country, on=ON)
    assert (found.kind.value, found.country, found.certain) == expected
    assert not found.faults


@pytest.mark.parametrize(("number", "born"), [
    (HMT, dt.date(1994, 8, 23)), (FOREIGNER, dt.date(1990, 12, 31)), (FOREIGNER_OLD, dt.date(1990, 12, 31)),
])
def test_birth_date_and_sex_come_with_the_number(number: str, born: dt.date) -> None:
    found = recognise(number, kind=None, country=None, on=ON)
    assert (found.birth_date, found.sex) == (born, "female")


@pytest.mark.parametrize(("text", "kind", "country", "expected"), [
    ("110105194912310021", None, None, ["check_digit"]),
    (HMT[:-1] + "2", None, None, ["check_digit"]),
    (FOREIGNER_OLD[:-1] + "6", None, None, ["check_digit"]),
    ("9119991990123100" + "2" + resident_id.check_character("91199919901231002"), None, None, ["nationality"]),
    ("E1234567", "passport", "CN", ["form"]),
    ("11010519491231", "passport", "IT", ["form"]),
    ("X12345678", "hk_macau_permit", None, ["form"]),
    ("1234567", "taiwan_permit", None, ["form"]),
    ("82000019940823002", "hmt_residence_permit", None, ["form"]),
    ("12", "foreigner_permanent_id", None, ["form"]),
    ("E12345678", "resident_id", None, ["form"]),
    ("11010519491231002X", "passport", None, ["other_kind"]),
    ("1101051949123100212", None, None, ["form"]),
    ("护照", None, None, ["unknown_form"]),
    ("1.10105E+17", None, None, ["rounded_by_spreadsheet"]),
    ("无", None, None, ["missing"]),
    ("", "passport", "KR", ["missing"]),
])
def test_what_is_wrong_is_said_and_the_number_kept(
    text: str, kind: str | None, country: str | None, expected: list[str],
) -> None:
    found = recognise(text, kind=kind, country=country, on=ON)
    assert [fault.code for fault in found.faults] == expected
    assert not found.certain
    assert found.number == ("" if expected == ["missing"] else text)


def test_a_number_of_another_kind_than_stated_is_read_as_what_it_is() -> None:
    found = recognise("11010519491231002X", kind="passport", country="KR", on=ON)
    assert (found.kind, found.country, found.birth_date) == (DocumentKind.RESIDENT_ID, "CN", dt.date(1949, 12, 31))


def test_a_zone_in_the_number_column_is_read() -> None:
    zone = mrz.compose(
        form=mrz.Format.TD3, document_type="P", issuer="KOR", number="M12345678", nationality="KOR",
        birth_date=dt.date(1980, 2, 3), sex="male", expiry=dt.date(2025, 1, 1), surname="KIM", given_names="CHEOL SU")
    found = recognise(zone, kind=None, country=None, on=ON)
    assert found == documents.IdentityDocument(
        DocumentKind.PASSPORT, "M12345678", "KR", dt.date(1980, 2, 3), "male", certain=True)


@pytest.mark.parametrize(("label", "kind"), [
    ("身份证", "resident_id"), ("港澳居民来往内地通行证", "hk_macau_permit"), ("Passport", "passport"),
    ("hkm_permit", "hk_macau_permit"),
    ("台胞证", "taiwan_permit"), ("hmt_residence_permit", "hmt_residence_permit"), ("永居证", "foreigner_permanent_id"),
    ("other", "other"), ("library card", None),
])
def test_kinds_by_their_everyday_names(label: str, kind: str | None) -> None:
    assert documents.kind_of(label) == kind


@pytest.mark.parametrize("kind", list(DocumentKind))
def test_every_code_names_its_kind(kind: DocumentKind) -> None:
    assert documents.kind_of(kind.value) is kind


shapes = st.from_regex(r"[HMEGKAZ9810]{0,3}[0-9]{5,17}[0-9A-Z]?", fullmatch=True)


@given(
    st.text(max_size=40) | shapes, st.none() | st.sampled_from([*DocumentKind, "护照", "?"]),
    st.sampled_from([None, "CN", "KR", "湖北", "?"]))
@settings(max_examples=250, deadline=None)
def test_no_text_breaks_the_door_and_faults_leave_nothing_certain(text: str, kind: str | None,
country: str | None) -> None:
    found = recognise(text, kind=kind, country=country, on=ON)
    assert not (found.certain and found.faults)
    for fault in found.faults:
        assert fault.message.en.rstrip().endswith(".")
        assert fault.message.zh.endswith("。")


@given(shapes)
@example("810000000000000")
@settings(max_examples=100, deadline=None)
def test_reading_a_normalised_number_again_changes_nothing(text: str) -> None:
    once = recognise(text, kind=None, country=None, on=ON)
    assert recognise(once.number, kind=None, country=None, on=ON) == once


@pytest.mark.parametrize("length", [13, 14, 16, 17, 19, 21])
@pytest.mark.parametrize("country", [None, "CN"])
def test_digits_in_a_row_of_another_length_are_a_resident_number_with_a_fault(
        length: int, country: str | None) -> None:
    found = recognise("110105194912310021003"[:length], kind=None, country=country, on=ON)
    assert (found.kind, found.certain) == (DocumentKind.RESIDENT_ID, False)
    assert f"has {length} characters" in found.faults[0].message.en

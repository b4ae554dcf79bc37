from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fangxian.kernel.identifiers import countries


@pytest.mark.parametrize(("code", "spellings"), [
    ("KR", "KR|kor|410|韩国|韓國|大韩民国|South Korea|Korea, Republic of|REPUBLIC OF KOREA|ROK|韩国(大邱)"),
    ("KP", "KP|PRK|朝鲜|North Korea|DPRK"),
    ("GB", "UK|GBR|GBD|英国|United Kingdom|England"),
    ("US", "USA|U.S.|美国|美國|United States|the United States of America"),
    ("DE", "D|DEU|德国|Germany|Deutschland"),
    ("XK", "RKS|Kosovo|科索沃"),
    ("XX", "XXA|XXX|stateless|无国籍"),
    ("HK", "HKG|香港|中国香港|Hong Kong SAR|CN-HK|810000"),
    ("MO", "Macau|Macao|澳门|CN-MO|820000"),
    ("TW", "TWN|台湾|Taiwan|CN-TW|710000|830000"),
    ("CN", "CHN|中国|China|中华人民共和国|P.R. China"),
    ("CN-HB",
    "CN-HB|cn-hb|湖北|湖北省|Hubei|Hubei Province|42|420106|420106001001|湖北省武汉市|中国湖北"),
    ("CN-HB", "湖北武汉市|China (Hubei)|湖北武汉|湖北省武汉"), ("CN-HA", "河南驻马店"), ("CN-JS", "江苏连云港"),
    ("CN-NM", "内蒙古|内蒙古自治区|Inner Mongolia|150000"),
    ("CN-SN", "Shaanxi|陕西"),
    ("CN-SX", "Shanxi|山西"),
    ("GW", "Guinea-Bissau|几内亚比绍"),
    ("CI", "Côte d'Ivoire|Cote d’Ivoire|Ivory Coast"),
    ("TR", "Turkey|Türkiye|土耳其"),
    ("NO", "NO|Norway"),
])
def test_names_and_codes(code: str, spellings: str) -> None:
    assert {spelling: countries.recognise(spelling) for spelling in spellings.split("|")} == dict.fromkeys(
        spellings.split("|"), code)


@pytest.mark.parametrize("text",
["", "Utopia", "UTO", "no", "in", "Congo", "刚果", "Middle East", "99", "000", "海南藏族自治州"])
def test_what_names_no_one_country(text: str) -> None:
    assert countries.recognise(text) is None


@pytest.mark.parametrize(("text", "codes"), [
    ("韩国、日本", "KR JP"), ("Italy/France", "IT FR"), ("IT;FR", "IT FR"), ("意大利-法国", "IT FR"),
    ("韩国 日本", "KR JP"),
    ("Korea, Republic of; Italy", "KR IT"), ("Bosnia and Herzegovina, Italy and Spain", "BA IT ES"),
    ("韩国和日本", "KR JP"),
    ("Hubei, China", "CN-HB"), ("United Kingdom→Dubai→中国", "GB AE CN"), ("Italy, italy", "IT"), ("New Zealand", "NZ"),
    ("Mongolia、Myanmar (Burma)", "MN MM"), ("中国、日本", "CN JP"), ("中国 日本", "CN JP"),
    ("湖北省、日本", "CN-HB JP"), ("湖北省 日本", "CN-HB JP"),
    ("湖北省武汉市、浙江省 温州市", "CN-HB CN-ZJ"), ("中国香港、中国湖北", "HK CN-HB"),
    ("China, Guinea-Bissau", "CN GW"), ("无", ""), ("none", ""), ("NO", "NO"), ("", ""),
])
def test_lists(text: str, codes: str) -> None:
    assert countries.read_list(text) == countries.CountryList(tuple(codes.split()))


def test_an_unknown_piece_is_named_and_the_rest_read() -> None:
    found = countries.read_list("Italy, Middle East, 日本")
    assert (found.codes, found.unknown) == (("IT", "JP"), ("Middle East",))
    assert [fault.code for fault in found.faults] == ["unknown_country"]
    assert "Middle East" in found.faults[0].message.zh


@pytest.mark.parametrize(("code", "en", "zh"), [
    ("KR", "South Korea", "韩国"), ("CN-HB", "Hubei", "湖北省"), ("HK", "Hong Kong, China", "中国香港"),
    ("TW", "Taiwan, China", "中国台湾"),
    ("XX", "Stateless or not stated", "无国籍或未注明"), ("??", "??", "??"),
])
def test_labels(code: str, en: str, zh: str) -> None:
    assert (countries.label(code, "en"), countries.label(code, "zh-hans")) == (en, zh)


@pytest.mark.parametrize("code", countries.CODES)
def test_every_code_is_known_by_its_code_and_its_labels(code: str) -> None:
    assert countries.recognise(code) == code
    assert countries.recognise(countries.label(code, "zh")) == code
    assert countries.recognise(countries.label(code, "en")) == code


@pytest.mark.parametrize("code", [code for code in countries.CODES if code not in ("HK", "MO") and "-" not in code])
def test_the_code_of_a_travel_document_leads_back(code: str) -> None:
    assert countries.recognise(countries.icao(code)) == code


def test_icao_refuses_what_is_no_country() -> None:
    assert countries.icao("CN-HB") == countries.icao("HK") == "CHN"
    with pytest.raises(ValueError):
        countries.icao("??")


@given(st.lists(st.sampled_from([code for code in countries.CODES if not code.startswith("CN")]), unique=True,
max_size=5),
       st.sampled_from(["、", "；", "; ", "/", "\n", "，", " , ", "|"]), st.sampled_from(["en", "zh"]))
@settings(max_examples=100, deadline=None)
def test_any_list_of_labels_is_read_back(codes: list[str], divider: str, language: str) -> None:
    labels = [countries.label(code, language) for code in codes]
    if not any("," in label for label in labels) or divider not in ("，", " , "):
        assert countries.read_list(divider.join(labels)).codes == tuple(codes)


@given(st.text(max_size=60))
@settings(max_examples=150, deadline=None)
def test_no_text_breaks_the_reader(text: str) -> None:
    found = countries.read_list(text)
    assert len(found.unknown) == len(found.faults)

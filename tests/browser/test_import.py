"""A duty officer with the airport's file: columns, four tabs, the record, the result file, undo, a later version."""

from __future__ import annotations

import datetime as dt
import io
import re
from typing import Final

import openpyxl
import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import AFTERNOON, COUNTY, HOUR, PHONE, TOWNSHIP, SignedIn, Site
from tests.browser.lists import brought_in, person

KNOWN = "E77000001"
OFF_ITS_LINE: Final = """() => {
  const line = document.querySelector('.fx-place .form-check'), words = document.createRange()
  words.selectNodeContents(line.querySelector('.form-check-label'))
  const middle = (box) => box.top + box.height / 2
  return Math.abs(middle(line.querySelector('input').getBoundingClientRect()) - middle(words.getClientRects()[0]))
}"""
"""How far a box to tick is from the middle of the first line of its words, in pixels."""
FIRST = [
    person(1, "孙明", "E70000001", "碧阳镇郭门一网格3栋501"),
    person(2, "周兰", "E70000002", "翠湖山庄8栋101"),
    person(3, "钱多", "E70000003", "翠湖山庄9栋202"),
    person(4, "吴用", KNOWN, "碧阳镇郭门一网格3栋601", born=dt.date(1985, 4, 5)),
    person(5, "郑和", "E77000002", "碧阳镇郭门一网格3栋602", born=dt.date(1971, 1, 1)),
    person(6, "", "", "碧阳镇"),
]


@pytest.fixture(scope="module")
def _known(site: Site) -> None:
    """Two people on record: one whom the list names as they are, one whose passport it gives to another name."""
    site.county.arrive(AFTERNOON - 24 * HOUR, name="吴用", document_number=KNOWN)
    site.county.arrive(AFTERNOON - 24 * HOUR, name="冯唐", document_number="E77000002")


def tab(page: Page, name: str, count: int) -> None:
    chosen = page.get_by_role("link", name=re.compile(rf"^{name}\s*{count}$"))
    chosen.click()
    expect(page.get_by_role("link", name=re.compile(rf"^{name}"))).to_have_attribute("aria-current", "page")


@pytest.mark.usefixtures("_known")
def test_a_list_is_understood_corrected_recorded_handed_back_and_undone(site: Site, signed_in: SignedIn) -> None:
    page = signed_in("county_duty", COUNTY)
    brought_in(page, FIRST, "Airport")
    expect(page.get_by_role("heading", level=1)).to_have_text("How the columns are understood")
    meaning = page.get_by_label("Meaning of 去向")
    meaning.select_option(label="Address at the destination")
    page.get_by_label("Meaning of 旅客").select_option(label="Name")
    page.get_by_role("button", name="Show the result").click()
    expect(page.get_by_role("button", name=re.compile("Record 3 lines"))).to_be_visible()
    tab(page, "Refused", 1)
    expect(page.locator(".fx-lines tbody tr")).to_have_count(1)
    tab(page, "New", 3)
    page.locator(".fx-lines strong").first.evaluate("name => { name.textContent = 'W'.repeat(200) }")
    assert page.locator(".fx-lines td").first.evaluate("who => who.offsetWidth / who.closest('tr').offsetWidth") < 0.3
    tab(page, "Doubtful", 2)  # another name, and somebody under control whose measure would change
    expect(page.locator("tr", has_text=KNOWN).locator("ins").first).to_be_visible()
    page.locator("tr", has_text="E77000002").get_by_role("button", name="Somebody new", exact=True).click()
    page.locator("tr", has_text=KNOWN).get_by_role("button", name="The same person", exact=True).click()
    page.get_by_role("button", name=re.compile("Record 5 lines")).click()
    expect(page.get_by_text("Undo this import")).to_be_visible()
    with page.expect_download() as waited:
        page.get_by_role("link", name="Result file (xlsx)").click()
    result = openpyxl.load_workbook(io.BytesIO(waited.value.path().read_bytes())).worksheets[0]
    assert sum(str(cell.value) in {row[6] for row in FIRST[:5]} for line in result.iter_rows() for cell in line) >= 5
    page.get_by_role("button", name="Undo this import").click()
    expect(page.get_by_role("dialog")).to_contain_text("Everything this import recorded is withdrawn.")
    page.get_by_role("dialog").get_by_role("button", name="Undo this import").click()
    expect(page.locator("#main")).to_contain_text("5 entries were withdrawn")


def test_a_later_version_is_shown_as_a_difference(site: Site, signed_in: SignedIn) -> None:
    page = signed_in("port_officer", COUNTY)
    named = enumerate(("甲一", "乙二", "丙三"), 1)
    one, two, three = (person(number, name, f"E7100000{number}", "碧阳镇郭门一网格") for number, name in named)
    moved = [*one[:12], "宏村镇宏村一网格"]
    brought_in(page, [one, two], "Port", "一版.xlsx")
    page.get_by_label("Meaning of 去向").select_option(label="not used")
    page.get_by_role("button", name="Show the result").click()
    expect(page.get_by_role("alert")).to_contain_text("Say first what these columns mean")
    page.get_by_label("Meaning of 旅客").select_option(label="Name")
    page.get_by_role("button", name="Read the columns again").click()
    expect(page.get_by_label("Meaning of 去向")).to_have_value("")
    page.get_by_label("Meaning of 去向").select_option(label="Address at the destination")
    page.get_by_role("button", name="Show the result").click()
    page.get_by_role("button", name=re.compile("Record 2 lines")).click()
    expect(page.get_by_role("link", name="Result file (xlsx)")).to_be_visible()
    brought_in(page, [moved, three], "Port", "二版.xlsx")
    expect(page.get_by_label("Meaning of 去向")).to_have_value("address")  # remembered for the sender
    page.get_by_role("button", name="Show the result").click()
    expect(page.get_by_label("This list is")).to_contain_text("a later version of 一版.xlsx")
    tab(page, "Removed", 1)
    expect(page.locator(".fx-lines")).to_contain_text("乙")
    expect(page.locator(".fx-lines")).to_contain_text("County duty officer")  # who may take somebody off
    tab(page, "Doubtful", 1)  # it would move somebody away from who is responsible
    expect(page.locator(".fx-lines ins").first).to_contain_text("宏村")
    page.get_by_role("button", name="The same person", exact=True).click()
    tab(page, "New", 1)
    page.get_by_role("button", name=re.compile("Record 2 lines")).click()
    expect(page.get_by_role("link", name="Result file (xlsx)")).to_be_visible()


def test_a_long_list_shows_its_progress_and_then_itself(site: Site, signed_in: SignedIn) -> None:
    page = signed_in("county_duty", COUNTY)
    brought_in(page, [person(n, f"王{n}", f"E72{n:06d}", "碧阳镇北街一网格") for n in range(1, 203)], "Railway")
    page.get_by_label("Meaning of 旅客").select_option(label="Name")
    page.get_by_role("button", name="Show the result").click()
    page.get_by_role("button", name=re.compile("Record 202 lines")).click()
    expect(page.get_by_role("progressbar")).to_be_visible()
    expect(page.get_by_text("Waiting for its turn")).to_be_visible()
    site.run_jobs()
    expect(page.get_by_role("link", name="Result file (xlsx)")).to_be_visible()
    expect(page.get_by_text(re.compile("recorded 202"))).to_be_visible()


def test_the_township_places_an_estate_at_once_and_is_told_who_waits(site: Site, signed_in: SignedIn) -> None:
    for number in range(3):
        site.county.arrive(AFTERNOON - HOUR, grid="", name=f"许{number}", address=f"桃源居{number + 1}栋101")
    page = signed_in("township_duty", TOWNSHIP, size=PHONE)
    page.goto("/placing/")
    estate = page.get_by_role("group", name=re.compile("桃源居"))
    expect(estate.get_by_role("checkbox")).to_have_count(3)
    assert page.evaluate(OFF_ITS_LINE) <= 2
    estate.get_by_role("combobox").select_option(label="郭门二网格")
    estate.get_by_role("button", name="Place these").click()
    expect(page.locator("#main")).to_contain_text("3 people placed")
    expect(page.get_by_role("group", name=re.compile("桃源居"))).to_have_count(0)

"""The import page: three steps with Django's client, as the posts that may and those that may not."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from fangxian.accounts.models import User
from fangxian.accounts.requests import SESSION_KEY
from fangxian.accounts.scope import SYSTEM, working_in
from fangxian.capture import jobs
from fangxian.capture.models import Import, Progress
from fangxian.kernel import clock
from tests import county as world
from tests.capture.tabular import lists, other_files
from tests.county import MORNING, County

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
NOW = MORNING + dt.timedelta(days=1)
HEAD = "旅客编号,姓名,证件类型,护照号,出生日期,电话,抵达时间,出发地,目的地址"
ZHANG = "A1,张伟,护照,E12345678,1988-05-06,13812345678,2020-03-21,意大利,碧阳镇郭门一网格3栋501"
TWO = f"{HEAD}\n{ZHANG}\nA2,王芳,护照,E12345679,1990-07-08,13812345679,2020-03-21,意大利,碧阳镇郭门一网格3栋502\n"


@pytest.fixture(autouse=True)
def _at_noon() -> Any:
    with clock.running_on(clock.SimulatedClock(NOW)):
        yield


@pytest.fixture
def county() -> County:
    return world.build()


def signed_in(county: County, kind: str, code: str = "341023") -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(User.objects.get(pk=county.users[kind, code]),
                       backend="fangxian.accounts.backends.KnownUsers")
    session = client.session
    session[SESSION_KEY] = county.posts[kind, code]
    session.save()
    return client


@pytest.fixture
def officer(county: County) -> Client:
    return signed_in(county, "county_duty")


def send(
    client: Client, data: bytes | str, name: str = "list.csv", source: str = "Airport", kind: str = "entry/listed",
) -> Any:
    raw = data.encode() if isinstance(data, str) else data
    return client.post(reverse("import_new"), {"list": kind, "source": source, "file": SimpleUploadedFile(name, raw)})


def key_of(sent: Any) -> str:
    """The import that was just brought in, by where the page goes on."""
    return str(sent["location"]).split("/")[2]


def held() -> Import:
    with working_in(SYSTEM):
        return Import.objects.latest("id")


def text(response: Any) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


def seen_in(page: str) -> str:
    found = re.search(r'name="seen" value="(\d+)"', page)
    assert found
    return found[1]


def test_an_officer_walks_a_list_from_the_file_to_the_result(officer: Client) -> None:
    assert "Import a list" in text(officer.get(reverse("imports")))
    sent = send(officer, lists.airport(), "入境人员.xlsx")
    assert sent.status_code == 302
    columns = officer.get(sent["location"])
    assert "证件号码" in text(columns)
    assert "Show the result" in text(columns)
    preview = officer.post(sent["location"], {"then": "preview"}, follow=True)
    assert "Record 3 lines" in text(preview)
    assert "KIM MINJI" in text(preview)
    done = officer.post(reverse("import_confirm", args=[held().pk]), follow=True)
    assert "recorded 3" in text(done)
    assert "Undo this import" in text(done)
    file = officer.get(reverse("import_result", args=[held().pk]) + "?kind=csv")
    assert len(file.content.decode("utf-8-sig").splitlines()) == 4
    undone = officer.post(reverse("import_undo", args=[held().pk]), follow=True)
    assert "3 entries were withdrawn" in text(undone)
    assert "up to and including" in text(done)
    assert "up to and including" not in text(undone)
    assert "入境人员.xlsx" in text(officer.get(reverse("imports")))


def test_a_list_of_another_post_is_not_undone_and_it_says_whose_that_is(officer: Client, county: County) -> None:
    sent = send(officer, lists.airport(), "入境人员.xlsx")
    officer.post(sent["location"], {"then": "preview"})
    officer.post(reverse("import_confirm", args=[held().pk]))
    port = signed_in(county, "port_officer")
    page = text(port.get(reverse("import_preview", args=[held().pk])))
    assert "Undo this import" not in page
    assert "Another post brought this list" in page
    assert port.post(reverse("import_undo", args=[held().pk])).status_code == 403
    assert held().state == "recorded"


@pytest.mark.parametrize(("name", "given"), [
    ("import_line", {"c1": "司马改"}), ("import_leave_out", {"line": "2", "out": "1"})])
def test_what_somebody_else_did_after_the_page_was_opened_is_looked_at_before_it_is_recorded(
    officer: Client, county: County, name: str, given: dict[str, str],
) -> None:
    sent = send(officer, TWO)
    seen = text(officer.post(sent["location"], {"then": "preview"}, follow=True))
    confirm, before = reverse("import_confirm", args=[held().pk]), {"seen": seen_in(seen)}
    line = {"line": 2} if name == "import_line" else {}
    done = signed_in(county, "port_officer").post(reverse(name, kwargs={"held": held().pk, **line}), given)
    assert done.status_code == 302
    asked = text(officer.post(confirm, before, follow=True))
    assert "Nothing was recorded: somebody else worked on this list" in asked
    assert held().state == "previewed"
    officer.post(confirm, {"seen": seen_in(asked)})
    assert held().state == "recorded"


def test_what_one_did_oneself_after_the_page_was_opened_is_recorded(officer: Client) -> None:
    sent = send(officer, TWO)
    seen = text(officer.post(sent["location"], {"then": "preview"}, follow=True))
    officer.post(reverse("import_leave_out", args=[held().pk]), {"line": "2", "out": "1"})
    officer.post(reverse("import_confirm", args=[held().pk]), {"seen": seen_in(seen)})
    assert held().state == "recorded"


def test_a_corrected_column_and_an_order_of_dates_are_kept(officer: Client) -> None:
    sent = send(officer, "姓名,护照号,生日,杂项\n张伟,E12345678,03/04/1988,阳光小区1号\n")
    officer.post(sent["location"], {"m2": "birth_date", "o2": "dmy", "m3": "address", "then": "read"})
    assert held().corrections == {"2": "birth_date:dmy", "3": "address"}
    preview = officer.post(sent["location"], {"then": "preview"}, follow=True)
    assert "1988-04-03" in text(preview)
    assert "阳光小区1号" in text(preview)


def test_doubts_are_answered_on_the_page(officer: Client) -> None:
    first = send(officer, f"{HEAD}\n{ZHANG}\n")
    officer.post(first["location"], {"then": "preview"})
    officer.post(reverse("import_confirm", args=[key_of(first)]))
    sent = send(officer, f"{HEAD}\nB1,王芳,护照,E12345678,1970-01-01,,2020-03-21,意大利,\n", source="铁路")
    shown = officer.post(sent["location"], {"then": "preview"}, follow=True)
    assert "already known under another name" in text(shown)
    decided = officer.post(reverse("import_decide", args=[key_of(sent)]), {"line": "2", "choice": "new"}, follow=True)
    assert "Record 1 line" in text(decided)


@pytest.mark.parametrize(("data", "said"), [
    (b"\x00\x01\x02\x03" * 50, ""), (b"", ""), (b"PK\x03\x04broken", "")])
def test_what_is_no_list_is_refused_with_a_sentence_and_nothing_is_kept(
        officer: Client, data: bytes, said: str) -> None:
    answer = send(officer, data, "x.xlsx")
    assert answer.status_code == 422
    assert 'data-level="error"' in text(answer)
    assert said in text(answer)
    with working_in(SYSTEM):
        assert not Import.objects.exists()


def test_lines_with_a_remark_are_counted_and_shown_alone(officer: Client) -> None:
    odd = "A2,李娜,护照,E23456789,1990-12-01,1.39E+10,2020-03-21 14:35,法国,碧阳镇某小区"
    sent = send(officer, f"{HEAD}\n{ZHANG}\n{odd}\n")
    preview = officer.post(sent["location"], {"then": "preview"}, follow=True)
    assert "1 line has a remark" in text(preview)
    assert "1 address fits no grid" in text(preview)
    alone = text(officer.get(reverse("import_preview", args=[held().pk]), {"tab": "new", "only": "remarked"}))
    assert "李娜" in alone
    assert "张伟" not in alone


def test_pasted_lines_are_a_list_too(officer: Client) -> None:
    sent = officer.post(reverse("import_new"), {
        "list": "entry/listed", "source": "酒店", "pasted": "姓名\t护照号\n张伟\tE12345678\n"})
    shown = officer.post(sent["location"], {"then": "preview"}, follow=True)
    assert "张伟" in text(shown)


def test_a_port_officer_may_import_and_a_grid_worker_may_not(county: County) -> None:
    assert signed_in(county, "port_officer").get(reverse("imports")).status_code == 200
    assert signed_in(county, "grid_worker", "34102310000101").get(reverse("imports")).status_code in (403, 404)


def test_a_list_of_another_programme_is_not_there_for_who_may_not_import_it(county: County) -> None:
    officer = signed_in(county, "county_duty")
    sent = send(officer, "id,age,sex\nC1,30,F\n", kind="linelist/case")
    port = signed_in(county, "port_officer")
    assert port.get(sent["location"]).status_code == 404
    assert send(port, "id,age\nC1,30\n", kind="linelist/case").status_code == 404


def test_a_long_list_is_recorded_by_a_job_with_progress(officer: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fangxian.capture.actions.DIRECT_LINES", 0)
    asked: list[str] = []
    monkeypatch.setattr(jobs.record_list, "defer", lambda held: asked.append(held))
    sent = send(officer, f"{HEAD}\n{ZHANG}\n")
    officer.post(sent["location"], {"then": "preview"})
    working = officer.post(reverse("import_confirm", args=[held().pk]), follow=True)
    assert "Waiting for its turn" in text(working)
    assert officer.get(reverse("import_progress", args=[held().pk])).status_code == 200
    jobs.record_list(asked[0])
    with working_in(SYSTEM):
        assert Progress.objects.get(pk=asked[0]).percent == 100
    assert officer.get(reverse("import_progress", args=[held().pk])).status_code == 204
    assert "recorded 1" in text(officer.get(reverse("import_preview", args=[held().pk])))


def test_a_page_of_the_preview_costs_the_same_for_many_lines(
        officer: Client, django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    rows = "\n".join(f"T{n},王{n},护照,E{n:08d},1988-05-06,,2020-03-21,意大利,某小区{n}号" for n in range(120))
    sent = send(officer, f"{HEAD}\n{rows}\n")
    officer.post(sent["location"], {"then": "preview"})
    address = reverse("import_preview", args=[held().pk])
    officer.get(address)
    with django_assert_max_num_queries(33):
        page = officer.get(address)
    assert len(page.context["lines"]) == 50
    more = officer.get(address + page.context["more"])
    assert more.context["lines"][0]["number"] == page.context["lines"][-1]["number"] + 1


def test_a_number_of_a_list_finds_the_person_in_the_search(officer: Client) -> None:
    sent = send(officer, "id,age,sex\nC1,30,F\n", kind="linelist/case", source="Hospital")
    officer.post(sent["location"], {"then": "preview"})
    officer.post(reverse("import_confirm", args=[held().pk]), follow=True)
    assert 'href="/subjects/' in text(officer.get("/search/", {"q": "C1"}))
    assert 'href="/subjects/' not in text(officer.get("/search/", {"q": "C2"}))


def test_what_no_column_is_read_as_is_said_before_the_list_is_looked_through(officer: Client) -> None:
    sent = send(officer, "Guest,Room we gave,Passport no\nANNA LEE,Guomen 1,E12345678\n")
    page = text(officer.get(sent["location"]))
    assert "No column is read as: Phone, Address at the destination." in page
    whole = send(officer, f"{HEAD}\n{ZHANG}\n")
    assert "No column is read as" not in text(officer.get(whole["location"]))


def test_a_table_pasted_from_a_chat_goes_the_same_way(officer: Client) -> None:
    pasted = "姓名 护照号 抵达时间 出发地\n张伟 E12345678 2020-03-21 意大利\n李娜 E23456789 2020-03-21 法国\n"
    sent = officer.post(reverse("import_new"), {"list": "entry/listed", "source": "Chat", "pasted": pasted})
    assert sent.status_code == 302
    preview = officer.post(sent["location"], {"then": "preview"}, follow=True)
    assert "Record 2 lines" in text(preview)


@pytest.mark.parametrize(("make", "name"), [
    (other_files.xls, "list.xls"), (other_files.xlsb, "list.xlsb"),
    (lambda rows: other_files.docx([rows]), "list.docx"), (lambda rows: other_files.ods({"List": rows}), "list.ods"),
])
def test_what_offices_send_besides_goes_the_same_way(officer: Client, make: Any, name: str) -> None:
    rows = [["姓名", "护照号", "抵达时间"], ["张伟", "E12345678", "2020-03-21"], ["李娜", "E23456789", "2020-03-20"]]
    sent = send(officer, make(rows), name)
    assert "Record 2 lines" in text(officer.post(sent["location"], {"then": "preview"}, follow=True))


def test_nobody_sees_the_result_before_every_column_is_said(officer: Client) -> None:
    sent = send(officer, "姓名,护照号,编号\n张伟,E12345678,K-17\n李娜,E23456789,K-18\n")
    page = text(officer.get(sent["location"]))
    assert "please say" in page
    held_back = officer.post(sent["location"], {"then": "preview"}, follow=True)
    assert "Say first what these columns mean, or that they are not used: 编号." in text(held_back)
    assert held().state == "understood"
    officer.post(sent["location"], {"then": "preview", "m2": "?"}, follow=True)
    assert held().state == "understood"
    assert "Record 2 lines" in text(officer.post(sent["location"], {"then": "preview", "m2": ""}, follow=True))
    assert held().corrections == {"2": None}


def previewed(officer: Client, *lines: str) -> str:
    sent = send(officer, "\n".join((HEAD, *lines)) + "\n")
    officer.post(sent["location"], {"then": "preview"})
    return key_of(sent)


SECOND = "A2,李娜,护照,E23456789,1990-12-01,13912345678,2020-03-21 14:35,法国,碧阳镇某小区"


def test_a_cell_is_written_over_and_the_list_read_again(officer: Client) -> None:
    key = previewed(officer, ZHANG, SECOND)
    officer.post(reverse("import_leave_out", args=[key]), {"line": "2", "out": "1"})
    page = text(officer.get(reverse("import_line", args=[key, 3])))
    assert 'value="E23456789"' in page
    told = {"c3": "E23456780", "c5": "13612345678"}
    again = officer.post(reverse("import_line", args=[key, 3]), told, follow=True)
    assert "E23456780" in text(again)
    assert "Record 1 line" in text(again)  # the other is still left out
    assert "E23456789" not in text(again)
    assert officer.get(reverse("import_line", args=[key, 99])).status_code == 404
    officer.post(reverse("import_confirm", args=[key]))
    assert officer.post(reverse("import_line", args=[key, 3]), told).status_code == 409


def test_a_line_is_left_out_and_taken_in_again(officer: Client) -> None:
    key = previewed(officer, ZHANG, SECOND)
    out = officer.post(reverse("import_leave_out", args=[key]), {"line": "2", "out": "1", "tab": "new"}, follow=True)
    assert "Left out: nothing of this line is recorded." in text(out)
    assert "Record 1 line" in text(out)
    back = officer.post(reverse("import_leave_out", args=[key]), {"line": "2", "tab": "new"}, follow=True)
    assert "Record 2 lines" in text(back)
    assert officer.post(reverse("import_leave_out", args=[key]), {"line": "x"}).status_code == 404


def test_lines_are_found_in_their_tab_and_downloaded(officer: Client) -> None:
    key = previewed(officer, ZHANG, SECOND)
    address = reverse("import_preview", args=[key])
    found = text(officer.get(f"{address}?tab=new&q=e23456789"))
    assert ("李娜" in found, "张伟" in found) == (True, False)
    nobody = text(officer.get(f"{address}?tab=new&q=nobody"))
    assert "Nothing in this tab has “nobody”." in nobody
    assert 'href="?tab=new"' in nobody, "the way back to all lines"
    file = officer.get(reverse("import_result", args=[key]) + "?kind=csv&only=new")
    assert len(file.content.decode("utf-8-sig").splitlines()) == 3
    remarked = officer.get(reverse("import_result", args=[key]) + "?kind=csv&only=new&remarked=1")
    assert len(remarked.content.decode("utf-8-sig").splitlines()) == 1


def test_who_arrives_after_the_cut_off_is_counted_for_tomorrow(officer: Client) -> None:
    key = previewed(officer, ZHANG.replace("2020-03-21", "2020-03-21 21:30"), SECOND)
    page = text(officer.get(reverse("import_preview", args=[key])))
    assert "1 of these lines counts for tomorrow or later: it arrives after the cut-off at 20:00." in page


def test_the_parts_of_who_a_line_names_are_broken_between_and_never_within(officer: Client) -> None:
    sent = send(officer, f"{HEAD}\n{ZHANG}\n")
    shown = text(officer.post(sent["location"], {"then": "preview"}, follow=True))
    assert re.search(r'<span class="fx-nowrap">E[0-9]+</span> · <span class="fx-nowrap">1988-05-06</span>', shown)


def test_who_left_a_later_version_is_kept_on_the_list_in_those_words(officer: Client) -> None:
    first = previewed(officer, ZHANG, SECOND)
    officer.post(reverse("import_confirm", args=[first]))
    later = previewed(officer, ZHANG)
    officer.post(reverse("import_version", args=[later]), {"of": first})
    asked = text(officer.get(f"{reverse('import_preview', args=[later])}?tab=removed"))
    assert "Keep on the list" in asked
    assert "Leave this line out" not in asked
    (line,) = re.findall(r'name="line" value="(\d+)"><input type="hidden" name="tab"', asked)
    sent = {"line": line, "out": "1", "tab": "removed"}
    assert "Stays on the list." in text(officer.post(reverse("import_leave_out", args=[later]), sent, follow=True))

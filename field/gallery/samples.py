"""Made-up data for the gallery, in both languages, around the moment it is looked at."""

from datetime import datetime, timedelta
from typing import Any

Sample = dict[str, Any]


class Speaker:
    """Picks the English or the Chinese of a pair."""

    def __init__(self, chinese: bool) -> None:
        self._chinese = chinese

    def __call__(self, en: str, zh: str) -> str:
        return zh if self._chinese else en


def shell(say: Speaker) -> Sample:
    nav = [
        ("day", say("My day", "我的一天"), "/", "d", 19),
        ("area", say("Area", "区域"), "/area", "a", 0),
        ("alerts", say("Alerts", "警报"), "/alerts", "w", 2),
        ("import", say("Import", "导入"), "/import", "i", 0),
        ("sheet", say("Day sheet", "日清单"), "/sheet", "s", 0),
        ("tables", say("Decision tables", "判定表"), "/tables", "t", 0),
        ("setup", say("Set-up", "设置"), "/setup", "u", 0),
    ]
    items = [dict(zip(("icon", "label", "url", "key", "badge"), item, strict=True)) for item in nav]
    return {
        "nav": items,
        "acting_post": {"label": say("Grid worker", "网格员"), "area": say("Hexi Road, grid 3", "河西路社区第三网格")},
        "posts": [{"id": "2", "label": say("Community lead", "社区负责人"), "area": say("Hexi Road", "河西路社区")}],
        "initials": say("WL", "王"),
        "demo": True,
        "outbox": {"owner": "demo-worker"},
        "search_url": "/search",
        "alerts_url": "/alerts/news",
        "switch_post_url": "/post",
        "sign_out_url": "/sign-out",
        "sign_in_url": "/sign-in",
        "zone": "Asia/Shanghai",
        "worker_url": "/sw.js?day=/&built=/static/built/",
    }


def _answers(say: Speaker) -> list[Sample]:
    return [
        {"value": "0", "label": say("All well", "一切正常"), "primary": True},
    ]


def _outcomes(say: Speaker) -> list[Sample]:
    pairs = [
        ("Not at home", "不在家"),
        ("Refused", "拒绝"),
        ("Phone off", "关机"),
        ("In hospital", "住院"),
        ("Moved", "已搬走"),
    ]
    return [{"value": en, "label": say(en, zh)} for en, zh in pairs]


def tasks(say: Speaker, now: datetime) -> list[Sample]:
    rows = [
        (
            "a1",
            say("Zhang *ming", "张*明"),
            say("Building 3, 2-501", "3 号楼 2 单元 501"),
            "urgent",
            -0.4,
            say("Transfer", "转运"),
            "38.4 °C",
        ),
        (
            "a2",
            say("Li *hua", "李*华"),
            say("Building 3, 2-602", "3 号楼 2 单元 602"),
            "late",
            -2.1,
            say("Morning check", "上午体温"),
            "36.4 °C",
        ),
        (
            "a3",
            say("Wang *min", "王*敏"),
            say("Building 5, 1-301", "5 号楼 1 单元 301"),
            "",
            0.7,
            say("Afternoon check", "下午体温"),
            "36.6 °C",
        ),
        (
            "a4",
            say("Wang *ze", "王*泽"),
            say("Building 5, 1-301", "5 号楼 1 单元 301"),
            "",
            0.7,
            say("Afternoon check", "下午体温"),
            "36.5 °C",
        ),
        ("a5", "KIM *-ho", say("Building 7, 1102", "7 号楼 1102"), "", 3.5, say("Afternoon check", "下午体温"), ""),
    ]
    return [_task(say, now, row) for row in rows]


def _task(say: Speaker, now: datetime, row: tuple[str, str, str, str, float, str, str]) -> Sample:
    key, name, address, state, hours, what, before = row
    return {
        "id": key,
        "name": name,
        "address": address,
        "what": what,
        "state": state,
        "due": now + timedelta(hours=hours),
        "before": say(f"Yesterday {before}, no symptoms", f"昨天 {before}，无症状") if before else "",
        "phone": "13900000000",
        "url": "/person",
        "subject": key,
        "answer_url": "/answer",
        "edit_url": "/form",
        "answers": [] if state == "urgent" else _answers(say),
        "reading": {"question": "temperature", "label": say("Temperature (°C)", "体温（°C）"),
                    "whole": range(35, 40), "below": "37.3"},
        "outcomes": _outcomes(say),
        "household": "h5" if "301" in address else "",
    }


def household(say: Speaker) -> Sample:
    answer = {"value": "0", "label": say("Both have everything", "两人都不缺东西")}
    return {
        "id": "h5",
        "label": say("Household of Wang *min", "王*敏一户"),
        "answer_url": "/answer",
        "answer": answer,
        "tasks": ["a3", "a4"],
    }


def stages(say: Speaker) -> list[Sample]:
    rows = [
        ("expected", "应到", 214, None),
        ("registered", "已登记", 209, say("5 on the list, not found yet", "5 人在名单上，尚未找到")),
        ("verified", "已核实", 201, say("8 wait for a visit at the door", "8 人待上门核实")),
        ("managed", "已管控", 198, say("3 without a decision: a fact is missing", "3 人信息不全，未判定")),
        ("released", "已解除", 41, say("157 still under a measure", "157 人仍在管控期")),
    ]
    return [
        {"label": say(en, zh), "value": value, "url": "#", "gap": gap and {"text": gap, "url": "#"}}
        for en, zh, value, gap in rows
    ]


def area_table(say: Speaker) -> Sample:
    labels = [
        ("Area", "区域"),
        ("Expected", "应到"),
        ("Registered", "已登记"),
        ("Managed", "已管控"),
        ("Late", "超时"),
        ("Missed", "未完成"),
        ("State", "状态"),
    ]
    columns = [
        {
            "label": say(en, zh),
            "kind": "number" if 0 < i < 6 else "text",
            "url": "#",
            "sort": "descending" if i == 4 else "",
        }
        for i, (en, zh) in enumerate(labels)
    ]
    rows = [
        (
            say("Hexi Road community", "河西路社区"),
            say("grid 4 has no worker", "第四网格无人"),
            61,
            58,
            55,
            7,
            2,
            "urgent",
            say("Blind spot", "盲区"),
        ),
        (say("Railway Station community", "火车站社区"), "", 48, 48, 47, 3, 0, "late", ""),
        (say("Dongguan Street community", "东关街社区"), "", 39, 39, 39, 0, 0, "done", say("Closed", "已清")),
        (say("Liuhe township", "六合镇"), "", 66, 64, 57, 1, 1, "late", ""),
    ]
    return {
        "caption": say("Communities, those that need attention first", "各社区，需关注者在前"),
        "columns": columns,
        "rows": [_area_row(row) for row in rows],
        "foot": _foot(say),
    }


def _area_row(row: tuple[str, str, int, int, int, int, int, str, str]) -> Sample:
    name, note, *figures, state, word = row
    cells: list[Sample] = [{"text": name, "note": note, "url": "#"}]
    cells += [{"text": figure, "url": "#" if figure else ""} for figure in figures]
    return {"state": state, "cells": [*cells, {"text": word, "state": state}]}


def _foot(say: Speaker) -> list[Sample]:
    return [{"text": say("Together", "合计")}, *({"text": figure} for figure in (214, 209, 198, 11, 3)), {"text": ""}]


def charts(say: Speaker) -> list[Sample]:
    days = [str(day) for day in range(14, 28)]
    quick = [9.2, 8.8, 9.4, 7.1, 6.5, 6.9, 5.8, 6.1, 5.2, 4.8, None, 4.4, 3.9, 3.6]
    share = [71, 74, 70, 78, 83, 81, 86, 88, 87, 91, 93, 92, 95, 96]
    return [
        _chart(
            "c1",
            say("List to registered", "名单到登记"),
            "3.6 h",
            {"labels": days, "values": quick, "unit": " h", "target": 6},
        ),
        _chart(
            "c2",
            say("Checked before the cut-off", "截止前完成率"),
            "96 %",
            {"labels": days, "values": share, "unit": "%", "target": 95},
        ),
    ]


def _chart(key: str, title: str, now: str, data: Sample) -> Sample:
    return {
        "id": key,
        "title": title,
        "now": now,
        "data": data,
        "points": list(zip(data["labels"], data["values"], strict=True)),
    }


def alerts(say: Speaker, now: datetime) -> list[Sample]:
    first = {
        "id": "1",
        "what": say("Suspected case: Zhang *ming, 38.4 °C", "疑似病例：张*明，38.4 °C"),
        "where": say("Hexi Road, grid 3", "河西路社区第三网格"),
        "since": now - timedelta(minutes=7),
        "next": say("county duty in 3 min", "3 分钟后转县值班"),
        "acknowledge_url": "#",
        "act_url": "#",
        "act_label": say("Open the transfer", "办理转运"),
    }
    second = {
        "id": "2",
        "what": say("Morning checks missed", "上午体温未完成"),
        "count": 37,
        "where": say("Liuhe township, no signal since 09:10", "六合镇，09:10 起无信号"),
        "since": now - timedelta(hours=2),
        "acknowledged_by": say("Chen Li, township lead", "陈丽，镇负责人"),
        "act_url": "#",
        "act_label": say("See the 37", "查看 37 人"),
    }
    return [first, second]


def events(say: Speaker, now: datetime) -> list[Sample]:
    rows = [
        (
            0.4,
            "urgent",
            "urgent",
            say("Suspected: 38.4 °C, cough", "疑似：38.4 °C，咳嗽"),
            say("Daily check by phone", "电话体温登记"),
            say("grid worker Wang Li", "网格员王丽"),
        ),
        (
            9,
            "decision",
            "",
            say("Central isolation until 4 December", "集中隔离至 12 月 4 日"),
            say("Row 4 of table “measure” 2020.3", "判定表“措施”2020.3 第 4 行"),
            "",
        ),
        (
            26,
            "temperature",
            "missed",
            say("Afternoon check missed", "下午体温未完成"),
            say("Phone off twice", "两次关机"),
            "",
        ),
        (
            33,
            "submission",
            "done",
            say("Verified at the door", "已上门核实"),
            say("Own room, own bathroom", "单独房间、单独卫生间"),
            say("grid worker Wang Li", "网格员王丽"),
        ),
        (
            57,
            "import",
            "",
            say("On the list of flight CA934, seat 31C", "在 CA934 航班名单上，座位 31C"),
            say("Airport list, line 118", "机场名单第 118 行"),
            "",
        ),
    ]
    keys = ("at", "icon", "state", "title", "detail", "by")
    return [dict(zip(keys, (now - timedelta(hours=row[0]), *row[1:]), strict=True)) | {"url": "#"} for row in rows]

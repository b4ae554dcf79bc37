"""What is written into the forms of the programme ``entry``: pure, by chance that always falls the same way."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, Final

from . import papers
from .chance import fraction, weighted, whole
from .tasks import PlayedTask
from .travel import TRAINS, Traveller

TO_HOSPITAL: Final = {"to": "hospital", "where": "黟县人民医院", "by": "ambulance"}
TO_SITE: Final = {"to": "central_site", "where": "黟县集中隔离点", "by": "special"}
RELEASED: Final = {"last_sample_negative": "yes", "well": "yes", "released": "yes", "notice_given": True}
_WELL: Final = (36.1, 36.2, 36.3, 36.4, 36.4, 36.5, 36.5, 36.5, 36.6, 36.6, 36.7, 36.8, 36.9, 37.0)


def listed(traveller: Traveller) -> dict[str, Any]:
    """The line of an official list."""
    person = traveller.person
    return {
        "source": source(traveller), "name": person.name.full, "name_latin": _latin(traveller),
        "document_type": person.document_kind, "document_number": person.document, "nationality": person.nationality,
        "birth_date": person.born.isoformat(), "sex": person.sex, "phone": person.phone,
        "transport_number": traveller.route.number, "seat": traveller.seat, "arrived": traveller.arrived.isoformat(),
        "origin": traveller.route.origin, "countries": " ".join(traveller.route.through),
        "address": address(traveller),
        "grid": person.grid if traveller.placed else ""}


def source(traveller: Traveller) -> str:
    return "机场入境名单" if traveller.by_air else "铁路到站名单"


def arrival(traveller: Traveller, when: dt.datetime, **more: Any) -> dict[str, Any]:
    """Registration at the door or at the point of entry; nobody arrives after having been registered."""
    person = traveller.person
    told = {
        "name": person.name.full, "sex": person.sex, "birth_date": person.born.isoformat(),
        "nationality": person.nationality, "name_latin": _latin(traveller), "document_type": person.document_kind,
        "document_number": person.document, "mrz": _zone(traveller), "phone": person.phone,
        "transport": "train" if traveller.route in TRAINS else "flight", "transport_number": traveller.route.number,
        "seat": traveller.seat, "arrived": min(traveller.arrived, when).isoformat(), "origin": traveller.route.origin,
        "countries": " ".join(traveller.route.through), "address": person.address, "household": person.household,
        "temperature": _reading("door", person.number), "symptoms": "none", "frail": "yes" if traveller.frail else "no"}
    return {name: value for name, value in {**told, **more}.items() if value not in ("", None)}


def verification(traveller: Traveller) -> dict[str, Any]:
    """Person, document and home seen, agreement signed."""
    number = traveller.person.number
    alone = fraction("own room", number)
    return {
        "person_seen": "yes", "document_seen": "yes", "address_right": "yes", "household": traveller.person.household,
        "own_room": "yes" if alone < 0.86 else "no", "own_bathroom": "yes" if alone < 0.72 else "no",
        "vulnerable_at_home": "yes" if fraction("vulnerable", number) < 0.15 else "no",
        "frail": "yes" if traveller.frail else "no", "agreement_read": True, "agreement_signed": "yes"}


def check(task: PlayedTask, setting: Any) -> Mapping[str, Any]:
    """A reading without a finding; what is suspicious belongs to the story."""
    number = setting.traveller.person.number
    symptom = weighted((("none", 97.0), ("tired", 1.6), ("sore_throat", 0.9), ("diarrhoea", 0.5)),
                       "symptom", number, task.day, task.kind)
    needs = weighted((("none", 96.0), ("food", 2.0), ("medicine", 1.0), ("talk", 1.0)),
                     "need", number, task.day, task.kind)
    return {"temperature": _reading(task.kind, task.day, number), "symptoms": symptom, "needs": needs}


def supplies(task: PlayedTask, setting: Any) -> Mapping[str, Any]:
    number = setting.traveller.person.number
    food = weighted((("enough", 93.0), ("soon", 6.0), ("none", 1.0)), "food", number, task.day)
    medicine = weighted((("enough", 97.0), ("soon", 2.5), ("none", 0.5)), "medicine", number, task.day)
    talk = "yes" if fraction("talk", number, task.day) < 0.03 else "no"
    told = {"food": food, "medicine": medicine, "talk": talk}
    if (food, medicine) == ("enough", "enough"):
        return told
    return {**told, "wanted": "降压药一盒" if medicine != "enough" else "大米、蔬菜、鸡蛋"}


def sample(task: PlayedTask, setting: Any) -> Mapping[str, Any]:
    number = setting.traveller.person.number
    again = "R" if task.kind == "sample_again" else ""
    return {"specimen": "throat", "tube": f"YX{task.day:%m%d}{number % 100_000:05d}{again}", "result": "pending"}


def _reading(*about: object) -> float:
    return _WELL[whole(0, len(_WELL) - 1, "temperature", *about)]


def _latin(traveller: Traveller) -> str:
    person = traveller.person
    return "" if person.document_kind == "resident_id" else person.name.latin


def address(traveller: Traveller) -> str:
    """What fits no grid is written as people who have never been there write it."""
    if traveller.placed:
        return traveller.person.address
    return f"安徽省黄山市黟县新建小区{whole(1, 30, 'vague', traveller.person.number)}栋"


def _zone(traveller: Traveller) -> str:
    """Read from two passports of three; the others' would not scan."""
    person = traveller.person
    if person.document_kind != "passport" or fraction("scan", person.number) > 0.66:
        return ""
    expiry = traveller.arrived.date() + dt.timedelta(days=whole(200, 3200, "expiry", person.number))
    return papers.zone(person.nationality, person.document, person.name, person.born, person.sex, expiry)

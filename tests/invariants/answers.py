"""Answers that hold, for every form of the programme that somebody fills."""

from __future__ import annotations

from typing import Any, Final

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st

from .filing import ARRIVAL, FAR_GRID, GRID, NEXT_GRID

YES_NO: Final = st.sampled_from(["yes", "no"])
COUNTRIES: Final = st.sampled_from(["IT", "JP", "SG", "CN-HB"])
GRIDS: Final = st.sampled_from([GRID, NEXT_GRID, FAR_GRID])
RELEASED: Final = {"last_sample_negative": "yes", "well": "yes", "released": "yes", "notice_given": "OK"}

few = settings(
    deadline=None, derandomize=True, database=None, phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large])

TUBES: Final = st.sampled_from(["YX1", "yx 2", "YX2", "YX3"])

BY_FORM: Final[dict[str, st.SearchStrategy[dict[str, Any]]]] = {
    "listed": st.fixed_dictionaries(
        {"source": st.just("test"), "name": st.sampled_from(["张三", "李四"]), "origin": COUNTRIES},
        optional={"countries": COUNTRIES, "grid": GRIDS, "birth_date": st.sampled_from(["1940-01-01", "1990-01-01"]),
                  "arrived": st.sampled_from(["2020-03-19T10:00:00+08:00", "2020-03-20T23:30:00+08:00"])}),
    "arrival": st.builds(lambda country, frail, temperature: {
        **ARRIVAL, "origin": country, "countries": country, "frail": frail, "temperature": temperature},
        COUNTRIES, YES_NO, st.sampled_from([36.4, 38.2])),
    "verification": st.builds(lambda room, frail: {
        "person_seen": "yes", "document_seen": "yes", "address_right": "yes", "own_room": room, "own_bathroom": "yes",
        "vulnerable_at_home": "no", "frail": frail, "agreement_read": "OK", "agreement_signed": "yes"}, YES_NO, YES_NO),
    "daily_check": st.builds(lambda temperature, symptoms: {"temperature": temperature, "symptoms": symptoms},
                             st.sampled_from([36.1, 36.9, 37.3, 39.0]), st.sampled_from(["none", "cough", "tired"])),
    "visit": st.builds(lambda outcome: {"outcome": outcome},
                       st.sampled_from(["not_home", "refused", "in_hospital", "moved", "phone_off"])),
    "place": st.builds(lambda grid: {"grid": grid}, GRIDS),
    "contact": st.builds(lambda named: {"contact_of_case": named}, YES_NO),
    "sample": st.builds(lambda tube, result: {"specimen": "throat", "tube": tube, "result": result},
                        TUBES, st.sampled_from(["pending", "negative", "positive"])),
    "sample_result": st.builds(lambda tube, result: {"tube": tube, "result": result},
                               TUBES, st.sampled_from(["negative", "positive"])),
    "result": st.builds(lambda result: {"case_result": result, "date": "2020-03-20"},
                        st.sampled_from(["confirmed", "ruled_out", "recovered"])),
    "release": st.just(RELEASED),
    "removed": st.just({"reason": "mistake"}),
    "transfer": st.sampled_from([
        {"to": "home", "by": "own"}, {"to": "hospital", "where": "县医院", "by": "ambulance"}]),
    "supply_check": st.just({"food": "enough", "medicine": "enough", "talk": "no"}),
}
"""Form → what may be answered."""

a_form: Final = st.sampled_from(sorted(BY_FORM)).flatmap(lambda form: st.tuples(st.just(form), BY_FORM[form]))
"""A form's name and answers to it."""

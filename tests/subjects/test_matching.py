"""Who a line means, by the rules alone."""

from __future__ import annotations

import uuid

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import settings as effort
from hypothesis import strategies as st

from fangxian.subjects import vault
from fangxian.subjects.matching import rules
from fangxian.subjects.matching.rules import Hits, Traits

ONE, TWO = uuid.UUID(int=1), uuid.UUID(int=2)
ZHANG = Traits("E1", "+8613812345678", "1988-05-06", ("张伟",))
SAME, OTHER, LATIN = ("张伟",), ("王芳",), ("wei zhang",)


@pytest.mark.parametrize("kind", rules.CERTAIN)
def test_what_is_certain_is_known(kind: str) -> None:
    hits = Hits()
    setattr(hits, kind, {ONE})
    assert rules.judge(ZHANG, hits, {ONE: SAME}).subject == ONE


@pytest.mark.parametrize("kind", rules.CERTAIN)
def test_another_name_makes_it_doubtful(kind: str) -> None:
    hits = Hits()
    setattr(hits, kind, {ONE})
    verdict = rules.judge(ZHANG, hits, {ONE: OTHER})
    assert (verdict.subject, verdict.candidates) == (None, ((ONE, rules.OTHER_NAME[kind]),))


def test_a_name_in_pinyin_is_no_other_name() -> None:
    assert rules.judge(ZHANG, Hits(document={ONE}), {ONE: LATIN}).subject == ONE


def test_two_people_by_certain_traits_are_asked() -> None:
    verdict = rules.judge(ZHANG, Hits(document={ONE}, phone_birth={TWO}), {ONE: SAME, TWO: SAME})
    assert verdict.subject is None
    assert {subject for subject, _ in verdict.candidates} == {ONE, TWO}


def test_the_document_wins_where_only_its_bearer_has_the_name() -> None:
    hits = Hits(document={ONE}, phone_birth={TWO})
    assert rules.judge(ZHANG, hits, {ONE: SAME, TWO: OTHER}).subject == ONE


def test_name_and_birth_date_or_phone_are_asked_and_a_phone_alone_is_nothing() -> None:
    assert rules.judge(ZHANG, Hits(name_birth={ONE}), {}).candidates == ((ONE, rules.NAME_AND_BIRTH),)
    assert rules.judge(ZHANG, Hits(phone={ONE}), {ONE: SAME}).candidates == ((ONE, rules.NAME_AND_PHONE),)
    nobody = rules.judge(ZHANG, Hits(phone={ONE}), {ONE: OTHER})
    assert (nobody.subject, nobody.candidates) == (None, ())


def test_only_those_are_compared_whom_more_than_a_name_leads_to() -> None:
    assert Hits(name_birth={ONE}).to_compare() == set()
    assert Hits(phone={ONE}).to_compare() == {ONE}
    assert Hits(document={TWO}, phone={ONE}).to_compare() == {TWO}


@pytest.mark.parametrize(("told", "known", "agrees"), [
    (("张伟",), ("张伟",), True), (("张伟",), ("章伟",), False), (("张伟",), ("wei zhang",), True),
    (("张伟", "wei zhang"), ("章伟", "wei zhang"), False), (("田中みき",), ("田中みさ",), False),
    ((), ("张伟",), True), (("wei zhang",), ("zhang wei li",), False)])
def test_names_that_only_sound_alike_are_two(
    told: tuple[str, ...], known: tuple[str, ...], agrees: bool,
) -> None:
    assert rules.agrees(told, known) is agrees


def test_a_name_alone_is_asked_about_only_where_the_line_has_no_more() -> None:
    bare = Traits(names=("张伟",))
    assert rules.judge(bare, Hits(name={ONE}), {ONE: SAME}).candidates == ((ONE, rules.NAME_ALONE),)
    asked = [kind for kind, _ in bare.asked()]
    assert asked == ["name"]
    for more in (Traits(document="E1", names=("张伟",)), Traits(birth="1988-05-06", names=("张伟",))):
        assert "name" not in [kind for kind, _ in more.asked()]


PARTS = st.fixed_dictionaries({}, optional={
    "name": st.sampled_from(["张伟", "欧阳娜娜", "KIM MINJI", "张三 ZHANG SAN"]),
    "name_latin": st.sampled_from(["Zhang Wei", "O'Brien, Seán"]),
    "document_number": st.text("abcXYZ0123-（） ", min_size=1, max_size=12),
    "phone": st.sampled_from(["13812345678", "+82 10-1234-5678", "138-1234-5679", "none"]),
    "birth_date": st.dates().map(str)})


@given(PARTS)
@effort(max_examples=60, deadline=None)
def test_every_trait_asked_for_is_one_the_vault_keeps(identity: dict[str, str]) -> None:
    traits = rules.traits_of(identity, None, country=settings.COUNTRY)
    assert {asked for asked in traits.asked() if asked[1]} <= vault.look_ups(identity)

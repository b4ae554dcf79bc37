"""What the journal refused, as the problem a person can act on."""

from __future__ import annotations

from typing import Final

from fangxian.journal.types import Receipt, Refused
from fangxian.kernel import errors
from fangxian.kernel.errors import Kind, Problem
from fangxian.kernel.text import Text
from fangxian.programmes.forms import Form

_BY_CODE: Final[dict[str, Kind]] = {kind.code: kind for kind in errors.CATALOGUE}


def raise_refused(receipt: Receipt, form: Form | None) -> None:
    """Problem for the first submission that was refused, so that nothing of the batch stays."""
    if receipt.refused:
        raise problem_of(receipt.refused[0], form)


def problem_of(refused: Refused, form: Form | None) -> Problem:
    """Faults named by the questions' labels; what is refused as a whole keeps its own sentence."""
    kind = _BY_CODE.get(refused.code, errors.FORM_FAULTS)
    if kind is not errors.FORM_FAULTS:
        return _WithSentence(kind, refused.faults[0][1])
    said = [_said(form, question, fault) for question, fault in refused.faults]
    faults = Text("; ".join(one.en for one in said), "；".join(one.zh for one in said))
    en, zh = kind.sentence.en.format(faults=faults.en), kind.sentence.zh.format(faults=faults.zh)
    return _WithSentence(kind, Text(en, zh))


class _WithSentence(Problem):
    """A problem whose sentence is filled in each language by itself."""

    def __init__(self, kind: Kind, sentence: Text) -> None:
        Exception.__init__(self, f"{kind.code}: {sentence.en}")
        self.kind, self.values, self.sentence = kind, {}, sentence


def _said(form: Form | None, name: str, fault: Text) -> Text:
    question = form.question(name) if form else None
    label = question.label if question and question.label else None
    return Text(f"{label.en}: {fault.en}", f"{label.zh}：{fault.zh}") if label else fault

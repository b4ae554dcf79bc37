"""Reading one answer: from an XForm's text, a cell, or a JSON value, to the typed value of its question.

Readers take the raw value and the local time zone (None only where no moment can occur) and raise AnswerError. They
return None for an answer that is empty after trimming. Moments come back local; EXPORTS turns them to UTC.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from fangxian.kernel.clock import FIRST_DAY, LAST_DAY, storable
from fangxian.kernel.errors import FAR_OFF
from fangxian.kernel.text import Text

from .numbers import DoubtfulNumberError, as_text, decimal, narrow
from .types import Question, QuestionType

if TYPE_CHECKING:
    from fangxian.kernel.values import Value

Reader = Callable[[Any, Any], "Value | None"]
MAX_TEXT: Final = 10_000
MAX_INTEGER: Final = 2**31 - 1
"""An XForm ``int`` has 32 bits (ODK XForms specification, data types)."""
ACKNOWLEDGED: Final = "OK"
_MAX_NUMBER: Final = 1e15
_CLOSE: Final = 1e-6


class AnswerError(Exception):
    """The answer is not one; ``code`` is ``type`` or ``choice``."""

    def __init__(self, code: str, message: Text) -> None:
        self.code = code
        self.message = message
        super().__init__(message.en)


def _wrong(en: str, zh: str) -> AnswerError:
    return AnswerError("type", Text(en, zh))


def reader(question: Question) -> Reader:
    """How the question's answers are read."""
    if question.type is QuestionType.SELECT_ONE:
        return _one_of(question)
    if question.type is QuestionType.SELECT_MULTIPLE:
        return _some_of(question)
    if question.type is QuestionType.RANGE:
        assert question.bounds is not None, question.name
        return _ranged(*question.bounds)
    return _READERS[question.type]


def _text(raw: Any, _tz: Any) -> str | None:
    if type(raw) is not str:
        if type(raw) is not int and type(raw) is not float:
            raise _wrong("Type a text here.", "请填写文字。")
        raw = as_text(raw)
    if len(raw) > MAX_TEXT:
        raise _wrong(f"Shorten this to {MAX_TEXT} characters.", f"请缩短到{MAX_TEXT}个字符以内。")
    if "\x00" in raw:
        raise _wrong("Remove the control characters and type the text again.", "含有控制字符，请重新输入。")
    return raw.strip() or None


def _integer(raw: Any, _tz: Any) -> int | None:
    if type(raw) is not int:
        raw = _whole(raw)
    if raw is not None and not -MAX_INTEGER <= raw <= MAX_INTEGER:
        raise _wrong("Type a smaller whole number.", "数字过大，请更正。")
    return raw  # type: ignore[no-any-return]


def _whole(raw: Any) -> int | None:
    if isinstance(raw, str):
        trimmed = narrow(raw)
        if not trimmed:
            return None
        if trimmed.lstrip("+-").isdecimal() and trimmed.isascii():
            try:
                return int(trimmed)
            except ValueError:
                pass
    elif isinstance(raw, float) and raw.is_integer():
        return int(raw)
    raise _wrong("Type a whole number, in digits only.", "请填写整数，只用数字。")


def _decimal(raw: Any, _tz: Any) -> float | None:
    if isinstance(raw, str):
        if not raw.strip():
            return None
        value = _typed(raw)
    elif type(raw) is int or type(raw) is float:
        value = float(raw)
    else:
        raise _no_number()
    if not -_MAX_NUMBER <= value <= _MAX_NUMBER:
        raise _no_number()
    return value


def _typed(raw: str) -> float:
    try:
        return decimal(raw)
    except DoubtfulNumberError as doubtful:
        whole, part = str(doubtful).replace(",", ""), str(doubtful).replace(",", ".")
        raise _wrong(
            f"“{doubtful}” could be {whole} or {part}. Type one of the two.",
            f"“{doubtful}”可能是{whole}或{part}，请填写其中一个。",
        ) from None
    except ValueError:
        raise _no_number() from None


def _no_number() -> AnswerError:
    return _wrong("Type a number such as 36.5.", "请填写数字，例如36.5。")


def _ranged(start: float, end: float, step: float) -> Reader:
    whole = start.is_integer() and step.is_integer()

    def read(raw: Any, tz: Any) -> float | None:
        value = _decimal(raw, tz)
        if value is None:
            return None
        steps = (value - start) / step
        if not start <= value <= end or abs(steps - round(steps)) > _CLOSE:
            raise _wrong(
                f"Choose a number from {start:g} to {end:g} in steps of {step:g}.",
                f"请选择{start:g}到{end:g}之间、步长为{step:g}的数。",
            )
        return int(value) if whole else value

    return read


def _one_of(question: Question) -> Reader:
    allowed = {choice.name: choice.name for choice in question.choices}
    truths = {True: allowed.get("yes") or allowed.get("true"), False: allowed.get("no") or allowed.get("false")}

    def read(raw: Any, _tz: Any) -> str | None:
        found = truths[raw] if isinstance(raw, bool) else allowed.get(str(raw).strip())
        if found is None and str(raw).strip():
            raise _not_a_choice(raw)
        return found

    return read


def _some_of(question: Question) -> Reader:
    allowed = frozenset(choice.name for choice in question.choices)

    def read(raw: Any, _tz: Any) -> tuple[str, ...] | None:
        names = raw.split() if type(raw) is str else raw
        if not isinstance(names, list | tuple):
            raise _not_a_choice(raw)
        for name in names:
            if not isinstance(name, str) or name not in allowed:
                raise _not_a_choice(name)
        return tuple(dict.fromkeys(names)) or None

    return read


def _not_a_choice(raw: Any) -> AnswerError:
    shown = str(raw)[:40]
    return AnswerError(
        "choice",
        Text(f"“{shown}” is not one of the choices. Choose from the list.", f"“{shown}”不在选项中，请从列表中选择。"),
    )


def _date(raw: Any, _tz: Any) -> dt.date | None:
    if isinstance(raw, str):
        trimmed = raw.strip()
        if not trimmed:
            return None
        try:
            raw = dt.datetime.fromisoformat(trimmed).date()
        except ValueError:
            raw = None
    if type(raw) is not dt.date:
        raise _wrong("Type a date that exists, as 2020-03-20.", "请填写真实存在的日期，格式如2020-03-20。")
    return within_calendar(raw)


def within_calendar(moment: dt.date) -> dt.date:
    """A day or a moment that somebody can mean, as it stands; AnswerError for one that is too far off."""
    if not storable(moment):
        raise AnswerError("type", FAR_OFF.sentence.filled(first=FIRST_DAY, last=LAST_DAY))
    return moment


def _datetime(raw: Any, tz: Any) -> dt.datetime | None:
    if isinstance(raw, str):
        trimmed = raw.strip()
        if not trimmed:
            return None
        try:
            raw = dt.datetime.fromisoformat(trimmed) if len(trimmed) > 10 else None
        except ValueError:
            raw = None
    if not isinstance(raw, dt.datetime):
        raise _wrong("Type a date and time, as 2020-03-20T08:30.", "请填写日期和时间，格式如2020-03-20T08:30。")
    try:
        local = raw.replace(tzinfo=tz) if raw.tzinfo is None else raw.astimezone(tz)
    except (OverflowError, ValueError):
        raise _wrong("Type a date and time that exist.", "请填写真实存在的日期和时间。") from None
    within_calendar(local)
    return local


def _time(raw: Any, _tz: Any) -> dt.time | None:
    if isinstance(raw, str):
        trimmed = raw.strip()
        if not trimmed:
            return None
        try:
            raw = dt.time.fromisoformat(trimmed)
        except ValueError:
            raw = None
    if not isinstance(raw, dt.time):
        raise _wrong("Type a time of day, as 08:30.", "请填写时间，格式如08:30。")
    return raw.replace(tzinfo=None)


def _acknowledge(raw: Any, _tz: Any) -> str | None:
    if raw is True or (isinstance(raw, str) and raw.strip().upper() in (ACKNOWLEDGED, "YES", "TRUE")):
        return ACKNOWLEDGED
    if raw is False or (isinstance(raw, str) and not raw.strip()):
        return None
    raise _wrong("Tick the box.", "请勾选确认。")


_READERS: Final[dict[QuestionType, Reader]] = {
    QuestionType.TEXT: _text,
    QuestionType.BARCODE: _text,
    QuestionType.INTEGER: _integer,
    QuestionType.DECIMAL: _decimal,
    QuestionType.DATE: _date,
    QuestionType.DATETIME: _datetime,
    QuestionType.TIME: _time,
    QuestionType.ACKNOWLEDGE: _acknowledge,
}


def in_utc(value: Any) -> Any:
    return value.astimezone(dt.UTC)


def acknowledged(value: Any) -> bool:
    return bool(value == ACKNOWLEDGED)


EXPORTS: Final[dict[QuestionType, Callable[[Any], Any]]] = {
    QuestionType.DATETIME: in_utc,
    QuestionType.ACKNOWLEDGE: acknowledged,
}
"""Where the value in ``Validated.answers`` is another than the one expressions see."""

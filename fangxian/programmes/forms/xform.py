"""A form for the field: as an ODK XForm with both languages, and back from the instance a field app sends.

ODK XForms specification; the XForm is made by pyxform from what was read, without the columns that are only ours.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from xml.etree.ElementTree import Element, ParseError

from defusedxml import minidom  # type: ignore[import-untyped]
from defusedxml.common import DefusedXmlException  # type: ignore[import-untyped]
from defusedxml.ElementTree import fromstring  # type: ignore[import-untyped]

from fangxian.kernel.later import Later
from fangxian.kernel.text import Text
from fangxian.programmes.expressions import NameScope, RefusedError, StaticType, rewritten, written

from .headings import CHINESE, ENGLISH
from .types import QuestionType

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pyxform import xls2xform

    from fangxian.kernel.values import Value

    from .form import Form
    from .types import Choice, Group, Question
else:
    xls2xform = Later("pyxform.xls2xform")

MAX_INSTANCE: Final = 2 * 2**20
MAX_NODES: Final = 5000
_TO_FIELD: Final = {"happened_at": "now"}
_DATE_OF_QUESTION: Final = re.compile(r"(?<![\w-])date\(\s*(\$\{[\w.-]+\}|\.)\s*\)")
_YES: Final = "true()"
_TYPES: Final = {StaticType.DATE: "date", StaticType.DATETIME: "dateTime"}
"""What JavaRosa has to be told of a calculation, or it would keep a moment as the text of its day."""
_NOT_XML: Final = Text("The submission is not readable XML. Send it again.", "提交内容不是可读的 XML，请重新提交。")

Cells = dict[str, str]


class InstanceError(ValueError):
    """The submission cannot be read as an instance of the form; ``reason`` says what to do."""

    def __init__(self, reason: Text) -> None:
        self.reason = reason
        super().__init__(reason.en)


@dataclass(frozen=True, slots=True)
class InstanceHead:
    """Which form a submission says it is of; ``instance_id`` as the field app made it, with its ``uuid:``."""

    form: str
    version: str
    instance_id: str
    deprecated_id: str = ""


def to_xform(form: Form, *, language: str = "zh") -> str:
    """The XForm's XML with both languages, opening in the one given.

    ``happened_at()`` reads ``now()`` there; the server computes it again from the submission.
    """
    sheets = {"survey": _survey(form), "choices": _choices(form.lists), "settings": [_settings(form, language)]}
    workbook: dict[str, object] = {"sheet_names": list(sheets)}
    for name, rows in sheets.items():
        workbook[name] = rows
        workbook[f"{name}_header"] = [dict.fromkeys(key for row in rows for key in row)] if rows else []
    return str(xls2xform.convert(xlsform=workbook, form_name=form.id).xform)


def _settings(form: Form, language: str) -> Cells:
    opening = CHINESE if language.startswith("zh") else ENGLISH
    title = form.title.en if form.title.en == form.title.zh else f"{form.title.zh} / {form.title.en}"
    cells = {"form_id": form.id, "version": form.version, "form_title": title, "default_language": opening}
    return cells | ({"style": form.style} if form.style else {})


def _survey(form: Form) -> list[Cells]:
    """Questions in order with their groups opened and closed around them."""
    scope = NameScope(form.kinds)
    rows: list[Cells] = []
    here: tuple[str, ...] = ()
    for question in form.questions:
        kept = _common(here, question.groups)
        rows += [{"type": "end_group"}] * (len(here) - kept)
        rows += [_group(form.groups[name], scope) for name in question.groups[kept:]]
        rows.append(_question(question, scope))
        here = question.groups
    return rows + [{"type": "end_group"}] * len(here)


def _common(here: Sequence[str], there: Sequence[str]) -> int:
    return next(
        (at for at, pair in enumerate(zip(here, there, strict=False)) if pair[0] != pair[1]), min(len(here), len(there))
    )


def _group(group: Group, scope: NameScope) -> Cells:
    cells = {"type": "begin_group", "name": group.name, "appearance": group.appearance}
    return _filled(cells | {"relevant": _condition(group.relevant, scope)} | _texts("label", group.label))


def _question(question: Question, scope: NameScope) -> Cells:
    this = NameScope(scope.questions, scope.questions.get(question.name))
    columns = frozenset(column for choice in question.choices[:1] for column in choice.columns)
    kind = f"{question.type.value} {question.choice_list}" if question.type.chosen else question.type.value
    cells = {
        "type": kind,
        "name": question.name,
        "required": question.required if question.required == _YES else _condition(question.required, scope),
        "relevant": _condition(question.relevant, scope),
        "constraint": _condition(question.constraint, this),
        "calculation": _expression(question.calculation, scope),
        "choice_filter": _condition(question.choice_filter, NameScope(scope.questions, columns=columns)),
        "default": question.default,
        "appearance": question.appearance,
        "read_only": "yes" if question.read_only else "",
        "parameters": _parameters(question.bounds),
    }
    if question.type is QuestionType.CALCULATE:
        cells["bind::type"] = _TYPES.get(scope.questions.get(question.name, StaticType.ANY), "")
    for base, text in (
        ("label", question.label),
        ("hint", question.hint),
        ("required_message", question.required_message),
        ("constraint_message", question.constraint_message),
    ):
        cells |= _texts(base, text)
    return _filled(cells)


def _choices(lists: Mapping[str, Iterable[Choice]]) -> list[Cells]:
    return [
        _filled({"list_name": name, **choice.columns} | _texts("label", choice.label))
        for name, choices in lists.items()
        for choice in choices
    ]


def _condition(source: str, scope: NameScope) -> str:
    return _expression(source, scope, boolean=True)


def _expression(source: str, scope: NameScope, *, boolean: bool = False) -> str:
    """Written so that every engine means the same; as it is where a form was published before that was checked."""
    if not source:
        return ""
    try:
        return written(source, scope, boolean=boolean)
    except RefusedError:
        return _DATE_OF_QUESTION.sub(r"date(string(\1))", rewritten(source, _TO_FIELD))


def _parameters(bounds: tuple[float, float, float] | None) -> str:
    return "" if bounds is None else "start={:g} end={:g} step={:g}".format(*bounds)


def _texts(base: str, text: Text | None) -> Cells:
    return {} if text is None else {f"{base}::{ENGLISH}": text.en, f"{base}::{CHINESE}": text.zh}


def _filled(cells: Cells) -> Cells:
    return {name: cell for name, cell in cells.items() if cell}


def from_instance(form: Form, xml: bytes) -> dict[str, str]:
    """The text of every answer in a submission's instance, by question, empty ones included; for ``Form.validate``.

    Raises InstanceError when it is too big, not XML, or of another form. The version is not compared.
    """
    root = _root(xml)
    if _local(root) != form.id and root.get("id") != form.id:
        raise InstanceError(
            Text(
                f"This is not the form “{form.id}”. Choose the right form and send it again.",
                f"这不是表单“{form.id}”，请选择正确的表单后重新提交。",
            )
        )
    found: dict[str, str] = {}
    for node in root:
        _collect(node, form, found)
    return found


def instance_head(xml: bytes) -> InstanceHead:
    """The form, version and id a submission names itself by; raises InstanceError."""
    root = _root(xml)
    meta = next((node for node in root if _local(node) == "meta"), None)
    ids = {} if meta is None else {_local(node): (node.text or "").strip() for node in meta}
    form, version = root.get("id") or _local(root), root.get("version") or ""
    return InstanceHead(form, version, ids.get("instanceID", ""), ids.get("deprecatedID", ""))


def _root(xml: bytes) -> Element:
    if len(xml) > MAX_INSTANCE:
        raise InstanceError(
            Text(
                f"The submission is bigger than {MAX_INSTANCE >> 20} MB. Shorten its texts.",
                f"提交内容超过{MAX_INSTANCE >> 20} MB，请缩短文字。",
            )
        )
    try:
        root: Element = fromstring(xml, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError) as error:
        raise InstanceError(_NOT_XML) from error
    if sum(1 for _ in root.iter()) > MAX_NODES:
        raise InstanceError(Text("The submission has too many parts. Send it again.", "提交内容过多，请重新提交。"))
    return root


def _collect(node: Element, form: Form, found: dict[str, str]) -> None:
    name = _local(node)
    if name == "meta":
        return
    if len(node) and (name in form.groups or form.question(name) is None):
        for part in node:
            _collect(part, form, found)
    elif name not in form.groups:
        found[name] = (node.text or "").strip()


def _local(node: Element) -> str:
    return str(node.tag).rpartition("}")[2]


def prefill(form_xml: str, values: Mapping[str, Value | None]) -> str:
    """The XForm with these answers already in its primary instance; names the form has not are left out."""
    document: Any = minidom.parseString(form_xml.encode())
    instance = next(node for node in document.getElementsByTagName("instance") if not node.hasAttribute("id"))
    for node in instance.getElementsByTagName("*"):
        value = values.get(node.localName)
        if value is not None and not any(child.nodeType == child.ELEMENT_NODE for child in node.childNodes):
            while node.firstChild is not None:
                node.removeChild(node.firstChild)
            node.appendChild(document.createTextNode(as_text(value)))
    return str(document.toxml())


def as_text(value: Value) -> str:
    """A typed answer as an instance holds it (ODK XForms specification, data types)."""
    if isinstance(value, bool):
        return "OK" if value else ""
    if isinstance(value, tuple):
        return " ".join(value)
    if isinstance(value, dt.datetime):
        return value.isoformat(timespec="milliseconds")
    if isinstance(value, float) and math.isfinite(value) and value.is_integer():
        return str(int(value))
    return value.isoformat() if isinstance(value, dt.date | dt.time) else str(value)

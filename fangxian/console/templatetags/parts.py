"""Filters the components need: `columns|beside:cells`, `field|styled`."""

from collections.abc import Iterable, Iterator

from django import template
from django.forms import BoundField, CheckboxInput, FileInput, RadioSelect, Select
from django.utils.safestring import SafeString

register = template.Library()


@register.filter
def beside(columns: Iterable[object], cells: Iterable[object]) -> Iterator[tuple[object, object]]:
    """Each column with its cell; a row with too few or too many cells is a programmer's mistake."""
    return zip(columns, cells, strict=True)


def _css_class(field: BoundField) -> str:
    widget = field.field.widget
    if isinstance(widget, CheckboxInput):
        return "form-check-input"
    if isinstance(widget, Select):
        return "form-select"
    return "" if isinstance(widget, RadioSelect) else "form-control"


@register.filter
def styled(field: BoundField) -> SafeString:
    """The field's control in our style, tied to its error by id for a screen reader."""
    attributes: dict[str, str | bool] = {"class": _css_class(field)}
    if field.errors and not isinstance(field.field.widget, FileInput):
        attributes["aria-errormessage"] = f"{field.auto_id}_error"
    return field.as_widget(attrs=attributes)

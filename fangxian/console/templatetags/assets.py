"""Tags for the built front end: `{% asset "console.ts" %}`, `{% asset_url "icons.svg" %}`, `{% icon "late" %}`."""

from functools import lru_cache

from django import template
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from fangxian.console import assets
from fangxian.console.viewpoint import said
from fangxian.tasks.states import STATES, State

register = template.Library()


def _tags(pattern: str, names: tuple[str, ...]) -> SafeString:
    return format_html_join("\n", pattern, ((static(f"built/{name}"),) for name in names))


@register.simple_tag
def asset(name: str) -> SafeString:
    """The link and script tags of one entry. Scripts are modules: they run once the page is read."""
    needed = assets.files(name, assets.manifest())
    scripts = (needed.script,) if needed.script else ()
    parts = [
        _tags('<link rel="stylesheet" href="{}">', needed.styles),
        _tags('<link rel="modulepreload" href="{}">', needed.preloads),
        _tags('<script type="module" src="{}"></script>', scripts),
    ]
    return format_html_join("\n", "{}", ((part,) for part in parts if part))


@register.simple_tag
def asset_url(name: str) -> str:
    return assets.url(name)


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """An icon by its meaning (names: field/src/icons.ts); a label only where no word stands beside it."""
    return _icon(name, str(label), assets.url("icons.svg"))


@register.simple_tag
def task_state(state: str) -> str:
    """A state of a task in words; nothing for what is none."""
    return said(STATES[State(state)].label) if state in set(State) else ""


@lru_cache(maxsize=1024)
def _icon(name: str, label: str, file: str) -> SafeString:
    spoken = format_html('role="img" aria-label="{}"', label) if label else SafeString('aria-hidden="true"')
    return format_html('<svg class="icon" {}><use href="{}#{}"></use></svg>', spoken, file, name)

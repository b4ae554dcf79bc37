"""What a browser says it is, in two words: pure. Nothing else of it is kept."""

from __future__ import annotations

from typing import Final

_BROWSERS: Final = (
    ("MicroMessenger", "WeChat"), ("DingTalk", "DingTalk"), ("Edg", "Edge"), ("OPR/", "Opera"),
    ("HuaweiBrowser", "Huawei"), ("MiuiBrowser", "Xiaomi"), ("QQBrowser", "QQ"), ("UCBrowser", "UC"),
    ("Firefox", "Firefox"), ("FxiOS", "Firefox"), ("CriOS", "Chrome"), ("Chrome", "Chrome"), ("Safari", "Safari"),
    ("okhttp", "ODK Collect"))
_SYSTEMS: Final = (
    ("OpenHarmony", "HarmonyOS"), ("HarmonyOS", "HarmonyOS"), ("iPhone", "iPhone"), ("iPad", "iPad"),
    ("Android", "Android"), ("Windows", "Windows"), ("Mac OS X", "Mac"), ("CrOS", "ChromeOS"), ("Linux", "Linux"))
"""The first that stands in the line: most name their ancestors too."""


def device_of(line: str) -> str:
    """Such as "Chrome · Android", from a ``User-Agent``; empty when it says neither."""
    found = (next((name for sign, name in table if sign in line), "")
             for table in (_BROWSERS, _SYSTEMS))
    return " · ".join(filter(None, found))

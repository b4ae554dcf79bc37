"""Takes pictures of the gallery: `python field/gallery/shoot.py FOLDER [page …]`."""

import sys
import threading
from itertools import product
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import gallery
from playwright.sync_api import Browser, ConsoleMessage, sync_playwright

WIDTHS = {"desk": (1280, 860), "phone": (390, 844)}
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]


def complain(message: ConsoleMessage) -> None:
    if message.type in ("error", "warning"):
        sys.stdout.write(f"{message.type}: {message.text}\n")


def shoot(browser: Browser, base: str, address: str, out: Path) -> None:
    for (width, size), theme, language in product(WIDTHS.items(), ("light", "dark"), ("en", "zh-hans")):
        viewport = {"width": size[0], "height": size[1]}
        context = browser.new_context(viewport=viewport, color_scheme=theme)
        context.add_cookies([{"name": "django_language", "value": language, "url": base}])
        page = context.new_page()
        page.on("console", complain)
        page.on("pageerror", lambda error: sys.stdout.write(f"{error}\n"))
        page.goto(f"{base}/{address}", wait_until="networkidle")
        page.wait_for_timeout(600)
        page.screenshot(path=out / f"{address or 'day'}-{width}-{theme}-{language[:2]}.png", full_page=True)
        context.close()


def main(folder: str, pages: list[str]) -> None:
    server = gallery.server(0)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    base = f"http://127.0.0.1:{server.server_port}"
    out = Path(folder)
    out.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
        for address in pages or list(gallery.names):
            shoot(browser, base, "" if address == "day" else address, out)
        browser.close()
    server.shutdown()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])

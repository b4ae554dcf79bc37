"""What a page must not do while a test looks at it: fail, speak of errors, or ask another host."""

from __future__ import annotations

from typing import Final

from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request, Response

OWN: Final = ("data:", "blob:")
GONE: Final = "net::ERR_ABORTED"  # a page that was left takes its requests with it
NO_SIGNAL: Final = "net::ERR_INTERNET_DISCONNECTED"


class Watch:
    """Collects what went wrong on the pages of a test; ``expected`` are parts of lines the test brings about itself."""

    def __init__(self, home: str) -> None:
        self.home = home
        self.expected: list[str] = []
        self._seen: list[str] = []

    def over(self, context: BrowserContext) -> None:
        """Every page the context opens from now on."""
        context.on("page", self._page)
        context.on("request", self._request)
        context.on("requestfailed", self._failed)
        context.on("response", self._response)

    @property
    def problems(self) -> list[str]:
        return [line for line in self._seen if not any(part in line for part in self.expected)]

    def _page(self, page: Page) -> None:
        page.on("pageerror", lambda error: self._seen.append(f"error: {error}"))
        page.on("console", self._console)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error" and NO_SIGNAL not in message.text:
            self._seen.append(f"console: {message.text} ({message.location.get('url', '')})")

    def _request(self, request: Request) -> None:
        if not request.url.startswith((f"{self.home}/", *OWN)):
            self._seen.append(f"another host: {request.url}")

    def _failed(self, request: Request) -> None:
        if request.failure not in (GONE, NO_SIGNAL):
            self._seen.append(f"failed: {request.method} {request.url} {request.failure}")

    def _response(self, response: Response) -> None:
        if response.status >= 400:
            self._seen.append(f"{response.status}: {response.request.method} {response.url}")

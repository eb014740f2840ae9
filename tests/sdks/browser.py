"""A page of our own, on an address of its own, that loads the browser SDK in Chromium."""

import json
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from tests import machine

QUIET = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update",
)  # fmt: skip
PAGE = b'<!doctype html><title>Shop</title><script type="module" src="/bundle.js"></script>'


class Page(ThreadingHTTPServer):
    """Serves the page, its script and its set-up; `finished` is set once the page has sent everything."""

    def __init__(self, bundle: bytes, setup: dict[str, Any]) -> None:
        super().__init__(("127.0.0.1", 0), PageHandler)
        self.files = {
            "/": ("text/html", PAGE),
            "/bundle.js": ("text/javascript", bundle),
            "/setup.json": ("application/json", json.dumps(setup).encode()),
        }
        self.finished = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/"


class PageHandler(BaseHTTPRequestHandler):
    server: Page

    def do_GET(self) -> None:
        kind, content = self.server.files.get(self.path, ("text/plain", b""))
        self.send_response(200 if self.path in self.server.files else 404)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def do_POST(self) -> None:
        self.server.finished.set()
        self.send_response(204)
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@contextmanager
def serving(page: Page) -> Iterator[None]:
    thread = threading.Thread(target=page.serve_forever)
    thread.start()
    try:
        yield
    finally:
        page.shutdown()
        page.server_close()
        thread.join()


def visit(page: Page, profile: Path, seconds: float) -> None:
    """Open the page in Chromium and leave once it has finished. Raises AssertionError when it does not."""
    chromium = machine.program("chromium")
    assert chromium is not None
    with (profile / "chromium.log").open("wb") as log, serving(page):
        browser = subprocess.Popen(
            [chromium, *QUIET, f"--user-data-dir={profile}", "--enable-logging=stderr", page.url],
            stdout=log, stderr=log,
        )  # fmt: skip
        try:
            finished = page.finished.wait(seconds)
        finally:
            browser.terminate()
            browser.wait(10)
    said = (profile / "chromium.log").read_text(errors="replace")
    assert finished, f"the page did not finish within {seconds:.0f} s:\n{said[-2000:]}"

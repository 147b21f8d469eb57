"""A real server in its own process, and a real browser in front of it."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
CALM = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
)
"""Nothing that the browser would fetch by itself."""
CHECKOUT = Path(__file__).resolve().parents[2]


def free_port() -> int:
    """Return a port of the loopback address that nobody uses just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass
class Server:
    """A directory that serves on the loopback address."""

    data: Path
    port: int
    process: subprocess.Popen[bytes] | None = None
    environ: dict[str, str] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def command(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run a command of the directory on the same data."""
        return subprocess.run(
            [sys.executable, "-m", "directory", *words],
            cwd=CHECKOUT,
            env=self.environ,
            capture_output=True,
            text=True,
            timeout=180,
            check=False,
        )

    def start(self) -> None:
        with (self.data / "server.log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "directory", "serve", "--port", str(self.port)],
                cwd=CHECKOUT,
                env=self.environ,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                break
            try:
                with urllib.request.urlopen(f"{self.url}/readyz", timeout=2) as answer:
                    if answer.status == 200:
                        return
            except (urllib.error.URLError, ConnectionError, TimeoutError):
                time.sleep(0.1)
        raise AssertionError((self.data / "server.log").read_text()[-4000:])

    def stop(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


@contextmanager
def serving(data: Path, **environ: str) -> Iterator[Server]:
    """Set up a directory with the real seeds in a folder, and serve it."""
    data.mkdir(parents=True, exist_ok=True)
    server = Server(data, free_port())
    server.environ = {
        **{k: v for k, v in os.environ.items() if not k.startswith("DIRECTORY_")},
        "DIRECTORY_DATA": str(data),
        "DIRECTORY_RATE_LIMITS": "off",
        "PYTHONPATH": str(CHECKOUT),
        **environ,
    }
    made = server.command("setup")
    assert made.returncode == 0, made.stdout + made.stderr
    server.start()
    try:
        yield server
    finally:
        server.stop()


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server for all journeys of this test process."""
    with serving(tmp_path_factory.mktemp("journeys")) as running:
        yield running


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium as the system has it."""
    if CHROMIUM is None:
        reason = "Chromium is not installed"
        if os.environ.get("DIRECTORY_TESTS_REQUIRE") == "all":
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=list(CALM))
        yield running
        running.close()


@dataclass
class Reader:
    """Somebody at a browser, whose page must never misbehave.

    Console errors, failed requests, and requests to any other host are kept and
    fail the test at its end.
    """

    page: Page
    url: str
    faults: list[str] = field(default_factory=list)

    def watch(self) -> None:
        own = urlsplit(self.url).netloc

        def requested(request: Any) -> None:
            parts = urlsplit(request.url)
            if parts.scheme in {"http", "https", "ws"} and parts.netloc != own:
                self.faults.append(f"asked another host: {request.url}")

        def spoken(message: Any) -> None:
            if (
                message.type == "error"
                and "responded with a status of 4" not in message.text
            ):
                self.faults.append(f"console: {message.text}")

        self.page.on("request", requested)
        self.page.on("console", spoken)
        self.page.on("pageerror", lambda error: self.faults.append(f"script: {error}"))

    def open(self, path: str) -> Page:
        answer = self.page.goto(self.url + path, wait_until="load")
        assert answer is not None
        assert answer.status < 500, f"{path}: {answer.status}"
        return self.page

    def is_within_its_width(self) -> None:
        """Fail if the page scrolls sideways; name what sticks out."""
        wide = self.page.evaluate(
            """() => {
              const w = document.documentElement.clientWidth;
              if (document.documentElement.scrollWidth <= w) return [];
              return [...document.querySelectorAll('body *')]
                .filter(e => { const r = e.getBoundingClientRect();
                               return r.width && (r.right > w + 1 || r.left < -1); })
                .slice(0, 5).map(e => e.outerHTML.slice(0, 160));
            }"""
        )
        assert not wide, f"{self.page.url} is wider than its window: {wide}"


@contextmanager
def reading(
    browser: Browser,
    server: Server,
    *,
    width: int = 1280,
    language: str = "en",
    script: bool = True,
    touch: bool = False,
) -> Iterator[Reader]:
    """Open a browser window of a width, for a reader of a language."""
    context = browser.new_context(
        viewport={"width": width, "height": 800},
        has_touch=touch,
        is_mobile=touch,
        locale={"en": "en-US", "zh": "zh-CN", "ar": "ar", "ru": "ru-RU"}[language],
        java_script_enabled=script,
        reduced_motion="reduce",
    )
    context.set_default_timeout(10_000)
    reader = Reader(context.new_page(), server.url)
    reader.watch()
    try:
        yield reader
        assert not reader.faults, reader.faults
    finally:
        context.close()


@pytest.fixture(params=[360, 1280], ids=["phone", "desk"])
def reader(
    request: pytest.FixtureRequest, browser: Browser, server: Server
) -> Iterator[Reader]:
    """A reader of English, on a phone and at a desk."""
    with reading(browser, server, width=request.param) as somebody:
        yield somebody

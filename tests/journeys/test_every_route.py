"""Every page behind a door, with people and cases in it, through the eyes of axe.

The suite reads each kind of page on a phone in Arabic, where what breaks breaks first.
``DIRECTORY_TESTS_AXE=all`` reads them in every language at both widths.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.serving import make_server

from tests.journeys.axe import faults_of
from tests.journeys.conftest import free_port, reading
from tests.web.peopled import (
    DOORS,
    ROLES,
    addresses,
    at_work,
    patient,
    peopled,
    tools_of,
)

pytestmark = pytest.mark.browser

PRIVATE = {"account", "hospital", "facilitator", "moderation", "admin", "inquiries"}

EVERYTHING = [
    (code, width) for code in ("en", "zh", "ru", "ar") for width in (360, 1280)
]

VIEWS = EVERYTHING if os.environ.get("DIRECTORY_TESTS_AXE") == "all" else [("ar", 360)]


@pytest.fixture(scope="module")
def busy(tmp_path_factory, seeded_file) -> Iterator[tuple[Flask, SimpleNamespace]]:
    """Serve the application with invented people and cases."""
    app = peopled(tmp_path_factory.mktemp("busy"), seeded_file)
    port = free_port()
    running = make_server("127.0.0.1", port, app, threaded=True)
    thread = threading.Thread(target=running.serve_forever, daemon=True)
    thread.start()
    yield app, SimpleNamespace(url=f"http://127.0.0.1:{port}")
    running.shutdown()
    thread.join()
    tools_of(app).engine.dispose()


def reached(busy) -> dict[str, tuple[str, FlaskClient]]:
    """Return one page of each rule behind a door, and a browser that may open it."""
    app, _server = busy
    found: dict[str, tuple[str, FlaskClient]] = {}
    people = [(patient(app), ["inquiries/mine"])]
    people += [(at_work(app, role), [*DOORS, "admin/"]) for role in ROLES]
    for client, starts in people:
        for rule, path, _body in addresses(app, client, "en", starts, of_one=1):
            if rule.split("/")[1] in PRIVATE:
                found.setdefault(rule, (path.removeprefix("/en"), client))
    return found


@pytest.mark.parametrize(("language", "width"), VIEWS)
def test_axe_finds_nothing_behind_any_door(browser, busy, language, width):
    _app, server = busy
    pages = reached(busy)
    faults: dict[str, list[str]] = {}
    with reading(browser, server, width=width, language=language) as somebody:
        context = somebody.page.context
        for rule, (path, client) in pages.items():
            context.clear_cookies()
            context.add_cookies(
                [
                    {"name": each.key, "value": each.value, "url": server.url}
                    for each in client._cookies.values()
                ]
            )
            page = somebody.open(f"/{language}{path}")
            sticking = page.evaluate(
                "document.documentElement.scrollWidth"
                " - document.documentElement.clientWidth"
            )
            if sticking > 0:
                faults[rule] = [f"{path} is {sticking} px too wide"]
            if said := faults_of(page):
                faults[rule] = [*faults.get(rule, []), *said]

    assert len(pages) > 60
    assert faults == {}

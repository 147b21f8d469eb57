"""Files are sent from a telephone, by a line that breaks."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, Route, expect

from tests.journeys.conftest import Reader, reading
from tests.journeys.test_inquiry import go_on, say_who

pytestmark = pytest.mark.browser

UPLOADS = "**/inquiries/uploads**"


@pytest.fixture(scope="module")
def photograph(tmp_path_factory) -> Path:
    """Return a picture of noise: some five pieces of a megabyte."""
    path: Path = tmp_path_factory.mktemp("files") / "Снимок.png"
    size = (1500, 1100)
    out = io.BytesIO()
    Image.frombytes("RGB", size, os.urandom(size[0] * size[1] * 3)).save(out, "PNG")
    path.write_bytes(out.getvalue())
    return path


@contextmanager
def at_documents(browser, server, **more) -> Iterator[tuple[Reader, Page]]:
    """Open the page of documents of a draft that was just begun."""
    with reading(browser, server, **{"width": 360, "touch": True, **more}) as somebody:
        language = more.get("language", "en")
        page = somebody.open(f"/{language}/inquiries/new")
        say_who(page)
        go_on(page)
        page.wait_for_url("**/inquiries/illness*")
        page = somebody.open(f"/{language}/inquiries/documents")
        yield somebody, page
        # A line that breaks is what these tests are about.
        somebody.faults = [one for one in somebody.faults if "net::ERR_" not in one]


def state(page: Page, words: str) -> None:
    """Look again until a file is said to be so."""
    for _ in range(40):
        if words in page.locator(".documents").inner_text():
            return
        page.wait_for_timeout(250)
        page.reload()
    raise AssertionError(page.locator("main").inner_text())


@pytest.mark.parametrize("language", ["en", "ru", "ar", "zh"])
def test_a_photograph_is_sent_and_the_page_fits(browser, server, photograph, language):
    with at_documents(browser, server, language=language) as (somebody, page):
        page.set_input_files("input[type=file]", photograph)
        somebody.is_within_its_width()
        with page.expect_navigation():
            go_on(page)

        expect(page.locator(".documents li")).to_have_count(1)
        expect(page.locator(".documents")).to_contain_text("Снимок.png")
        somebody.is_within_its_width()
        if language == "en":
            state(page, "Download")


def test_a_line_that_breaks_is_told_and_the_file_goes_on_by_itself(
    browser, server, photograph
):
    with at_documents(browser, server) as (_, page):
        offsets: list[str] = []

        def carry(route: Route) -> None:
            request = route.request
            if request.method == "PATCH":
                offsets.append(request.headers["upload-offset"])
                if len(offsets) in {3, 4}:
                    route.abort("connectionreset")
                    return
            route.continue_()

        page.route(UPLOADS, carry)
        page.set_input_files("input[type=file]", photograph)
        go_on(page)
        expect(page.locator(".upload")).to_contain_text("The connection was lost")
        page.wait_for_url("**/inquiries/documents")
        expect(page.locator(".documents")).to_contain_text("Снимок.png")
        state(page, "Download")

    # The third and fourth request ask for the same bytes as the one that came.
    assert offsets[2] == offsets[3] == offsets[4] == str(2 * 1024 * 1024)
    assert len(set(offsets)) == len(offsets) - 2


def test_offline_and_online_again(browser, server, photograph):
    with at_documents(browser, server) as (_, page):
        page.set_input_files("input[type=file]", photograph)
        page.context.set_offline(True)
        go_on(page)
        expect(page.locator(".upload")).to_contain_text("The connection was lost")
        page.context.set_offline(False)
        page.wait_for_url("**/inquiries/documents")
        expect(page.locator(".documents li")).to_have_count(1)


def test_a_file_is_stopped_and_goes_on_after_the_page_was_left(
    browser, server, photograph
):
    with at_documents(browser, server) as (_, page):
        begun: list[str] = []
        first: list[str] = []

        def carry(route: Route) -> None:
            if route.request.method == "POST":
                begun.append(route.request.url)
            if route.request.method == "PATCH":
                first.append(route.request.headers["upload-offset"])
                if len(first) == 3:
                    route.abort("connectionreset")
                    return
            route.continue_()

        page.route(UPLOADS, carry)
        page.set_input_files("input[type=file]", photograph)
        go_on(page)
        expect(page.locator(".upload")).to_contain_text("The connection was lost")
        page.get_by_role("button", name="Stop").click()
        page.on("dialog", lambda dialog: dialog.accept())
        page.reload()
        expect(page.locator(".documents")).to_contain_text("have arrived")
        there = len(first)
        page.set_input_files("input[type=file]", photograph)
        with page.expect_navigation():
            go_on(page)
        state(page, "Download")

    assert len(begun) == 1
    assert first[there] == str(2 * 1024 * 1024)


def test_what_is_too_large_or_nothing_is_said_without_sending_it(
    browser, server, tmp_path
):
    large = tmp_path / "large.pdf"
    with large.open("wb") as file:
        file.truncate(51 * 1024 * 1024)
    with at_documents(browser, server) as (_, page):
        sent: list[str] = []
        page.on("request", lambda one: sent.append(one.method))
        page.set_input_files("input[type=file]", large)
        go_on(page)
        expect(page.locator(".upload--refused")).to_contain_text("larger than 50 MB")
        assert "POST" not in sent


def test_without_script_a_file_is_sent_by_the_form(browser, server, photograph):
    with at_documents(browser, server, script=False) as (somebody, page):
        page.set_input_files("input[type=file]", photograph)
        go_on(page)
        page.wait_for_url("**/inquiries/documents*")
        expect(page.locator(".documents li")).to_have_count(1)
        state(page, "Download")
        somebody.is_within_its_width()

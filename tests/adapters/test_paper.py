"""Pages become PDFs that can be read aloud, by a child that may die of them alone."""

from __future__ import annotations

import base64
import io
import shutil
import socket
import subprocess
import threading
from collections.abc import Iterator

import pytest
from PIL import Image

from directory.adapters.paper import ChildPaper, PaperLimits
from directory.core.paper import NoPaper, PaperUnavailableError
from directory.core.text import Language
from tests.adapters.paper_reading import Sheet, read_sheet
from tests.conftest import ROOT

LOOK = ROOT / "static" / "css" / "paper.css"

EMPTY = PaperLimits(memory_bytes=64 * 1024 * 1024)
"""So little memory that nothing starts in it."""


@pytest.fixture(scope="module")
def paper() -> ChildPaper:
    """Return what sets pages, if its libraries are here."""
    found = ChildPaper(LOOK)
    if not found.is_available():
        pytest.skip("no libraries that set type (Debian: libpangoft2-1.0-0)")
    return found


@pytest.fixture(scope="module")
def _fonts() -> None:
    """Skip where no font has Chinese and Arabic letters."""
    for language in ("zh-cn", "ar"):
        known = shutil.which("fc-list") and subprocess.run(
            ["fc-list", f":lang={language}", "family"],
            capture_output=True,
            check=True,
        )
        if not known or not known.stdout.strip():
            pytest.skip(f"no fonts for {language} (Debian: fonts-noto-core, -cjk)")


def page(body: str, language: Language = Language.EN) -> str:
    """Return a whole page."""
    side = "rtl" if language.is_right_to_left else "ltr"
    return (
        f'<!doctype html><html lang="{language.tag}" dir="{side}"><head>'
        f"<title>unread</title></head><body><main>{body}</main></body></html>"
    )


def refusal(paper: ChildPaper, html: str) -> str:
    """Return why a page is not set."""
    with pytest.raises(PaperUnavailableError) as caught:
        paper.pdf(html, title="A page", language=Language.EN)
    return str(caught.value.facts["reason"])


SAMPLES = {
    Language.EN: ("What you sent", "Invented words of nobody"),
    Language.ZH: ("您的咨询", "虚构的内容，仅供测试"),
    Language.RU: ("Ваше обращение", "Вымышленные слова для проверки"),
    Language.AR: ("استفسارك", "كلمات مختلقة للاختبار"),
}


@pytest.mark.usefixtures("_fonts")
@pytest.mark.parametrize("language", Language)
def test_a_page_is_tagged_named_and_legible_in_each_language(paper, language):
    title, words = SAMPLES[language]
    table = '<table><tr><th scope="col">A</th></tr><tr><td>1</td></tr></table>'
    body = f"<h1>{title}</h1><p>{words}</p>{table}"
    made = paper.pdf(page(body, language), title=title, language=language)

    found = read_sheet(made)
    assert (found.title, found.language) == (title, language.tag)
    assert (found.part, found.is_tagged) == ("1", True)
    assert {"/H1", "/P", "/Table", "/TH", "/TD"} <= found.tags
    assert found.fonts
    assert all(found.fonts.values())
    assert legible(words, found)


def legible(words: str, found: Sheet) -> bool:
    """Tell whether words are there, drawn from either side."""
    return all(word in found.words or word in found.backwards for word in words.split())


def test_letters_that_are_not_on_the_page_are_not_found(paper):
    made = paper.pdf(page("<h1>One</h1>"), title="One", language=Language.EN)

    assert not legible("Two", read_sheet(made))


@pytest.fixture
def listener() -> Iterator[tuple[int, list[object]]]:
    """Listen on loopback; yield the port, and who called."""
    called: list[object] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)

        def listen() -> None:
            while not done.is_set():
                try:
                    called.append(server.accept())
                except TimeoutError:
                    continue

        done = threading.Event()
        thread = threading.Thread(target=listen)
        thread.start()
        yield server.getsockname()[1], called
        done.set()
        thread.join()


def test_nothing_is_fetched_for_a_page(paper, tmp_path, listener):
    port, called = listener
    secret = tmp_path / "secret.css"
    secret.write_text('h1::after { content: "leaked" }')
    host = f"http://127.0.0.1:{port}"
    made = paper.pdf(
        page(
            f'<link rel="stylesheet" href="{secret.as_uri()}">'
            f'<link rel="stylesheet" href="{host}/a.css">'
            f"<style>@import '{host}/b.css'; p {{ background: url({host}/c) }}"
            f"@font-face {{ font-family: X; src: url({host}/d) }}</style>"
            f'<link rel="attachment" href="{secret.as_uri()}">'
            f'<img alt="" src="{host}/e.png"><img alt="" src="{secret.as_uri()}">'
            f'<object data="{host}/f.svg"></object><h1>Kept</h1><p>x</p>'
        ),
        title="A page",
        language=Language.EN,
    )

    assert called == []
    assert "leaked" not in read_sheet(made).words
    assert b"/EmbeddedFile" not in made


def test_a_picture_that_stands_in_the_page_is_shown(paper):
    out = io.BytesIO()
    Image.new("RGB", (8, 8), (200, 0, 0)).save(out, "PNG")
    address = base64.b64encode(out.getvalue()).decode()
    made = paper.pdf(
        page(f'<h1>One</h1><img alt="A square" src="data:image/png;base64,{address}">'),
        title="One",
        language=Language.EN,
    )

    assert b"/Subtype /Image" in made
    assert "/Figure" in read_sheet(made).tags


@pytest.mark.parametrize(
    ("html", "limits", "reason"),
    [
        ("", PaperLimits(), "failed"),
        (page("x" * 2_000_001), PaperLimits(), "too-long"),
        (
            page("<p style='break-after: page'>x</p>" * 9),
            PaperLimits(pages=8),
            "too-long",
        ),
        (page("<p>" + "word " * 300_000), PaperLimits(cpu_s=3), "failed"),
        (page("<p>x</p>"), EMPTY, "failed"),
        (page("<p>x</p>"), PaperLimits(wall_s=0.01), "failed"),
        (page("<p>x</p>"), PaperLimits(output_bytes=100), "failed"),
    ],
    ids=["nothing", "too-large", "pages", "work", "memory", "clock", "output"],
)
def test_a_page_that_takes_too_much_is_refused(paper, html, limits, reason):
    del paper
    assert refusal(ChildPaper(LOOK, limits), html) == reason


def test_where_the_libraries_are_missing_it_is_said_at_use(tmp_path):
    look = tmp_path / "paper.css"
    look.write_text("")
    without = WithoutLibraries(look)

    assert not without.is_available()
    assert refusal(without, page("<p>x</p>")) == "missing"
    assert not NoPaper().is_available()


class WithoutLibraries(ChildPaper):
    """Stands where the child finds nothing to load."""

    def _run(self, source: object, into: object) -> str:
        del source, into
        return "missing"


def test_who_waits_too_long_for_a_turn_is_told(paper, monkeypatch):
    del paper
    busy = ChildPaper(LOOK)
    monkeypatch.setattr("directory.adapters.paper.PATIENCE_S", 0.01)
    busy._turns.acquire()
    busy._turns.acquire()

    assert refusal(busy, page("<p>x</p>")) == "busy"

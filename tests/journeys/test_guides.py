"""A guide on a telephone without a script: sources, words and the way on."""

from __future__ import annotations

import pytest

from tests.journeys.conftest import reading

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("language", ["en", "zh", "ar"])
def test_a_guide_reads_whole_without_a_script(browser, server, language):
    with reading(
        browser, server, width=360, language=language, script=False, touch=True
    ) as somebody:
        page = somebody.open(f"/{language}/guides/how-it-works")
        whence = page.locator("section .whence").first
        source = whence.locator("a.source").first
        assert not source.is_visible()

        whence.locator("summary").tap()

        assert source.is_visible()
        word = page.locator("a.word").first
        meaning = page.locator(word.get_attribute("href") or "")
        word.tap()
        assert meaning.is_visible()
        assert page.url.endswith(word.get_attribute("href") or "")
        assert page.locator("#next a.button").is_visible()


def test_the_words_of_a_section_stand_beside_it_on_a_wide_screen(browser, server):
    with reading(browser, server) as somebody:
        page = somebody.open("/en/guides/how-it-works")
        body = page.locator(".part__body").first.bounding_box()
        words = page.locator(".words").first.bounding_box()

    assert body is not None
    assert words is not None
    assert words["x"] >= body["x"] + body["width"]
    assert abs(words["y"] - body["y"]) < 40


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("path", ["/guides/cost", "/guides/process", "/glossary"])
@pytest.mark.parametrize("language", ["en", "zh", "ru", "ar"])
def test_nothing_sticks_out(browser, server, language, path, width):
    with reading(browser, server, width=width, language=language) as somebody:
        somebody.open(f"/{language}{path}")
        somebody.is_within_its_width()

"""The map of a city, by keyboard, by touch and without colors."""

from __future__ import annotations

import pytest

from tests.journeys.conftest import reading

pytestmark = pytest.mark.browser

NARROWEST_TARGET = 24
"""Pixels of the screen (source: WCAG 2.2, success criterion 2.5.8)."""


def test_the_keyboard_reaches_a_mark_and_opens_its_center(reader):
    page = reader.open("/en/map/guangzhou")
    page.locator("main").focus()
    for _press in range(20):
        page.keyboard.press("Tab")
        label = page.evaluate("document.activeElement.getAttribute('aria-label')")
        if (label or "").startswith("1: "):
            break
    halo = page.locator(".map__mark:focus .map__halo")
    stroke = halo.evaluate("each => getComputedStyle(each).stroke")

    assert label.startswith("1: ")
    assert stroke != "none"
    page.keyboard.press("Enter")
    page.wait_for_url("**/en/centers/*")
    assert label.removeprefix("1: ") in page.locator("h1").inner_text()


@pytest.mark.parametrize("width", [320, 360])
@pytest.mark.parametrize("city", ["beijing", "shanghai", "guangzhou", "tianjin"])
def test_every_mark_can_be_touched(browser, server, city, width):
    with reading(browser, server, width=width, touch=True) as somebody:
        page = somebody.open(f"/en/map/{city}")
        marks = page.evaluate(
            """() => [...document.querySelectorAll('.map__mark')].map(mark => {
              const box = mark.querySelector('.map__halo').getBoundingClientRect();
              const found = document.elementFromPoint(0, 0) && (() => {
                window.scrollTo(0, box.top + window.scrollY - 300);
                const here = mark.querySelector('.map__halo').getBoundingClientRect();
                return document.elementFromPoint(
                  here.left + here.width / 2, here.top + here.height / 2);
              })();
              return [box.width, box.height, mark.contains(found)];
            })"""
        )

    assert marks
    for wide, high, is_on_top in marks:
        assert min(wide, high) >= NARROWEST_TARGET
        assert is_on_top


def test_the_map_is_not_mirrored_in_arabic(browser, server):
    at = {}
    for language in ("en", "ar"):
        with reading(browser, server, width=360, language=language) as somebody:
            page = somebody.open(f"/{language}/map/beijing")
            picture = page.locator(".map").bounding_box()
            assert picture is not None
            at[language] = [
                (round(box["x"] - picture["x"], 1), round(box["y"] - picture["y"], 1))
                for box in (
                    mark.bounding_box() for mark in page.locator(".map__disc").all()[:5]
                )
                if box is not None
            ]

    assert at["en"] == at["ar"]


def test_without_colors_marks_stay_on_the_map(browser, server):
    with reading(browser, server) as somebody:
        somebody.page.emulate_media(forced_colors="active")
        page = somebody.open("/en/map/beijing")
        drawn = page.evaluate(
            """() => [...document.querySelectorAll('.map__mark')].map(mark => [
              getComputedStyle(mark.querySelector('.map__disc')).fill,
              getComputedStyle(mark.querySelector('.map__number')).fill])"""
        )

    assert drawn
    assert all(disc != number for disc, number in drawn)

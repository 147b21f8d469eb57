"""Every page in every language at two widths, through the eyes of axe."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.journeys.conftest import reading

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

PAGES = (
    "/",
    "/centers",
    "/centers?q=tocilizumab+icu+guangzhou",
    "/centers?q=xyzzyplugh",
    "/centers?q=car-t+shenzhen",
    "/centers?q=MM+%E5%B9%BF%E5%B7%9E&status=confirmed",
    "/centers/nanfang-hospital",
    "/centers/jiahui-international-hospital",
    "/centers/beijing-childrens-hospital",
    "/centers/nanfang-hospital/history",
    "/compare",
    "/compare?center=nanfang-hospital&center=ruijin-hospital&center=beijing-childrens-hospital",
    "/facilitators",
    "/facilitators/placidway",
    "/therapies",
    "/therapies/eque-cel",
    "/therapies/ide-cel",
    "/therapies/approvals",
    "/therapies/compare",
    "/therapies/compare?therapy=eque-cel&therapy=cilta-cel&therapy=ide-cel&therapy=renike-cel",
    "/map",
    "/map/beijing",
    "/map/shanghai",
    "/guides",
    "/guides/cost",
    "/guides/safety",
    "/guides/process",
    "/guides/visa",
    "/guides/follow-up",
    "/pre-check",
    "/plan",
    "/plan?day=2001-01-01",
    "/plan/records",
    "/inquiries/new",
    "/inquiries/track",
    "/inquiries/illness",
    "/no-such-page",
)
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
}


def told(results) -> list[str]:
    return [
        f"{fault['id']}: {node['html'][:160]}"
        for fault in results.response["violations"]
        for node in fault["nodes"][:3]
    ]


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("language", ["en", "zh", "ru", "ar"])
def test_axe_finds_nothing(browser, server, language, width):
    faults: dict[str, list[str]] = {}
    with reading(browser, server, width=width, language=language) as somebody:
        for path in PAGES:
            page = somebody.open(f"/{language}{path}")
            direction = "rtl" if language == "ar" else "ltr"
            assert page.locator("html").get_attribute("dir") == direction
            somebody.is_within_its_width()
            if found := told(Axe().run(page, options=RULES)):
                faults[path] = found

    assert not faults, faults


@pytest.mark.parametrize("language", ["en", "zh", "ar"])
def test_nothing_sticks_out_at_320_pixels(browser, server, language):
    with reading(browser, server, width=320, language=language) as somebody:
        for path in PAGES:
            somebody.open(f"/{language}{path}")
            somebody.is_within_its_width()


def test_text_at_twice_its_size_still_fits(browser, server):
    with reading(browser, server, width=640) as somebody:
        for path in PAGES:
            page = somebody.open(path)
            page.evaluate("document.documentElement.style.fontSize = '200%'")
            somebody.is_within_its_width()

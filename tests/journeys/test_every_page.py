"""Every page in every language at two widths, through the eyes of axe."""

from __future__ import annotations

import re

import pytest

from tests.house.authorization.asking import read
from tests.journeys.axe import faults_of
from tests.journeys.conftest import reading

pytestmark = pytest.mark.browser

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
    "/centers/nanfang-hospital/versions/1",
    "/centers/nanfang-hospital/facts/capability.icu",
    "/compare",
    "/compare?center=nanfang-hospital&center=ruijin-hospital&center=beijing-childrens-hospital",
    "/facilitators",
    "/facilitators/placidway",
    "/facilitators/placidway/history",
    "/facilitators/placidway/versions/1",
    "/facilitators/placidway/facts/website",
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
    "/guides/overview",
    "/guides/provenance",
    "/guides/cost",
    "/guides/safety",
    "/guides/process",
    "/guides/visa",
    "/guides/follow-up",
    "/pre-check",
    "/glossary",
    "/privacy",
    "/corrections/new?kind=center&slug=nanfang-hospital&field=capability.icu",
    "/plan",
    "/plan?day=2001-01-01",
    "/plan/records",
    "/inquiries/new",
    "/inquiries/track",
    "/inquiries/illness",
    "/no-such-page",
)

OTHERWISE = {
    "/corrections/confirm/<token>": "needs a letter: tests/web/public",
    "/language": "only redirects",
    "/suggest": "JSON, read as a list by test_suggestions",
    "/healthz": "JSON",
    "/readyz": "JSON",
    "/metrics": "text for machines",
}
"""Public addresses that are not read here, and why."""

BEHIND_DOORS = re.compile(
    r"/(account|hospital|facilitator|moderation|admin|inquiries|api|static)\b"
)
"""Read by test_every_route."""

FILES = re.compile(r"\.(pdf|ics|atom|xml|txt)$|/pdf$")


def test_every_public_address_is_read_here():
    rules = {name.removeprefix("GET ") for name in read().routes if name[:4] == "GET "}
    there = {
        rule
        for rule in rules
        if not BEHIND_DOORS.match(rule) and not FILES.search(rule)
    }

    def has(rule: str) -> bool:
        pattern = re.compile(re.sub(r"<[^>]+>", "[^/]+", rule))
        return any(pattern.fullmatch(path.partition("?")[0]) for path in PAGES)

    assert {rule for rule in there if not has(rule)} == set(OTHERWISE)


def test_axe_finds_what_is_wrong(browser, server):
    with reading(browser, server) as somebody:
        page = somebody.open("/en/glossary")
        page.evaluate("document.querySelector('main').append(new Image())")

        assert [each.partition(":")[0] for each in faults_of(page)] == ["image-alt"]


@pytest.mark.parametrize("language", ["en", "zh", "ru", "ar"])
def test_axe_finds_nothing(browser, server, language):
    faults: dict[str, list[str]] = {}
    with reading(browser, server, language=language) as somebody:
        for path in PAGES:
            page = somebody.open(f"/{language}{path}")
            direction = "rtl" if language == "ar" else "ltr"
            assert page.locator("html").get_attribute("dir") == direction
            for width in (1280, 360):
                page.set_viewport_size({"width": width, "height": 800})
                somebody.is_within_its_width()
                if found := faults_of(page):
                    faults[f"{path} at {width}"] = found

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

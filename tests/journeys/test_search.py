"""Somebody looks for a hospital, from the first word to the facts."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import reading

pytestmark = pytest.mark.browser


def look_for(reader, words):
    page = reader.open("/")
    box = page.get_by_role("combobox").first
    box.fill(words)
    box.press("Enter")
    page.wait_for_url("**/centers?*")
    return page


def test_from_three_needs_to_a_sourced_fact(reader):
    page = look_for(reader, "tocilizumab icu guangzhou")

    chips = page.locator(".chips .chip")
    expect(chips).to_have_count(3)
    first = page.locator(".cards .card").first
    expect(first).to_contain_text("Guangzhou")
    reader.is_within_its_width()
    first.get_by_role("link").first.click()

    page.wait_for_url("**/centers/*")
    expect(page.locator("h1")).to_have_count(1)
    assert page.locator("main").get_by_text("Checked").count() > 0
    assert page.locator("main a[rel~=nofollow], main a[rel~=noopener]").count() > 0
    reader.is_within_its_width()


def test_a_reading_can_be_undone_and_done_again(reader):
    page = look_for(reader, "icu canton")
    chips = page.locator(".chips .chip")
    expect(chips).to_have_count(2)

    page.locator(".chip", has_text="Guangzhou").locator("a").click()

    expect(chips).to_have_count(1)
    assert "drop=city%3Aguangzhou" in page.url
    page.get_by_role("link", name="Undo").click()
    expect(chips).to_have_count(2)


def test_a_filter_that_is_ticked_shows_its_results_at_once(reader):
    page = reader.open("/centers")
    filters = page.locator("details.filters")
    if filters.locator("summary").first.is_visible() and not filters.evaluate(
        "d => d.open"
    ):
        filters.locator("summary").first.click()
    before = page.locator("[data-total]").inner_text()
    choice = page.locator("#f-city-tianjin")
    count = re.search(r"\d+", choice.locator("xpath=..").inner_text())
    assert count

    choice.check(force=True)

    page.wait_for_url("**city=tianjin**")
    expect(page.locator("[data-total]")).not_to_have_text(before)
    expect(page.locator("[data-total]")).to_contain_text(count.group())
    page.go_back()
    expect(page.locator("[data-total]")).to_have_text(before)


@pytest.mark.parametrize(
    ("words", "slug"),
    [
        ("301医院", "chinese-pla-general-hospital-301"),
        ("nanfang yiyuan", "nanfang-hospital"),
        ("北大人民", "peking-university-peoples-hospital"),
    ],
)
def test_a_name_in_any_script_leads_to_its_hospital(browser, server, words, slug):
    with reading(browser, server) as somebody:
        page = look_for(somebody, words)

        link = page.locator(".cards .card a").first
        expect(link).to_have_attribute("href", re.compile(rf"/centers/{slug}$"))


def test_suggestions_come_by_keyboard(browser, server):
    with reading(browser, server) as somebody:
        page = somebody.open("/")
        box = page.get_by_role("combobox").first
        box.press_sequentially("ruij", delay=30)
        options = page.get_by_role("option")
        expect(options.first).to_contain_text("Ruijin")

        box.press("ArrowDown")
        expect(options.first).to_have_attribute("aria-selected", "true")
        box.press("Enter")

        page.wait_for_url(re.compile(r"/centers(/ruijin-hospital|\?)"))


def test_everything_is_there_without_script(browser, server):
    with reading(browser, server, width=360, script=False) as somebody:
        page = somebody.open("/")
        page.locator("main input[name=q]").fill("MM 广州")
        page.locator("main button[type=submit]").first.click()
        page.wait_for_url("**/centers?*")

        assert page.locator(".cards .card").count() > 0
        somebody.is_within_its_width()


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("car-t hospital chengdu", "cannot answer"),
        ("guaranteed cure", "cannot answer"),
    ],
)
def test_what_is_not_covered_is_said(browser, server, words, says):
    with reading(browser, server) as somebody:
        page = look_for(somebody, words)

        expect(page.locator("main")).to_contain_text(says)
        assert page.locator(".cards .card").count() == 0


def test_the_language_switch_stays_on_the_page(reader):
    page = reader.open("/centers/nanfang-hospital")

    page.get_by_role("link", name="中文").click()

    page.wait_for_url("**/zh/centers/nanfang-hospital")
    assert page.locator("html").get_attribute("lang") == "zh-Hans"
    expect(page.locator("h1")).to_contain_text("南方医院")

"""What is offered while typing, in a real browser."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.journeys.axe import faults_of
from tests.journeys.conftest import reading

pytestmark = pytest.mark.browser

WIDTHS = pytest.mark.parametrize("width", [360, 1280], ids=["phone", "desk"])


def box_of(page: Page) -> Locator:
    return page.locator("main").get_by_role("combobox")


def type_in(page: Page, words: str) -> Locator:
    """Type as a person does; return the options once they are there."""
    box_of(page).press_sequentially(words, delay=20)
    options = page.get_by_role("option")
    expect(options.first).to_be_visible()
    return options


def asked(page: Page) -> list[str]:
    """Return a list that will hold what the page asks suggestions for."""
    found: list[str] = []

    def note(request) -> None:
        parts = urlsplit(request.url)
        if parts.path.endswith("/suggest"):
            found.extend(parse_qs(parts.query)["q"])

    page.on("request", note)
    return found


def hold(page: Page, address: str) -> list[Route]:
    """Return a list that will hold requests to an address, unanswered."""
    held: list[Route] = []

    def keep(route: Route) -> None:
        held.append(route)

    page.route(address, keep)
    return held


def test_nothing_is_chosen_until_the_reader_asks(reader):
    page = reader.open("/en/")
    box = box_of(page)
    options = type_in(page, "guang")

    expect(box).to_have_attribute("aria-expanded", "true")
    assert box.get_attribute("aria-activedescendant") is None
    assert page.locator("[role=option][aria-selected=true]").count() == 0
    expect(options.first.locator("mark")).to_have_text("Guang")
    reader.is_within_its_width()
    box.press("Enter")

    page.wait_for_url("**/centers?q=guang")


def test_the_keys_of_a_combobox_do_what_they_should(browser, server):
    with reading(browser, server) as somebody:
        page = somebody.open("/en/")
        box = box_of(page)
        options = type_in(page, "guang")
        # The list of the first letters may still be there.
        expect(options.first.locator("mark")).to_have_text("Guang")
        last = options.count() - 1

        box.press("ArrowDown")
        expect(options.nth(0)).to_have_attribute("aria-selected", "true")
        assert box.get_attribute("aria-activedescendant") == options.nth(
            0
        ).get_attribute("id")
        box.press("ArrowUp")
        assert box.get_attribute("aria-activedescendant") is None
        box.press("ArrowUp")
        expect(options.nth(last)).to_have_attribute("aria-selected", "true")
        box.press("Home")
        assert box.get_attribute("aria-activedescendant") is None
        assert box.evaluate("e => e.selectionStart") == 0
        box.press("End")
        assert box.evaluate("e => e.selectionStart") == len("guang")
        box.press("Escape")
        expect(page.get_by_role("listbox")).to_be_hidden()
        expect(box).to_have_attribute("aria-expanded", "false")
        expect(box).to_have_value("guang")
        box.press("ArrowDown")
        expect(options.nth(0)).to_have_attribute("aria-selected", "true")
        box.press("Tab")
        expect(page.get_by_role("listbox")).to_be_hidden()
        expect(page.locator("main .search__button")).to_be_focused()


def test_a_city_leads_to_its_results_and_a_center_to_its_page(browser, server):
    with reading(browser, server) as somebody:
        page = somebody.open("/en/")
        type_in(page, "tianj")
        box_of(page).press("ArrowDown")
        box_of(page).press("Enter")
        page.wait_for_url("**/en/centers?q=Tianjin")

        page = somebody.open("/en/")
        type_in(page, "nanf").first.click()
        page.wait_for_url("**/en/centers/nanfang-hospital")


def test_a_question_leads_to_the_section_that_answers_it(browser, server):
    with reading(browser, server) as somebody:
        page = somebody.open("/en/")
        type_in(page, "can i fl").first.click()

        page.wait_for_url("**/en/guides/follow-up#going-home")
        assert page.locator("#going-home").is_visible()


def test_a_finger_chooses(browser, server):
    with reading(browser, server, width=360, touch=True) as somebody:
        page = somebody.open("/zh/")
        box_of(page).tap()
        options = type_in(page, "瑞金")
        somebody.is_within_its_width()
        size = options.first.bounding_box()
        assert size
        assert size["height"] >= 44

        options.first.tap()

        page.wait_for_url("**/zh/centers/ruijin-hospital")


def test_what_is_pressed_stays_where_it_is(browser, server):
    with reading(browser, server) as somebody:
        page = somebody.open("/en/")
        type_in(page, "nan")
        held = hold(page, "**/suggest?q=nanjing")
        box_of(page).press_sequentially("jing")
        page.wait_for_timeout(400)
        assert held
        shown = page.get_by_role("listbox").inner_text()

        page.get_by_role("option").first.hover()
        page.mouse.down()
        held[0].fulfill(json={"query": "nanjing", "says": "", "items": []})
        page.wait_for_timeout(300)

        assert page.get_by_role("listbox").inner_text() == shown
        page.mouse.up()
        page.wait_for_url("**/centers/**")


def test_an_input_method_is_left_alone(browser, server):
    with reading(browser, server, language="zh") as somebody:
        page = somebody.open("/zh/")
        sought = asked(page)
        box = box_of(page)
        box.focus()
        typing = page.context.new_cdp_session(page)
        for so_far in ("r", "ru", "rui'jin"):
            typing.send(
                "Input.imeSetComposition",
                {"text": so_far, "selectionStart": 0, "selectionEnd": 0},
            )
            page.wait_for_timeout(250)
        box.press("ArrowDown")
        assert sought == []
        expect(page.get_by_role("listbox")).to_be_hidden()

        typing.send("Input.insertText", {"text": "瑞金"})

        expect(page.get_by_role("option").first).to_contain_text("瑞金医院")
        assert sought == ["瑞金"]


def test_a_late_answer_is_not_shown(browser, server):
    with reading(browser, server) as somebody:
        page = somebody.open("/en/")
        held = hold(page, "**/suggest?q=ru")
        box = box_of(page)
        box.press_sequentially("ru")
        page.wait_for_timeout(300)
        assert held

        options = type_in(page, "ijin")
        expect(options).to_have_count(1)
        held[0].fulfill(
            json={"query": "ru", "says": "", "items": [{"text": "late", "group": "x"}]}
        )
        page.wait_for_timeout(300)

        expect(options.first).to_contain_text("Ruijin")
        expect(page.get_by_text("late")).to_have_count(0)


def test_letters_taken_back_ask_nothing_again(browser, server):
    with reading(browser, server) as somebody:
        page = somebody.open("/en/")
        sought = asked(page)
        box = box_of(page)
        for letter in "toc":
            box.press_sequentially(letter)
            expect(page.get_by_role("option").first).to_be_visible()
            page.wait_for_timeout(350)
        box.press("Backspace")
        page.wait_for_timeout(350)

        assert sought == ["t", "to", "toc"]
        expect(page.get_by_role("listbox")).to_be_visible()


def test_an_arabic_page_speaks_arabic_from_right_to_left(browser, server):
    with reading(browser, server, width=360, language="ar") as somebody:
        page = somebody.open("/ar/")
        options = type_in(page, "الورم الن")

        expect(page.get_by_role("group").first).to_contain_text("الأمراض")
        expect(options.first).to_contain_text("الورم النقوي المتعدد")
        right = options.first.locator("bdi").first.evaluate(
            "e => innerWidth - e.getBoundingClientRect().right"
        )
        assert right < 60
        somebody.is_within_its_width()


@pytest.mark.parametrize(
    ("language", "says"),
    [
        ("en", "No suggestions"),
        ("zh", "没有建议"),
        ("ru", "Подсказок нет"),
        ("ar", "لا توجد اقتراحات"),
    ],
)
def test_that_there_is_nothing_is_said_and_the_form_searches(
    browser, server, language, says
):
    with reading(browser, server, language=language) as somebody:
        page = somebody.open(f"/{language}/")
        box = box_of(page)
        box.press_sequentially("qqxzvv")

        expect(page.locator(".search--big [role=status]")).to_have_text(says)
        expect(page.get_by_role("listbox")).to_be_hidden()
        expect(box).to_have_attribute("aria-expanded", "false")
        box.press("Enter")
        page.wait_for_url("**/centers?q=qqxzvv")


def test_how_many_there_are_is_said_after_a_pause(browser, server):
    with reading(browser, server) as somebody:
        page = somebody.open("/en/")
        options = type_in(page, "lymph")

        status = page.locator(".search--big [role=status]")
        expect(status).to_have_text(f"{options.count()} suggestions")


@pytest.mark.parametrize("status", [429, 503])
def test_when_the_server_fails_the_box_is_a_plain_form(browser, server, status):
    with reading(browser, server) as somebody:
        page = somebody.open("/en/")
        page.route("**/suggest?*", lambda route: route.fulfill(status=status))
        box = box_of(page)
        box.press_sequentially("guang")
        page.wait_for_timeout(500)

        expect(page.get_by_role("listbox")).to_be_hidden()
        box.press("ArrowDown")
        box.press("Enter")

        page.wait_for_url("**/centers?q=guang")
        # The browser itself reports the failure that was made here.
        somebody.faults[:] = [
            one for one in somebody.faults if f"a status of {status}" not in one
        ]


@WIDTHS
@pytest.mark.parametrize(
    ("language", "words"), [("en", "guang"), ("zh", "骨髓"), ("ar", "ورم")]
)
def test_nobody_is_shut_out_of_the_open_list(browser, server, language, words, width):
    with reading(browser, server, width=width, language=language) as somebody:
        page = somebody.open(f"/{language}/")
        type_in(page, words)
        box_of(page).press("ArrowDown")

        assert not faults_of(page)
        somebody.is_within_its_width()


def test_without_script_the_form_simply_searches(browser, server):
    with reading(browser, server, width=360, script=False) as somebody:
        page = somebody.open("/en/")
        assert page.get_by_role("combobox").count() == 0
        page.locator("main input[name=q]").fill("nanfang")
        page.locator("main .search__button").click()

        page.wait_for_url(re.compile(r"/centers\?q=nanfang$"))

"""The results page: readings, filters, groups, and whatever people type."""

from __future__ import annotations

import pytest

from tests.browser import Browser, Page, words

RESULTS_MOST_BYTES = 60 * 1024
"""Budget of a results page with everything, over the wire (design: pages)."""


def names(page: Page) -> list[str]:
    return [words(each) for each in page.by_class("card__name")]


def chips(page: Page) -> list[str]:
    return [words(each) for each in page.by_class("chip__words")]


def test_a_need_in_a_city_is_read_and_shown(browser):
    page = browser.open("/en/centers?q=tocilizumab+icu+guangzhou")

    said = " ".join(chips(page))
    assert "Guangzhou" in said
    assert "ICU" in said
    assert "ocilizumab" in said
    assert "Guangzhou" in words(page.by_class("card__sub")[0])


def test_a_reading_can_be_taken_back(browser):
    page = browser.open("/en/centers?q=icu+guangzhou")
    off = next(
        each.get("href")
        for each in page.by_class("chip__off")
        if "Guangzhou" in words(each)
    )

    without = browser.open(off)

    assert not any("Guangzhou" in said for said in chips(without))
    assert len(names(without)) > 0
    assert "Undo" in without.text


def test_a_city_that_is_not_wanted_is_left_out_and_can_be_taken_back(browser):
    page = browser.open("/en/centers?q=lymphoma+but+not+in+beijing")
    off = next(
        each.get("href")
        for each in page.by_class("chip__off")
        if "Beijing" in words(each)
    )
    places = [words(each) for each in page.by_class("card__sub")]

    with_it = browser.open(off)

    assert any(said.startswith("Not wanted:") for said in chips(page))
    assert places
    assert not any("Beijing" in place for place in places)
    assert "Not read as unwanted" in with_it.text
    assert any("Beijing" in words(each) for each in with_it.by_class("card__sub"))


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "at most 200 characters, and 12 words"),
        ("zh", "最多200个字符，以及12个"),
        ("ru", "не более 200 знаков и 12 слов"),
        ("ar", "200 حرفًا على الأكثر، و12 كلمة"),
    ],
)
def test_what_was_cut_is_said(browser, language, said):
    long = "+".join(f"zq{chr(97 + at)}" for at in range(15))

    assert said in browser.open(f"/{language}/centers?q={long}").text
    assert said not in browser.open(f"/{language}/centers?q=beijing").text


def test_a_question_leads_to_the_section_that_answers(browser):
    page = browser.open("/en/centers?q=when+can+i+fly+home+after+car-t")

    assert "/en/guides/follow-up#going-home" in page.links()


def test_a_hospital_is_found_by_its_nickname(browser):
    page = browser.open("/zh/centers?q=301医院")

    assert page.language == "zh-Hans"
    assert any("301" in words(each) for each in page.by_class("card"))


def test_centers_that_have_not_said_stand_in_a_group_of_their_own(browser):
    page = browser.open("/en/centers?capability=tocilizumab")

    groups = [each.get("data-match") for each in page.by_class("cards")]
    assert "partly" in groups
    assert "not said everything" in page.text


def test_a_question_gets_the_beginning_of_its_answer(browser):
    page = browser.open("/en/centers?q=can+i+fly+home+after+car+t")

    assert "No center found" not in page.text
    (answer, *_) = page.by_class("also__words")
    assert len(words(answer)) > 40
    link = next(link for link in page.links() if "/guides/" in link and "#" in link)
    guide, _, part = link.rpartition("#")
    assert words(answer) in browser.open(guide).text
    assert next(browser.open(guide).all("section", id=part)) is not None


def test_what_was_named_stands_first_however_much_is_known(browser):
    page = browser.open("/zh/centers?q=中山")

    read_as = chips(page)[0]
    assert "复旦大学附属中山医院" in read_as
    assert "复旦大学附属中山医院" in names(page)[0]


def test_what_is_no_center_is_shown_beside_them(browser):
    product = browser.open("/en/centers?q=eque-cel")
    company = browser.open("/en/centers?q=placidway")

    assert product.link("equecabtagene autoleucel") == "/en/therapies/eque-cel"
    assert company.link("PlacidWay") == "/en/facilitators/placidway"
    assert "Try fewer words" not in company.text


def test_a_name_that_is_mixed_up_is_set_right(browser):
    page = browser.open("/en/centers?q=carteyva")

    assert "relmacabtagene, for lymphoma" in page.text


def test_a_name_with_several_meanings_offers_them(browser):
    page = browser.open("/en/centers?q=中山")

    assert "could also mean" in page.text
    assert page.link("Sun Yat-sen University Cancer Center")


def test_a_better_spelling_is_offered(browser):
    page = browser.open("/en/centers?q=ruijn+hospital")

    better = page.by_class("didyoumean")[0]
    assert words(better) == "Did you mean Ruijin hospital?"
    assert names(browser.open(next(better.iter("a")).get("href", "")))


def test_only_what_is_confirmed(browser):
    page = browser.open("/en/centers?capability=icu&status=confirmed")

    assert {each.get("data-match") for each in page.by_class("cards")} <= {"confirmed"}


def test_several_cities_widen(browser):
    one = browser.open("/en/centers?city=tianjin")
    two = browser.open("/en/centers?city=tianjin&city=guangzhou")

    assert set(names(one)) < set(names(two))


def test_filters_are_a_form_that_keeps_the_words(browser):
    page = browser.open("/en/centers?q=myeloma&city=beijing")
    form = next(
        each for each in page.all("form") if each.get("data-filters") is not None
    )

    inputs = list(form.iter("input"))
    assert any(
        (each.get("name"), each.get("value")) == ("q", "myeloma") for each in inputs
    )
    ticked = {
        each.get("value"): each.get("disabled") is not None
        for each in inputs
        if each.get("checked") is not None
    }
    assert ticked == {"beijing": False, "mm": True}


def test_a_city_that_is_not_covered_is_said(browser):
    page = browser.open("/en/centers?q=CAR-T+Shenzhen")

    assert "cannot answer" in page.text
    assert "Guangzhou" in page.text


def test_found_words_are_marked_and_everything_is_escaped(browser):
    page = browser.open("/en/centers?q=%3Cscript%3Ealert(1)%3C/script%3E+hospital")

    assert "<script>alert" not in page.response.get_data(as_text=True)


@pytest.mark.parametrize("number", [2, 25])
def test_pages_are_numbered(browser, number):
    page = browser.open(f"/en/centers?page={number}")

    if number == 2:
        assert names(page)
    else:
        assert "There is no page 25" in page.text


@pytest.mark.parametrize("sort", ["relevance", "name", "verified"])
def test_each_order_shows_centers(browser, sort):
    assert names(browser.open(f"/en/centers?sort={sort}"))


def test_an_unknown_value_is_left_out_and_said(browser):
    page = browser.open("/en/centers?city=atlantis&sort=price")

    assert page.text.count("We left out") == 2
    assert names(page)


def test_parameters_of_other_programs_are_no_fault(browser):
    page = browser.open("/en/centers?utm_source=x&fbclid=y")

    assert "We left out" not in page.text


def test_the_page_can_be_cached_and_asked_again(browser):
    first = browser.client.get("/en/centers?city=tianjin")
    again = browser.client.get(
        "/en/centers?city=tianjin", headers={"If-None-Match": first.headers["ETag"]}
    )

    assert first.headers["Cache-Control"].startswith("public, max-age=60")
    assert "Set-Cookie" not in first.headers
    assert again.status_code == 304
    assert again.data == b""


def test_head_is_answered_without_a_body(browser):
    answer = browser.client.head("/en/centers")

    assert answer.status_code == 200
    assert answer.data == b""


def test_a_results_page_with_everything_is_small(browser):
    accept = {"Accept-Encoding": "br, gzip"}
    page = browser.client.get("/en/centers?q=myeloma", headers=accept)
    read = browser.open("/en/centers?q=myeloma")
    files = {
        each.get("href") or each.get("src")
        for tag in ("link", "script", "img")
        for each in read.all(tag)
        if (each.get("href") or each.get("src") or "").startswith("/static/")
    }
    sheet = next(path for path in files if path.endswith("site.css"))
    base = sheet.removesuffix("css/site.css")
    files |= {f"{base}js/{name}.js" for name in ("suggest", "results", "forms")}
    sizes = {path: size(browser, path) for path in files}

    assert page.headers["Content-Encoding"] == "br"
    assert len(page.data) + sum(sizes.values()) < RESULTS_MOST_BYTES
    assert sizes[sheet] <= 15 * 1024
    assert sum(n for path, n in sizes.items() if path.endswith(".js")) <= 6 * 1024


def size(browser: Browser, path: str) -> int:
    with browser.client.get(path, headers={"Accept-Encoding": "br"}) as answer:
        return len(answer.data)


HOSTILE = {
    "ten kilobytes": "a" * 10_000,
    "ten kilobytes of Chinese": "广" * 10_000,
    "only wildcards": "****",
    "question marks": "?????",
    "a range": "[a TO z]",
    "fuzzy": "hospital~9",
    "unbalanced quotes": '"icu "beijing',
    "unbalanced parentheses": "(" * 2000,
    "deep booleans": " OR ".join(["icu"] * 900),
    "many nots": "NOT " * 900 + "icu",
    "NUL": "\x00icu\x00",
    "right to left override": "\u202eicu\u202c beijing",
    "marks of highlights": "\ue000icu\ue001",
    "escape sequence": "\x1b[31mred",
    "emoji": "👩‍⚕️🏥",
    "field names": "city:beijing slug:* kind:center",
    "template": "{{ 7*7 }} {% raw %} %(text)s %s",
    "entity": "&lt;b&gt; &amp; <b>",
    "SQL": "'; DROP TABLE listing; --",
    "backslashes": "\\\\\\",
    "combining": "e" + "\u0301" * 500,
    "spaces": " \u3000\t\n ",
    "percent": "100%",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_whatever_is_typed_gets_an_ordinary_page(browser, text):
    answer = browser.client.get("/en/centers", query_string={"q": text})

    assert answer.status_code == 200
    browser.open(answer.request.full_path)
    assert browser.client.get("/suggest", query_string={"q": text}).status_code == 200


@pytest.mark.parametrize(
    "query",
    [
        "q=%ED%A0%80",
        "q=%FF%FE",
        "q=%",
        "q=a&q=b",
        "page=999999",
        "page=abc",
        "page=-1",
        "page=0",
        "page=1e9",
        "page=%D9%A3",
        "city=%00",
        "city=../../etc/passwd",
        "drop=city",
        "drop=" + "&drop=".join(["city:beijing"] * 200),
        "capability=icu&capability=nothing",
        "status=maybe",
        "sort[]=name",
        "&&&=&=",
        "language=ar&audience=pediatric&type=military&route=not-offered",
        "therapy=eque-cel&therapy=zevor-cel&indication=mm",
    ],
)
def test_whatever_the_parameters_the_page_is_ordinary(browser, query):
    assert browser.open(f"/en/centers?{query}").status == 200


def test_suggestions_name_things_and_lead_to_them(browser):
    answer = browser.client.get("/en/suggest?q=nanf")

    items = answer.get_json()["items"]
    assert any(
        item["kind"] == "center" and item["url"].startswith("/en/centers/")
        for item in items
    )
    assert len(items) <= 8


def test_nothing_typed_suggests_nothing(browser):
    assert browser.client.get("/suggest").get_json()["items"] == []

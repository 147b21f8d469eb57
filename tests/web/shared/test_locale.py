"""Which language a page is in, and how a reader changes it."""

from __future__ import annotations

import pytest

from directory.web.locale import own_path


@pytest.mark.parametrize(
    ("prefix", "language", "direction"),
    [
        ("/en", "en", "ltr"),
        ("/zh", "zh-Hans", "ltr"),
        ("/ru", "ru", "ltr"),
        ("/ar", "ar", "rtl"),
    ],
)
def test_a_prefix_decides(browser, prefix, language, direction):
    page = browser.open(f"{prefix}/", headers={"Accept-Language": "en"})

    assert (page.language, page.tree.get("dir")) == (language, direction)
    inside = [href for href in page.links() if not href.startswith("/static/")]
    assert all(href.startswith(f"{prefix}/") for href in inside)


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("zh-CN,zh;q=0.9,en;q=0.5", "zh-Hans"),
        ("zh-TW", "zh-Hans"),
        ("ar-EG", "ar"),
        ("ru-RU,ru;q=0.9", "ru"),
        ("fr-FR,fr;q=0.9", "en"),
        ("", "en"),
        ("*", "en"),
        (";;;q=,,-", "en"),
        ("x" * 5000, "en"),
    ],
)
def test_without_prefix_the_browser_is_asked(browser, accepted, language):
    page = browser.open("/", headers={"Accept-Language": accepted})

    assert page.language == language
    assert {"Accept-Language", "Cookie"} <= {
        word.strip() for word in page.response.headers["Vary"].split(",")
    }


def test_a_choice_is_remembered_and_the_page_stays(browser):
    page = browser.open("/en/centers?city=beijing&page=2")
    switched = browser.client.get(page.link("中文"))

    assert switched.status_code == 303
    assert switched.headers["Location"] == "/zh/centers?city=beijing&page=2"
    assert browser.open("/").language == "zh-Hans"


@pytest.mark.parametrize("to", ["", "fr", "../", "zh%0d%0aX: y"])
def test_an_unknown_language_is_refused(browser, to):
    browser.open(f"/language?to={to}", status=400)


ELSEWHERE = [
    "https://evil.example/",
    "//evil.example/",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/%09/evil.example\t",
    "/\t/evil.example",
    "/zh//evil.example",
    "/\n/evil.example",
    "javascript:alert(1)",
    "http:evil.example",
    "evil.example",
    "",
    "/\x00",
    "//[::1",
]


@pytest.mark.parametrize("target", ELSEWHERE)
def test_the_switch_never_leads_elsewhere(browser, target):
    answer = browser.client.get("/language", query_string={"to": "zh", "next": target})

    location = answer.headers["Location"]
    assert answer.status_code == 303
    assert location.startswith("/zh/")
    assert not location.startswith("/zh//")


@pytest.mark.parametrize(
    ("target", "path"),
    [
        ("/", "/"),
        ("/zh", "/"),
        ("/zh/", "/"),
        ("/ar/centers", "/centers"),
        ("/centers?q=广州", "/centers?q=%E5%B9%BF%E5%B7%9E"),
        ("/zhang", "/zhang"),
        ("//x", None),
        ("/\\x", None),
        ("x", None),
    ],
)
def test_own_paths_lose_their_language(target, path):
    assert own_path(target) == path


def test_every_page_names_itself_in_other_languages(browser):
    page = browser.open("/zh/centers/nanfang-hospital")

    others = {
        each.get("hreflang"): each.get("href")
        for each in page.all("link", rel="alternate")
        if each.get("hreflang")
    }
    assert others["ar"] == "http://localhost/ar/centers/nanfang-hospital"
    assert others["x-default"] == "http://localhost/centers/nanfang-hospital"
    assert set(others) == {"en", "zh-Hans", "ru", "ar", "x-default"}
    canonical = next(page.all("link", rel="canonical")).get("href")
    assert canonical == "http://localhost/zh/centers/nanfang-hospital"

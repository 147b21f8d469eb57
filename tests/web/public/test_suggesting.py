"""What the search box is told while somebody types."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from tests.browser import Browser


def asked(browser: Browser, path: str) -> Any:
    answer = browser.client.get(path)
    assert answer.status_code == 200
    assert answer.mimetype == "application/json"
    return answer.get_json()


def marked(item: dict[str, Any]) -> list[str]:
    return [item["text"][one:end] for one, end in item.get("marks", ())]


def test_a_name_in_the_readers_language_is_marked_by_how_it_sounds(browser):
    item = asked(browser, "/zh/suggest?q=ruij")["items"][0]

    assert item["kind"] == "center"
    assert item["text"].endswith("瑞金医院")
    assert marked(item) == ["瑞金"]
    assert "beside" not in item
    assert item["note"] == "上海"
    assert item["group"] == "中心"


def test_another_name_is_shown_beside_if_it_is_what_was_typed(browser):
    item = asked(browser, "/en/suggest?q=PUPH")["items"][0]

    assert item["text"] == "Peking University People's Hospital"
    assert "marks" not in item
    assert item["beside"] == {"text": "PUPH", "marks": [[0, 4]]}


def test_a_question_is_shown_as_asked_and_leads_to_its_section(browser):
    item = asked(browser, "/en/suggest?q=can+i+fl")["items"][0]

    assert item["text"] == "can i fly"
    assert item["beside"]["text"] == "After treatment"
    assert item["url"] == "/en/guides/follow-up#going-home"
    assert b'id="going-home"' in browser.client.get("/en/guides/follow-up").data


@pytest.mark.parametrize(
    ("language", "among"), [("en", "a-z"), ("zh", "\u4e00-\u9fff")]
)
def test_questions_that_begin_alike_are_shown_in_the_readers_language(
    browser, language, among
):
    items = asked(browser, f"/{language}/suggest?q=car-t")["items"]

    guides = [item["text"] for item in items if item["kind"] == "guide"]
    assert guides
    for text in guides:
        assert re.search(f"[{among}]", text)
        assert language == "zh" or text.isascii()


def test_a_need_after_others_keeps_them(browser):
    item = asked(browser, "/en/suggest?q=icu+guangz")["items"][0]

    assert item["text"] == "icu Guangzhou"
    assert marked(item) == ["Guangz"]
    assert item["url"] == "/en/centers?q=icu+Guangzhou"


def test_what_is_not_covered_is_said_to_be_so(browser):
    items = asked(browser, "/en/suggest?q=lung+cancer")["items"]

    note = {item["key"]: item.get("note") for item in items}
    assert note["lung-cancer"] == "Not covered here"


@pytest.mark.parametrize(
    ("language", "group", "says"),
    [
        ("en", "Cities", "1 suggestion"),
        ("zh", "城市", "1 条建议"),
        ("ru", "Города", "1 подсказка"),
        ("ar", "المدن", "اقتراح واحد"),
    ],
)
def test_headings_and_count_are_in_the_readers_language(browser, language, group, says):
    found = asked(browser, f"/{language}/suggest?q=Kwangch")

    assert [item["group"] for item in found["items"]] == [group]
    assert found["says"] == says


@pytest.mark.parametrize("typed", ["m", "guang", "中", "сколько", "ورم", "can"])
def test_each_kind_stands_together_and_leads_somewhere(browser, typed):
    items = asked(browser, f"/en/suggest?q={typed}")["items"]

    groups = [item["group"] for item in items]
    assert 0 < len(items) <= 8
    assert groups == sorted(groups, key=groups.index)
    for address in {item["url"] for item in items}:
        assert browser.client.get(address).status_code == 200


def test_the_answer_is_small_and_cached(browser):
    answer = browser.client.get("/zh/suggest?q=骨髓")

    assert len(answer.data) < 3000
    assert "骨髓" in answer.data.decode()
    assert answer.cache_control.public
    assert answer.cache_control.max_age == 60
    again = browser.client.get(
        "/zh/suggest?q=骨髓", headers={"If-None-Match": answer.headers["ETag"]}
    )
    assert again.status_code == 304
    assert again.data == b""


@pytest.mark.parametrize(
    "typed", ["", "%20", "%00", "%F0%9F%A7%AC", "a" * 3000, "%22%3E%3Cscript%3E", "*"]
)
def test_whatever_is_typed_is_answered(browser, typed):
    found = asked(browser, f"/en/suggest?q={typed}")

    assert isinstance(found["items"], list)
    assert len(json.dumps(found)) < 6000

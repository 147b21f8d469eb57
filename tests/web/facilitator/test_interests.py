"""Facilitators say who pays them; readers see it on the page and by the API."""

from __future__ import annotations

import pytest

from directory.cases.model import InterestCard
from directory.core.actor import Role
from tests.web.test_naughty import NAUGHTY

SLUG = "cancerfax"
URL = f"/en/facilitator/interests/{SLUG}"
SAID = {
    "paid_by": ["patient", "hospital"],
    "contracts": "some",
    "centers": ["nanfang-hospital"],
    "words_en": "The patient pays for interpreting by the hour.",
    "words_ru": "Пациент платит за перевод по часам.",
}


@pytest.fixture
def browser(desk):
    return desk.keeper(SLUG, Role.FACILITATOR)


def cards(desk):
    with desk.session() as session:
        return session.query(InterestCard).count()


@pytest.mark.parametrize("language", ["en", "zh", "ru", "ar"])
def test_pages_open_in_every_language(browser, language):
    assert browser.open(f"/{language}/facilitator/interests").heading
    assert browser.open(f"/{language}/facilitator/interests/{SLUG}").heading
    assert browser.open(f"/{language}/facilitators/{SLUG}").heading


def test_where_nothing_was_said_the_public_page_says_so(desk):
    page = desk.passer_by().open(f"/en/facilitators/{SLUG}")

    assert "Who pays it, and its contracts" in page.text
    assert "Stated on" not in page.text


def test_what_is_said_is_read_by_all(desk, browser):
    sent = browser.send(URL, SAID)

    assert sent.status_code == 303
    page = desk.passer_by().open(f"/ru/facilitators/{SLUG}")
    assert "Пациент платит за перевод по часам." in page.text
    english = desk.passer_by().open(f"/en/facilitators/{SLUG}")
    assert "The patient, The hospital" in english.text
    assert "/en/centers/nanfang-hospital" in english.links()
    found = desk.passer_by().client.get(f"/api/v1/facilitators/{SLUG}").json
    assert found["interests"]["paid_by"] == ["patient", "hospital"]
    assert found["interests"]["contracts"] == ["nanfang-hospital"]
    assert found["interests"]["stated_on"] == "2026-11-22"


def test_the_api_says_nothing_where_nothing_is_stated(desk):
    found = desk.passer_by().client.get(f"/api/v1/facilitators/{SLUG}").json

    assert found["interests"] is None


def test_having_none_is_said(desk, browser):
    browser.send(URL, {"contracts": "none"})

    page = desk.passer_by().open(f"/en/facilitators/{SLUG}")
    assert "It says that it has none." in page.text
    found = desk.passer_by().client.get(f"/api/v1/facilitators/{SLUG}").json
    assert found["interests"]["contracts"] == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"words_en": "The best: we guarantee a cure."}, "This may not be published"),
        ({"contracts": "none"}, "Say that there are none, or choose centers"),
        ({"centers": []}, "Choose the centers, or say something else above"),
        ({"words_ru": "я" * 1001}, "Use at most 1,000 characters"),
        (
            {"paid_by": [], "contracts": "not-stated", "centers": []}
            | {"words_en": "", "words_ru": ""},
            "Say at least one thing",
        ),
    ],
)
def test_a_refusal_hangs_at_its_field_and_the_rest_stays(desk, browser, change, said):
    page = browser.post(URL, SAID | change, 422)

    assert said in page.text
    assert page.title.startswith("Error:")
    assert cards(desk) == 0


@pytest.mark.parametrize("naughty", NAUGHTY.values(), ids=NAUGHTY)
def test_strange_words_get_an_answer(desk, browser, naughty):
    sent = browser.send(
        URL,
        SAID | {"words_en": naughty, "centers": [naughty], "paid_by": [naughty]},
    )

    assert sent.status_code == 422
    assert cards(desk) == 0


def test_what_was_said_is_taken_back(desk, browser):
    browser.send(URL, SAID)
    sent = browser.client.post(
        f"{URL}/none", data={"csrf_token": browser.open(URL).value("csrf_token")}
    )

    assert sent.status_code == 303
    page = desk.passer_by().open(f"/en/facilitators/{SLUG}")
    assert "Stated on" not in page.text


def test_nobody_speaks_for_another(desk):
    other = desk.keeper("beijing-biotech", Role.FACILITATOR)

    assert other.client.get(URL).status_code == 404
    assert other.client.post(f"{URL}/none", data={}).status_code in {400, 404}
    desk.sit(Role.HOSPITAL_EDITOR).open("/en/facilitator/interests", 403)

"""Pictures of shared links: there in every language, and of the words of now."""

from __future__ import annotations

import hashlib

import pytest
from PIL import Image

from directory.core.config import Settings
from directory.core.text import Language
from directory.web.public import cards
from tests.cards import MOST_BYTES

FOLDER = Settings.folder("static") / cards.FOLDER


def test_no_card_is_stale(site):
    now = cards.digests(site)

    assert cards.recorded(FOLDER) == now, "their words changed: run `make cards`"
    assert {path.name for path in FOLDER.glob("*.png")} == now.keys()


@pytest.mark.parametrize("name", sorted(cards.CARDS))
@pytest.mark.parametrize("language", Language)
def test_a_card_has_the_size_that_is_shown_everywhere(name, language):
    path = FOLDER / cards.file_name(name, language)

    with Image.open(path) as image:
        assert image.size == (cards.WIDTH, cards.HEIGHT)
        assert len(image.getcolors(256) or ()) > 4
    assert path.stat().st_size <= MOST_BYTES


def test_other_words_are_another_drawing(site):
    drawings = {
        hashlib.sha256(cards.drawing(site, name, language).encode()).hexdigest()
        for name in cards.CARDS
        for language in Language
    }

    assert len(drawings) == len(cards.CARDS) * len(Language)


@pytest.mark.parametrize(
    ("title", "lines"),
    [
        ("Guides", ["Guides"]),
        (
            "Find a hospital in China that gives CAR-T",
            ["Find a hospital in China", "that gives CAR-T"],
        ),
        (
            "北京、上海、广州、天津的 CAR-T 医院",
            ["北京、上海、广州、天津的", "CAR-T 医院"],
        ),
        ("一二三四五六七八九十一二三，四", ["一二三四五六七八九十一二", "三，四"]),
    ],
)
def test_a_title_is_broken_where_its_language_breaks(title, lines):
    assert cards.lines(title) == lines


def test_pages_name_the_card_of_their_kind(browser):
    for path, name in (
        ("/", "home"),
        ("/centers", "centers"),
        ("/guides/visa", "guides"),
    ):
        page = browser.open(f"/ru{path}")
        (picture,) = page.all("meta", property="og:image")
        assert picture.get("content", "").endswith(f"/img/cards/{name}.ru.png")

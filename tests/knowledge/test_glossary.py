"""Words are found in texts, longest first, and each is kept with its meaning."""

from __future__ import annotations

import pytest
from pydantic import ValidationError
from sqlalchemy import func, select

from directory.audit.model import Entry
from directory.core.actor import VISITOR
from directory.core.errors import RefusedError
from directory.core.text import Language
from directory.core.work import Work
from directory.knowledge.actions import UnknownClaimError, put_claim, put_rate, put_word
from directory.knowledge.queries import glossary, rates
from directory.knowledge.rules.documents import GlossaryTerm, Rate
from directory.knowledge.rules.glossary import Finder
from directory.knowledge.rules.languages import lacks
from directory.outbox.queries import changes_after, head
from tests.conftest import NOW
from tests.knowledge.seeds import claims

PAGE = {"url": "https://example.org/paper"}
CELL = GlossaryTerm.model_validate(
    {
        "key": "t-cell",
        "names": {
            "en": "T cell",
            "zh": "T细胞",
            "ru": "Т-клетка",
            "ar": "الخلية التائية",
        },
        "spellings": {"ar": ["خلايا تائية"]},
        "text": {"en": "A cell of the immune system."},
        "basis": "unverified",
    }
)
SYNDROME = GlossaryTerm.model_validate(
    {
        "key": "crs",
        "names": {"en": "CRS", "zh": "细胞因子释放综合征", "ru": "СВЦ", "ar": "CRS"},
        "spellings": {"en": ["cytokine release syndrome"], "zh": ["CRS"]},
        "text": {"en": "A strong reaction."},
        "claims": ["SC041"],
    }
)
CYTOKINE = GlossaryTerm.model_validate(
    {
        "key": "cytokine",
        "names": {
            "en": "cytokine",
            "zh": "细胞因子",
            "ru": "лимфодеплеция",
            "ar": "تجربة",
        },
        "text": {"en": "A messenger."},
        "basis": "unverified",
    }
)
TERMS = (CELL, CYTOKINE, SYNDROME)
EN, ZH, RU, AR = Language


def marked(words: str, language: Language, taken: tuple[str, ...] = ()) -> list[str]:
    found = list(Finder(TERMS, language).stretches(words, taken))
    assert "".join(stretch.words for stretch in found) == words
    return [f"{stretch.key}:{stretch.words}" for stretch in found if stretch.key]


@pytest.mark.parametrize(
    ("words", "language", "expected"),
    [
        (
            "Cytokine release syndrome comes from cytokines.",
            EN,
            ["crs:Cytokine release syndrome", "cytokine:cytokines"],
        ),
        ("CRS, and CRS again", EN, ["crs:CRS"]),
        ("ACRS is another word", EN, []),
        ("T cells do it.", EN, ["t-cell:T cells"]),
        ("细胞因子释放综合征（CRS）", ZH, ["crs:细胞因子释放综合征"]),
        ("使用CRS治疗", ZH, ["crs:CRS"]),
        ("до лимфодеплеции", RU, ["cytokine:лимфодеплеции"]),
        ("СВЦМ", RU, []),
        ("وخلايا تائية", AR, ["t-cell:وخلايا تائية"]),
        ("Nothing here", EN, []),
    ],
)
def test_each_word_is_found_once_and_the_longest_wins(words, language, expected):
    assert marked(words, language) == expected


def test_what_was_marked_before_is_left_alone():
    assert marked("CRS and cytokines", EN, ("crs",)) == ["cytokine:cytokines"]


def test_a_glossary_without_words_finds_nothing():
    assert [each.words for each in Finder((), EN).stretches("CRS")] == ["CRS"]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"basis": None}, "needs claims"),
        ({"source": PAGE}, "has no source"),
        ({"names": {"zh": "细胞"}}, "English words are missing"),
    ],
)
def test_a_meaning_says_what_bears_it_out(changes, said):
    with pytest.raises(ValidationError, match=said):
        GlossaryTerm.model_validate(CELL.model_dump(mode="json") | changes)


def test_a_word_is_kept_once_noted_and_announced(work):
    put_claim(work, claims()["SC041"])
    place = head(work.session)
    entries = select(func.count()).select_from(Entry)
    before = work.session.scalar(entries)

    assert put_word(work, SYNDROME)
    assert not put_word(work, SYNDROME)

    assert glossary(work.session) == (SYNDROME,)
    assert work.session.scalar(entries) == before + 1
    assert changes_after(work.session, place).subjects == ("glossary:crs",)


def test_a_word_needs_the_claims_that_it_cites(work):
    with pytest.raises(UnknownClaimError, match="SC041"):
        put_word(work, SYNDROME)


RATE = Rate.model_validate(
    {
        "currency": "USD",
        "cny": "7.07",
        "as_of": "2025-12-09",
        "source": PAGE,
        "checked_on": "2026-11-22",
    }
)


def test_the_newest_rate_stands_first_and_announces_the_guide_of_costs(work):
    newer = RATE.model_copy(update={"as_of": "2026-10"})
    place = head(work.session)

    assert put_rate(work, RATE)
    assert put_rate(work, newer)
    assert not put_rate(work, RATE)

    assert rates(work.session) == (newer, RATE)
    assert changes_after(work.session, place).subjects == ("guide:cost",)


def test_an_unverified_rate_is_refused():
    with pytest.raises(ValidationError, match="unverified rate"):
        Rate.model_validate(
            RATE.model_dump(mode="json", exclude={"source"}) | {"basis": "unverified"}
        )


@pytest.mark.parametrize(("action", "document"), [(put_word, CELL), (put_rate, RATE)])
def test_a_visitor_may_put_nothing_in_place(work, action, document):
    with pytest.raises(RefusedError):
        action(Work(work.session, VISITOR, NOW), document)


@pytest.mark.parametrize(
    ("language", "expected"), [(EN, False), (ZH, True), (RU, True), (AR, True)]
)
def test_a_text_that_lacks_a_language_is_found_however_deep_it_is(language, expected):
    whole = {"en": "a", "zh": "一", "ru": "а", "ar": "ا"}

    assert not lacks((whole, {"x": [whole]}), language)
    assert lacks({"term": [CELL]}, language) is expected

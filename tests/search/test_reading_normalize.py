from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.search.rules.normalize import (
    MOST_CHARACTERS,
    Script,
    clean,
    key_of,
    tokens,
)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("CAR-T", "car t"),
        ("CAR–T", "ＣＡＲ－Ｔ"),
        ("CT103A", "ct-103 a"),
        ("廣州 醫院", "广州医院"),
        ("細胞因子釋放綜合徵", "细胞因子释放综合征"),
        ("haematology", "hematology"),
        ("paediatric leukaemia", "pediatric leukemia"),
        ("tumour centres", "tumor center"),
        ("children's hospitals", "childrens hospital"),
        ("biopsies", "biopsy"),
        ("guǎng zhōu", "guangzhou"),
        ("Xi'an", "xian"),
        ("ёлка", "елка"),
        ("миеломы", "миелома"),
        ("Пекине", "Пекин"),
        ("больницу", "больница"),
        ("международным отделением", "международное отделение"),
        ("المستشفى", "مستشفي"),
        ("للعلاج", "علاج"),
        ("بالصين", "الصين"),
        ("مُتَرجِم", "مترجم"),
        ("إجراءات", "اجراات"),
        ("الـــصين", "صين"),
        ("٣٠١", "301"),
        ("Ｆｕｃａｓｏ", "fucaso"),
    ],
)
def test_spellings_of_one_word_have_one_key(one, other):
    assert key_of(one) == key_of(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("dialysis", "dialysi"),
        ("lupus", "lupu"),
        ("100%", "100"),
        ("cd19", "cd38"),
        ("ide-cel", "eque-cel"),
    ],
)
def test_different_words_keep_different_keys(one, other):
    assert key_of(one) != key_of(other)


@pytest.mark.parametrize(
    "dropped",
    [
        "\0",
        "\x1b",
        "\ud800",
        "\u202e",
        "\u2066",
        "\u200b",
        "\ufeff",
        "\ue000",
        "\u00ad",
    ],
)
def test_what_is_not_text_is_dropped(dropped):
    assert clean(f"ru{dropped}ijin") == "ruijin"


def test_white_space_of_every_kind_parts_words():
    assert clean("a\tb\nc\u3000d\u00a0e") == "a b c d e"


def test_a_text_is_cut():
    assert len(clean("x" * 50_000)) == MOST_CHARACTERS


def test_a_token_knows_where_it_stands():
    found = tokens("MM,  301医院")

    assert [(one.key, one.start, one.end) for one in found] == [
        ("mm", 0, 2),
        ("301", 5, 8),
        ("医", 8, 9),
        ("院", 9, 10),
    ]
    assert [one.script for one in found] == [
        Script.LATIN,
        Script.DIGIT,
        Script.HAN,
        Script.HAN,
    ]


def test_capitals_are_remembered():
    assert [one.upper for one in tokens("ALL all All")] == [True, False, False]


@given(st.text(max_size=900))
def test_cleaning_twice_changes_nothing(text):
    assert clean(clean(text)) == clean(text)


@given(st.text(max_size=300))
def test_tokens_stand_in_order_and_inside(text):
    cleaned = clean(text)
    at = 0
    for one in tokens(cleaned):
        assert at <= one.start < one.end <= len(cleaned)
        assert one.key
        at = one.end

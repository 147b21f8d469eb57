from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.search.rules.typos import Typos, allowed, distance

KNOWN = Typos(
    [
        ("shanghai", "city:shanghai"),
        ("ruijin", "center:ruijin"),
        ("renji", "center:renji"),
        ("visa", "guide:visa"),
        ("leukapheresis", "capability:apheresis"),
        ("equecabtagene", "therapy:eque-cel"),
        ("idecabtagene", "therapy:ide-cel"),
        ("inaticabtagene", "therapy:inati-cel"),
        ("zevorcabtagene", "therapy:zevor-cel"),
        ("multiple", "indication:mm"),
        ("icu", "capability:icu"),
    ],
    drugs=["equecabtagene", "idecabtagene", "inaticabtagene", "zevorcabtagene"],
)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("shanghia", "shanghai"),
        ("shangahi", "shanghai"),
        ("shnghai", "shanghai"),
        ("ruijn", "ruijin"),
        ("riujin", "ruijin"),
        ("leukaferesis", "leukapheresis"),
        ("leukaphresis", "leukapheresis"),
        ("mulitple", "multiple"),
        ("equacabtagene", "equecabtagene"),
        ("equecabtagne", "equecabtagene"),
        ("zevocabtagene", "zevorcabtagene"),
        ("vusa", "visa"),
    ],
)
def test_a_misspelled_word_finds_what_was_meant(typed, meant):
    guess = KNOWN.guess(typed)

    assert guess is not None
    assert guess.word == meant


@pytest.mark.parametrize(
    "typed",
    [
        "icv",  # too short to correct
        "shngai",  # two letters of a short word
        "ilocabtagene",  # the part that tells drugs apart differs
        "ixecabtagene",
        "equicabtogena" * 2,
        "misa",  # another first letter of a short word
        "",
        "zzzzzzzz",
    ],
)
def test_what_is_too_far_is_left_alone(typed):
    assert KNOWN.guess(typed) is None


def test_a_word_between_two_things_is_left_alone():
    between = Typos([("jinmen", "city:a"), ("jinden", "city:b")])

    assert between.guess("jinren") is None


def test_a_word_between_spellings_of_one_thing_is_corrected():
    between = Typos([("jinmen", "city:a"), ("jinden", "city:a")])

    assert between.guess("jinren") is not None


@pytest.mark.parametrize(("length", "mistakes"), [(3, 0), (4, 1), (7, 1), (8, 2)])
def test_longer_words_are_forgiven_more(length, mistakes):
    assert allowed(length) == mistakes


def slow_distance(one: str, other: str) -> int:
    """The textbook's table, whole."""
    rows = [
        [i + j if i * j == 0 else 0 for j in range(len(other) + 1)]
        for i in range(len(one) + 1)
    ]
    for i in range(1, len(one) + 1):
        for j in range(1, len(other) + 1):
            rows[i][j] = min(
                rows[i - 1][j] + 1,
                rows[i][j - 1] + 1,
                rows[i - 1][j - 1] + (one[i - 1] != other[j - 1]),
            )
            if (
                i > 1
                and j > 1
                and one[i - 1] == other[j - 2]
                and one[i - 2] == other[j - 1]
            ):
                rows[i][j] = min(rows[i][j], rows[i - 2][j - 2] + 1)
    return rows[-1][-1]


letters = st.text("abc", max_size=9)


@given(letters, letters, st.integers(0, 3))
def test_the_distance_is_the_textbooks(one, other, most):
    assert distance(one, other, most) == min(slow_distance(one, other), most + 1)


@given(st.integers(0, 12), st.sampled_from("abcxyz"))
def test_any_one_letter_changed_in_a_long_word_is_found(place, letter):
    typed = "leukapheresis"[:place] + letter + "leukapheresis"[place + 1 :]
    guess = KNOWN.guess(typed)

    assert guess is not None
    assert guess.word == "leukapheresis"

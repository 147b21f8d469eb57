"""Pieces of text around the words found."""

from __future__ import annotations

import pytest

from directory.core.text import Language
from directory.search.rules.highlights import (
    BEGIN,
    END,
    MOST,
    WIDTH,
    highlights,
    needles,
    plain,
)
from tests.search.catalogs import center


def marked(words: str, *lines: str, language: Language = Language.EN) -> list[str]:
    one = center("one", text={"en": "\n".join(lines), "zh": "上海的医院"})
    pieces = highlights(one, needles(words, ()), language)
    return [piece.replace(BEGIN, "[").replace(END, "]") for piece in pieces]


@pytest.mark.parametrize(
    ("words", "line", "piece"),
    [
        ("bed", "Eight beds, one bed.", "Eight [beds], one [bed]."),
        ("ICU", "An icu of its own", "An [icu] of its own"),
        ("art", "A party of cartographers", None),
        ("骨髓瘤", "治疗多发性骨髓瘤的医院", "治疗多发性[骨髓瘤]的医院"),
        ("tag", "a <b> tag & more", "a <b> [tag] & more"),
        ("", "nothing", None),
    ],
)
def test_words_are_marked_where_they_stand_alone(words, line, piece):
    assert marked(words, line) == ([piece] if piece else [])


def test_a_piece_is_short_and_begins_and_ends_between_words():
    line = "word " * 60 + "needle " + "word " * 60
    [piece] = marked("needle", line)

    assert "[needle]" in piece
    assert len(piece) <= WIDTH + 4
    assert piece.startswith("…word")
    assert piece.endswith("word…")


def test_the_lines_with_the_most_words_are_shown_and_no_more_than_two():
    pieces = marked("red blue", "a red one", "a blue one", "red and blue", "red")

    assert len(pieces) == MOST
    assert pieces[0] == "[red] and [blue]"


def test_the_readers_own_language_is_shown_first():
    assert marked("医院", "a 医院 here", language=Language.ZH)[0] == "上海的[医院]"


def test_a_phrase_is_marked_whole():
    one = center("one", text={"en": "An intensive care unit; care is taken."})
    [piece] = highlights(one, needles("", ["Intensive care (ICU)"]), Language.EN)

    assert piece == f"An {BEGIN}intensive care{END} unit; care is taken."


def test_marks_of_others_and_controls_are_taken_out_of_a_text():
    assert plain("a\ue000b\x00c\u202ed\n e\ud800") == "a b c d e"


def test_hostile_text_and_words_break_nothing():
    for words in ("\ue000", "İ" * 50, "(" * 100, "a" * 200, "ß", "\ud800"):
        marked(words, "İstanbul ß " * 500)

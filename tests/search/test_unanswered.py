"""Queries that found nothing are kept as words, and for a time."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from directory.core.actor import VISITOR
from directory.core.errors import RefusedError
from directory.search.actions import MOST_A_DAY, forget_unanswered, keep_unanswered
from directory.search.queries import unanswered
from directory.search.rules.unanswered import (
    KEPT_DAYS,
    MOST_WAITING,
    Unanswered,
    worth_keeping,
)
from tests.conftest import NOW


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Proton   THERAPY ", "proton therapy"),
        ("质子治疗", "质子治疗"),
        ("протонная терапия", "протонная терапия"),
        ("after 3 lines, 68 years", "after 3 lines, 68 years"),
        ("a\u0000b\u202ec", "abc"),
        ("", None),
        ("write to anna@example.org", None),
        ("https://example.org/x", None),
        ("www.example.org", None),
        ("call +86 138 0013 8000", None),
        ("write to anna＠example.org", None),
        ("ｗｗｗ．example.org", None),
        ("هاتف ٠١٢٣٤٥٦٧", None),
        ("电话 １３８００１３８", None),
        ("电话 一三八零零一三八", None),
        ("tel ①③⑧⑩⑪⑬⑧", None),
        ("k7mb-9qxr-4tzb-hjkm-npqr-stvw-xyza", None),
        ("K7MB 9QXR 4TZB HJKM NPQR STVW XYZA", None),
        ("k7mb9qxr4tzbhjkmnpqrstvwxyza", None),
        ("k7mb—9qxr—4tzb—hjkm—npqr—stvw—xyza", None),
        ("cd19 cd22 cd20 bcma", "cd19 cd22 cd20 bcma"),
        ("what does this cost near home", "what does this cost near home"),
        ("axicabtageneciloleucel", "axicabtageneciloleucel"),
        ("my father was told that " * 9, None),
        ("a b c d e f g h i j k l m", None),
    ],
)
def test_only_words_of_a_query_are_kept(typed, kept):
    assert worth_keeping(typed) == kept


def test_texts_wait_together_and_are_taken_once():
    waiting = Unanswered()
    for typed in ("moon", "Moon ", "sun", "x@y"):
        waiting.note(typed)

    taken = waiting.take()
    assert taken == {"moon": 2, "sun": 1}
    assert waiting.take() == {}
    waiting.put_back(taken)
    waiting.note("moon")
    assert waiting.take() == {"moon": 3, "sun": 1}


def test_so_many_different_texts_wait_and_no_more():
    waiting = Unanswered()
    for number in range(MOST_WAITING + 50):
        waiting.note(f"text {number}")
    waiting.note("text 0")

    taken = waiting.take()
    assert len(taken) == MOST_WAITING
    assert taken["text 0"] == 2


def test_texts_are_counted_by_day_and_listed_by_frequency(work):
    assert keep_unanswered(work, {"moon": 2, "sun": 1}) == 2
    later = replace(work, now=NOW + timedelta(days=2))
    assert keep_unanswered(later, {"sun": 4}) == 1
    assert keep_unanswered(later, {"sun": 1}) == 0

    listed = unanswered(work.session, since=NOW.date(), limit=10)
    assert [(one.text, one.times) for one in listed] == [("sun", 6), ("moon", 2)]
    assert listed[0].last_on == later.now.date()
    assert [
        one.text for one in unanswered(work.session, since=later.now.date(), limit=10)
    ] == ["sun"]


def test_a_day_has_room_for_so_many_texts(work):
    first = {f"text {number:05}": 1 for number in range(MOST_A_DAY - 1)}
    keep_unanswered(work, first)

    assert keep_unanswered(work, {"a": 1, "b": 1, "text 00000": 1}) == 1
    assert keep_unanswered(work, {"c": 1}) == 0
    tomorrow = replace(work, now=NOW + timedelta(days=1))
    assert keep_unanswered(tomorrow, {"c": 1}) == 1


def test_they_are_forgotten_after_their_time(work):
    keep_unanswered(work, {"old": 1})
    keep_unanswered(replace(work, now=NOW + timedelta(days=1)), {"young": 1})

    then = NOW + timedelta(days=KEPT_DAYS)
    assert forget_unanswered(replace(work, now=then)) == 0
    assert forget_unanswered(replace(work, now=then + timedelta(days=1))) == 1
    listed = unanswered(work.session, since=NOW.date(), limit=10)
    assert [one.text for one in listed] == ["young"]


def test_nobody_but_the_program_keeps_or_forgets(work):
    visitor = replace(work, actor=VISITOR)

    with pytest.raises(RefusedError):
        keep_unanswered(visitor, {"moon": 1})
    with pytest.raises(RefusedError):
        forget_unanswered(visitor)

"""Quotes and stars are handed on as typed; nothing else has a meaning."""

from __future__ import annotations

import pytest

from directory.search.rules.normalize import MOST_WORDS
from directory.search.rules.reading import read
from tests.search.lexicons import lexicon
from tests.search.test_reading import named


@pytest.mark.parametrize(
    ("query", "read_as", "rest"),
    [
        ('"zhujiang river" myeloma', ["indication:mm"], '"zhujiang river"'),
        ("“北京 淋巴瘤” 上海", ["city:shanghai"], '"北京 淋巴瘤"'),
        ("«красный крест» Пекин", ["city:beijing"], '"красный крест"'),
        ("「南方醫院」", [], '"南方醫院"'),
        ('"BCMA"', [], '"BCMA"'),
        ("onco* beijing", ["city:beijing"], "onco*"),
        ("ct10* shanghai", ["city:shanghai"], "ct10*"),
        ('"beijing" onco*', [], '"beijing" onco*'),
    ],
)
def test_what_is_quoted_or_starred_is_not_read(query, read_as, rest):
    reading = read(lexicon(), query)

    assert named(reading) == read_as
    assert reading.rest == rest


@pytest.mark.parametrize(
    ("query", "read_as"),
    [
        ('beijing "lymphoma', ["city:beijing", "indication:lymphoma"]),
        ('"" beijing', ["city:beijing"]),
        ("t* beijing", ["city:beijing"]),
        ("* beijing", ["city:beijing"]),
    ],
)
def test_what_is_no_phrase_and_no_beginning_is_read_as_usual(query, read_as):
    assert named(read(lexicon(), query)) == read_as


@pytest.mark.parametrize(
    "query",
    [
        "city:beijing",
        "(beijing)",
        "beijing^4",
        "[beijing TO shanghai]",
        "+beijing -shanghai",
        "beijing~9",
        "be?jing",
    ],
)
def test_other_syntax_means_nothing(query):
    reading = read(lexicon(), query)

    assert not set(reading.rest) & set('"*')
    assert reading.negated == ()


def test_a_phrase_counts_by_its_words():
    words = " ".join(f"zq{chr(97 + at)}" for at in range(MOST_WORDS + 3))
    reading = read(lexicon(), f'"{words}"')

    assert reading.rest == '"' + " ".join(words.split()[:MOST_WORDS]) + '"'
    assert reading.is_cut

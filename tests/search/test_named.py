"""Names joined from segments: the same however they are split, without the gone."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from random import Random

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from directory.search.rules.documents import IndexDocument
from directory.search.rules.lexicon import Lexicon
from directory.search.rules.named import MOST_SHARED
from directory.search.rules.reading import read
from directory.search.rules.values import Kind
from tests.search.lexicons import documents, joined, lexicon, names, vocabulary

HERE = Path(__file__).parent
SEEDED = documents(names())
QUERIES = [
    *(
        case["q"]
        for case in yaml.safe_load((HERE / "readings.yaml").read_text("utf-8"))
    ),
    *(case["q"] for case in json.loads((HERE / "queries.json").read_text("utf-8"))),
]


def center(slug: str, zh: str, city: str | None = None, **more: str) -> IndexDocument:
    return IndexDocument(Kind.CENTER, slug, {"zh": zh, **more}, city=city)


def named(found: Lexicon, query: str) -> list[str]:
    return [f"{one.kind}:{one.key}" for one in read(found, query).understood]


@cache
def split(seed: int) -> Lexicon:
    """Return the seeds' lexicon, written in several segments."""
    chance = Random(seed)
    ends = sorted(chance.sample(range(1, len(SEEDED)), chance.randint(1, 6)))
    parts = [
        SEEDED[begin:end]
        for begin, end in zip([0, *ends], [*ends, len(SEEDED)], strict=True)
    ]
    return vocabulary().with_names(joined(*parts))


@settings(max_examples=60)
@given(st.integers(0, 5), st.sampled_from(QUERIES), st.randoms())
def test_segments_joined_in_any_split_read_the_same(seed, query, chance):
    typed = query
    if len(query) > 3 and chance.random() < 0.5:
        at = chance.randrange(len(query) - 1)
        typed = query[:at] + query[at + 1] + query[at] + query[at + 2 :]

    assert read(split(seed), typed) == read(lexicon(), typed)


@settings(max_examples=40)
@given(st.sets(st.integers(0, len(SEEDED) - 1), max_size=30), st.sampled_from(QUERIES))
def test_what_is_gone_is_as_if_it_had_never_been(places, query):
    gone = {SEEDED[place].id for place in places}
    left = tuple(one for one in SEEDED if one.id not in gone)
    half = len(SEEDED) // 2
    parts = joined(SEEDED[:half], SEEDED[half:], gone=gone)

    reading = read(vocabulary().with_names(parts), query)

    assert reading == read(vocabulary().with_names(joined(left)), query)


def test_a_replaced_document_has_its_newer_names_alone():
    older = center("lotus", "青莲医院", "beijing", en="Qinglian Hospital")
    newer = center("lotus", "白荷医院", "beijing", en="Baihe Hospital")
    found = vocabulary().with_names(joined([older]))
    assert named(found, "青莲医院") == ["center:lotus"]

    found = vocabulary().with_names(joined([older], [newer]))

    for query in ("青莲医院", "qinglian", "qingliam", "qinglianyiyuan", "Цинлянь"):
        assert "center:lotus" not in named(found, query)
    for query in ("白荷医院", "baihe", "baihe yiyuan", "Байхэ"):
        assert named(found, query) == ["center:lotus"]


@pytest.fixture(scope="module")
def crowded() -> Lexicon:
    """Return many hospitals of one name, few of them in one city."""
    far = [center(f"far-{n}", "苍山医院") for n in range(2 * MOST_SHARED)]
    here = [center(f"here-{n}", "苍山医院", "tianjin") for n in range(3)]
    return vocabulary().with_names(joined(far, here))


def test_a_name_that_very_many_share_names_none_of_them(crowded):
    assert named(crowded, "苍山医院") == []


def test_a_city_tells_which_of_very_many_are_meant(crowded):
    lead, *_ = read(crowded, "苍山医院 天津").understood

    assert lead.key == "here-0"
    assert [key for _, key in lead.others] == ["here-1", "here-2"]


def test_initials_yield_to_what_is_written_so_in_another_segment():
    hospital = center("phoenix", "火凤凰医院", "beijing")
    alone = vocabulary().with_names(joined([hospital]))
    assert named(alone, "hfhyy") == ["center:phoenix"]

    other = IndexDocument(Kind.FACILITATOR, "hfh", {"en": "HFHYY"})
    both = vocabulary().with_names(joined([hospital], [other]))

    assert named(both, "hfhyy") == ["facilitator:hfh"]


def test_words_of_a_name_in_any_order_find_it_in_whatever_segment():
    one = center("one", "一", en="Invented Crane Valley Hospital")
    two = center("two", "二", en="Invented Crane Summit Hospital")
    found = vocabulary().with_names(joined([one], [two]))

    assert named(found, "summit crane") == ["center:two"]
    assert {one.key for one in read(found, "crane").understood} == {"one"}
    assert [key for _, key in read(found, "crane").understood[0].others] == ["two"]


def test_a_typo_between_documents_of_two_segments_is_left_alone():
    one = center("one", "一", en="Jinmensu Hospital")
    two = center("two", "二", en="Jindensu Hospital")

    assert named(vocabulary().with_names(joined([one])), "jinrensu") == ["center:one"]
    assert named(vocabulary().with_names(joined([one], [two])), "jinrensu") == []


def test_no_documents_are_no_names():
    nothing = vocabulary().with_names(joined([]))

    for query in QUERIES[::9]:
        assert read(nothing, query) == read(vocabulary(), query)

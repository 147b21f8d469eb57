"""Finding words: every way of typing them, by columns and by the engine."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest
from whoosh.util.numeric import byte_to_length, length_to_byte

from directory.adapters import analysis
from directory.adapters.memory_words import ContainedWords
from directory.adapters.whoosh_codec import BLOCK, LENGTHS, length_bytes, read_segment
from directory.adapters.whoosh_words import pack_whoosh
from directory.search.rules.documents import IndexDocument
from directory.search.rules.words import Field
from tests.adapters.segments import Batch, Said, both, by_place, texts
from tests.search.catalogs import center, invented


@pytest.fixture(scope="module", autouse=True)
def dictionary(tmp_path_factory):
    analysis.load(tmp_path_factory.mktemp("words"))


@pytest.fixture(params=["columns", "plain"])
def found(request):
    def find(text: str, *documents: IndexDocument) -> list[str]:
        words = both([Batch(documents)])[request.param == "plain"]
        scores = by_place(words.find(text))
        order = sorted(scores, key=lambda at: (-scores[at].real, -scores[at].score))
        return [documents[place].slug for place in order]

    return find


def test_an_exact_word_stands_above_a_part_a_sound_and_a_similar_spelling(found):
    assert found(
        "瑞金",
        center("homophone", names={"en": "A", "zh": "锐进医院"}),
        center("part", text={"zh": "在瑞金路上"}),
        center("exact", names={"en": "B", "zh": "瑞金医院"}),
    ) == ["exact", "part", "homophone"]


def test_a_name_counts_for_more_than_an_alias_a_need_or_a_text(found):
    assert found(
        "amber",
        center("text", text={"en": "amber"}),
        center("name", names={"en": "Amber"}),
        center("need", needs=("amber",)),
        center("alias", aliases=("amber",)),
    ) == ["name", "alias", "text", "need"]


@pytest.mark.parametrize(
    ("typed", "written_as"),
    [
        ("nanfang", "南方医院"),
        ("nan fang", "南方医院"),
        ("nanfangyiyuan", "南方医院"),
        ("nfyy", "南方医院"),
        ("南方醫院", "南方医院"),
        ("hospitals", "the hospital"),
        ("ct-103a", "CT103A"),
        ("Пекине", "Пекин"),
        ("مستشفى", "المستشفى"),
        ("apheresus", "apheresis"),
    ],
)
def test_a_name_is_found_however_it_is_typed(found, typed, written_as):
    assert found(typed, center("one", names={"en": written_as})) == ["one"]


def test_a_short_word_is_not_taken_for_another(found):
    assert found("amb", center("one", names={"en": "Amber"})) == []
    assert found("bmber", center("one", names={"en": "Amber"})) == []


def test_without_the_engine_words_are_found_by_containment():
    words = ContainedWords(
        [
            center("name", names={"en": "Amber"}),
            center("text", text={"en": "an amber glow"}),
            center("none"),
            center("chinese", names={"en": "A", "zh": "上海瑞金医院"}),
        ]
    )

    found = by_place(words.find("amber"))
    assert found.keys() == {0, 1}
    assert found[0].score > found[1].score
    assert by_place(words.find("瑞金")).keys() == {3}
    assert words.find("amber 瑞金").asked == 2
    assert by_place(words.find('"amber glow" an')).keys() == {1}
    assert by_place(words.find("")) == {}


def test_a_segment_reads_back_as_it_was_said():
    chance = Random(3)
    documents = [invented(number, chance) for number in range(40)]
    size, fields = read_segment(pack_whoosh(documents))
    said = [
        {field: Said.of(one, field in ("name", "alias")) for field, one in each.items()}
        for each in map(texts, documents)
    ]

    assert size == 40
    for name, postings in fields.items():
        if name == "id":
            continue
        field, kind = Field(name.partition("_")[0]), name.partition("_")[2]
        begin = 0
        got = {}
        for term, end in zip(postings.terms, postings.ends.tolist(), strict=True):
            got[term.decode()] = dict(
                zip(
                    postings.numbers[begin:end].tolist(),
                    postings.counts[begin:end].tolist(),
                    strict=True,
                )
            )
            begin = end
        wanted: dict[str, dict[int, int]] = {}
        for number, each in enumerate(said):
            for word, times in each[field].counts[kind].items():
                wanted.setdefault(word, {})[number] = times
        assert got == wanted
        assert postings.total == sum(each[field].counts[kind].total() for each in said)
        assert len(postings.at) in (0, postings.total)


def test_lengths_are_kept_as_the_engine_keeps_them():
    lengths = [*range(300), 1000, 5000, 106_373, 106_374, 106_375, 10**7]
    kept = LENGTHS[length_bytes(lengths)]

    assert kept.tolist() == [byte_to_length(length_to_byte(one)) for one in lengths]


def test_a_term_in_more_documents_than_fit_into_a_block_is_read_whole():
    documents = [
        center(f"c{at}", names={"en": "Amber amber"}) for at in range(BLOCK + 9)
    ]
    gone = frozenset({4, BLOCK, BLOCK + 8})
    columns, plain = both([Batch(documents, gone)])
    stands = [at for at in range(BLOCK + 9) if at not in gone]

    assert columns.find("amber").places.tolist() == stands
    assert np.array_equal(columns.find("amber").score, plain.find("amber").score)
    assert plain.find('"amber amber"').places.tolist() == stands

"""Columns, the engine itself, and a plain reading give the same answers."""

from __future__ import annotations

import os
import sys
import threading
import time
from random import Random

import numpy as np
import pytest

from directory.adapters import analysis
from directory.adapters.columns import ColumnWords, WordPart, pack_words
from directory.adapters.whoosh_words import pack_whoosh
from directory.search.ports import FullText
from directory.search.rules.layers import Layer
from directory.search.rules.normalize import MOST_CHARACTERS, MOST_WORDS
from directory.search.rules.words import MOST_BEGINNINGS
from tests.adapters.segments import (
    Batch,
    Oracle,
    apart,
    asked,
    both,
    by_place,
    columns_of,
    layers,
    many_scripts,
    queries,
)
from tests.search.catalogs import CHINESE, WORDS, center, invented

SECONDS = float(os.environ.get("DIRECTORY_TESTS_SECONDS", "4"))
QUERIES = int(os.environ.get("DIRECTORY_TESTS_QUERIES", "1000"))


@pytest.fixture(scope="module", autouse=True)
def dictionary(tmp_path_factory):
    analysis.load(tmp_path_factory.mktemp("words"))


def some_batches(chance: Random) -> list[Batch]:
    documents = [many_scripts(number, chance) for number in range(48)]
    return [
        Batch(documents[:24], frozenset({0, 5, 6, 23})),
        Batch([]),
        Batch(documents[24:40], frozenset({3})),
        Batch(documents[40:41]),
        Batch(documents[41:44], frozenset({0, 1, 2})),
        Batch(documents[44:]),
    ]


def answers(words: FullText, text: str) -> dict[int, tuple[object, ...]]:
    return {
        place: (one.words, one.real, one.best, pytest.approx(one.score, rel=1e-9))
        for place, one in by_place(words.find(text)).items()
    }


def one_batch(chance: Random) -> list[Batch]:
    """Return one segment, whose words are worked out beforehand."""
    documents = [many_scripts(number, chance) for number in range(24)]
    return [Batch(documents, frozenset({0, 5, 6, 23}))]


@pytest.mark.parametrize("made", [some_batches, one_batch])
def test_columns_and_engine_answer_as_a_plain_reading_does(made):
    chance = Random(20261122)
    batches = made(chance)
    columns, engine = both(batches)
    oracle = Oracle(batches)
    documents = [one for batch in batches for one in batch.documents]
    found = 0
    for text in queries(chance, documents, QUERIES):
        truth = {
            place: (one.words, one.real, one.best, one.score)
            for place, one in oracle.find(text).items()
        }
        assert answers(columns, text) == truth, text
        assert answers(engine, text) == truth, text
        assert columns.find(text).asked == engine.find(text).asked
        assert columns.find(text).asked == len(analysis.sought(text))
        found += len(truth)

    assert found > 2 * QUERIES


def test_every_kind_of_query_was_among_them_and_found_something():
    chance = Random(20261122)
    batches = some_batches(chance)
    columns, _ = both(batches)
    documents = [one for batch in batches for one in batch.documents]
    kinds = {
        (type(one), bool(columns.find(text).places.size))
        for text in queries(chance, documents, 400)
        for one in analysis.sought(text)[:1]
    }

    assert {kind for kind, has_any in kinds if has_any} == {
        analysis.Word,
        analysis.Phrase,
        analysis.Beginning,
    }


def test_few_and_many_documents_are_added_up_alike():
    """Above some size, rare words are kept by their places only."""
    chance = Random(4)
    documents = [invented(number, chance) for number in range(1500)]
    batches = [
        Batch(documents[:1400], frozenset(range(0, 1400, 7))),
        Batch(documents[1400:]),
    ]
    columns, _ = both(batches)
    oracle = Oracle(batches)
    for text in (
        "hc77",
        "hc77 hc78",
        "hc77 hospital",
        "hospital hc77 leukemia 血液病医院第77医院",
        "hc7* hc77",
        '"center 77" "center 78"',
        "hcc77 centers trail",
    ):
        truth = {
            place: (one.words, one.real, one.best, one.score)
            for place, one in oracle.find(text).items()
        }
        assert answers(columns, text) == truth, text
        assert answers(columns, text) == truth, "remembered"


@pytest.mark.parametrize(
    ("typed", "said", "is_there"),
    [
        ('"graft versus host"', "after Graft-versus-Host disease", True),
        ('"graft versus host"', "host versus graft", False),
        ('"graft versus host"', "graft versus a host", False),
        ('"graft of host"', "graft for host", True),
        ('"graft host"', "graft. Host", True),
        ("“car-t cells”", "CAR T cells", True),
        ("«клетки крови»", "клетками крови", True),
        ("「血液病医院」", "中国血液病医院", True),
        ("「血液病医院」", "医院血液病", False),
        ('"血 液病"', "血液病", False),
        ('"301 医院"', "301医院", True),
        ('"hospital"', "hospitals", True),
        ('"hospitel"', "hospital", False),
        ('"医院 hospital"', "医院 hospital", True),
        ("hemat*", "hematology ward", True),
        ("haemat*", "hematology ward", True),
        ("hematology*", "hematology ward", True),
        ("h*", "hematology ward", False),
        ("*ology", "hematology ward", False),
        ("he*logy", "hematology ward", False),
        ("ct10*", "CT103A", True),
        ("больниц*", "больница", True),
        ("kenovs*", "kenovska", True),
        ("kenovs*", "kenovar", False),
        ("kenovs*", "kenovs", True),
        ("therapies*", "therapies", True),
        ("ct103as*", "CT103ASX", True),
        ("ct103as*", "CT103AX", False),
    ],
)
def test_words_in_quotes_stand_together_and_a_star_ends_a_word(typed, said, is_there):
    words = columns_of(center("one", names={"en": "A"}, text={"en": said}))

    assert (words.find(typed).places.tolist() == [0]) is is_there


def test_a_phrase_never_goes_from_one_text_or_document_into_the_next():
    words = columns_of(
        center("one", names={"en": "A"}, text={"en": "amber", "zh": "glow"}),
        center("two", names={"en": "A"}, text={"en": "glow in amber"}),
        center("three", names={"en": "A"}, text={"en": "glow"}),
    )

    assert words.find('"amber glow"').places.tolist() == []
    assert words.find('"glow in amber"').places.tolist() == [1]


def test_what_stands_in_quotes_must_be_there_beside_plain_words():
    batch = Batch(
        [
            center("one", names={"en": "A"}, text={"en": "amber glow in a house"}),
            center("two", names={"en": "A"}, text={"en": "house of glow and amber"}),
            center("three", names={"en": "A"}, text={"en": "amber glow"}),
        ]
    )
    for words in both([batch]):
        assert words.find('"amber glow" house').places.tolist() == [0, 2]
        assert words.find('"amber glow" "in a house"').places.tolist() == [0]
        assert words.find('"glow amber" house').places.tolist() == []
        assert words.find("amber glow house").places.tolist() == [0, 1, 2]


def test_a_phrase_goes_on_where_a_long_chinese_text_is_cut():
    words = columns_of(center("one", text={"zh": "细胞" * 19 + "国际医院治疗" * 9}))

    assert words.find('"细胞国际医院"').places.tolist() == [0]


def test_a_beginning_finds_the_exact_word_first_and_the_rest_as_parts():
    words = columns_of(
        center("part", names={"en": "Hematology"}),
        center("exact", names={"en": "Hemat"}),
    )
    found = by_place(words.find("hemat*"))

    assert (found[0].best, found[1].best) == (2, 0)


def test_a_query_is_read_up_to_its_limits():
    words = columns_of(center("one", text={"en": "amber " + "x" * 30 + "y"}))

    assert words.find(" ".join(f"w{n}" for n in range(90))).asked == MOST_WORDS
    assert words.find("x " * 150 + "amber").places.tolist() == []
    assert words.find("amber " + "z" * MOST_CHARACTERS).places.tolist() == [0]


def test_one_guess_a_query_and_never_for_codes_short_words_or_chinese():
    words = columns_of(
        center(
            "one", names={"en": "Amber Cobalt", "zh": "瑞金医院"}, aliases=("CT103A",)
        )
    )

    assert by_place(words.find("ambre"))[0].real == 0
    assert by_place(words.find("ambre cobolt"))[0].words == 1
    for typed in ("amb", "ct103b", "103b", "bmber"):
        assert words.find(typed).places.tolist() == []
    assert not any(one.spelling for one in analysis.sought("瑞全医院 Пекн ct103b 12"))


def test_similar_words_are_those_of_the_plain_distance():
    chance = Random(5)
    letters = "abcde"
    known = {
        "ab" + "".join(chance.choices(letters, k=chance.randint(1, 9)))
        for _ in range(800)
    }
    part = WordPart(pack_words(pack_whoosh([center("one", aliases=tuple(known))])))
    stems = {analysis.analyze(one).words for one in known}
    words = {one for found in stems for one in found}
    for word in chance.sample(sorted(words), 60):
        typed = word[:3] + chance.choice(letters) + word[3:]
        most = 2 if len(typed) > 7 else 1

        assert set(part.similar(typed, most)) == {
            one for one in words if one[:2] == "ab" and apart(typed, one) <= most
        }


def test_what_is_nowhere_is_not_remembered_and_what_is_stays_bounded():
    chance = Random(6)
    documents = [invented(number, chance) for number in range(60)]
    part = WordPart(pack_words(pack_whoosh(documents)))
    words = ColumnWords(layers([Batch(documents)], [part]), most_remembered=20_000)
    empty = words.nbytes
    words.find("nowhere neverseen")
    assert words.nbytes == empty
    for text in queries(chance, documents, 300):
        words.find(text)

    assert empty < words.nbytes <= empty + 20_000


def test_the_same_words_are_explained_by_both_and_sum_up_to_the_score():
    chance = Random(8)
    batches = some_batches(chance)
    columns, engine = both(batches)
    documents = [one for batch in batches for one in batch.documents]
    for text in queries(chance, documents, 60):
        for place, one in list(by_place(columns.find(text)).items())[:3]:
            reasons = [words.explain(text, place) for words in (columns, engine)]
            mine, theirs = (
                sorted((*why[:4], round(why.within, 6), why.counts) for why in found)
                for found in reasons
            )
            assert mine == theirs
            worths: dict[str, float] = {}
            for why in reasons[0]:
                if why.counts:
                    base = (1000.0, 800.0, 500.0, 100.0, 20.0)[why.tier]
                    worths[why.word] = base + why.within
            assert len(worths) <= one.words
            if len(worths) == one.words:
                assert sum(worths.values()) == pytest.approx(one.score)


SCRIPTS = (
    "abcdefghijklmnop",
    "血液病医院治疗",
    "больница",
    "مستشفى",
    "あいうえおカ",
    "한국어병원",
    "ελληνικά",
    "עברית",
    "ไทย",
    "हिन्दी",
    "0123456789",
    "🧬🏥",
    "\u0301\u200b\u202e\ud800\x00",
    "\"'“”«»「」『』",
    "*?~^[]{}()",
    " \t\n",
)


def hostile(chance: Random, length: int) -> str:
    kind = chance.randrange(6)
    if kind == 0:
        return chance.choice("".join(SCRIPTS)) * length
    if kind == 1:
        return " ".join(chance.choice("".join(SCRIPTS[:4])) for _ in range(length // 2))
    if kind == 2:
        return '"' + " ".join(chance.choices((*WORDS, *CHINESE), k=length // 6))
    if kind == 3:
        return " ".join(
            f'"{chance.choice(WORDS)} {chance.choice(WORDS)}'
            for _ in range(length // 12)
        )
    if kind == 4:
        return "".join(f"{chance.choice(WORDS)[:2]}* " for _ in range(length // 4))
    return "".join(chance.choice(chance.choice(SCRIPTS)) for _ in range(length))


def test_hostile_queries_get_ordinary_answers():
    chance = Random(9)
    batches = some_batches(chance)
    columns, engine = both(batches)
    for at in range(1000):
        text = hostile(chance, 10_000 if at % 50 == 0 else chance.randint(1, 400))
        found = columns.find(text)
        assert found.asked <= MOST_WORDS
        if at % 5 == 0:
            assert answers(columns, text) == answers(engine, text)


def test_however_it_is_typed_few_terms_are_looked_up():
    chance = Random(10)
    worst = 0
    for _ in range(400):
        terms = 0
        for one in analysis.sought(hostile(chance, 2_000)):
            if isinstance(one, analysis.Phrase):
                terms += len(one.pieces)
            elif isinstance(one, analysis.Beginning):
                terms += MOST_BEGINNINGS + 2
            else:
                terms += 2 + len(one.parts)
        worst = max(worst, terms)

    assert worst <= MOST_WORDS * (MOST_BEGINNINGS + 2) + MOST_CHARACTERS


def test_threads_never_get_a_wrong_answer():
    """Eight readers and a writer that swaps states, against a plain reading."""
    chance = Random(7)
    documents = [invented(number, chance) for number in range(24)]
    texts = [asked(chance, chance.choice(documents)) for _ in range(60)]
    texts += [" ".join(chance.sample(texts, 3)) for _ in range(60)]

    def state(batches: list[Batch]) -> tuple[tuple[FullText, FullText], Oracle]:
        return both(batches), Oracle(batches)

    batches = [Batch(documents)]
    current = [state(batches)]
    wrong: list[str] = []
    many = [0] * 8
    stop = threading.Event()

    def read(number: int) -> None:
        own = Random(number)
        while not stop.is_set():
            pair, oracle = current[0]
            text = own.choice(texts)
            truth = {
                place: (one.words, one.real, one.best, one.score)
                for place, one in oracle.find(text).items()
            }
            for words in pair:
                try:
                    got = answers(words, text)
                except Exception as error:  # noqa: BLE001 (any is wrong)
                    wrong.append(f"{text}: {error!r}")
                    return
                if got != truth:
                    wrong.append(f"{text}: {got} for {truth}")
            many[number] += 1

    before = sys.getswitchinterval()
    sys.setswitchinterval(0.0002)
    threads = [threading.Thread(target=read, args=(one,)) for one in range(8)]
    try:
        for thread in threads:
            thread.start()
        give_up = time.monotonic() + SECONDS
        while time.monotonic() < give_up and not wrong:
            changed = chance.randrange(len(batches[0].documents))
            newer = Batch([invented(changed, chance)])
            first = Batch(batches[0].documents, batches[0].gone | {changed})
            batches = [first, *batches[1:], newer]
            if len(batches) > 4:
                batches = [Batch([invented(n, chance) for n in range(24)])]
            current[0] = state(batches)
    finally:
        stop.set()
        for thread in threads:
            thread.join()
        sys.setswitchinterval(before)

    assert wrong == []
    assert min(many) > 3


def test_a_state_of_no_documents_finds_nothing():
    assert ColumnWords([]).find("amber 医院").asked == 2
    empty = WordPart(pack_words(pack_whoosh([])))
    assert ColumnWords([Layer(empty, 0, 0, 0)]).find('"a b" am* amber').asked == 3


def test_places_of_segments_may_lie_apart():
    documents = [center("one", names={"en": "Amber"}), center("two")]
    parts = [WordPart(pack_words(pack_whoosh([one]))) for one in documents]
    found = layers([Batch([one]) for one in documents], parts)
    words = ColumnWords([found[0]._replace(base=5), found[1]._replace(base=2)])

    assert words.find("amber").places.tolist() == [5]
    assert words.find("hospital").places.tolist() == [2]
    assert words.find("hospital amber").places.dtype == np.int64

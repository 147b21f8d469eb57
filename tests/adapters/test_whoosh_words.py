"""Finding words: every way of typing them, every batch, every thread."""

from __future__ import annotations

import os
import sys
import threading
import time
from random import Random

import pytest

from directory.adapters import analysis
from directory.adapters.memory_words import ContainedWords
from directory.adapters.whoosh_words import compacted, opened, written
from directory.core.text import Language
from directory.search.ports import FullText
from directory.search.queries import State, answer
from directory.search.rules import catalog
from directory.search.rules.documents import IndexDocument
from directory.search.rules.lexicon import Lexicon
from directory.search.rules.reading import read
from directory.search.rules.values import Asked
from directory.search.rules.words import Found, Matches
from tests.adapters.states import digests
from tests.search.catalogs import CHINESE, TERMS, WORDS, center, invented
from tests.search.lexicons import joined

SECONDS_OF_THREADS = float(os.environ.get("DIRECTORY_TESTS_THREADS_S", "8"))
BATCHES = int(os.environ.get("DIRECTORY_TESTS_BATCHES", "300"))


@pytest.fixture(scope="module", autouse=True)
def dictionary(tmp_path_factory):
    analysis.load(tmp_path_factory.mktemp("words"))


@pytest.mark.parametrize("tidied", [7, 10**9])
def test_every_batch_leaves_the_index_as_the_truth_is(tidied):
    chance = Random(20261122)
    truth = {f"center:center-{n}": invented(n, chance) for n in range(8)}
    files = written(None, (), truth.values(), {})
    for batch in range(BATCHES):
        touched = {f"center:center-{chance.randrange(12)}" for _ in range(4)}
        for one in sorted(touched):
            if chance.random() < 0.3:
                truth.pop(one, None)
            else:
                truth[one] = invented(int(one.split("-")[-1]), chance, batch)
        files = written(
            files,
            touched,
            [truth[one] for one in sorted(touched & truth.keys())],
            {},
        )
        if batch % tidied == 0:
            files = compacted(files)
        if batch % 10 == 0 or batch == BATCHES - 1:
            found = opened(files)
            assert digests(list(found.documents)) == digests(list(truth.values()))
            versions = {
                one.id: one.text["en"].split("\n")[-1] for one in truth.values()
            }
            for one, version in versions.items():
                places = found.words.find(version).places
                assert one in {found.documents[place].id for place in places}
                assert all(
                    versions[found.documents[place].id] == version for place in places
                )


def by_place(found: Matches) -> dict[int, Found]:
    places = found.places.tolist()
    return {place: one for place in places if (one := found.get(place))}


def found(text: str, *documents: IndexDocument) -> list[str]:
    held = opened(written(None, (), documents, {}))
    scores = by_place(held.words.find(text))
    order = sorted(scores, key=lambda at: (-scores[at].real, -scores[at].score))
    return [held.documents[place].slug for place in order]


def test_an_exact_word_stands_above_a_part_a_sound_and_a_similar_spelling():
    assert found(
        "瑞金",
        center("homophone", names={"en": "A", "zh": "锐进医院"}),
        center("part", text={"zh": "在瑞金路上"}),
        center("exact", names={"en": "B", "zh": "瑞金医院"}),
    ) == ["exact", "part", "homophone"]


def test_a_name_counts_for_more_than_an_alias_a_need_or_a_text():
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
def test_a_name_is_found_however_it_is_typed(typed, written_as):
    assert found(typed, center("one", names={"en": written_as})) == ["one"]


def test_a_short_word_is_not_taken_for_another():
    assert found("amb", center("one", names={"en": "Amber"})) == []
    assert found("bmber", center("one", names={"en": "Amber"})) == []


HOSTILE = (
    "x" * 10_000,
    "医" * 10_000,
    "* " * 3_000,
    "*",
    "?",
    "hosp*",
    "*ital",
    '"unbalanced',
    "'" * 500,
    "(" * 2_000 + "a" + ")" * 2_000,
    "NOT " * 900 + "a",
    " OR ".join(f"word{n}" for n in range(3_000)),
    "hospital~9",
    "[a TO z]",
    "status:draft email:*",
    "a\x00b\x00c",
    "\ud800\udfff lone \udc00",
    "\u202e\u2066 rtl \u2069",
    "\ue000\ue001",
    "é" + "\u0301" * 3_000,
    "\n\t\r " * 1_000,
    "%s%s%n{0}{{7*7}}",
    "' OR 1=1 --",
    "🧬" * 1_000,
    "a1" * 5_000,
    "ﷺ" * 3_000,
)


@pytest.fixture(scope="module")
def large():
    documents = [invented(n, Random(n)) for n in range(300)]
    return opened(written(None, (), documents, {}))


@pytest.mark.parametrize("typed", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_words_take_no_time_and_break_nothing(large, typed):
    began = time.perf_counter()
    large.words.find(typed[:200])

    assert time.perf_counter() - began < 0.2


@pytest.fixture(scope="module")
def states(large):
    found = catalog.build(large.documents, TERMS)
    lexicon = Lexicon.compiled(TERMS).with_names(
        joined(list(large.documents), vocabulary=TERMS)
    )

    def state(words: FullText) -> State:
        return State(
            "large", found, words, lambda text, gone: read(lexicon, text, gone)
        )

    return [state(large.words), state(ContainedWords(large.documents))]


@pytest.mark.parametrize("typed", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_query_gets_an_ordinary_answer_in_time(states, typed):
    for state in states:
        began = time.perf_counter()
        results = answer(
            state, Asked(typed, filters={"city": (typed[:50],)}), Language.EN
        )

        assert time.perf_counter() - began < 0.2
        assert results.total == 0


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
    assert by_place(words.find("")) == {}


def test_threads_never_get_a_wrong_answer():
    """Eight readers and a writer that swaps states, against a plain reading."""
    chance = Random(7)
    documents = [invented(n, chance) for n in range(40)]
    words = [*WORDS, *CHINESE, "center", "医院"]
    current = [opened(written(None, (), documents, {}))]
    wrong: list[str] = []
    asked = [0] * 8
    stop = threading.Event()

    def expected(held, word: str) -> set[int]:
        stem = analysis.sought(word)[0].word
        return {
            place
            for place, one in enumerate(held.documents)
            if stem
            in {
                w
                for text in (
                    *one.names.values(),
                    *one.aliases,
                    *one.needs,
                    *one.text.values(),
                )
                for w in analysis.analyze(text).words
            }
        }

    def read(number: int) -> None:
        own = Random(number)
        truths: dict[tuple[int, str], set[int]] = {}
        while not stop.is_set():
            held = current[0]
            word = own.choice(words)
            key = (id(held), word)
            if key not in truths:
                if len(truths) > 400:
                    truths.clear()
                truths[key] = expected(held, word)
            held.words._remembered.clear()  # or the engine would be asked once only
            try:
                got = by_place(held.words.find(word))
            except Exception as error:  # noqa: BLE001 (any is wrong)
                wrong.append(f"{word}: {error!r}")
                return
            exact = {place for place, one in got.items() if one.best <= 1}
            if exact != truths[key]:
                wrong.append(f"{word}: {len(exact)} for {len(truths[key])}")
            asked[number] += 1

    before = sys.getswitchinterval()
    sys.setswitchinterval(0.0002)
    threads = [threading.Thread(target=read, args=(n,)) for n in range(8)]
    try:
        for thread in threads:
            thread.start()
        give_up = time.monotonic() + SECONDS_OF_THREADS
        kept = []
        while time.monotonic() < give_up and not wrong:
            changed = chance.randrange(len(documents))
            documents[changed] = invented(changed, chance)
            held = opened(written(None, (), documents, {}))
            kept.append(held)  # an id is not used again while it is held
            current[0] = held
    finally:
        stop.set()
        for thread in threads:
            thread.join()
        sys.setswitchinterval(before)

    assert wrong == []
    assert min(asked) > 10

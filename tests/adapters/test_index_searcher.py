"""Answers while the index changes under them: of one state, whole, and right."""

from __future__ import annotations

import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from random import Random
from typing import NamedTuple

import pytest

from directory.adapters import analysis
from directory.adapters.index_searcher import IndexSearcher
from directory.adapters.index_states import SegmentIndex
from directory.core.text import Language
from directory.search.ports import Changed, Content, Remembered
from directory.search.rules.documents import IndexDocument
from directory.search.rules.lexicon import Lexicon
from directory.search.rules.merges import MOST_SEGMENTS
from directory.search.rules.values import Asked, Kind, Results
from tests.adapters.states import digests
from tests.conftest import NOW
from tests.search.catalogs import CITIES, DAY, TERMS, center, term

CENTERS = frozenset({Kind.CENTER})
SLUGS = 40
VERSIONS = 6
STEPS = 90
READERS = 8
STEPS_IN_A_CROWD = 25
SEED = 20261122


@pytest.fixture(scope="module", autouse=True)
def dictionary(tmp_path_factory):
    analysis.load(tmp_path_factory.mktemp("words"))


def word(version: int) -> str:
    """Return a word that only documents of this version have."""
    return f"qu{'abcdefghij'[version] * 3}zor"


def drawn(chance: Random) -> IndexDocument:
    version = chance.randrange(VERSIONS)
    city = chance.choice(CITIES)
    slug = f"center-{chance.randrange(SLUGS)}"
    return center(slug, city=city, text={"en": f"The {word(version)} ward"})


class Author:
    """Changes an index by chance, and remembers what each state has to be."""

    def __init__(self, path: Path, seed: int = SEED) -> None:
        self.index = SegmentIndex(path)
        self.chance = Random(seed)
        self.wanted: dict[str, IndexDocument] = {}
        self.position = 1
        self.states: dict[str, Mapping[str, IndexDocument]] = {}
        self.most_segments = 0
        self.kept(self.index.rebuild(Content([], TERMS, 1, DAY), NOW))

    def kept(self, name: str | None) -> None:
        assert name
        self.states[name] = dict(self.wanted)
        self.index.sweep()
        self.most_segments = max(self.most_segments, self.index.state().segments)

    def step(self) -> None:
        """Change some documents, or pack again, or start anew."""
        chance = self.chance
        self.position += 1
        what = chance.random()
        if what < 0.1:
            due = self.index.due(1e6)
            if due is None:
                return
            due.pack()
            self.change()
            self.kept(self.index.put(due) or self.index.folder.current())
        elif what < 0.15:
            self.kept(self.index.rebuild(self.content(), NOW))
        elif what < 0.2:
            self.draw()
            self.kept(self.index.update(self.content(), NOW))
        else:
            self.change()

    def content(self) -> Content:
        documents = list(self.wanted.values())
        self.chance.shuffle(documents)
        return Content(documents, TERMS, self.position, DAY)

    def draw(self) -> Changed:
        gone = {f"center:center-{self.chance.randrange(SLUGS)}" for _ in range(2)}
        new = {one.id: one for one in (drawn(self.chance) for _ in range(3))}
        for one in gone:
            self.wanted.pop(one, None)
        self.wanted |= new
        return Changed(frozenset(gone | new.keys()), [*new.values()], self.position)

    def change(self) -> None:
        self.kept(self.index.apply(self.draw(), NOW))


class Seen(NamedTuple):
    """One page, as somebody saw it."""

    asked: str
    results: Results


def ask(searcher: IndexSearcher, version: int) -> list[Seen]:
    """Look for one version by its word, and for everything in one city."""
    asked = (word(version), CITIES[version % len(CITIES)])
    return [
        Seen(
            text, searcher.search(Asked(text, kinds=CENTERS, per_page=100), Language.EN)
        )
        for text in asked
    ]


def expected(asked: str, state: Mapping[str, IndexDocument]) -> set[str]:
    return {
        one.slug
        for one in state.values()
        if asked == one.city or asked in one.text["en"].split()
    }


def check(seen: Seen, state: Mapping[str, IndexDocument]) -> None:
    found = [one.slug for one in seen.results.items]
    assert set(found) == expected(seen.asked, state)
    assert len(found) == len(set(found)) == seen.results.total
    cities = {one.key: one.count for one in seen.results.facets["city"]}
    if seen.asked in cities:
        assert cities[seen.asked] == len(found)


@pytest.mark.parametrize("execution", ["columns", "whoosh"])
def test_a_searcher_that_follows_is_right_after_every_change(tmp_path, execution):
    author = Author(tmp_path / "index")
    follows = IndexSearcher(tmp_path / "index", None, lambda: NOW, execution)  # type: ignore[arg-type]
    for _ in range(STEPS):
        author.step()
        follows.refresh()
        assert follows.status().position <= author.position
        assert follows.status().documents == len(author.wanted)
        for seen in ask(follows, author.chance.randrange(VERSIONS)):
            assert seen.results.generation == author.index.folder.current()
            check(seen, author.wanted)
        offered = follows.suggest("center", Language.EN, 100)
        assert {one.key for one in offered} <= {
            one.slug for one in author.wanted.values()
        }

    assert author.index.digests() == digests(author.wanted.values())
    assert list(author.index.wrong_parts()) == []
    assert author.most_segments > MOST_SEGMENTS
    anew = IndexSearcher(tmp_path / "index", None, lambda: NOW, execution)  # type: ignore[arg-type]
    for version in range(VERSIONS):
        for one, other in zip(ask(anew, version), ask(follows, version), strict=True):
            assert one.results.items == other.results.items
            assert one.results.facets == other.results.facets


def test_names_are_those_of_the_state_that_answers(tmp_path):
    author = Author(tmp_path / "index")
    follows = IndexSearcher(tmp_path / "index", None, lambda: NOW)  # type: ignore[arg-type]
    for _ in range(30):
        author.change()
        follows.refresh()
        for number in range(SLUGS):
            read = follows.reading(f"Center {number} Hospital").understood
            named = {one.key for one in read if one.kind == "center"}
            is_there = f"center:center-{number}" in author.wanted
            assert (f"center-{number}" in named) == is_there


@pytest.fixture
def hasty():
    """Let threads change places as often as they can."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(0.0002)
    yield
    sys.setswitchinterval(before)


def test_every_page_is_of_one_whole_state_while_others_are_swapped_in(tmp_path, hasty):
    del hasty
    author = Author(tmp_path / "index")
    for _ in range(10):
        author.change()
    searcher = IndexSearcher(tmp_path / "index", None, lambda: NOW)  # type: ignore[arg-type]
    pages: list[Seen] = []
    faults: list[BaseException] = []
    is_over = threading.Event()

    def read(seed: int) -> None:
        chance = Random(seed)
        try:
            while not is_over.is_set():
                pages.extend(ask(searcher, chance.randrange(VERSIONS)))
                searcher.suggest("cent", Language.EN)
                searcher.reading(f"center {chance.randrange(SLUGS)} hospital")
        except BaseException as error:  # noqa: BLE001 (raised by the test itself)
            faults.append(error)

    threads = [threading.Thread(target=read, args=(n,)) for n in range(READERS)]
    for one in threads:
        one.start()
    try:
        for _ in range(STEPS_IN_A_CROWD):
            author.step()
            searcher.refresh()
    finally:
        is_over.set()
        for one in threads:
            one.join(60)

    assert faults == []
    assert len({seen.results.generation for seen in pages}) > STEPS_IN_A_CROWD / 4
    for seen in pages:
        check(seen, author.states[seen.results.generation])


def lexicon(searcher: IndexSearcher) -> Lexicon:
    spoken = searcher._index.open(is_spoken=True).spoken
    assert spoken
    return spoken.lexicon


def test_a_vocabulary_is_compiled_once_while_its_text_is_the_same(tmp_path):
    author = Author(tmp_path / "index")
    searcher = IndexSearcher(tmp_path / "index", None, lambda: NOW)  # type: ignore[arg-type]
    compiled = lexicon(searcher)
    for _ in range(5):
        author.step()
        searcher.refresh()
    assert lexicon(searcher) is compiled

    terms = (*TERMS, term(TERMS[-1].kind, "cll", "CLL"))
    author.index.rebuild(Content([center("one")], terms, 99, DAY), NOW)
    searcher.refresh()

    assert lexicon(searcher) is not compiled
    assert [one.key for one in searcher.reading("CLL").understood] == ["cll"]


def test_the_same_question_is_answered_once_in_a_state(tmp_path):
    author = Author(tmp_path / "index")
    author.change()
    searcher = IndexSearcher(tmp_path / "index", None, lambda: NOW)  # type: ignore[arg-type]
    first = searcher.search(Asked("ward"), Language.EN)

    assert searcher.search(Asked("ward"), Language.EN) is first
    author.change()
    searcher.refresh()
    assert searcher.search(Asked("ward"), Language.EN) is not first
    assert searcher.remembered() == Remembered(hits=1, misses=2)


def test_what_is_in_memory_is_told_by_part(tmp_path):
    author = Author(tmp_path / "index")
    author.change()
    for execution, words in (("columns", "words"), ("whoosh", "whoosh")):
        searcher = IndexSearcher(tmp_path / "index", None, lambda: NOW, execution)  # type: ignore[arg-type]

        told = searcher.status().bytes

        assert told.keys() == {"documents", "facts", "names", "offers", words}
        assert all(size > 0 for size in told.values())

"""The searcher that answers from the index on this node, and follows it."""

from __future__ import annotations

import os
import threading
import weakref
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache, partial
from pathlib import Path
from typing import Any, Literal

from sqlalchemy.orm import sessionmaker

from directory.adapters import analysis
from directory.adapters.columns import ColumnWords
from directory.adapters.index_segments import (
    Opened,
    Part,
    Spoken,
    everything,
)
from directory.adapters.index_states import SegmentIndex, status_of
from directory.adapters.memory_words import ContainedWords
from directory.adapters.whoosh_words import WhooshWords
from directory.core.db import Session
from directory.core.logs import log
from directory.core.text import Language
from directory.outbox.queries import head
from directory.search.ports import (
    Content,
    FullText,
    Index,
    IndexStatus,
    IndexUnusableError,
    Remembered,
)
from directory.search.queries import State, answer, content, explained, page_of
from directory.search.rules.catalog import Catalog, Facts, pack_facts
from directory.search.rules.explained import Explained
from directory.search.rules.layers import Layer
from directory.search.rules.named import NamePart, Names, pack_names
from directory.search.rules.pages import Pages, Uses
from directory.search.rules.reading import read
from directory.search.rules.stored import Documents, Stored, pack_documents
from directory.search.rules.suggest import (
    OfferPart,
    Suggester,
    pack_offers,
)
from directory.search.rules.values import Asked, Reading, Results, Suggestion
from directory.vocabulary.rules import Term

logger = log("index")

MOST_READ = 64
"""Queries whose reading is remembered by a state: pages ask twice at once."""

LOOK_EVERY_S = 0.25
"""Seconds between looks at whether another state stands."""

DATABASE = "database"
"""Name of the state that is read from the database while there is no index."""

Execution = Literal["columns", "whoosh"]
"""What finds words: columns read from the engine's postings, or the engine."""

WORDS: Mapping[Execution, tuple[Part, Callable[[Sequence[Layer[Any]]], FullText]]] = {
    "columns": (Part.WORDS, ColumnWords),
    "whoosh": (Part.WHOOSH, WhooshWords),
}
OF_EVERYBODY = (Part.DOCUMENTS, Part.FACTS, Part.NAMES, Part.OFFERS)


@dataclass(frozen=True, slots=True)
class _Layers:
    """What the segments of one state contribute."""

    documents: Sequence[Layer[Stored]]
    facts: Sequence[Layer[Facts]]
    names: Sequence[Layer[NamePart]]
    offers: Sequence[Layer[OfferPart]]

    @classmethod
    def of(cls, opened: Opened) -> _Layers:
        return cls(*(opened.layers(part) for part in OF_EVERYBODY))

    @classmethod
    def packed(cls, found: Content) -> _Layers:
        """Return one segment that is in memory alone."""
        documents, terms = tuple(found.documents), tuple(found.terms)
        size = len(documents)

        def layer(part: Any) -> tuple[Layer[Any], ...]:
            return (Layer(part, 0, size, everything(size)),)

        return cls(
            layer(Stored(pack_documents(documents))),
            layer(Facts(pack_facts(documents, terms))),
            layer(NamePart(pack_names(documents, terms))),
            layer(OfferPart(pack_offers(documents))),
        )


@dataclass(frozen=True, slots=True)
class _Open:
    """One state with everything made from it; threads share it."""

    state: State
    status: IndexStatus
    suggester: Suggester
    pages: Pages


class IndexSearcher:
    """The port :class:`directory.search.ports.Searcher`, over the newest state.

    A request keeps the state that it began with. A newer one is opened beside,
    in a thread that begins with the first query of the process: what it shares
    with the one before is not opened again. It is put in its place at once; the
    older one is forgotten with its last reader.

    Args:
        folder: Where the index is kept.
        sessions: Makes sessions that only read, for when there is no index.
        clock: Returns the moment.
        execution: What finds words.
    """

    def __init__(
        self,
        folder: Path,
        sessions: sessionmaker[Session],
        clock: Callable[[], datetime],
        execution: Execution = "columns",
    ) -> None:
        """Open what stands."""
        self._index = SegmentIndex(folder)
        self._sessions = sessions
        self._clock = clock
        self._words_of, self._finding = WORDS[execution]
        self._opening = threading.Lock()
        self._compiled: tuple[tuple[Term, ...], Spoken] | None = None
        self._open: _Open | None = None
        self._before = Remembered(0, 0)
        self._followed_by = 0
        self._refusal = ""
        self.refresh()

    @property
    def index(self) -> Index:
        """Return the index that it reads."""
        return self._index

    def search(self, asked: Asked, language: Language) -> Results:
        """Answer a query."""
        return self._now().pages(asked, language)

    def found_by(self, asked: Asked, reading: Reading, language: Language) -> Results:
        """Answer a query as if it had been read so."""
        return page_of(self._now().state, asked, reading, language)

    def explain(self, asked: Asked, language: Language) -> Explained:
        """Answer a query and say why."""
        return explained(self._now().state, asked, language)

    def suggest(
        self, text: str, language: Language, limit: int = 8
    ) -> tuple[Suggestion, ...]:
        """Return what somebody who typed this may be looking for."""
        return self._now().suggester.suggest(text, limit, language)

    def reading(self, text: str, dropped: Iterable[str] = ()) -> Reading:
        """Return how a query is read."""
        return self._now().state.read(text, frozenset(dropped))

    def status(self) -> IndexStatus:
        """Return which state of the index answers."""
        return self._now().status

    def remembered(self) -> Remembered:
        """Return how often a page of results was made before."""
        now = self._open
        uses = now.pages.uses() if now else Uses(0, 0, 0)
        before = self._before
        return Remembered(before.hits + uses.hits, before.misses + uses.misses)

    def refresh(self) -> bool:
        """Open the newest state, if it is another; tell whether it was."""
        with self._opening:
            try:
                if self._open and self._index.folder.current() == self._name():
                    return False
                opened = self._index.open(
                    (*OF_EVERYBODY, self._words_of), is_spoken=True
                )
                assert opened.spoken is not None
                words = self._finding(opened.layers(self._words_of))
            except IndexUnusableError as error:
                return self._without(error)
            status = status_of(opened.kept, opened.about)
            status = replace(status, bytes=opened.bytes())
            terms = opened.vocabulary.terms
            self._take(status, terms, opened.spoken, _Layers.of(opened), words)
            self._compiled = None
            self._refusal = ""
            logger.info(
                "index.opened",
                generation=status.generation,
                documents=status.documents,
                position=status.position,
            )
            return True

    def _take(
        self,
        status: IndexStatus,
        terms: Sequence[Term],
        spoken: Spoken,
        layers: _Layers,
        words: FullText,
    ) -> None:
        """Answer from these segments from now on."""
        documents = Documents(layers.documents)
        catalog = Catalog.of(documents, layers.facts, terms)
        lexicon = spoken.lexicon.with_names(Names(layers.names, documents))
        state = State(
            generation=status.generation,
            catalog=catalog,
            words=words,
            # Centers and what stands beside them are found by one reading.
            read=lru_cache(MOST_READ)(partial(read, lexicon)),
            full_text=status.full_text,
        )
        suggester = Suggester(spoken.offers, layers.offers, documents)
        self._before = self.remembered()
        self._open = _Open(state, status, suggester, Pages(partial(answer, state)))

    def _name(self) -> str:
        return self._open.status.generation if self._open else ""

    def _without(self, error: IndexUnusableError) -> bool:
        """Go on without a usable index: with what is in memory, or the database."""
        reason = str(error.facts["reason"])
        if reason != self._refusal:
            self._refusal = reason
            logger.warning("index.unusable", reason=reason, generation=self._name())
        if self._open and self._open.status.full_text:
            return False
        with self._sessions() as session:
            if self._open and self._is_current(session):
                return False
            found = content(session, today=self._clock().date())
        terms = tuple(found.terms)
        if self._compiled is None or self._compiled[0] != terms:
            self._compiled = (terms, Spoken.of(terms))
        self._take(
            IndexStatus(
                generation=DATABASE,
                documents=len(found.documents),
                position=found.position,
                built_at=self._clock(),
                full_text=False,
                day=found.day,
            ),
            *self._compiled,
            _Layers.packed(found),
            ContainedWords(found.documents),
        )
        return True

    def _is_current(self, session: Session) -> bool:
        assert self._open is not None
        status = self._open.status
        return status.position == head(session) and status.day == self._clock().date()

    def _now(self) -> _Open:
        # Threads do not survive a fork: each process follows by itself.
        if self._followed_by != os.getpid():
            self._follow()
        assert self._open is not None
        return self._open

    def _follow(self) -> None:
        with self._opening:
            if self._followed_by == os.getpid():
                return
            self._followed_by = os.getpid()
        threading.Thread(
            target=_follow, args=(weakref.ref(self),), name="index-reader", daemon=True
        ).start()


_asleep = threading.Event()


def _follow(reference: weakref.ref[IndexSearcher]) -> None:
    """Look for newer states for as long as the searcher is used."""
    failed = ""
    while not _asleep.wait(LOOK_EVERY_S):
        searcher = reference()
        if searcher is None:
            return
        try:
            searcher.refresh()
            failed = ""
        except Exception as error:  # noqa: BLE001 (a thread's last resort)
            if type(error).__name__ != failed:
                failed = type(error).__name__
                logger.error("index.not-opened", error=failed)
        del searcher


def open_searcher(
    folder: Path,
    sessions: sessionmaker[Session],
    clock: Callable[[], datetime],
    execution: Execution = "columns",
) -> IndexSearcher:
    """Return the searcher of this process.

    Args:
        folder: Where this node keeps its index; the prepared dictionary of
            Chinese words is kept beside it.
        sessions: Makes sessions that only read.
        clock: Returns the moment, aware and in UTC.
        execution: What finds words.
    """
    words = folder.parent / "words"
    try:
        words.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError:
        # Without the folder the dictionary is prepared again at each start.
        analysis.load()
    else:
        analysis.load(words)
    return IndexSearcher(folder, sessions, clock, execution)

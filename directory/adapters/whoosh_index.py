"""The index on this node, and the searcher that answers from it."""

from __future__ import annotations

import os
import threading
import weakref
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import sessionmaker

from directory.adapters import analysis
from directory.adapters.memory_words import ContainedWords
from directory.adapters.whoosh_states import WhooshIndex, status_of, terms_of
from directory.adapters.whoosh_words import TERMS, Opened
from directory.core.db import Session
from directory.core.logs import log
from directory.core.text import Language
from directory.outbox.queries import head
from directory.search.ports import (
    FullText,
    Index,
    IndexStatus,
    IndexUnusableError,
)
from directory.search.queries import State, answer, content
from directory.search.rules import catalog, suggest
from directory.search.rules.documents import IndexDocument
from directory.search.rules.layers import Layer
from directory.search.rules.lexicon import Lexicon
from directory.search.rules.named import NamePart, pack_names
from directory.search.rules.named import Names as NamesOf
from directory.search.rules.names import Spelling
from directory.search.rules.reading import read
from directory.search.rules.stored import Documents
from directory.search.rules.values import (
    Asked,
    Concept,
    Kind,
    Reading,
    Results,
    Suggestion,
)
from directory.vocabulary.rules import Form, Term

logger = log("index")

LOOK_EVERY_S = 0.25
"""Seconds between looks at whether another state stands."""

DATABASE = "database"
"""Name of the state that is read from the database while there is no index."""

Names = tuple[tuple[Term, ...], tuple[Spelling, ...]]
"""The vocabulary, and how the names of documents are written."""


@dataclass(frozen=True, slots=True)
class _Reader:
    """What queries and beginnings of words are understood by; threads share it.

    Args:
        made_of: The vocabulary and the names that the rest was compiled from.
    """

    lexicon: Lexicon
    suggester: suggest.Suggester
    made_of: Names

    def read(self, text: str, dropped: frozenset[str]) -> Reading:
        """Return how a query is read."""
        return read(self.lexicon, text, dropped)


def _compiled(names: Names, found: catalog.Catalog) -> _Reader:
    documents = list(found.documents)
    part = NamePart(pack_names(documents, names[0]))
    layer = Layer(part, 0, len(documents), (1 << len(documents)) - 1)
    named = NamesOf([layer], Documents.of(documents))
    lexicon = Lexicon.compiled(names[0]).with_names(named)
    return _Reader(lexicon, suggest.build(found, names[0]), names)


@dataclass(frozen=True, slots=True)
class _Open:
    """One state with everything made from it; threads share it."""

    state: State
    status: IndexStatus
    reader: _Reader
    names: Names
    """What a reader of exactly these documents would be compiled from."""


class WhooshSearcher:
    """The port :class:`directory.search.ports.Searcher`, over the newest state.

    A request keeps the state that it began with. A newer one is opened beside,
    in a thread that begins with the first query of the process, and put in its
    place at once; the older one is forgotten with its last reader.

    Args:
        folder: Where the index is kept.
        sessions: Makes sessions that only read, for when there is no index.
        clock: Returns the moment.
    """

    def __init__(
        self,
        folder: Path,
        sessions: sessionmaker[Session],
        clock: Callable[[], datetime],
    ) -> None:
        """Open what stands."""
        self._index = WhooshIndex(folder)
        self._sessions = sessions
        self._clock = clock
        self._opening = threading.Lock()
        self._putting = threading.Lock()
        self._is_compiling = False
        self._terms: tuple[str, tuple[Term, ...]] | None = None
        self._open: _Open | None = None
        self._followed_by = 0
        self._refusal = ""
        self.refresh()

    @property
    def index(self) -> Index:
        """Return the index that it reads."""
        return self._index

    def search(self, asked: Asked, language: Language) -> Results:
        """Answer a query."""
        return answer(self._now().state, asked, language)

    def suggest(
        self, text: str, language: Language, limit: int = 8
    ) -> tuple[Suggestion, ...]:
        """Return what somebody who typed this may be looking for."""
        del language  # every language may be typed on every page
        now = self._now()
        places = now.state.catalog.places
        # What was withdrawn a moment ago may still be known by name.
        return tuple(
            one
            for one in now.reader.suggester.suggest(text, limit)
            if one.kind not in set(Kind) or f"{one.kind}:{one.key}" in places
        )

    def reading(self, text: str, dropped: Iterable[str] = ()) -> Reading:
        """Return how a query is read."""
        return self._now().state.read(text, frozenset(dropped))

    def status(self) -> IndexStatus:
        """Return which state of the index answers."""
        return self._now().status

    def refresh(self) -> bool:
        """Open the newest state, if it is another; tell whether it was."""
        with self._opening:
            try:
                if self._open and self._index.files.current() == self._name():
                    return False
                kept, found = self._index.read()
                terms = self._terms_of(found)
            except IndexUnusableError as error:
                return self._without(error)
            self._take(
                status_of(kept.name, found),
                found.documents,
                terms,
                found.words,
            )
            self._refusal = ""
            logger.info(
                "index.opened",
                generation=kept.name,
                documents=len(found.documents),
                position=status_of(kept.name, found).position,
            )
            return True

    def _terms_of(self, found: Opened) -> tuple[Term, ...]:
        """Return the vocabulary; the same object while it is the same text."""
        if self._terms is None or self._terms[0] != found.about[TERMS]:
            self._terms = (found.about[TERMS], terms_of(found))
        return self._terms[1]

    def _take(
        self,
        status: IndexStatus,
        documents: tuple[IndexDocument, ...],
        terms: tuple[Term, ...],
        words: FullText,
    ) -> None:
        """Answer from these documents from now on.

        Names and vocabulary seldom change and take longest to compile. That is
        done beside; until then queries are read by those of the state before, and
        a new name is found by its words.
        """
        found = catalog.build(documents, terms)
        names = (terms, spellings(documents))
        reader = self._open.reader if self._open else _compiled(names, found)

        with self._putting:
            if self._open:
                reader = self._open.reader
            state = State(
                generation=status.generation,
                catalog=found,
                words=words,
                read=reader.read,
                full_text=status.full_text,
            )
            self._open = _Open(state, status, reader, names)
            if reader.made_of == names or self._is_compiling:
                return
            self._is_compiling = True
        threading.Thread(target=self._compile, name="index-names", daemon=True).start()

    def _compile(self) -> None:
        """Compile names and vocabulary until they are those of the documents."""
        while True:
            with self._putting:
                now = self._open
                if now is None or now.reader.made_of == now.names:
                    self._is_compiling = False
                    return
            try:
                reader = _compiled(now.names, now.state.catalog)
            except BaseException:
                self._is_compiling = False
                raise
            with self._putting:
                assert self._open is not None
                self._open = replace(
                    self._open,
                    reader=reader,
                    state=replace(self._open.state, read=reader.read),
                )

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
            all_of_it = content(session, today=self._clock().date())
        self._take(
            IndexStatus(
                generation=DATABASE,
                documents=len(all_of_it.documents),
                position=all_of_it.position,
                built_at=self._clock(),
                full_text=False,
                day=all_of_it.day,
            ),
            tuple(all_of_it.documents),
            tuple(all_of_it.terms),
            ContainedWords(all_of_it.documents),
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


def _follow(reference: weakref.ref[WhooshSearcher]) -> None:
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


def spellings(documents: Iterable[IndexDocument]) -> tuple[Spelling, ...]:
    """Return how the names of documents are written, for reading queries."""
    found: list[Spelling] = []
    for one in documents:
        kind = Concept(one.kind.value)
        if one.kind is not Kind.GUIDE:
            found += (
                Spelling(kind, one.slug, text, language, city=one.city)
                for language, text in one.names.items()
            )
            found += (
                Spelling(kind, one.slug, text, city=one.city) for text in one.aliases
            )
        found += (
            Spelling(kind, one.slug, text, form=Form.QUESTION) for text in one.questions
        )
    return tuple(found)


def open_searcher(
    folder: Path, sessions: sessionmaker[Session], clock: Callable[[], datetime]
) -> WhooshSearcher:
    """Return the searcher of this process.

    Args:
        folder: Where this node keeps its index; the prepared dictionary of
            Chinese words is kept beside it.
        sessions: Makes sessions that only read.
        clock: Returns the moment, aware and in UTC.
    """
    words = folder.parent / "words"
    try:
        words.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError:
        # Without the folder the dictionary is prepared again at each start.
        analysis.load()
    else:
        analysis.load(words)
    return WhooshSearcher(folder, sessions, clock)

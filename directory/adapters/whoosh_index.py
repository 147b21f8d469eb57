"""The index on this node, and the searcher that answers from it."""

from __future__ import annotations

import json
import os
import threading
import weakref
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from pydantic import TypeAdapter
from sqlalchemy.orm import sessionmaker

from directory.adapters import analysis
from directory.adapters.index_files import IndexFiles, Kept
from directory.adapters.memory_words import ContainedWords
from directory.adapters.whoosh_words import (
    ABOUT,
    TERMS,
    Opened,
    about_text,
    format_digest,
    opened,
    written,
)
from directory.core.db import Session
from directory.core.logs import log
from directory.core.text import Language
from directory.outbox.queries import head
from directory.search.ports import (
    Changed,
    Content,
    FullText,
    Index,
    IndexStatus,
    IndexUnusableError,
)
from directory.search.queries import State, answer, content
from directory.search.rules import catalog, suggest
from directory.search.rules.documents import IndexDocument
from directory.search.rules.lexicon import Lexicon
from directory.search.rules.names import Spelling
from directory.search.rules.reading import read
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

_TERMS = TypeAdapter(tuple[Term, ...])


class WhooshIndex:
    """The port :class:`directory.search.ports.Index`, in a folder.

    Args:
        folder: Where it is kept, for this node alone.
    """

    def __init__(self, folder: Path) -> None:
        """Remember the folder."""
        self.files = IndexFiles(folder)

    def read(self) -> tuple[Kept, Opened]:
        """Return the state that stands, checked and opened.

        Raises:
            IndexUnusableError: With the reason.
        """
        kept = self.files.read()
        if kept.about.get("format") != format_digest():
            raise IndexUnusableError(reason="format", state=kept.name)
        try:
            return kept, opened(kept.files)
        except Exception as error:
            # What the engine raises on a broken file is not a closed list.
            raise IndexUnusableError(reason="damaged", state=kept.name) from error

    def state(self) -> IndexStatus:
        """Return what stands on disk now."""
        kept, found = self.read()
        return _status(kept.name, found)

    def stands(self, generation: str) -> bool:
        """Tell whether this state stands."""
        try:
            return self.files.current() == generation
        except IndexUnusableError:
            return False

    def digests(self) -> Mapping[str, str]:
        """Return the digest of each document on disk, by id."""
        return {one.id: one.digest for one in self.read()[1].documents}

    def writing(self) -> AbstractContextManager[bool]:
        """Hold the one place of writer on this node, if it is free."""
        return self.files.writing()

    def rebuild(self, content: Content, built_at: datetime) -> str:
        """Write everything anew beside, swap it in, and return its name."""
        about = {
            ABOUT: _about(content.position, content.day, built_at),
            TERMS: _TERMS.dump_json(tuple(content.terms)).decode(),
        }
        files = written(None, (), content.documents, about)
        return self.files.write(files, {"format": format_digest()}, None).name

    def apply(self, changed: Changed, built_at: datetime) -> str:
        """Bring the index to a later position; return the new name."""
        kept, found = self.read()
        day = date.fromisoformat(json.loads(found.about[ABOUT])["day"])
        about = {ABOUT: _about(changed.position, day, built_at)}
        files = written(kept.files, changed.gone, changed.documents, about)
        return self.files.write(files, {"format": format_digest()}, kept).name

    def sweep(self) -> int:
        """Remove what a writer left behind; return how many states."""
        return self.files.sweep()


def _about(position: int, day: date, built_at: datetime) -> str:
    return about_text(
        {
            "position": position,
            "day": day.isoformat(),
            "built_at": built_at.isoformat(),
        }
    )


def _status(name: str, found: Opened) -> IndexStatus:
    about = json.loads(found.about[ABOUT])
    return IndexStatus(
        generation=name,
        documents=len(found.documents),
        position=about["position"],
        built_at=datetime.fromisoformat(about["built_at"]),
        full_text=True,
        day=date.fromisoformat(about["day"]),
    )


@dataclass(frozen=True, slots=True)
class _Open:
    """One state with everything made from it; threads share it."""

    state: State
    status: IndexStatus
    suggester: suggest.Suggester
    lexicon: Lexicon
    made_of: tuple[tuple[Term, ...], tuple[Spelling, ...]]
    """What the lexicon was compiled from: that takes longest, and names and
    vocabulary seldom change."""


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
        return self._now().suggester.suggest(text, limit)

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
            except IndexUnusableError as error:
                return self._without(error)
            self._open = _prepare(
                self._open,
                _status(kept.name, found),
                found.documents,
                _TERMS.validate_json(found.about[TERMS]),
                found.words,
            )
            self._refusal = ""
            logger.info(
                "index.opened",
                generation=kept.name,
                documents=len(found.documents),
                position=self._open.status.position,
            )
            return True

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
        self._open = _prepare(
            self._open,
            IndexStatus(
                generation=DATABASE,
                documents=len(all_of_it.documents),
                position=all_of_it.position,
                built_at=self._clock(),
                full_text=False,
                day=all_of_it.day,
            ),
            all_of_it.documents,
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


def _prepare(
    before: _Open | None,
    status: IndexStatus,
    documents: Iterable[IndexDocument],
    terms: tuple[Term, ...],
    words: FullText,
) -> _Open:
    documents = tuple(documents)
    found = catalog.build(documents, terms)
    made_of = (terms, spellings(documents))
    lexicon = (
        before.lexicon
        if before and before.made_of == made_of
        else Lexicon.build(*made_of)
    )
    state = State(
        generation=status.generation,
        catalog=found,
        words=words,
        read=lambda text, dropped: read(lexicon, text, dropped),
        full_text=status.full_text,
    )
    return _Open(state, status, suggest.build(found, terms), lexicon, made_of)


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

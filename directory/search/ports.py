"""What the search needs from outside: an engine for words, kept on disk."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol

from directory.core.errors import DirectoryError
from directory.core.text import Language
from directory.search.rules.documents import IndexDocument
from directory.search.rules.explained import Explained
from directory.search.rules.values import Asked, Reading, Results, Suggestion
from directory.search.rules.words import Matches, Reason
from directory.vocabulary.rules import Term


class IndexUnusableError(DirectoryError):
    """The index is missing, damaged, of another format, or open to others.

    ``reason`` is ``missing``, ``damaged``, ``format`` or ``permissions``.
    """

    code = "index.unusable"


class FullText(Protocol):
    """Finds words in the documents of one generation; safe between threads."""

    def find(self, text: str) -> Matches:
        """Return what has words of the text, by place among the documents."""

    def explain(self, text: str, place: int) -> tuple[Reason, ...]:
        """Return every way in which one document has a word of the text."""


@dataclass(frozen=True, slots=True)
class IndexStatus:
    """Which state of the index answers.

    Args:
        generation: Its name; ``database`` while there is no index.
        documents: How many documents it has.
        position: Place in the feed of changes that it speaks for.
        built_at: When it was written, aware and in UTC.
        full_text: False while the database answers in place of the index.
        day: The day against which facts were judged overdue.
        removed: How many documents were changed or withdrawn while their words
            still stand in files that nobody is answered from.
        segments: How many groups of documents were written together.
        bytes: How much there is of each part of the segments: on disk, or in
            memory where a searcher says it.
    """

    generation: str
    documents: int
    position: int
    built_at: datetime
    full_text: bool
    day: date
    removed: int = 0
    segments: int = 0
    bytes: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Remembered:
    """How often a page of results was made before.

    Args:
        hits: Pages that were given again, since the process began.
        misses: Pages that had to be made.
    """

    hits: int
    misses: int


@dataclass(frozen=True, slots=True)
class Content:
    """Everything that an index is made of.

    Args:
        documents: Every published thing, in any order.
        terms: The vocabulary that queries are read by.
        position: Place in the feed of changes that this speaks for.
        day: The day against which facts were judged overdue.
    """

    documents: Sequence[IndexDocument]
    terms: Sequence[Term]
    position: int
    day: date


@dataclass(frozen=True, slots=True)
class Changed:
    """What differs from the state that the index has.

    Args:
        gone: Ids of everything that changed or was withdrawn.
        documents: What those that are still published say now.
        position: Place in the feed of changes that is then reached.
        day: The day against which facts were judged overdue, if that is another.
    """

    gone: frozenset[str]
    documents: Sequence[IndexDocument]
    position: int
    day: date | None = None


class Merge(Protocol):
    """Segments of the index that are to be packed again as one."""

    @property
    def documents(self) -> int:
        """Return how many documents have to be packed."""

    @property
    def removed(self) -> int:
        """Return how many are left out, with their words."""

    def pack(self) -> None:
        """Pack them, from what is in memory; this needs no place of writer."""


class Index(Protocol):
    """The index as it is kept on this node."""

    def state(self) -> IndexStatus:
        """Return what stands on disk now.

        Raises:
            IndexUnusableError: With the reason.
        """

    def check(self) -> IndexStatus:
        """Return what stands on disk, after reading some of its bytes again.

        Called often enough it reads all of them, in turn.

        Raises:
            IndexUnusableError: With the reason.
        """

    def stands(self, generation: str) -> bool:
        """Tell, at the price of one small file, whether this state stands."""

    def digests(self) -> Mapping[str, str]:
        """Return the digest of each document on disk, by id.

        Raises:
            IndexUnusableError: With the reason.
        """

    def writing(self) -> AbstractContextManager[bool]:
        """Hold the one place of writer on this node, if it is free.

        What the block is given says whether it was.
        """

    def merging(self) -> AbstractContextManager[bool]:
        """Hold the one place on this node of packing beside the writer.

        What the block is given says whether it was free.
        """

    def rebuild(self, content: Content, built_at: datetime) -> str:
        """Write everything anew beside, swap it in, and return its name.

        Raises:
            OSError: If it could not be written; the old one then stands.
        """

    def update(self, content: Content, built_at: datetime) -> str:
        """Bring the index to a content, writing what differs; return the new name.

        Raises:
            OSError: If it could not be written; the old one then stands.
        """

    def apply(self, changed: Changed, built_at: datetime) -> str:
        """Bring the index to a later position; return the new name.

        Documents and position become visible together or not at all.

        Raises:
            OSError: If it could not be written; the old one then stands.
            IndexUnusableError: If the one on disk cannot be built upon.
        """

    def due(self, quiet_s: float) -> Merge | None:
        """Return what should be packed again, if anything.

        Args:
            quiet_s: Seconds since the last change.

        Raises:
            IndexUnusableError: If the one on disk cannot be read.
        """

    def put(self, merge: Merge) -> str | None:
        """Let what was packed stand for what it was made of; return the new name.

        Nothing is done if that does not stand any longer.

        Raises:
            OSError: If it could not be written; the old one then stands.
            IndexUnusableError: If the one on disk cannot be built upon.
        """

    def sweep(self) -> int:
        """Remove what a writer left behind; return how many states."""


class Searcher(Protocol):
    """Answers queries; one for a process, safe to share between threads."""

    @property
    def index(self) -> Index:
        """Return the index that it reads."""

    def search(self, asked: Asked, language: Language) -> Results:
        """Answer a query.

        Args:
            asked: Words, filters, order, page.
            language: The reader's; it orders names.
        """

    def found_by(self, asked: Asked, reading: Reading, language: Language) -> Results:
        """Answer a query as if it had been read so; for trying other words.

        Args:
            asked: Words, filters, order, page.
            reading: How the words are to be taken.
            language: The reader's; it orders names.
        """

    def explain(self, asked: Asked, language: Language) -> Explained:
        """Answer a query and say why; for operators, and slower."""

    def suggest(
        self, text: str, language: Language, limit: int = 8
    ) -> tuple[Suggestion, ...]:
        """Return what somebody who typed this may be looking for."""

    def reading(self, text: str, dropped: Iterable[str] = ()) -> Reading:
        """Return how a query is read."""

    def status(self) -> IndexStatus:
        """Return which state of the index answers."""

    def remembered(self) -> Remembered:
        """Return how often a page of results was made before."""

    def refresh(self) -> bool:
        """Open the newest state, if it is another; tell whether it was.

        Requests go on with the one that they began with.
        """

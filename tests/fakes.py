"""The outside world, invented: it does what a test tells it to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import BinaryIO

from directory.core.files import (
    FileMissingError,
    FileRefusedError,
    FilesUnavailableError,
    Flaw,
    ImagesTold,
    ScannerUnavailableError,
    Stored,
    check_area,
    check_key,
)
from directory.core.paper import PaperUnavailableError
from directory.core.text import Language
from directory.outbox.ports import Mail
from directory.search.ports import Index, IndexStatus, IndexUnusableError, Remembered
from directory.search.rules.values import Asked, Reading, Results, Suggestion
from tests.conftest import NOW

STATUS = IndexStatus(
    generation="invented",
    documents=2,
    position=0,
    built_at=NOW,
    full_text=True,
    day=NOW.date(),
    segments=1,
    bytes={"documents": 100, "words": 200},
)


@dataclass
class FakeIndex:
    """An index on disk that is as well as it is told to be.

    Args:
        reason: Why it cannot be used, if it cannot.
    """

    reason: str | None = None

    def state(self) -> IndexStatus:
        """Return what stands on disk, or refuse."""
        if self.reason:
            raise IndexUnusableError(reason=self.reason)
        return STATUS


@dataclass
class FakeSearcher:
    """Answers every question alike, and keeps what it was asked.

    Args:
        results: What it answers.
        now: What it says of itself, or why it cannot.
        fault: Raised instead of an answer, if there is one.
    """

    results: Results | None = None
    now: IndexStatus | OSError = STATUS
    fault: Exception | None = None
    kept: FakeIndex = field(default_factory=FakeIndex)
    asked: list[tuple[Asked, Language]] = field(default_factory=list)

    @property
    def index(self) -> Index:
        """Return an index of which only the state is known."""
        return self.kept  # type: ignore[return-value]

    def search(self, asked: Asked, language: Language) -> Results:
        """Return what it was told to."""
        self.asked.append((asked, language))
        if self.fault:
            raise self.fault
        nothing = Results(Reading("", language), 0, 0, 1, 20, (), {})
        found = self.results or nothing
        return replace(
            found,
            reading=replace(found.reading, text=asked.text),
            page=asked.page,
            per_page=asked.per_page,
        )

    def found_by(self, asked: Asked, reading: Reading, language: Language) -> Results:
        """Return what it was told to, whatever was read."""
        assert isinstance(reading, Reading)
        return self.search(asked, language)

    def suggest(
        self, text: str, language: Language, limit: int = 8
    ) -> tuple[Suggestion, ...]:
        """Return nothing."""
        assert text is not None
        assert language in Language
        assert limit > 0
        return ()

    def reading(self, text: str, dropped: Iterable[str] = ()) -> Reading:
        """Read nothing into a text."""
        assert not isinstance(dropped, str)
        return Reading(text, Language.EN)

    def status(self) -> IndexStatus:
        """Return what it was told to say of itself."""
        if isinstance(self.now, OSError):
            raise self.now
        return self.now

    def remembered(self) -> Remembered:
        """Return that each page was made anew."""
        return Remembered(0, len(self.asked))

    def refresh(self) -> bool:
        """Never change."""
        return False


@dataclass
class MemoryMailer:
    """Keeps mail in memory, or does with it what it is told.

    Args:
        fault: Raised instead of taking mail, if there is one.
        sent: What it took, in this order.
    """

    fault: Exception | None = None
    sent: list[Mail] = field(default_factory=list)

    def send(self, mail: Mail) -> None:
        """Take a mail."""
        if self.fault:
            raise self.fault
        self.sent.append(mail)


@dataclass
class MemoryStore:
    """Keeps objects in memory, or is away.

    Args:
        is_away: Whether it cannot be reached.
        now: When what is put now was put.
        objects: What it holds.
    """

    is_away: bool = False
    now: datetime = NOW
    objects: dict[str, tuple[bytes, datetime]] = field(default_factory=dict)

    def _ask(self) -> None:
        if self.is_away:
            raise FilesUnavailableError(reason="invented")

    def put(self, key: str, chunks: Iterable[bytes]) -> None:
        """Keep an object, if it can be reached to its end."""
        self._ask()
        whole = b"".join(chunks)
        self._ask()
        self.objects[check_key(key)] = (whole, self.now)

    def open(self, key: str) -> Iterator[bytes]:
        """Return an object in two chunks."""
        self._ask()
        if check_key(key) not in self.objects:
            raise FileMissingError(key=key)
        whole = self.objects[key][0]
        return iter((whole[:1000], whole[1000:]))

    def delete(self, key: str) -> None:
        """Delete an object."""
        self._ask()
        self.objects.pop(check_key(key), None)

    def keys(self, area: str) -> Iterator[Stored]:
        """Yield the objects of an area."""
        self._ask()
        for key, (_, at) in list(self.objects.items()):
            if key.startswith(check_area(area) + "/"):
                yield Stored(key, at)

    def tidy(self, older_than: timedelta) -> int:
        """Have nothing to tidy."""
        assert older_than > timedelta(0)
        return 0


@dataclass
class FakeScanner:
    """Finds what it is told to find, and keeps what it was shown.

    Args:
        finds: Name of what it finds in everything.
        is_away: Whether it cannot be reached.
    """

    finds: str | None = None
    is_away: bool = False
    shown: list[bytes] = field(default_factory=list)

    def scan(self, chunks: Iterable[bytes]) -> str | None:
        """Return what it was told to find."""
        if self.is_away:
            raise ScannerUnavailableError(reason="invented")
        self.shown.append(b"".join(chunks))
        return self.finds


@dataclass
class FakeCleaner:
    """Takes a file as it is but for a mark at its end, or refuses it.

    Args:
        flaw: Why it refuses.
    """

    flaw: Flaw | None = None
    mark: bytes = b" cleaned"

    def clean(self, source: BinaryIO, media_type: str, into: BinaryIO) -> None:
        """Copy, or refuse."""
        assert "/" in media_type
        if self.flaw:
            raise FileRefusedError(self.flaw)
        source.seek(0)
        into.write(source.read() + self.mark)
        into.seek(0)

    def clean_images(
        self,
        source: BinaryIO,
        media_type: str,
        into: BinaryIO,
        *,
        uid_key: bytes | None = None,
    ) -> ImagesTold:
        """Copy, or refuse; say an invented name unless names are taken out."""
        self.clean(source, media_type, into)
        says = {} if uid_key else {"patient-name": ("Zq Invented",)}
        return ImagesTold(images=1, says=says, private=0, is_burned_in=False)


@dataclass
class FakePaper:
    """Sets every page as the same few bytes, and keeps what it was given.

    Args:
        reason: Why it cannot, if it cannot.
        given: Pages with their titles and languages, as they came.
    """

    reason: str | None = None
    given: list[tuple[str, str, Language]] = field(default_factory=list)

    def pdf(self, html: str, *, title: str, language: Language) -> bytes:
        """Keep the page, or refuse."""
        if self.reason:
            raise PaperUnavailableError(reason=self.reason)
        self.given.append((html, title, language))
        return b"%PDF-1.7 invented"

    def is_available(self) -> bool:
        """Tell whether it can."""
        return self.reason != "missing"

"""The outside world, invented: it does what a test tells it to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from directory.core.text import Language
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

"""Facts drawn at random and looked at again: how, and what that shows."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from directory.core.errors import DirectoryError
from directory.knowledge.rules.intervals import wilson
from directory.submissions.rules.states import SampleVerdict

SIZE = 50
"""Facts of a sample, unless another number is asked for: an afternoon's work."""

MOST = 500
"""Facts of a sample at most."""


class SampleOpenError(DirectoryError):
    """A sample is being checked; the next is drawn when it is done."""

    code = "sample.open"


class SampleCompletedError(DirectoryError):
    """The sample is done; what was found stands as it was published."""

    code = "sample.completed"


class SampleSizeError(DirectoryError):
    """No sample of this size can be drawn."""

    code = "sample.size"


@dataclass(frozen=True, slots=True, order=True)
class Drawable:
    """A fact that may be drawn.

    Args:
        kind: Of its listing.
        slug: Public name of its listing.
        field: Its place.
        listing: Row of its listing.
        version: Number of the version that readers see.
    """

    kind: str
    slug: str
    field: str
    listing: int
    version: int


@dataclass(frozen=True, slots=True)
class Share:
    """How many facts of a sample hold.

    Args:
        by_verdict: How many came to each verdict, none left out.
        of: All that were checked.
        percent: Those that hold, of a hundred.
        low: Lower end of the 95% Wilson interval, in percent.
        high: Upper end.
    """

    by_verdict: Mapping[SampleVerdict, int]
    of: int
    percent: float
    low: float
    high: float


def drawn(facts: Iterable[Drawable], size: int, seed: str) -> tuple[Drawable, ...]:
    """Return the facts of a sample, in the order in which they are looked at.

    They are those whose digests with the seed are lowest (SHA-256 of
    ``seed:kind:slug:field``), so that anybody can draw the same ones again.

    Args:
        facts: All that state something.
        size: How many.
        seed: Any words; published with the sample.

    Raises:
        SampleSizeError: If there are not that many, or too many are asked for.
    """
    known = tuple(facts)
    if not 0 < size <= min(MOST, len(known)):
        raise SampleSizeError(size=size, of=len(known), most=MOST)

    def lot(fact: Drawable) -> str:
        words = f"{seed}:{fact.kind}:{fact.slug}:{fact.field}"
        return hashlib.sha256(words.encode()).hexdigest()

    return tuple(sorted(known, key=lot)[:size])


def share(verdicts: Iterable[SampleVerdict]) -> Share | None:
    """Return how many facts hold; nothing if none was checked."""
    found = Counter(verdicts)
    of = found.total()
    if not of:
        return None
    percent = 100 * found[SampleVerdict.HOLDS] / of
    low, high = wilson(percent, of)
    by_verdict = {verdict: found[verdict] for verdict in SampleVerdict}
    return Share(by_verdict, of, percent, low, high)

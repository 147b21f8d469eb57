"""What is told about listings as a whole: counts, history, and where each stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from directory.core.text import Text
from directory.listings.rules.authority import Word, word
from directory.listings.rules.differences import Difference


@dataclass(frozen=True, slots=True)
class VersionView:
    """One version of a listing, and what it changed.

    Args:
        number: From 1.
        published_at: When readers first saw it.
        authority: On whose word.
        digest: SHA-256 of its document.
        changes: Field by field against the version before; for the first,
            every field.
    """

    number: int
    published_at: datetime
    authority: str
    digest: str
    changes: tuple[Difference, ...]

    @property
    def word(self) -> Word:
        """Return on whose word it was published."""
        return word(self.authority)


@dataclass(frozen=True, slots=True)
class Change:
    """What one version changed in one field.

    Args:
        version: The version.
        difference: In that field.
    """

    version: VersionView
    difference: Difference


@dataclass(frozen=True, slots=True)
class RecentView:
    """A version of a listing that is published now.

    Args:
        kind: ``center`` or ``facilitator``.
        slug: Its public name.
        names: Its names by language, as this version has them.
        version: The version, and what it changed.
    """

    kind: str
    slug: str
    names: Text
    version: VersionView


@dataclass(frozen=True, slots=True)
class Between:
    """What is different from one version of a listing to another.

    Args:
        earlier: Its number.
        later: Its number, the greater of the two.
        changes: Field by field.
    """

    earlier: int
    later: int
    changes: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class Provenance:
    """How the facts of published listings are known.

    Args:
        by_city: Facts of centers by city, then by basis.
        overdue: Facts that should have been checked again, by city; those of
            facilitators under an empty key.
        by_source: Facts that a source bears out, by kind of source; under an
            empty key where the kind is not known.
        sources: How many different pages and papers are relied on.
    """

    by_city: Mapping[str, Mapping[str, int]]
    overdue: Mapping[str, int]
    by_source: Mapping[str, int]
    sources: int


@dataclass(frozen=True, slots=True)
class Counts:
    """How much is known, and how well.

    Args:
        centers: Published ones.
        facilitators: Published ones.
        drafts: Listings that wait for a moderator.
        facts: Facts of published listings by basis; ``not-stated`` for those
            that state nothing.
        capabilities: Likewise, of centers' capabilities only.
        values: Capabilities by value, e.g. ``yes``.
        centers_by_city: By vocabulary key.
        facts_by_city: Facts of centers by city, then by basis.
        overdue: Facts that state something and should have been checked again.
    """

    centers: int
    facilitators: int
    drafts: int
    facts: Mapping[str, int]
    capabilities: Mapping[str, int]
    values: Mapping[str, int]
    centers_by_city: Mapping[str, int]
    facts_by_city: Mapping[str, Mapping[str, int]]
    overdue: int


@dataclass(frozen=True, slots=True)
class Lately:
    """What happened to published listings since a day.

    Args:
        since: That day.
        added: Listings that were published for the first time.
        changed: Versions after the first that were published.
        checked: Facts that stand now, say something, and were looked at.
    """

    since: date
    added: int
    changed: int
    checked: int


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a listing stands.

    Args:
        state: ``draft``, ``published`` or ``withdrawn``.
        authority: On whose word it stands as it does; of a withdrawn listing,
            who withdrew it.
    """

    state: str
    authority: str

"""What the index keeps of one published thing: names, exact values, words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from hashlib import sha256

import msgspec

from directory.core.text import Text
from directory.search.rules.values import Kind


class Standing(StrEnum):
    """What is known of one thing that may be asked for.

    The words are those of :class:`directory.search.rules.values.Why`.
    """

    YES = "yes"
    """Stated, with a source, and its re-check is not overdue."""

    OVERDUE = "overdue"
    """Stated with a source, but it should have been looked at again."""

    UNVERIFIED = "unverified"
    """Said to be so from general knowledge; no source was found."""

    NOT_STATED = "not-stated"
    REFUSED = "refused"
    CONFLICTING = "conflicting"
    NO = "no"

    @property
    def is_affirmed(self) -> bool:
        """Whether somebody says yes, sourced or not."""
        return self in AFFIRMED


AFFIRMED = frozenset({Standing.YES, Standing.OVERDUE, Standing.UNVERIFIED})

BEST_FIRST = tuple(Standing)
"""Of two statements on one thing the one named first here counts."""

FACETS = (
    "city",
    "capability",
    "therapy",
    "indication",
    "route",
    "type",
    "language",
    "audience",
)
"""Fields with exact values, in the order in which pages show them."""

ROUTE_OF = "route-of."
"""Begins the name of the values that say by which routes a licensed product is
known here other than being given: ``route-of.zevor-cel``, then the route."""

Values = Mapping[str, Mapping[str, Standing]]
"""Facet, then key, then what is known. A key that is absent is not stated."""


@dataclass(frozen=True, slots=True)
class IndexDocument:
    """One published center, facilitator, therapy or guide, as the index has it.

    It holds published public fields only.

    Args:
        kind: What it is.
        slug: Its public name.
        names: Its names by language.
        aliases: Other and former names, codes, abbreviations.
        city: Vocabulary key, for centers.
        values: What is known, by facet and key, as stated: an indication's
            broader ones follow from the vocabulary.
        needs: Labels and synonyms of what it has (therapies, indications,
            capabilities), for matches in words.
        text: Further words by language.
        questions: Ways in which people ask for it, for guides.
        sections: For each question the part of the guide that answers it, or
            nothing if the whole does; empty if that holds for all.
        verified_on: Latest day on which one of its facts was checked.
        evidence: How well CAR-T itself is borne out, for centers.
        evidence_level: The same in the listing's own terms.
        position: Place among its kind, where an editor has set an order.
    """

    kind: Kind
    slug: str
    names: Text
    aliases: tuple[str, ...] = ()
    city: str | None = None
    values: Values = field(default_factory=dict)
    needs: tuple[str, ...] = ()
    text: Text = field(default_factory=dict)
    questions: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()
    verified_on: date | None = None
    evidence: Standing = Standing.NOT_STATED
    evidence_level: str | None = None
    position: int = 0

    @property
    def id(self) -> str:
        """Return its name in the feed of changes, e.g. ``center:nanfang-hospital``."""
        return f"{self.kind.value}:{self.slug}"

    @property
    def digest(self) -> str:
        """Return the SHA-256 of everything that it says, in hexadecimal."""
        return sha256(encoded(self)).hexdigest()

    def standing(self, facet: str, key: str) -> Standing:
        """Return what is known of one value."""
        return self.values.get(facet, {}).get(key, Standing.NOT_STATED)


def encoded(document: IndexDocument) -> bytes:
    """Return a document as JSON, the same bytes for the same document."""
    return _ENCODER.encode(document)


def decoded(content: bytes | memoryview) -> IndexDocument:
    """Return the document that :func:`encoded` wrote.

    Raises:
        ValueError: If it is not one.
    """
    try:
        return _DECODER.decode(content)
    except msgspec.MsgspecError as error:
        raise ValueError(f"not a document of the index: {error}") from error


def better(one: Standing, other: Standing) -> Standing:
    """Return the statement that counts of two on the same thing."""
    return min(one, other, key=BEST_FIRST.index)


_ENCODER = msgspec.json.Encoder(order="sorted")
_DECODER = msgspec.json.Decoder(IndexDocument)

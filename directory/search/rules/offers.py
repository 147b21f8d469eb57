"""Everything that may be offered while typing, in order, as one file."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Sequence
from typing import NamedTuple

import msgspec
import numpy as np

from directory.core.text import Text
from directory.search.rules.beginnings import How, lines
from directory.search.rules.documents import BEST_FIRST, IndexDocument
from directory.search.rules.packing import pack
from directory.search.rules.values import Kind
from directory.vocabulary.rules import Form, Term, TermKind

OFFERED = {
    TermKind.CITY: "city",
    TermKind.CAPABILITY: "capability",
    TermKind.INDICATION: "indication",
}
"""Terms that are suggested, besides documents."""

KIND_ORDER = (
    "city",
    "center",
    "therapy",
    "indication",
    "capability",
    "guide",
    "facilitator",
)
"""Which kind comes first where matches are equally good."""

FORMAT = b"offers-2"

BLOCK = 64
"""Beginnings of which the best is known, so that a first letter, with which
thousands begin, need not look at all."""

LONGEST = 255
"""Letters after which a spelling's length no longer counts in order."""

HOW_BITS, LENGTH_BITS = 11, 3
"""Bits below how a beginning matches, and below the length of its spelling."""

WORST = 7
"""The last of all worths: of what the directory does not cover."""

END = "\0"
"""Ends each text; sorts before every letter."""


class Target(NamedTuple):
    """One thing to offer, with its spellings.

    Args:
        kind: As in :class:`directory.search.rules.values.Suggestion`.
        key: Slug or vocabulary key.
        section: Of a guide, if it is about one.
        names: Words by language.
        spellings: By what it is found.
        near: Misspellings by which it is found after all else.
        worth: From 0, best, to :data:`WORST`: which comes first where spellings
            match equally well.
        city: Where it is, for centers.
        number: Of its document in the segment.
    """

    kind: str
    key: str
    section: str
    names: Text
    spellings: tuple[str, ...]
    near: tuple[str, ...] = ()
    city: str | None = None
    worth: int = 0
    number: int = 0


class Offer(NamedTuple):
    """What is kept to show a target."""

    kind: str
    key: str
    section: str
    names: Text
    spellings: tuple[str, ...]
    city: str | None


def pack_offers(documents: Sequence[IndexDocument]) -> bytes:
    """Return everything that a segment's documents are suggested by.

    Args:
        documents: In the order of their numbers.
    """
    return _pack(
        target
        for number, one in enumerate(documents)
        for target in _targets(one, number)
    )


def pack_terms(terms: Iterable[Term]) -> bytes:
    """Return everything that the vocabulary's terms are suggested by."""
    return _pack(
        Target(
            kind=OFFERED[term.kind],
            key=term.key,
            section="",
            names={str(code): words for code, words in term.labels.items()},
            spellings=(
                *term.labels.values(),
                *(
                    one.text
                    for one in term.synonyms
                    if one.form not in {Form.MISSPELLING, Form.QUESTION}
                ),
            ),
            near=tuple(
                one.text for one in term.synonyms if one.form is Form.MISSPELLING
            ),
            worth=0 if term.reason is None else WORST,
        )
        for term in terms
        if term.kind in OFFERED
    )


def _targets(document: IndexDocument, number: int) -> Iterator[Target]:
    """Yield what a document is offered as: a guide also by each of its sections."""
    worth = 0
    if document.kind is Kind.CENTER:
        worth = min(BEST_FIRST.index(document.evidence), WORST - 1)
    asked: dict[str, list[str]] = {"": []}
    if document.kind is Kind.GUIDE:
        sections = document.sections or ("",) * len(document.questions)
        for question, section in zip(document.questions, sections, strict=True):
            asked.setdefault(section, []).append(question)
    for section, questions in asked.items():
        own = () if section else (*document.names.values(), *document.aliases)
        yield Target(
            kind=document.kind.value,
            key=document.slug,
            section=section,
            names=document.names,
            spellings=(*own, *questions),
            worth=worth,
            city=document.city,
            number=number,
        )


def _pack(targets: Iterable[Target]) -> bytes:
    """Put all beginnings in order: by kind, then by their letters."""
    kind_of = {kind: place for place, kind in enumerate(KIND_ORDER)}
    ordered = sorted(targets, key=lambda one: (kind_of[one.kind], *one[1:3]))
    texts: list[bytes] = []
    keys: list[bytes] = []
    places: list[tuple[int, int, int, int]] = []
    groups = [0] * (len(KIND_ORDER) + 1)
    length = 0
    for number, target in enumerate(ordered):
        kind = kind_of[target.kind]
        prefix = bytes((kind,))
        spellings = _spellings(target)
        near = set(target.near) - set(target.spellings)
        for text, starts in _beginnings(spellings, near).items():
            content = text.encode()
            is_plain = len(content) == len(text)
            for start, (how, spelling) in starts.items():
                at = start if is_plain else len(text[:start].encode())
                rest = min(len(text) - start, LONGEST)
                rank = how << HOW_BITS | rest << LENGTH_BITS | target.worth
                keys.append(prefix + content[at:])
                places.append((length + at, number, spelling, rank))
                groups[kind + 1] += 1
            texts.append(content)
            length += len(content) + 1
    order = sorted(range(len(keys)), key=keys.__getitem__)
    entries = np.array(places, np.uint32).reshape(-1, 4)[order]
    good = entries[:, 3].astype(np.uint16)
    about = [msgspec.json.encode(_offer(one)) for one in ordered]
    return pack(
        {
            "format": FORMAT,
            "text": b"".join(text + END.encode() for text in texts),
            "offset": entries[:, 0],
            "target": entries[:, 1],
            "spelling": entries[:, 2].astype(np.uint16),
            "good": good,
            "best": np.minimum.reduceat(good, np.arange(0, len(good), BLOCK))
            if len(good)
            else good,
            "group": np.cumsum(groups, dtype=np.uint32),
            "number": np.array([one.number for one in ordered], np.uint32),
            "about": b"".join(about),
            "about_at": np.cumsum([0, *map(len, about)], dtype=np.uint32),
        }
    )


def _beginnings(
    spellings: Sequence[str], near: Container[str]
) -> dict[str, dict[int, tuple[int, int]]]:
    """Return for each folded text where it may begin: how, and which spelling."""
    found: dict[str, dict[int, tuple[int, int]]] = {}
    for spelling, written in enumerate(spellings):
        for line in lines(written):
            starts = found.setdefault(line.text, {})
            for start, how in line.starts:
                one = (int(How.NEAR if written in near else how), spelling)
                starts[start] = min(one, starts.get(start, one))
    return found


def _spellings(target: Target) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*target.spellings, *target.near)))


def _offer(target: Target) -> Offer:
    return Offer(*target[:4], _spellings(target), target.city)

"""All documents of one generation in memory, with sets for every exact value.

A set of documents is one whole number whose bits are their places, so that
filters are ``&`` and ``|`` and counts are ``bit_count``. Nothing here changes
once it is built, so threads share it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from directory.core.text import Language, Text, pick
from directory.search.rules.documents import (
    BEST_FIRST,
    FACETS,
    ROUTE_OF,
    IndexDocument,
    Standing,
)
from directory.search.rules.layers import Bits
from directory.search.rules.values import Kind
from directory.vocabulary.rules import Term, TermKind

EVIDENCE_ORDER = {
    "sourced-treatment": 0,
    "sourced-trial": 1,
    "sourced-secondary": 2,
    "unverified": 3,
    "unverified-low": 4,
}
"""How well CAR-T itself is shown, best first; what is not listed comes last."""

KIND_ORDER = {
    Kind.THERAPY: 0,
    Kind.CENTER: 1,
    Kind.FACILITATOR: 2,
    Kind.GUIDE: 3,
}
"""Which kind comes first where all else is equal."""


@dataclass(frozen=True, slots=True)
class Family:
    """What an indication falls under, and what falls under it."""

    above: Mapping[str, frozenset[str]]
    below: Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Catalog:
    """The documents of one generation.

    Args:
        documents: In the order of their places.
        places: Place by id.
        kinds: Set of the documents of each kind.
        known: For each facet and key the set of documents by what is known;
            for indications also what follows from narrower ones.
        unspecific: For each facet and key the documents that come near to
            stating it: a broader illness, or a study of the product.
        keys: Keys of each facet, the most frequent first.
        ranks: For each language the rank of each place where nothing was asked:
            kind, evidence, freshness, name.
        name_ranks: Rank of each place by name alone.
        labels: Words of the vocabulary, by kind and key.
        everything: The set of all documents.
    """

    documents: tuple[IndexDocument, ...]
    places: Mapping[str, int]
    kinds: Mapping[Kind, Bits]
    known: Mapping[str, Mapping[str, Mapping[Standing, Bits]]]
    unspecific: Mapping[tuple[str, str], Bits]
    keys: Mapping[str, tuple[str, ...]]
    ranks: Mapping[Language, tuple[int, ...]]
    name_ranks: Mapping[Language, tuple[int, ...]]
    labels: Mapping[tuple[str, str], Text]
    everything: Bits

    def standing(self, facet: str, key: str, place: int) -> Standing:
        """Return what is known of one value of one document."""
        for standing, bits in self.known.get(facet, {}).get(key, {}).items():
            if bits >> place & 1:
                return standing
        return Standing.NOT_STATED

    def affirmed(self, facet: str, key: str) -> Bits:
        """Return the documents of which somebody says yes."""
        found = self.known.get(facet, {}).get(key, {})
        return _union(bits for standing, bits in found.items() if standing.is_affirmed)

    def confirmed(self, facet: str, key: str) -> Bits:
        """Return the documents of which it is stated with a source, in time."""
        return self.known.get(facet, {}).get(key, {}).get(Standing.YES, 0)

    def denied(self, facet: str, key: str) -> Bits:
        """Return the documents of which it is said that it is not so."""
        return self.known.get(facet, {}).get(key, {}).get(Standing.NO, 0)


def build(documents: Sequence[IndexDocument], terms: Iterable[Term]) -> Catalog:
    """Put documents and vocabulary in order for searching.

    Args:
        documents: In the order of their places.
        terms: The whole vocabulary.
    """
    terms = tuple(terms)
    family = _family(terms)
    kinds = dict.fromkeys(Kind, 0)
    gathered: dict[str, dict[str, dict[Standing, Bits]]] = {f: {} for f in FACETS}
    unspecific: dict[tuple[str, str], Bits] = {}
    for place, document in enumerate(documents):
        bit = 1 << place
        kinds[document.kind] |= bit
        for facet, stated in document.values.items():
            if facet.startswith(ROUTE_OF):
                continue
            expanded = _widened(stated, family) if facet == "indication" else stated
            of_facet = gathered.setdefault(facet, {})
            for key, standing in expanded.items():
                of_key = of_facet.setdefault(key, {})
                of_key[standing] = of_key.get(standing, 0) | bit
        for near in (*_too_broad(document, family), *_studied(document)):
            unspecific[near] = unspecific.get(near, 0) | bit
    labels: dict[tuple[str, str], Text] = {
        (term.kind.value, term.key): {str(c): w for c, w in term.labels.items()}
        for term in terms
    }
    return Catalog(
        documents=tuple(documents),
        places={document.id: place for place, document in enumerate(documents)},
        kinds=kinds,
        known=gathered,
        unspecific=unspecific,
        keys={facet: _by_frequency(found) for facet, found in gathered.items()},
        ranks={one: _ranks(documents, one, by_worth=True) for one in Language},
        name_ranks={one: _ranks(documents, one, by_worth=False) for one in Language},
        labels=labels,
        everything=(1 << len(documents)) - 1,
    )


def _family(terms: Iterable[Term]) -> Family:
    direct = {
        term.key: term.broader for term in terms if term.kind is TermKind.INDICATION
    }
    above: dict[str, frozenset[str]] = {}
    for key, nearest in direct.items():
        found: set[str] = set()
        todo = list(nearest)
        while todo:
            one = todo.pop()
            if one not in found and one != key:
                found.add(one)
                todo.extend(direct.get(one, ()))
        above[key] = frozenset(found)
    below: dict[str, set[str]] = {key: set() for key in above}
    for key, broader in above.items():
        for one in broader:
            below.setdefault(one, set()).add(key)
    return Family(above, {key: frozenset(found) for key, found in below.items()})


def _widened(stated: Mapping[str, Standing], family: Family) -> Mapping[str, Standing]:
    found = dict(stated)
    for key, standing in stated.items():
        if not standing.is_affirmed:
            continue
        for broader in family.above.get(key, ()):
            known = found.get(broader, Standing.NOT_STATED)
            found[broader] = min(known, standing, key=BEST_FIRST.index)
    return found


def _too_broad(document: IndexDocument, family: Family) -> Iterator[tuple[str, str]]:
    """Yield the indications of which only a broader one is stated as such."""
    stated = document.values.get("indication", {})
    had = {key for key, standing in stated.items() if standing.is_affirmed}
    narrower = {key for one in had for key in family.below.get(one, ())}
    covered = had | {key for one in had for key in family.above.get(one, ())}
    for key in narrower - covered - stated.keys():
        yield "indication", key


def _studied(document: IndexDocument) -> Iterator[tuple[str, str]]:
    """Yield the licensed products that are only known from a study here."""
    for facet in document.values:
        if facet.startswith(ROUTE_OF):
            yield "therapy", facet.removeprefix(ROUTE_OF)


def _by_frequency(found: Mapping[str, Mapping[Standing, Bits]]) -> tuple[str, ...]:
    count = {
        key: sum(bits.bit_count() for one, bits in known.items() if one.is_affirmed)
        for key, known in found.items()
    }
    return tuple(sorted(found, key=lambda key: (-count[key], key)))


def _ranks(
    documents: Sequence[IndexDocument], language: Language, *, by_worth: bool
) -> tuple[int, ...]:
    def order(place: int) -> tuple[object, ...]:
        document = documents[place]
        name = (name_of(document, language).casefold(), document.slug)
        if not by_worth:
            return name
        day = document.verified_on
        return (
            KIND_ORDER[document.kind],
            document.position,
            BEST_FIRST.index(document.evidence),
            EVIDENCE_ORDER.get(document.evidence_level or "", len(EVIDENCE_ORDER)),
            -(day.toordinal() if day else 0),
            *name,
        )

    ranks = [0] * len(documents)
    for rank, place in enumerate(sorted(range(len(documents)), key=order)):
        ranks[place] = rank
    return tuple(ranks)


def name_of(document: IndexDocument, language: Language) -> str:
    """Return the name that a reader of this language is shown."""
    return pick(document.names, language).words if document.names else document.slug


def _union(sets: Iterable[Bits]) -> Bits:
    found = 0
    for bits in sets:
        found |= bits
    return found

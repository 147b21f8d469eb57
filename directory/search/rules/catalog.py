"""What every document is known to have, as sets for every exact value.

A set of documents is one whole number whose bits are their places, so that
filters are ``&`` and ``|`` and counts are ``bit_count``. Nothing here changes
once it is built, so threads share it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import msgspec
import numpy as np

from directory.core.text import Language, Text
from directory.search.rules.documents import (
    BEST_FIRST,
    FACETS,
    ROUTE_OF,
    IndexDocument,
    Standing,
)
from directory.search.rules.layers import Bits, Layer, bits_of
from directory.search.rules.orders import By, Ordered, Orders, Ranks, pack_orders
from directory.search.rules.packing import Packed, pack
from directory.search.rules.stored import Documents
from directory.search.rules.values import Kind
from directory.vocabulary.rules import Term, TermKind

STATED, NEAR, IS, EVIDENCED = "stated", "near", "is", "evidenced"
"""What a set in a file says of its documents: that they state a value with some
standing, come near to stating it, are of a kind, or show CAR-T by a source."""


class Said(NamedTuple):
    """What is said of the documents of one set in a file."""

    what: str
    facet: str = ""
    key: str = ""
    standing: str = ""


@dataclass(frozen=True, slots=True)
class Family:
    """What an indication falls under, and what falls under it."""

    above: Mapping[str, frozenset[str]]
    below: Mapping[str, frozenset[str]]


def pack_facts(documents: Sequence[IndexDocument], terms: Iterable[Term]) -> bytes:
    """Return what is known of documents as one file: a part of a segment.

    Args:
        documents: In the order of their numbers.
        terms: The vocabulary; it says which illness falls under which.
    """
    family = _family(terms)
    found: dict[Said, list[int]] = {}
    for number, document in enumerate(documents):
        for said in dict.fromkeys(_said(document, family)):
            found.setdefault(said, []).append(number)
    # In this order, so that the same documents always give the same bytes.
    found = dict(sorted(found.items()))
    sets = []
    for numbers in found.values():
        bits = bits_of(np.array(numbers, np.int64))
        sets.append(bits.to_bytes(bits.bit_length() // 8 + 1, "little"))
    return pack(
        {
            "said": msgspec.json.encode(list(found)),
            "sets": np.frombuffer(b"".join(sets), np.uint8),
            "ends": np.cumsum([0, *map(len, sets)], dtype=np.uint64),
            **pack_orders(documents),
        }
    )


def _said(document: IndexDocument, family: Family) -> Iterator[Said]:
    yield Said(IS, key=document.kind.value)
    if document.evidence is Standing.YES:
        yield Said(EVIDENCED)
    for facet, stated in document.values.items():
        if facet.startswith(ROUTE_OF):
            continue
        expanded = _widened(stated, family) if facet == "indication" else stated
        for key, standing in expanded.items():
            yield Said(STATED, facet, key, standing.value)
    for facet, key in (*_too_broad(document, family), *_studied(document)):
        yield Said(NEAR, facet, key)


_SAID = msgspec.json.Decoder(list[Said])


class Facts:
    """What is known of the documents of one segment; threads share it.

    Args:
        content: From :func:`pack_facts`, already known to be whole.
    """

    def __init__(self, content: bytes) -> None:
        """Read the sets, and no document."""
        packed = Packed(content)
        sets, ends = packed.array("sets").data, packed.array("ends").tolist()
        said = _SAID.decode(packed.bytes("said"))
        self.sets: Mapping[Said, Bits] = {
            one: int.from_bytes(sets[ends[at] : ends[at + 1]], "little")
            for at, one in enumerate(said)
        }
        self.ordered = Ordered(packed)


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of one value of all documents.

    Args:
        standings: The set of documents of each standing.
        affirmed: Those of which somebody says yes.
        confirmed: Those of which it is stated with a source, in time.
        denied: Those of which it is said that it is not so.
        near: Those that come near to stating it: a broader illness, or a study
            of the product.
    """

    standings: Mapping[Standing, Bits]
    affirmed: Bits = 0
    confirmed: Bits = 0
    denied: Bits = 0
    near: Bits = 0

    @classmethod
    def of(cls, standings: Mapping[Standing, Bits], near: Bits) -> Known:
        """Put together what queries ask for."""
        affirmed = 0
        for standing, bits in standings.items():
            if standing.is_affirmed:
                affirmed |= bits
        return cls(
            standings,
            affirmed,
            standings.get(Standing.YES, 0),
            standings.get(Standing.NO, 0),
            near,
        )

    @classmethod
    def of_any(cls, values: Sequence[Known]) -> Known:
        """Return what is known of any of some values."""
        affirmed = confirmed = near = 0
        denied = -1 if values else 0
        for one in values:
            affirmed |= one.affirmed
            confirmed |= one.confirmed
            near |= one.near
            denied &= one.denied
        return cls({}, affirmed, confirmed, denied, near)


Choice = tuple[str, Bits, Bits]

UNKNOWN = Known({})
"""Of a value that no document says anything of."""


@dataclass(frozen=True, slots=True)
class Catalog:
    """What is known of all documents of one state.

    Args:
        documents: By place.
        kinds: Set of the documents of each kind.
        known: What is known of each value, by facet and key; for indications
            also what follows from narrower ones.
        choices: For each facet the values that anything is said to have, the most
            frequent first: the key, the documents that are said to have it, and
            those of them that state it with a source, in time.
        anything: What is known of any value of each facet, and the values.
        evidenced: Documents in which CAR-T itself is stated with a source, in time.
        orders: In which order they stand where nothing was asked.
        labels: Words of the vocabulary, by kind and key.
        everything: The set of all documents.
    """

    documents: Documents
    kinds: Mapping[Kind, Bits]
    known: Mapping[str, Mapping[str, Known]]
    choices: Mapping[str, tuple[Choice, ...]]
    anything: Mapping[str, tuple[tuple[str, ...], Known]]
    evidenced: Bits
    orders: Orders
    labels: Mapping[tuple[str, str], Text]
    everything: Bits

    @classmethod
    def of(
        cls,
        documents: Documents,
        layers: Sequence[Layer[Facts]],
        terms: Iterable[Term],
    ) -> Catalog:
        """Put the segments of a state together.

        Args:
            documents: Of the same segments.
            layers: In the order of their bases.
            terms: The vocabulary that the segments were written with.
        """
        sets: dict[Said, Bits] = {}
        everything = 0
        for layer in layers:
            everything |= layer.alive << layer.base
            for said, bits in layer.part.sets.items():
                if standing := bits & layer.alive:
                    sets[said] = sets.get(said, 0) | standing << layer.base
        known = _known(sets)
        return cls(
            documents=documents,
            kinds={kind: sets.get(Said(IS, key=kind.value), 0) for kind in Kind},
            known=known,
            choices={facet: _by_frequency(found) for facet, found in known.items()},
            anything={
                facet: (tuple(found), Known.of_any(tuple(found.values())))
                for facet, found in known.items()
            },
            evidenced=sets.get(Said(EVIDENCED), 0),
            orders=Orders(
                [
                    Layer(part.ordered, base, size, alive)
                    for part, base, size, alive in layers
                ]
            ),
            labels={
                (term.kind.value, term.key): {str(c): w for c, w in term.labels.items()}
                for term in terms
            },
            everything=everything,
        )

    @classmethod
    def build(
        cls, documents: Sequence[IndexDocument], terms: Iterable[Term]
    ) -> Catalog:
        """Return the same for documents in memory, as if in one segment."""
        terms = tuple(terms)
        found = Documents.of(documents)
        facts = Facts(pack_facts(documents, terms))
        layers = [
            Layer(facts, base, size, alive) for _, base, size, alive in found.layers
        ]
        return cls.of(found, layers, terms)

    def of_value(self, facet: str, key: str) -> Known:
        """Return what is known of one value."""
        return self.known.get(facet, {}).get(key, UNKNOWN)

    def affirmed(self, facet: str, key: str) -> Bits:
        """Return the documents of which somebody says yes."""
        return self.of_value(facet, key).affirmed

    def confirmed(self, facet: str, key: str) -> Bits:
        """Return the documents of which it is stated with a source, in time."""
        return self.of_value(facet, key).confirmed

    def denied(self, facet: str, key: str) -> Bits:
        """Return the documents of which it is said that it is not so."""
        return self.of_value(facet, key).denied

    def standing(self, facet: str, key: str, place: int) -> Standing:
        """Return what is known of one value of one document."""
        for standing, bits in self.of_value(facet, key).standings.items():
            if bits >> place & 1:
                return standing
        return Standing.NOT_STATED

    def kind(self, place: int) -> Kind:
        """Return what a document is.

        Raises:
            LookupError: If none stands there.
        """
        for kind, bits in self.kinds.items():
            if bits >> place & 1:
                return kind
        raise LookupError(place)

    def ranks(self, by: By, language: Language) -> Ranks:
        """Return the rank of each place in one of the orders."""
        return self.orders.ranks(by, language)


def _known(sets: Mapping[Said, Bits]) -> dict[str, dict[str, Known]]:
    stated: dict[tuple[str, str], dict[Standing, Bits]] = {}
    near: dict[tuple[str, str], Bits] = {}
    for said, bits in sets.items():
        if said.what == STATED:
            of_value = stated.setdefault((said.facet, said.key), {})
            of_value[Standing(said.standing)] = bits
        elif said.what == NEAR:
            near[said.facet, said.key] = bits
    found: dict[str, dict[str, Known]] = {facet: {} for facet in FACETS}
    for facet, key in dict.fromkeys((*stated, *near)):
        found.setdefault(facet, {})[key] = Known.of(
            stated.get((facet, key), {}), near.get((facet, key), 0)
        )
    return found


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


def _by_frequency(found: Mapping[str, Known]) -> tuple[Choice, ...]:
    count = {
        key: known.affirmed.bit_count()
        for key, known in found.items()
        if known.affirmed
    }
    return tuple(
        (key, found[key].affirmed, found[key].confirmed)
        for key in sorted(count, key=lambda key: (-count[key], key))
    )

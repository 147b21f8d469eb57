"""How the documents of a segment are named, as queries find them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

import msgspec

from directory.search.rules.documents import IndexDocument
from directory.search.rules.layers import Layer
from directory.search.rules.names import Spelling
from directory.search.rules.values import Concept, Kind
from directory.vocabulary.rules import Form, Term


class Placed(Protocol):
    """Knows where the documents of a state have their places."""

    def place(self, subject: str, /) -> int | None:
        """Return the place of a document that stands, by its id."""


def spellings(document: IndexDocument) -> Iterator[Spelling]:
    """Yield how the names of a document are written."""
    kind = Concept(document.kind.value)
    if document.kind is not Kind.GUIDE:
        for language, text in document.names.items():
            yield Spelling(kind, document.slug, text, language, city=document.city)
        for text in document.aliases:
            yield Spelling(kind, document.slug, text, city=document.city)
    for text in document.questions:
        yield Spelling(kind, document.slug, text, form=Form.QUESTION)


def pack_names(
    documents: Sequence[IndexDocument],
    terms: Iterable[Term],  # noqa: ARG001
) -> bytes:
    """Return the names of a segment's documents, ready to be looked up.

    Args:
        documents: In the order of their numbers.
        terms: The vocabulary, which says what tells no names apart.
    """
    return msgspec.json.encode([list(spellings(one)) for one in documents])


_READ = msgspec.json.Decoder(list[list[Spelling]])


class NamePart:
    """The names of one segment's documents, opened.

    Args:
        content: From :func:`pack_names`.
    """

    def __init__(self, content: bytes) -> None:
        self._found = _READ.decode(content)

    def spellings(self, number: int) -> Sequence[Spelling]:
        """Return how one document's names are written."""
        return self._found[number]


class Names:
    """The names of all documents that stand.

    Args:
        layers: The segments, in their order.
        documents: The documents of the same state.
    """

    def __init__(self, layers: Sequence[Layer[NamePart]], documents: Placed) -> None:
        self._layers = layers
        self._documents = documents

    def spellings(self) -> Iterator[Spelling]:
        """Yield how the names of what stands are written."""
        for layer in self._layers:
            for number in range(layer.size):
                if layer.alive >> number & 1:
                    yield from layer.part.spellings(number)

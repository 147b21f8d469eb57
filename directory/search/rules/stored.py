"""Documents as they stand in a segment, decoded when they are asked for."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Container, Iterator, Mapping, Sequence
from functools import lru_cache
from hashlib import sha256

import marisa_trie
import numpy as np

from directory.search.rules.documents import IndexDocument, decoded, encoded
from directory.search.rules.highlights import Folded, folded
from directory.search.rules.layers import Layer, places_in
from directory.search.rules.packing import Packed, pack

MOST_DECODED = 2048
"""Documents of one segment that are kept decoded, those used last."""

DIGEST_BYTES = 32


def pack_documents(documents: Sequence[IndexDocument]) -> bytes:
    """Return documents as one file: the part of a segment that holds them.

    Args:
        documents: In the order of their numbers, each id once.
    """
    content = [encoded(document) for document in documents]
    ids = [document.id for document in documents]
    trie = marisa_trie.Trie(ids)
    numbers = np.empty(len(ids), np.uint32)
    for number, one in enumerate(ids):
        numbers[trie[one]] = number
    return pack(
        {
            "content": np.frombuffer(b"".join(content), np.uint8),
            "ends": np.cumsum([0, *map(len, content)], dtype=np.uint64),
            "digests": np.frombuffer(
                b"".join(sha256(one).digest() for one in content), np.uint8
            ),
            "ids": trie.tobytes(),
            "numbers": numbers,
        }
    )


class Stored(Sequence[IndexDocument]):
    """The documents of a segment, by number; threads share it.

    At most :data:`MOST_DECODED` of them are in memory at a time, beside the file.

    Args:
        content: From :func:`pack_documents`, already known to be whole.
    """

    def __init__(self, content: bytes) -> None:
        """Read where each document stands, and no document."""
        packed = Packed(content)
        self._ends = ends = packed.array("ends")
        self._json = json = packed.array("content").data
        self._digests = packed.array("digests").data
        self._trie = marisa_trie.Trie()
        self._trie.frombytes(packed.bytes("ids"))
        self._numbers = packed.array("numbers")

        # No method, so that no circle keeps the file when nobody needs it.
        @lru_cache(maxsize=MOST_DECODED)
        def get(number: int) -> IndexDocument:
            return decoded(json[int(ends[number]) : int(ends[number + 1])])

        @lru_cache(maxsize=MOST_DECODED)
        def texts(number: int) -> Mapping[str, Folded]:
            return folded(get(number).text)

        self._get, self.texts = get, texts

    def __len__(self) -> int:
        return len(self._numbers)

    def __getitem__(self, number: int) -> IndexDocument:  # type: ignore[override]
        if not 0 <= number < len(self):
            raise IndexError(number)
        return self._get(number)

    def __iter__(self) -> Iterator[IndexDocument]:
        """Decode one after the other, and keep none."""
        for number in range(len(self)):
            yield self.read(number)

    def read(self, number: int) -> IndexDocument:
        """Decode a document without keeping it, for who reads many."""
        begin, end = self._ends[number : number + 2].tolist()
        return decoded(self._json[begin:end])

    @property
    def ids(self) -> Sequence[str]:
        """Return the ids, by number."""
        found = [""] * len(self)
        for one, key in self._trie.items():
            found[self._numbers[key]] = one
        return found

    def number(self, id_: str) -> int | None:
        """Return the number of a document, if the segment has it."""
        key = self._trie.get(id_)
        return None if key is None else int(self._numbers[key])

    def digests(self) -> Mapping[str, str]:
        """Return the SHA-256 of each document, in hexadecimal, by id."""
        return {
            one: self._digests[at * DIGEST_BYTES : (at + 1) * DIGEST_BYTES].hex()
            for at, one in enumerate(self.ids)
        }


class Documents:
    """The documents of a state, by place.

    Args:
        layers: The segments, in the order of their bases.
    """

    def __init__(self, layers: Sequence[Layer[Stored]]) -> None:
        """Remember the segments."""
        self.layers = tuple(layers)
        self._bases = [layer.base for layer in self.layers]
        self._texts = [layer.part.texts for layer in self.layers]

    @classmethod
    def of(cls, documents: Sequence[IndexDocument]) -> Documents:
        """Return the same as if these were the only segment there is."""
        part = Stored(pack_documents(documents))
        return cls([Layer(part, 0, len(part), (1 << len(part)) - 1)])

    def __len__(self) -> int:
        """Return the number of places, also of those that stay empty."""
        return self._bases[-1] + self.layers[-1].size if self.layers else 0

    def __getitem__(self, place: int) -> IndexDocument:
        """Return a document, also one that no longer stands.

        Raises:
            IndexError: If there is no such place.
        """
        layer = self._layer(place)
        return layer.part[place - layer.base]

    def texts(self, place: int) -> Mapping[str, Folded]:
        """Return the texts of a document, ready to be looked through.

        Raises:
            IndexError: If there is no such place.
        """
        at = bisect_right(self._bases, place) - 1
        if at < 0:
            raise IndexError(place)
        return self._texts[at](place - self._bases[at])

    def _layer(self, place: int) -> Layer[Stored]:
        at = bisect_right(self._bases, place) - 1
        if at < 0:
            raise IndexError(place)
        return self.layers[at]

    def __iter__(self) -> Iterator[IndexDocument]:
        """Decode those that stand, one after the other, and keep none."""
        for layer in self.layers:
            for number in places_in(layer.alive).tolist():
                yield layer.part.read(number)

    def place(self, id_: str) -> int | None:
        """Return the place of the document of this id that stands."""
        for layer in self.layers:
            number = layer.part.number(id_)
            if number is not None and layer.alive >> number & 1:
                return layer.base + number
        return None

    @property
    def ids(self) -> Container[str]:
        """Return what tells whether a document of some id stands."""
        return _Ids(self)


class _Ids(Container[str]):
    """The ids of the documents that stand."""

    def __init__(self, documents: Documents) -> None:
        self._documents = documents

    def __contains__(self, id_: object) -> bool:
        return isinstance(id_, str) and self._documents.place(id_) is not None

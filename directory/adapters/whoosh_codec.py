"""How one segment of the engine is laid out: postings as arrays, in one file.

Whoosh's own codec pickles each block of postings, one Python object a posting,
and writes them one by one. This one keeps Whoosh's dictionary of terms, its
statistics and its matchers, and lays out the postings of a block as arrays,
which are written and read in bulk. Nothing but the dictionary's table of fields
is a pickle.

A block of postings, in little-endian words of 4 bytes::

    words in the block, postings, last number, largest weight, lengths and flag
    numbers of the documents
    weights, as floats: how often the term stands in each
    places at which it stands, as many as the weights say; not in every field
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from directory.search.rules.packing import Packed, pack

with warnings.catch_warnings():
    # The package is frozen, writes "\w" in plain strings and compares with "is".
    warnings.filterwarnings("ignore", category=SyntaxWarning)
    warnings.filterwarnings("ignore", category=DeprecationWarning)
    from whoosh.codec import whoosh3
    from whoosh.fields import Schema
    from whoosh.filedb.filestore import RamStorage
    from whoosh.filedb.filetables import OrderedHashReader
    from whoosh.filedb.structfile import BufferFile
    from whoosh.formats import Format
    from whoosh.reading import SegmentReader
    from whoosh.util.numeric import byte_to_length

Words = NDArray[np.uint32]
Numbers = NDArray[np.integer[Any]]

BLOCK = 4096
"""Postings in a block."""

HEAD = 5
"""Words before the numbers of a block."""

LAST = 1 << 16
"""Flag of the last block of a term, beside its shortest and longest length."""

TERM = np.dtype(
    [
        ("flags", "u1"),
        ("weight", ">f4"),
        ("documents", ">u4"),
        ("shortest", "u1"),
        ("longest", "u1"),
        ("most", ">f4"),
        ("first", ">u4"),
        ("last", ">u4"),
        ("offset", ">i8"),
        ("length", ">i4"),
    ]
)
"""What Whoosh keeps of a term (source: ``whoosh3.W3TermInfo``)."""

KEY = 2
"""Bytes of a key before the term: the number of the field."""

LENGTHS = np.array([byte_to_length(one) for one in range(256)], np.float64)
"""How many words a field has, by the byte that Whoosh keeps of it."""

SIZES = {"B": "u1", "H": ">u2", "i": ">i4", "I": ">u4", "q": ">i8"}

NAME = "words"


class Postings(NamedTuple):
    """The postings of one field, by term, then document, then place.

    Args:
        terms: Ascending, in UTF-8.
        ends: After the postings of each term.
        numbers: Of the documents.
        counts: How often the term stands in each.
        at: Where, as many as the counts say; none where no phrase is looked for.
        lengths: How many words the field has in each document, as a byte.
        total: How many words it has in all of them, exactly.
    """

    terms: Sequence[bytes]
    ends: Numbers
    numbers: Numbers
    counts: Numbers
    at: Numbers
    lengths: NDArray[np.uint8]
    total: int


def length_bytes(lengths: Iterable[int]) -> NDArray[np.uint8]:
    """Return lengths as Whoosh keeps them: exact up to 10, then in steps."""
    found = np.fromiter(lengths, np.int64)
    kept = np.minimum(np.searchsorted(LENGTHS, found), 255)
    return kept.astype(np.uint8)


class Placed(Format):  # type: ignore[misc]
    """Postings with the places at which a term stands."""

    posting_size = -1

    def __init__(self) -> None:
        """Have no options."""
        self.field_boost = 1.0
        self.options: dict[str, object] = {}

    def decode_positions(self, value: bytes) -> list[int]:
        """Return the places."""
        places: list[int] = np.frombuffer(value, "<u4").tolist()
        return places

    def decode_frequency(self, value: bytes) -> int:
        """Return how many there are."""
        return len(value) // 4

    def decode_weight(self, value: bytes) -> float:
        """Return the same, since no word counts for more than another."""
        return float(len(value) // 4)


class _Matcher(whoosh3.W3LeafMatcher):  # type: ignore[misc]
    """Reads the postings of one term, a block at a time."""

    def _read_header(self) -> None:
        self._baseoffset = self._startoffset

    def _goto(self, position: int) -> None:
        self._data: Words | None = None
        self._ids: list[int] | None = None
        self._weights: list[float] | None = None
        self._values: list[bytes] | None = None
        self._i = 0
        head = np.frombuffer(self._postfile.get(position, 4 * HEAD), "<u4")
        words, self._blocklength, self._maxid, _, lengths = head.tolist()
        self._maxweight = float(head[3:4].view("<f4")[0])
        self._minlength = byte_to_length(lengths & 255)
        self._maxlength = byte_to_length(lengths >> 8 & 255)
        self._lastblock = bool(lengths & LAST)
        self._dataoffset = position + 4 * HEAD
        self._nextoffset = position + 4 * words

    def _block(self) -> Words:
        if self._data is None:
            length = self._nextoffset - self._dataoffset
            read = self._postfile.get(self._dataoffset, length)
            self._data = np.frombuffer(read, "<u4")
        return self._data

    def _part(self, number: int) -> Words:
        size = self._blocklength
        return self._block()[number * size : (number + 1) * size]

    def _read_ids(self) -> None:
        self._ids = self._part(0).tolist()

    def _read_weights(self) -> None:
        self._weights = self._part(1).view("<f4").tolist()

    def _read_values(self) -> None:
        weights = self._part(1).view("<f4").astype(np.int64)
        at = self._block()[2 * self._blocklength :]
        parts = np.split(at, np.cumsum(weights)[:-1]) if len(at) else ()
        self._values = [part.tobytes() for part in parts] or [b""] * self._blocklength


class _Codec(whoosh3.W3Codec):  # type: ignore[misc]
    """Whoosh's third codec with other blocks."""

    def postings_reader(
        self,
        dbfile: Any,
        terminfo: Any,
        format_: Any,
        term: Any = None,
        scorer: Any = None,
    ) -> Any:
        """Return a matcher over the postings of a term."""
        offset, length = terminfo.extent()
        return _Matcher(dbfile, offset, length, format_, term=term, scorer=scorer)


class _View:
    """A file over bytes in memory that copies none of them."""

    def __init__(self, content: Any) -> None:
        self._content = content
        self._at = 0

    def seek(self, at: int) -> int:
        self._at = at
        return at

    def tell(self) -> int:
        return self._at

    def read(self, length: int) -> bytes:
        found = bytes(self._content[self._at : self._at + length])
        self._at += len(found)
        return found

    def readline(self) -> bytes:
        rest = bytes(self._content[self._at :])
        found = rest[: rest.find(b"\n") + 1] or rest
        self._at += len(found)
        return found

    def close(self) -> None:
        self._content = b""


class _Memory(RamStorage):  # type: ignore[misc]
    """Files in memory, opened without a copy."""

    def open_file(self, name: str, **_options: object) -> Any:
        """Return a file that has its own place and shares the bytes."""
        if name not in self.files:
            raise NameError(name)
        file = BufferFile(b"", name=name)
        file._buf = memoryview(self.files[name])  # noqa: SLF001
        file.file = _View(file._buf)  # noqa: SLF001
        return file

    def temp_storage(self, _name: str | None = None) -> _Memory:
        """Return one in memory too."""
        return _Memory()


def _segment(size: int) -> Any:
    segment = whoosh3.W3Segment(_Codec(), NAME, size, segid="0")
    segment._fieldlengths = {}  # noqa: SLF001
    return segment


def write_segment(size: int, fields: Mapping[str, Postings]) -> bytes:
    """Return a segment as one file.

    Args:
        size: How many documents it has.
        fields: By name.
    """
    storage = _Memory()
    segment = _segment(size)
    writer = segment.codec().field_writer(storage, segment)
    blocks: list[bytes] = []
    begin = 0
    for number, (name, found) in enumerate(fields.items()):
        writer._fieldmap[name] = number  # noqa: SLF001
        if not found.terms:
            continue
        content, infos = _blocks(found, begin)
        begin += len(content)
        blocks.append(content)
        about = infos.tobytes()
        head = number.to_bytes(KEY, "big")
        add = writer._tindex.add  # noqa: SLF001
        for at, term in enumerate(found.terms):
            add(head + term, about[at * TERM.itemsize : (at + 1) * TERM.itemsize])
    writer.close()
    parts: dict[str, Any] = {
        "fields": "\n".join(fields).encode(),
        "terms": np.frombuffer(storage.files[segment.make_filename(".trm")], np.uint8),
        "postings": np.frombuffer(b"".join(blocks), "<u4"),
        "size": np.array([size], np.int64),
        "totals": np.array([one.total for one in fields.values()], np.int64),
    }
    for name, found in fields.items():
        parts[f"lengths.{name}"] = found.lengths
    return pack(parts)


def _totals(packed: Packed) -> dict[str, int]:
    """Return how many words each field has in all documents."""
    names = packed.bytes("fields").decode().split("\n")
    return dict(zip(names, packed.array("totals").tolist(), strict=True))


def _blocks(found: Postings, begin: int) -> tuple[bytes, NDArray[Any]]:
    """Return the postings of a field in blocks, and what is kept of each term."""
    ends = found.ends.astype(np.int64)
    firsts = np.concatenate(([0], ends[:-1]))
    many = -(-(ends - firsts) // BLOCK)
    term_first = np.cumsum(many) - many
    within = np.arange(int(many.sum())) - np.repeat(term_first, many)
    first = np.repeat(firsts, many) + within * BLOCK
    count = np.minimum(np.repeat(ends, many) - first, BLOCK)
    stands = np.cumsum(found.counts, dtype=np.int64) if len(found.at) else None
    placed = np.zeros_like(first)
    if stands is not None:
        placed = stands[first + count - 1]
        placed[1:] -= stands[first[1:] - 1]
    words = HEAD + 2 * count + placed
    start = np.cumsum(words) - words
    lengths = found.lengths[found.numbers] if len(found.lengths) else None
    low, high, most = (np.zeros(len(first), np.int64) for _ in range(3))
    if lengths is not None:
        low = np.minimum.reduceat(lengths, first).astype(np.int64)
        high = np.maximum.reduceat(lengths, first).astype(np.int64)
    most = np.maximum.reduceat(found.counts, first)
    out = np.empty(int(words.sum()), "<u4")
    out[start] = words
    out[start + 1] = count
    out[start + 2] = found.numbers[first + count - 1]
    out[start + 3] = most.astype("<f4").view("<u4")
    is_last = np.zeros(len(first), np.int64)
    is_last[term_first + many - 1] = LAST
    out[start + 4] = low | high << 8 | is_last
    to = np.repeat(start + HEAD - first, count) + np.arange(len(found.numbers))
    out[to] = found.numbers
    out[to + np.repeat(count, count)] = found.counts.astype("<f4").view("<u4")
    if stands is not None:
        to = np.repeat(start + HEAD + 2 * count - np.cumsum(placed) + placed, placed)
        out[to + np.arange(len(found.at))] = found.at
    infos = np.zeros(len(ends), TERM)
    infos["weight"] = np.add.reduceat(found.counts, firsts)
    infos["documents"] = ends - firsts
    infos["shortest"] = np.minimum.reduceat(low, term_first)
    infos["longest"] = np.maximum.reduceat(high, term_first)
    infos["most"] = np.maximum.reduceat(most, term_first)
    infos["first"] = found.numbers[firsts]
    infos["last"] = found.numbers[ends - 1]
    infos["offset"] = begin + 4 * start[term_first]
    infos["length"] = 4 * np.add.reduceat(words, term_first)
    return out.tobytes(), infos


def read_segment(content: bytes) -> tuple[int, dict[str, Postings]]:
    """Return how many documents a segment has, and its postings, read in bulk."""
    packed = Packed(content)
    raw = packed.array("terms").tobytes()
    dictionary = OrderedHashReader(BufferFile(raw), len(raw))
    names = dictionary.extras["fieldmap"]
    places = np.frombuffer(
        raw,
        SIZES[dictionary.extras["indextype"]],
        dictionary.indexlen,
        dictionary.indexbase,
    ).astype(np.int64)
    bytes_ = np.frombuffer(raw, np.uint8)
    sizes = bytes_[places[:, None] + np.arange(4)].view(">i4").ravel().astype(np.int64)
    at = (places + 8 + sizes)[:, None] + np.arange(TERM.itemsize)
    infos = bytes_[at].view(TERM).ravel()
    keys = [
        raw[begin : begin + size]
        for begin, size in zip((places + 8).tolist(), sizes.tolist(), strict=True)
    ]
    owners = bytes_[(places + 8)[:, None] + np.arange(KEY)].view(">u2").ravel()
    words = packed.array("postings")
    found = {}
    for name, total in _totals(packed).items():
        number = names[name]
        low, high = np.searchsorted(owners, (number, number + 1)).tolist()
        postings = _postings(words, infos[low:high])
        found[name] = Postings(
            [key[KEY:] for key in keys[low:high]],
            *postings,
            packed.array(f"lengths.{name}"),
            total,
        )
    return int(packed.array("size")[0]), found


def _postings(
    words: Any, infos: NDArray[Any]
) -> tuple[Numbers, Numbers, Numbers, Numbers]:
    """Return ends, numbers, counts and places of consecutive terms."""
    nothing = np.empty(0, np.uint32)
    if not len(infos):
        return nothing, nothing, nothing, nothing
    of_terms = infos["documents"].astype(np.int64)
    many = -(-of_terms // BLOCK)
    now = infos["offset"].astype(np.int64) // 4
    starts = [now]
    for level in range(1, int(many.max())):
        now = (now + words[now])[many[many >= level] > level]
        starts.append(now)
    start = np.sort(np.concatenate(starts))
    count = words[start + 1].astype(np.int64)
    placed = words[start].astype(np.int64) - HEAD - 2 * count
    at = np.repeat(start + HEAD - np.cumsum(count) + count, count)
    at += np.arange(len(at))
    numbers = words[at]
    counts = words[at + np.repeat(count, count)].view("<f4").astype(np.uint32)
    at = np.repeat(start + HEAD + 2 * count - np.cumsum(placed) + placed, placed)
    at += np.arange(len(at))
    return np.cumsum(of_terms), numbers, counts, words[at]


class Segment:
    """A segment that the engine itself reads.

    Args:
        content: What :func:`write_segment` returned, known to be whole.
        schema: Of its fields.
    """

    def __init__(self, content: bytes, schema: Schema) -> None:
        """Find its files."""
        packed = Packed(content)
        self._schema = schema
        self._size = int(packed.array("size")[0])
        like = _segment(self._size)
        self._totals = _totals(packed)
        columns = {
            like.make_filename(".trm"): "terms",
            like.make_filename(".pst"): "postings",
        }
        for name in self._totals:
            column = whoosh3.W3Codec.column_filename(like, f"_{name}_len")
            columns[column] = f"lengths.{name}"
        self._files = {
            file: packed.array(part).view(np.uint8).data
            for file, part in columns.items()
        }

    def reader(self, gone: Iterable[int]) -> Any:
        """Return a reader for one thread that leaves out some documents."""
        segment = _segment(self._size)
        segment._fieldlengths = self._totals  # noqa: SLF001
        for number in gone:
            segment.delete_document(number)
        storage = _Memory()
        storage.files = self._files
        return SegmentReader(storage, self._schema, segment)

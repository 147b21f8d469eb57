"""Finding words by columns: what the engine's postings say, laid out for NumPy."""

from __future__ import annotations

from directory.adapters.whoosh_words import WhooshPart, WhooshWords


def pack_words(whoosh: bytes) -> bytes:
    """Return the words of one segment of the engine, as one file."""
    return whoosh


class WordPart(WhooshPart):
    """The words of one segment."""


class ColumnWords(WhooshWords):
    """Finds words in the documents of some segments."""

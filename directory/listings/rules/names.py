"""When two spellings are the same name."""

from __future__ import annotations

import unicodedata

from directory.listings.rules.document import Document


def folded(name: str) -> str:
    """Return a name without case, width, accents, marks and runs of spaces."""
    wide = unicodedata.normalize("NFKD", name).casefold()
    kept = (
        letter if unicodedata.category(letter)[0] in "LN" else " "
        for letter in wide
        if unicodedata.category(letter) != "Mn"
    )
    return " ".join("".join(kept).split())


def spellings(document: Document) -> frozenset[str]:
    """Return what a listing is known by: its slug and its names, folded.

    Aliases are left out, since short ones belong to several institutions.
    """
    names = (document.slug, *document.names.values())
    return frozenset(filter(None, map(folded, names)))

"""States of an index, and ways to damage them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from directory.search.rules.documents import IndexDocument


def digests(documents: Iterable[IndexDocument]) -> dict[str, str]:
    return {one.id: one.digest for one in documents}


def damage(path: Path, how: str) -> None:
    content = path.read_bytes()
    if how == "delete":
        path.unlink()
    elif how == "zero":
        path.write_bytes(b"")
    elif how == "cut":
        path.write_bytes(content[: len(content) // 2])
    else:
        middle = len(content) // 2
        flipped = bytes([content[middle] ^ 4])
        path.write_bytes(content[:middle] + flipped + content[middle + 1 :])

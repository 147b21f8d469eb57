"""The canonical form of a document, and its digest."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any

from pydantic import BaseModel


def canonical(document: BaseModel) -> dict[str, Any]:
    """Return a document as JSON values without what is empty.

    A field that the shape gains later, and that a document does not use, thus
    changes neither its canonical form nor its digest.
    """
    bare = _bare(document.model_dump(mode="json"))
    assert isinstance(bare, dict)
    return bare


def digest(canonical_form: dict[str, Any]) -> str:
    """Return the SHA-256 digest, in hexadecimal, of a canonical form."""
    words = json.dumps(
        canonical_form, ensure_ascii=False, sort_keys=True, separators=(",", ":")
    )
    return sha256(words.encode()).hexdigest()


def _bare(value: Any) -> Any:
    if isinstance(value, dict):
        pairs = ((key, _bare(inner)) for key, inner in value.items())
        return {key: inner for key, inner in pairs if inner not in (None, [], {})}
    if isinstance(value, list):
        return [_bare(inner) for inner in value]
    return value

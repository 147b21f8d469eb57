"""The canonical form of a document, and its digest."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any

from pydantic import BaseModel


def canonical(document: BaseModel) -> dict[str, Any]:
    """Return a document as JSON values, without what stands at its default.

    A field that the shape gains later thus changes no digest of a document
    that does not use it.
    """
    return document.model_dump(mode="json", exclude_defaults=True)


def digest(form: dict[str, Any]) -> str:
    """Return the SHA-256 digest, in hexadecimal, of a canonical form."""
    words = json.dumps(form, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return sha256(words.encode()).hexdigest()

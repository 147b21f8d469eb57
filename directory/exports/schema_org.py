"""Centers as schema.org sees them, for search engines; borne-out fields only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from directory.knowledge.rules.sources import Basis
from directory.listings.rules.views import CenterPage, FactView

FIRM = frozenset({Basis.SOURCED, Basis.ATTESTED, Basis.VERIFIED})
"""Bases on which something is told to machines that show it without its basis."""

PROPERTIES: Mapping[str, str] = {
    "address": "address",
    "phone": "telephone",
    "website": "url",
}
"""Details by name, and the property of ``schema:Hospital`` that they become."""


def hospital(page: CenterPage, address: str) -> dict[str, Any]:
    """Return a center as ``schema:Hospital``, to be written as JSON-LD.

    Only what a source, the hospital or a moderator bears out and what is not
    overdue: a search engine shows neither basis nor day. Coordinates are
    approximate and therefore left out.

    Args:
        page: From the listings.
        address: Absolute address of the center's page.
    """
    name = page.names.get("en") or next(iter(page.names.values()))
    others = [words for words in page.names.values() if words != name]
    found: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Hospital",
        "@id": address,
        "name": name,
        "mainEntityOfPage": address,
    }
    if others:
        found["alternateName"] = others
    for detail in page.details:
        property_ = PROPERTIES.get(detail.key)
        words = _words(detail)
        if property_ is None or words is None or property_ in found:
            continue
        found[property_] = _postal(words) if property_ == "address" else words
    return found


def _words(detail: FactView) -> str | None:
    if detail.basis not in FIRM or detail.is_overdue or not detail.words:
        return None
    if isinstance(detail.words, str):
        return detail.words
    return detail.words.get("en") or next(iter(detail.words.values()))


def _postal(words: str) -> dict[str, str]:
    return {
        "@type": "PostalAddress",
        "streetAddress": words,
        "addressCountry": "CN",
    }

"""Whose word is read, and what may be chosen."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from directory.knowledge.rules.sources import Basis, SourceKind
from directory.knowledge.rules.therapy import MarketStatus
from directory.listings.rules.document import Value

VALUES = (Value.YES, Value.NO, Value.NOT_STATED, Value.REFUSED)
"""What a hospital may say; that sources conflict is for the directory to say."""


@dataclass(frozen=True, slots=True)
class Known:
    """What may be chosen.

    Args:
        cities: Vocabulary keys.
        types: Kinds of hospital, vocabulary keys.
        indications: Vocabulary keys.
        languages: Vocabulary keys.
        products: The registry: slug, and where the product stands in China.
    """

    cities: frozenset[str]
    types: frozenset[str]
    indications: frozenset[str]
    languages: frozenset[str]
    products: Mapping[str, MarketStatus]


@dataclass(frozen=True, slots=True)
class Hand:
    """Whose word it is.

    Args:
        slug: Of the listing, or to be.
        office: The organization's name, as pages show it.
        today: The day on which it says so.
        domains: The organization's own, so that its own pages are known as such.
        borne_out: Fields to which a link or a file was added as evidence.
    """

    slug: str
    office: str
    today: date
    domains: tuple[str, ...] = ()
    borne_out: Collection[str] = frozenset()

    def attested(self, said: Mapping[str, Any]) -> dict[str, Any]:
        """Return a fact as the hospital's own word."""
        found = {
            **{name: part for name, part in said.items() if part not in ("", [], None)},
            "basis": Basis.ATTESTED.value,
            "checked_on": self.today.isoformat(),
            "checked_by": f"{self.office} (hospital)",
        }
        source = found.get("source")
        if source and "kind" not in source and self._is_own(source["url"]):
            found["source"] = {
                **source,
                "kind": SourceKind.OFFICIAL_HOSPITAL.value,
            }
        return found

    def _is_own(self, url: str) -> bool:
        try:
            host = urlsplit(url).hostname or ""
        except ValueError:
            return False
        return any(
            host == domain or host.endswith(f".{domain}") for domain in self.domains
        )

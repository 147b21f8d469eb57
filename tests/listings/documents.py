"""Invented listings, as whole as real ones."""

from __future__ import annotations

from datetime import date
from typing import Any

from directory.listings.rules.document import (
    CAPABILITIES,
    CenterDocument,
    CityDocument,
    FacilitatorDocument,
)

CHECKED = date(2026, 11, 22)
SOURCE = {"url": "https://example.org/ward", "title": "The ward", "kind": "news"}


def sourced(**more: Any) -> dict[str, Any]:
    return {"basis": "sourced", "source": SOURCE, "checked_on": CHECKED, **more}


def unverified(**more: Any) -> dict[str, Any]:
    return {"basis": "unverified", "checked_on": CHECKED, **more}


def capabilities(**values: dict[str, Any]) -> list[dict[str, Any]]:
    """Return all capabilities; those not given are not stated."""
    silent = {"value": "not-stated", "checked_on": CHECKED}
    return [{"key": key, **values.get(key, silent)} for key in CAPABILITIES]


def center(slug: str = "willow-hospital", **fields: Any) -> CenterDocument:
    """Return a center with one fact of each sort, changed by ``fields``."""
    whole: dict[str, Any] = {
        "slug": slug,
        "names": {"en": f"{slug} of Beijing", "zh": f"{slug}医院"},
        "aliases": ["WH"],
        "city": "beijing",
        "types": ["public"],
        "type_stated": "public",
        "identity": unverified(),
        "evidence_level": "sourced-treatment",
        "adult": "yes",
        "pediatric": "not-stated",
        "indications": ["mm"],
        "details": [
            {"field": "address", "value": {"en": "1 Road", "zh": "路1号"}}
            | unverified(),
            {"field": "accreditation", "value": "A"} | sourced(),
            {"field": "accreditation", "value": "B"} | sourced(),
        ],
        "evidence": [{"claim": "CAR-T"} | sourced(statement="It was given.")],
        "treatments": [
            {"therapy": "zevor-cel", "route": "approved-product"} | unverified()
        ],
        "trials": [{"id": "NCT00000000", "name": "WILLOW"} | sourced(as_of="2024")],
        "capabilities": capabilities(
            icu={"value": "yes"} | sourced(statement="Eight beds."),
            tocilizumab={"value": "yes"} | unverified(),
        ),
    }
    return CenterDocument.model_validate(whole | fields)


def facilitator(slug: str = "willow-travel", **fields: Any) -> FacilitatorDocument:
    """Return a facilitator with one fact of each sort, changed by ``fields``."""
    whole: dict[str, Any] = {
        "slug": slug,
        "names": {"en": "Willow Travel"},
        "identity": sourced(),
        "details": [{"field": "website", "value": "https://example.org"} | sourced()],
        "cities": [{"key": "beijing"} | sourced()],
        "languages": [{"key": "en"} | sourced()],
        "services": [{"name": "interpreting"} | unverified()],
        "cautions": ["Its owner was not found."],
    }
    return FacilitatorDocument.model_validate(whole | fields)


def city(slug: str = "beijing", position: int = 1, **fields: Any) -> CityDocument:
    """Return a city with one fact of each sort, changed by ``fields``."""
    whole: dict[str, Any] = {
        "slug": slug,
        "position": position,
        "names": {"en": slug.title()},
        "place": {"latitude": 39.9, "longitude": 116.4, "note": "approximate"},
        "airports": [{"name": "Willow Field", "iata": "WLW"} | unverified()],
        "spoken": [{"name": "Mandarin Chinese", "where": "local"} | unverified()],
        "notable": [{"claim": "It has a park."} | sourced()],
    }
    return CityDocument.model_validate(whole | fields)

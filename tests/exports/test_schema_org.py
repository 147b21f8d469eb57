"""Search engines are told only what is borne out and fresh."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta

from directory.exports.schema_org import hospital
from directory.listings.rules.views import center_view
from tests.listings import documents

TODAY = date(2026, 11, 22)
ADDRESS = "https://directory.example/en/centers/willow-hospital"


def told(today=TODAY, **fields):
    page = center_view(
        documents.center(**fields),
        version=1,
        published_at=datetime(2026, 11, 22, tzinfo=UTC),
        today=today,
    )
    return hospital(page, ADDRESS)


def details(**basis):
    return [
        {"field": "address", "value": {"en": "1 Road", "zh": "路1号"}} | basis,
        {"field": "phone", "value": "+86 10 0000 0000"} | basis,
        {"field": "website", "value": "https://willow.example"} | basis,
        {"field": "case-volume", "value": "500"} | basis,
    ]


def test_what_has_a_source_is_told():
    assert told(details=details(**documents.sourced())) == {
        "@context": "https://schema.org",
        "@type": "Hospital",
        "@id": ADDRESS,
        "mainEntityOfPage": ADDRESS,
        "name": "willow-hospital of Beijing",
        "alternateName": ["willow-hospital医院"],
        "address": {
            "@type": "PostalAddress",
            "streetAddress": "1 Road",
            "addressCountry": "CN",
        },
        "telephone": "+86 10 0000 0000",
        "url": "https://willow.example",
    }


def test_what_has_none_is_not():
    found = told(details=details(**documents.unverified()))

    assert not {"address", "telephone", "url"} & found.keys()


def test_what_is_overdue_is_not():
    later = TODAY + timedelta(days=91)
    found = told(today=later, details=details(**documents.sourced()))

    assert "telephone" not in found
    assert "url" not in found
    assert "address" in found


def test_approximate_coordinates_are_not():
    place = {"latitude": 39.9, "longitude": 116.4, "note": "approximate"}

    assert "39.9" not in json.dumps(told(place=place))

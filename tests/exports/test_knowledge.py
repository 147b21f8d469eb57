"""Therapies and guides leave whole: each statement with its basis and source."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from directory.exports.knowledge import guide, therapy
from directory.knowledge.rules.views import ClaimView, shown_guide, shown_therapy
from tests.exports.invented import WORDS
from tests.knowledge import seeds

CHANGED = datetime(2026, 11, 22, tzinfo=UTC)


def told_therapy(document):
    page = shown_therapy(document, changed_at=CHANGED)
    return json.loads(therapy(page, WORDS).model_dump_json())


def told_guide(document):
    claims = {
        key: ClaimView(
            id=key,
            section=each.section,
            claim=each.claim,
            verdict=each.verdict,
            correction=each.correction,
            note=each.note,
            basis=each.basis,
            source=each.source,
            checked_on=each.checked_on,
        )
        for key, each in seeds.claims().items()
    }
    return json.loads(
        guide(shown_guide(document, claims, changed_at=CHANGED)).model_dump_json()
    )


def sourced_things(value):
    """Return everything in an answer that says on what basis it stands."""
    if isinstance(value, dict):
        if "basis" in value:
            yield value
        for each in value.values():
            yield from sourced_things(each)
    elif isinstance(value, list):
        for each in value:
            yield from sourced_things(each)


@pytest.mark.parametrize("slug", seeds.therapies())
def test_a_therapy_leaves_as_it_is_known(slug):
    document = seeds.therapies()[slug]
    known = json.loads(document.model_dump_json())

    told = told_therapy(document)

    for part in (
        "slug",
        "role",
        "market",
        "approvals",
        "sought",
        "other_markets",
        "prior_lines",
        "trials",
        "price",
        "other_prices",
        "insurance",
        "safety_notes",
        "pipeline",
        "disputes",
        "mixed_up_with",
        "study_sites",
        "withheld",
        "brands",
        "details",
    ):
        assert told[part] == known[part], part
    assert told["url"] == f"/therapies/{slug}"
    assert told["verified_on"] == known["checked_on"]
    assert set(told["labels"].get("indication", {})) == set(told["indications"])
    assert "checked_by" not in told


@pytest.mark.parametrize("slug", seeds.therapies())
def test_nothing_sourced_leaves_without_its_source(slug):
    things = list(sourced_things(told_therapy(seeds.therapies()[slug])))

    assert things
    for thing in things:
        assert (thing["source"] is None) is (thing["basis"] == "unverified")


@pytest.mark.parametrize("slug", seeds.guides())
def test_a_guide_leaves_with_every_claim_that_it_cites(slug):
    document = seeds.guides()[slug]

    told = told_guide(document)

    assert [claim["id"] for claim in told["claims"]] == list(document.cited)
    known = {claim["id"] for claim in told["claims"]}
    assert [section["id"] for section in told["sections"]] == [
        section.id for section in document.sections
    ]
    for section in told["sections"]:
        assert set(section["claims"]) <= known
    for claim in told["claims"]:
        assert claim["verdict"] in {"holds", "wrong", "outdated", "unverifiable"}
    assert told["name"]["en"] == document.titles["en"]

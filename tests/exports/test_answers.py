"""Results become the JSON that the contract shows."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from directory.core.text import Language
from directory.exports.answers import Links, answer, last_page
from directory.exports.wording import in_words
from directory.search.rules.values import (
    FURTHEST,
    Concept,
    FacetValue,
    Hit,
    Kind,
    Match,
    NotCovered,
    Reading,
    Relaxation,
    Results,
    Understood,
    Why,
)
from tests.exports.invented import WORDS

LINKS = Links(self="/a", first="/a", prev=None, next=None, last="/a")

HIT = Hit(
    kind=Kind.CENTER,
    slug="willow-hospital",
    names={"en": "Willow Hospital", "zh": "柳树医院"},
    city="guangzhou",
    match=Match.CONFIRMED,
    why=(
        Why(Concept.CITY, "guangzhou", "yes"),
        Why(Concept.CAPABILITY, "icu", "yes"),
        Why(Concept.CAPABILITY, "tocilizumab", "not-stated"),
    ),
    highlights=("a \ue000ward\ue001 of its own",),
    verified_on=date(2026, 11, 22),
)


def given(results: Results, root: str = ""):
    return json.loads(answer(results, WORDS, LINKS, root).model_dump_json())


def results(reading: Reading | None = None, **fields: Any) -> Results:
    plain = Results(
        reading or Reading("", Language.EN), 1, 1, 1, 20, items=(HIT,), facets={}
    )
    return replace(plain, **fields)


def test_an_answer_is_what_the_contract_shows():
    reading = Reading(
        text="icu canton",
        language=Language.EN,
        understood=(
            Understood(Concept.CAPABILITY, "icu", "icu", 0, 3),
            Understood(
                Concept.CITY,
                "guangzhou",
                "canton",
                4,
                10,
                others=((Concept.CENTER, "willow-hospital"),),
            ),
        ),
        rest="",
        did_you_mean="icu guangzhou",
        corrections=(("carteyva", "carteyva"),),
        is_cut=True,
        negated=(Understood(Concept.TYPE, "private", "not private", 11, 22),),
    )
    found = given(
        results(
            reading,
            total=11,
            confirmed=4,
            page=2,
            per_page=5,
            facets={"city": (FacetValue("guangzhou", 11, selected=True),)},
            relaxations=(Relaxation((("capability", "icu"),), 12),),
        )
    )

    assert found == {
        "query": {
            "text": "icu canton",
            "language": "en",
            "understood": [
                {
                    "kind": "capability",
                    "key": "icu",
                    "text": "icu",
                    "start": 0,
                    "end": 3,
                    "others": [],
                    "section": None,
                },
                {
                    "kind": "city",
                    "key": "guangzhou",
                    "text": "canton",
                    "start": 4,
                    "end": 10,
                    "others": [
                        {
                            "kind": "center",
                            "key": "willow-hospital",
                            "label": "center/WILLOW-HOSPITAL",
                        }
                    ],
                    "section": None,
                },
            ],
            "negated": [
                {
                    "kind": "type",
                    "key": "private",
                    "text": "not private",
                    "start": 11,
                    "end": 22,
                    "others": [],
                    "section": None,
                }
            ],
            "rest": "",
            "is_cut": True,
            "corrections": [
                {"text": "carteyva", "note": "Not to be mixed up: carteyva."}
            ],
            "did_you_mean": "icu guangzhou",
            "covered": True,
            "explanation": None,
            "near": [],
        },
        "total": 11,
        "confirmed": 4,
        "page": 2,
        "per_page": 5,
        "items": [
            {
                "kind": "center",
                "slug": "willow-hospital",
                "url": "/centers/willow-hospital",
                "name": {"en": "Willow Hospital", "zh": "柳树医院"},
                "city": "guangzhou",
                "section": None,
                "match": "confirmed",
                "why": [
                    "city: city/GUANGZHOU",
                    "capability/ICU: yes",
                    "capability/TOCILIZUMAB: not stated",
                ],
                "highlights": ["a ward of its own"],
                "verified_on": "2026-11-22",
            }
        ],
        "facets": {
            "city": [
                {
                    "key": "guangzhou",
                    "label": "city/GUANGZHOU",
                    "count": 11,
                    "selected": True,
                }
            ]
        },
        "relaxations": [{"drop": [{"kind": "capability", "key": "icu"}], "total": 12}],
        "full_text": True,
        "links": LINKS.model_dump(),
    }


def test_what_is_not_covered_is_explained_and_something_near_offered():
    reading = Reading(
        "shenzhen",
        Language.EN,
        not_covered=NotCovered(
            "city-not-covered", "shenzhen", ((Concept.CITY, "guangzhou"),)
        ),
    )

    query = given(results(reading))["query"]

    assert query["covered"] is False
    assert query["explanation"] == "No answer to shenzhen: city-not-covered."
    assert query["near"] == [
        {"kind": "city", "key": "guangzhou", "label": "city/GUANGZHOU"}
    ]


def test_addresses_begin_where_the_site_is_mounted():
    assert given(results(), root="/cart")["items"][0]["url"] == (
        "/cart/centers/willow-hospital"
    )


@pytest.mark.parametrize(
    ("why", "words"),
    [
        (Why(Concept.CITY, "tianjin", "yes"), "city: city/TIANJIN"),
        (Why(Concept.INDICATION, "mm", "yes"), "indication: indication/MM"),
        (Why(Concept.THERAPY, "a", "not-stated"), "therapy/A: not stated"),
        (Why(Concept.CAPABILITY, "icu", "yes"), "capability/ICU: yes"),
        (Why(Concept.CAPABILITY, "icu", "no"), "capability/ICU: no"),
        (Why(Concept.CAPABILITY, "icu", "refused"), "capability/ICU: refused"),
        (Why(Concept.CAPABILITY, "icu", "unverified"), "capability/ICU: unverified"),
        (Why(None, "", "alias"), "alias"),
    ],
)
def test_a_reason_says_what_is_known_and_never_turns_silence_into_no(why, words):
    assert in_words(why, WORDS) == words


@pytest.mark.parametrize(
    ("total", "per_page", "last"),
    [
        (0, 20, 1),
        (1, 20, 1),
        (20, 20, 1),
        (21, 20, 2),
        (FURTHEST, 20, 25),
        (10_000, 20, 25),
        (10_000, 100, 5),
        (10_000, 1, 500),
        (10_000, 99, 5),
    ],
)
def test_no_page_is_offered_that_cannot_be_reached(total, per_page, last):
    assert last_page(total, per_page) == last
    assert last * per_page <= max(FURTHEST, per_page)

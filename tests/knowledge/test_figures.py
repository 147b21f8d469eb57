"""Every figure is found with what bears it out, and one without is told apart."""

from __future__ import annotations

import pytest

from directory.knowledge.queries import figures
from directory.knowledge.rules.documents import (
    GlossaryTerm,
    GuideDocument,
    TherapyDocument,
)
from directory.knowledge.rules.figures import of_guide, of_therapy, of_word
from tests.knowledge.seeds import claims, put_everything, therapies

PAGE = {"url": "https://example.org/paper"}


def guide(**section) -> GuideDocument:
    return GuideDocument.model_validate(
        {
            "slug": "safety",
            "position": 1,
            "titles": {"en": "Safety"},
            "summary": {"en": "What can happen."},
            "summary_ground": "directory",
            "sections": [{"id": "crs", "titles": {"en": "CRS"}, **section}],
            "checked_on": "2026-11-22",
        }
    )


def bare(document: GuideDocument) -> list[str]:
    return [
        figure.place
        for figure in of_guide(document, claims())
        if not figure.is_borne_out
    ]


STEP = {"number": 1, "titles": {"en": "Ask"}, "note": "General practice."}
RULE = {
    "id": "E01",
    "criterion": "Age",
    "question": "How old are you?",
    "answers": {"likely_ok": "Over 18", "discuss": "Under 18"},
    "meaning": "Trials asked.",
    "scope": "Myeloma",
    "basis": "unverified",
}


@pytest.mark.parametrize(
    ("section", "expected"),
    [
        (
            {"points": [{"text": {"en": "In 3 of 10."}, "basis": "unverified"}]},
            ["crs.1"],
        ),
        (
            {"points": [{"text": {"en": "For two weeks."}, "basis": "unverified"}]},
            ["crs.1"],
        ),
        (
            {
                "points": [
                    {"text": {"en": "Often.", "zh": "30%。"}, "basis": "unverified"}
                ]
            },
            ["crs.1"],
        ),
        ({"points": [{"text": {"en": "In 3 of 10."}, "source": PAGE}]}, []),
        ({"points": [{"text": {"en": "In 3 of 10."}, "claims": ["SC039"]}]}, []),
        ({"points": [{"text": {"en": "Often."}, "basis": "unverified"}]}, []),
        ({"steps": [STEP | {"patient": ["Waits 5 days"]}]}, ["crs, step 1"]),
        ({"steps": [STEP | {"patient": ["Waits 5 days"], "sources": [PAGE]}]}, []),
        ({"rules": [RULE]}, ["e01"]),
        (
            {
                "costs": [
                    {"component": "Stay", "basis": "unverified", "note": "10 days"}
                ]
            },
            ["crs, cost 1"],
        ),
    ],
)
def test_a_figure_of_a_guide_needs_a_claim_or_a_source(section, expected):
    assert bare(guide(**section)) == expected


def test_a_claim_that_rests_on_nothing_bears_no_figure_out():
    unsourced = next(key for key, one in claims().items() if one.source is None)
    point = {"text": {"en": "In 3 of 10."}, "claims": [unsourced]}

    assert bare(guide(points=[point])) == ["crs.1"]


def test_a_threshold_is_a_figure_with_the_source_of_its_rule():
    rule = RULE | {"thresholds": {"age_years": 75}, "basis": "sourced", "source": PAGE}
    found = list(of_guide(guide(rules=[rule]), claims()))

    assert [(each.figures, each.sources) for each in found] == [
        (("age_years 75",), (PAGE["url"],))
    ]


def test_trials_prices_and_dates_of_a_product_are_figures():
    found = {each.place: each for each in of_therapy(therapies()["zevor-cel"])}

    assert found["price"].figures[0] == "1150000 CNY"
    assert "date 2024-02-23" in found["approval 1"].figures
    assert any(each.startswith("people ") for each in found["trial 1"].figures)
    assert all(each.sources for each in found.values())


def test_an_unverified_figure_of_a_product_is_found():
    document = therapies()["renike-cel"]
    detail = {"field": "dose", "value": "150 million cells", "basis": "unverified"}
    wrong = TherapyDocument.model_validate(
        document.model_dump(mode="json") | {"details": [detail]}
    )

    found = [each.place for each in of_therapy(wrong) if not each.is_borne_out]

    assert found == ["detail 1"]


def test_a_figure_in_the_meaning_of_a_word_needs_a_source():
    term = {"key": "crs", "names": {"en": "CRS"}, "text": {"en": "Within 14 days."}}
    unsure = GlossaryTerm.model_validate(term | {"basis": "unverified"})
    sure = GlossaryTerm.model_validate(term | {"source": PAGE})

    assert [each.is_borne_out for each in of_word(unsure, {})] == [False]
    assert [each.is_borne_out for each in of_word(sure, {})] == [True]


def test_every_figure_that_is_shown_has_its_source(work):
    put_everything(work)

    found = figures(work.session)

    assert {each.subject for each in found} >= {
        f"guide:{slug}" for slug in ("safety", "cost")
    }
    assert len(found) > 200
    assert [each for each in found if not each.is_borne_out] == []


def test_a_guide_without_figures_has_none():
    assert list(of_guide(guide(), claims())) == []

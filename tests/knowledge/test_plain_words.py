"""The English of guides can be read by somebody of about twelve.

The measure is the automated readability index, which counts words in a sentence and
letters in a word, as textstat computes it. Its grade 7 is the school year of people of
twelve and thirteen. Measures that count syllables would have textstat fetch a
dictionary from another host. Names of drugs are left out: nobody can choose a shorter
one.
"""

from __future__ import annotations

import re

import pytest
import textstat

from directory.knowledge.rules.documents import GuideDocument
from directory.knowledge.rules.views import spellings
from tests.knowledge.seeds import guides, therapies

HARDEST_ON_AVERAGE = 6.5
"""Grade of all guides together, each counted once."""

HARDEST = 8.0
"""Grade of any guide."""

OTHER_DRUGS = re.compile(
    r"\b(?:tocilizumab|bortezomib|carfilzomib|fludarabine|cyclophosphamide"
    r"|lenalidomide|thalidomide|ibrutinib|daratumumab|entecavir|corticosteroids?)\b",
    re.IGNORECASE,
)
"""Drugs that guides name besides the products."""

END = re.compile(r"(?<=[.?!])\s+")


def plain(words: str) -> str:
    """Return words without names of drugs."""
    for name in NAMES:
        words = name.sub("drug", words)
    return OTHER_DRUGS.sub("drug", words)


def sentences(document: GuideDocument) -> list[str]:
    """Return every sentence of a guide in English, headings and labels left out."""
    texts = [document.summary["en"]]
    for section in document.sections:
        texts += [point.text["en"] for point in section.points]
        for step in section.steps:
            lines = (*step.patient, *step.hospital, *step.facilitator, *step.risks)
            texts += [line["en"] for line in lines]
        for rule in section.rules:
            texts += [rule.question["en"], rule.meaning["en"]]
    found = (each.strip() for text in texts for each in END.split(plain(text)))
    return [each if each[-1] in ".?!" else f"{each}." for each in found if each]


def grade(words: str) -> float:
    """Return the school grade for which a text is written."""
    return float(textstat.automated_readability_index(words))


NAMES = tuple(
    re.compile(rf"\b{re.escape(name)}\b", re.IGNORECASE)
    for name in sorted(
        {
            name
            for therapy in therapies().values()
            for name in spellings(therapy)
            if name.isascii()
        },
        key=lambda name: -len(name),
    )
)


@pytest.mark.parametrize("slug", sorted(guides()))
def test_no_guide_is_harder_than_a_newspaper_for_everybody(slug):
    assert grade(" ".join(sentences(guides()[slug]))) <= HARDEST


def test_guides_can_be_read_by_somebody_of_twelve():
    grades = [grade(" ".join(sentences(guide))) for guide in guides().values()]

    assert sum(grades) / len(grades) <= HARDEST_ON_AVERAGE


def test_the_measure_tells_hard_words_from_plain_ones():
    plain_words = "The cells are made from your own blood. Ask what happens next."
    hard_words = (
        "Manufacturing of autologous cellular products necessitates individualized"
        " procedures whose availability institutions communicate retrospectively."
    )

    assert grade(plain_words) < HARDEST_ON_AVERAGE < HARDEST < grade(hard_words)

"""Questions lead to the part of a guide that answers, or to the whole of it."""

from __future__ import annotations

from functools import cache

import pytest

from directory.cli.seed_files import read as read_file
from directory.search.rules.documents import IndexDocument
from directory.search.rules.guesses import is_better
from directory.search.rules.reading import read
from directory.search.rules.sections import led, section_of
from directory.search.rules.values import Concept, Kind
from directory.search.rules.words import Found, Matches, Tier
from tests.search.lexicons import SEED, lexicon

GUIDE = IndexDocument(
    Kind.GUIDE,
    "meals",
    {"en": "Meals"},
    questions=("what is for lunch", "what is for dinner", "午饭吃什么", "meals"),
    sections=("lunch", "dinner", "lunch", ""),
)


@pytest.mark.parametrize(
    ("typed", "section"),
    [
        ("what is for lunch", "lunch"),
        ("and what is there for dinner today", "dinner"),
        ("今天午饭吃什么", "lunch"),
        ("meals", None),
        ("what is", None),
        ("lunch or dinner", None),
        ("swimming pool", None),
        ("", None),
    ],
)
def test_the_nearest_question_tells_the_section(typed, section):
    assert section_of(GUIDE, typed) == section


@cache
def guides() -> dict[str, IndexDocument]:
    """Return the seeded guides, as far as their questions go."""
    found = {}
    for path in sorted((SEED / "knowledge" / "guides").glob("*.yaml")):
        guide = read_file(path)
        asked: dict[str, str] = {}
        for part in (guide, *guide["sections"]):
            for questions in part.get("questions", {}).values():
                for question in questions:
                    asked.setdefault(question, part.get("id", ""))
        found[guide["slug"]] = IndexDocument(
            Kind.GUIDE,
            guide["slug"],
            guide["titles"],
            questions=tuple(asked),
            sections=tuple(asked.values()),
        )
    return found


@pytest.mark.parametrize(
    ("query", "guide", "section"),
    [
        ("when will I be allowed on a plane", "follow-up", "going-home"),
        ("做完car-t多久能坐飞机回国", "follow-up", "going-home"),
        ("can my wife come with me", "visa", "companion"),
        ("жена может поехать со мной", "visa", "companion"),
        ("how is car-t made", "how-it-works", "making-the-cells"),
        ("who pays", "insurance", "from-abroad"),
        ("is it safe to wait", "process", "waiting"),
        ("will I lose my hair", "safety", None),
        ("what is icans", "safety", "icans"),
        ("age limit", "eligibility", "age"),
        ("approved car-t in china list", "therapies", None),
    ],
)
def test_a_question_leads_to_its_section_of_the_seeded_guides(query, guide, section):
    reading = led(read(lexicon(), query), guides().get)

    led_to = {
        one.key: one.section for one in reading.understood if one.kind is Concept.GUIDE
    }
    assert led_to.get(guide, "not led there") == section


def test_every_section_of_a_guide_is_one_that_it_has():
    for guide in guides().values():
        for question in guide.questions:
            assert section_of(guide, question) in {*guide.sections, None}


def test_a_guide_that_is_not_published_leads_nowhere():
    reading = read(lexicon(), "what is icans")

    assert led(reading, lambda _slug: None) == reading


@pytest.mark.parametrize(
    ("real", "better"), [((2,), False), ((1, 0), True), ((), True)]
)
def test_a_guess_is_better_unless_a_document_has_every_word_as_typed(real, better):
    found = {
        place: Found(real=count, words=2, score=1.0, best=Tier.EXACT)
        for place, count in enumerate(real)
    }

    assert is_better(Matches.of(found, asked=2)) is better


ANSWERED_AT_LEAST = 0.96
"""Share of the guides' own questions that lead to them. The others lead to a guide
for which the vocabulary has the very same words, or name a need of centers."""


def test_the_guides_own_questions_lead_to_them_and_to_their_sections():
    asked = answered = 0
    for slug, guide in guides().items():
        for question, section in zip(guide.questions, guide.sections, strict=True):
            reading = led(read(lexicon(), question), guides().get)
            sections = {
                one.key: one.section
                for one in reading.understood
                if one.kind is Concept.GUIDE
            }
            asked += 1
            if slug in sections:
                answered += 1
                assert sections[slug] == (section or None), question

    assert answered >= ANSWERED_AT_LEAST * asked

"""The lexicon that the seeds make, built once for all tests of reading."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from directory.cli.seed_files import read as read_file
from directory.search.rules.lexicon import Lexicon, Spelling
from directory.search.rules.values import Concept
from directory.vocabulary.rules import Form, Term

SEED = Path(__file__).parents[2] / "seed"


@cache
def terms() -> tuple[Term, ...]:
    """Return the seeded vocabulary."""
    return tuple(
        Term.model_validate(term)
        for path in sorted((SEED / "vocabulary").glob("*.yaml"))
        for term in read_file(path)
    )


def names() -> Iterator[Spelling]:
    """Yield the names of everything that the seeds publish."""
    for path in sorted((SEED / "listings").glob("*/*.yaml")):
        listing = read_file(path)
        if listing.get("state") != "draft":
            yield from _listed(listing)
    for path in sorted((SEED / "knowledge" / "therapies").glob("*.yaml")):
        therapy = read_file(path)
        words = [*therapy["names"].values(), *therapy.get("short_names", ())]
        words += therapy.get("codes", ())
        words += (brand["name"] for brand in therapy.get("brands", ()))
        for word in words:
            yield Spelling(Concept.THERAPY, therapy["slug"], word)
    for path in sorted((SEED / "knowledge" / "guides").glob("*.yaml")):
        guide = read_file(path)
        for language, question in _questions(guide):
            yield Spelling(
                Concept.GUIDE, guide["slug"], question, language, Form.QUESTION
            )


def _listed(listing: dict[str, Any]) -> Iterator[Spelling]:
    kind, slug, city = Concept(listing["kind"]), listing["slug"], listing.get("city")
    for language, name in listing["names"].items():
        yield Spelling(kind, slug, name, language, city=city)
    for name in (*listing.get("aliases", ()), *listing.get("former_names", ())):
        yield Spelling(kind, slug, name, city=city)


def _questions(part: Any) -> Iterator[tuple[str, str]]:
    if isinstance(part, dict):
        for key, value in part.items():
            if key == "questions":
                for language, questions in value.items():
                    yield from ((language, question) for question in questions)
            else:
                yield from _questions(value)
    elif isinstance(part, list):
        for value in part:
            yield from _questions(value)


@cache
def lexicon() -> Lexicon:
    """Return the lexicon of all seeds."""
    return Lexicon.build(terms(), names())

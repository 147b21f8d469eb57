"""The lexicon that the seeds make, built once for all tests of reading."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from directory.cli.seed_files import read as read_file
from directory.search.rules.documents import IndexDocument
from directory.search.rules.layers import Layer
from directory.search.rules.lexicon import Lexicon
from directory.search.rules.named import NamePart, Names, pack_names
from directory.search.rules.names import Spelling
from directory.search.rules.stored import Documents, Stored, pack_documents
from directory.search.rules.values import Concept, Kind
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


def documents(spellings: Iterable[Spelling]) -> tuple[IndexDocument, ...]:
    """Return documents that are named so, in the order of their first names."""
    found: dict[tuple[Concept, str], IndexDocument] = {}
    for one in spellings:
        known = found.get((one.kind, one.key)) or IndexDocument(
            Kind(one.kind.value), one.key, names={}, city=one.city
        )
        if one.form is Form.QUESTION:
            known = replace(known, questions=(*known.questions, one.text))
        elif one.language in {"en", "zh", "ru", "ar"} - known.names.keys():
            known = replace(known, names={**known.names, one.language: one.text})
        else:
            known = replace(known, aliases=(*known.aliases, one.text))
        found[one.kind, one.key] = known
    return tuple(found.values())


def joined(
    *segments: Sequence[IndexDocument],
    gone: Collection[str] = (),
    vocabulary: Sequence[Term] | None = None,
) -> Names:
    """Return the names of documents written in segments, but for some ids.

    Of documents with one id the last stands.
    """
    vocabulary = terms() if vocabulary is None else vocabulary
    last = {one.id: at for at, part in enumerate(segments) for one in part}
    base = 0
    stored: list[Layer[Stored]] = []
    named: list[Layer[NamePart]] = []
    for place, segment in enumerate(segments):
        alive = sum(
            1 << at
            for at, one in enumerate(segment)
            if one.id not in gone and last[one.id] == place
        )
        stored.append(Layer(Stored(pack_documents(segment)), base, len(segment), alive))
        part = NamePart(pack_names(segment, vocabulary))
        named.append(Layer(part, base, len(segment), alive))
        base += len(segment)
    return Names(named, Documents(stored))


@cache
def vocabulary() -> Lexicon:
    """Return the lexicon of the seeded vocabulary, without names."""
    return Lexicon.compiled(terms())


def built(spellings: Iterable[Spelling]) -> Lexicon:
    """Return the lexicon of the seeded vocabulary with some names."""
    return vocabulary().with_names(joined(documents(spellings)))


@cache
def lexicon() -> Lexicon:
    """Return the lexicon of all seeds."""
    return built(names())

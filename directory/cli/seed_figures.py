"""No figure without what bears it out, and the same figures in every language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pydantic import BaseModel

from directory.cli.seed_files import SeedError, shortened
from directory.cli.seed_kinds import Loaded
from directory.knowledge.rules.documents import (
    ClaimDocument,
    GlossaryTerm,
    GuideDocument,
    Rate,
    TherapyDocument,
)
from directory.knowledge.rules.figures import (
    Figure,
    of_guide,
    of_therapy,
    of_word,
    texts_of,
)
from directory.knowledge.rules.numbers import differences

TRANSLATED = (ClaimDocument, GlossaryTerm, GuideDocument, Rate, TherapyDocument)
"""Documents whose words stand in several languages and must give the same figures."""


def wrong_figures(
    entry: Loaded, claims: Mapping[str, ClaimDocument]
) -> Iterator[SeedError]:
    """Yield the figures of a document that cannot be relied on.

    Args:
        entry: One document.
        claims: All that are checked, by id.
    """
    document = entry.document
    for figure in _figures(document, claims):
        if not figure.is_borne_out:
            yield SeedError(
                entry.file,
                entry.at(figure.place),
                "a claim or a source that bears the figure out",
                shortened(figure.words),
            )
    if isinstance(document, TRANSLATED):
        for path, text in texts(document):
            for language, how in differences(text):
                words = text[language.value]
                yield SeedError(
                    entry.file,
                    entry.at(f"{path}.{language.value}"),
                    "the figures of the English words",
                    f"{how}: {shortened(words)}",
                )


def _figures(
    document: BaseModel, claims: Mapping[str, ClaimDocument]
) -> Iterator[Figure]:
    if isinstance(document, GuideDocument):
        yield from of_guide(document, claims)
    elif isinstance(document, TherapyDocument):
        yield from of_therapy(document)
    elif isinstance(document, GlossaryTerm):
        yield from of_word(document, claims)


def texts(shape: BaseModel, path: str = "") -> Iterator[tuple[str, Mapping[str, str]]]:
    """Yield every text in a document, by language, with its path."""
    for name, text in texts_of(shape):
        yield f"{path}.{name}".lstrip("."), dict(text.items())
    for name in type(shape).model_fields:
        value = getattr(shape, name)
        inner = f"{path}.{name}".lstrip(".")
        if isinstance(value, BaseModel):
            yield from texts(value, inner)
        elif isinstance(value, tuple):
            for place, each in enumerate(value):
                if isinstance(each, BaseModel):
                    yield from texts(each, f"{inner}[{place}]")

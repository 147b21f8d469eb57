"""Words of medicine in plain ones, and how they are found in a text."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from directory.core.text import Language
from directory.knowledge.rules.guide import ClaimId
from directory.knowledge.rules.sources import (
    Basis,
    Shape,
    Slug,
    Source,
    Told,
    Words,
)

GlossaryKey = Annotated[Slug, StringConstraints(max_length=60)]


class GlossaryTerm(Shape):
    """One word that readers will meet at a hospital, and what it means.

    ``spellings`` are further ways in which texts write it, by language; the names
    need not be repeated there. A meaning cites claims or a source, or says that it
    is general knowledge.
    """

    key: GlossaryKey
    names: Told
    spellings: dict[Literal["en", "zh", "ru", "ar"], tuple[Words, ...]] = Field(
        default_factory=dict
    )
    text: Told
    basis: Basis | None = None
    source: Source | None = None
    more_sources: tuple[Source, ...] = ()
    claims: tuple[ClaimId, ...] = ()
    note: Told | None = None

    @model_validator(mode="after")
    def _is_borne_out(self) -> Self:
        if self.basis is Basis.UNVERIFIED:
            if self.source is not None:
                raise ValueError("an unverified meaning has no source")
        elif self.source is None and not self.claims:
            raise ValueError("a meaning needs claims, a source, or to say unverified")
        return self

    @property
    def sources(self) -> tuple[Source, ...]:
        """Return every source, the one relied on first."""
        first = (self.source,) if self.source else ()
        return (*first, *self.more_sources)


class GlossaryDocument(Shape):
    """All words that are explained: a seed file."""

    terms: tuple[GlossaryTerm, ...] = Field(min_length=1)


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of a text, and the key of the word that it is, if it is one."""

    words: str
    key: str | None = None


class Finder:
    """Finds the words of a glossary in texts of one language.

    Args:
        terms: What there is to find; a spelling belongs to the first that has it.
        language: Of the texts.
    """

    def __init__(self, terms: Sequence[GlossaryTerm], language: Language) -> None:
        """Put the longest spellings first, so that none hides in another."""
        owners: dict[str, str] = {}
        for term in terms:
            for spelling in _spellings(term, language):
                owners.setdefault(spelling, term.key)
        longest = sorted(owners, key=lambda spelling: (-len(spelling), spelling))
        self._keys = tuple(owners[spelling] for spelling in longest)
        choices = "|".join(f"({_form(spelling, language)})" for spelling in longest)
        self._pattern = re.compile(choices, re.IGNORECASE) if choices else None

    def stretches(self, words: str, taken: Collection[str] = ()) -> Iterator[Stretch]:
        """Cut a text so that each word is marked where it first stands.

        Args:
            words: The text.
            taken: Keys that are not marked any more.
        """
        seen = set(taken)
        begin = 0
        for found in self._pattern.finditer(words) if self._pattern else ():
            key = self._keys[(found.lastindex or 1) - 1]
            if key in seen:
                continue
            seen.add(key)
            if found.start() > begin:
                yield Stretch(words[begin : found.start()])
            yield Stretch(found[0], key)
            begin = found.end()
        if begin < len(words):
            yield Stretch(words[begin:])


def _spellings(term: GlossaryTerm, language: Language) -> tuple[str, ...]:
    name = term.names.get(language.value)
    given = term.spellings.get(language.value, ())
    return tuple(dict.fromkeys((*([name] if name else []), *given)))


def _form(spelling: str, language: Language) -> str:
    """Return the pattern of a spelling with the endings that its language gives."""
    if language is Language.ZH and not spelling[:1].isascii():
        return re.escape(spelling)
    words = [re.escape(word) for word in spelling.split()]
    if language is Language.RU:
        words = [_russian(word) for word in words]
    if language is Language.EN and spelling[-1:].isalpha():
        words[-1] += "(?:s|es)?"
    before = r"(?<![^\W_])"
    after = r"(?![^\W_])"
    if language is Language.AR:
        before += "(?:[وفبكل]?ال|لل|[وفبكل])?"
    if language is Language.ZH:
        # Latin letters stand beside Chinese ones without a space.
        before, after = "(?<![A-Za-z0-9])", "(?![A-Za-z0-9])"
    return before + r"\s+".join(words) + after


LONG_ENOUGH = 6
"""Letters of a Russian word whose endings are let go."""


def _russian(word: str) -> str:
    if len(word) < LONG_ENOUGH or word.isascii():
        return word
    return word.rstrip("аеёийоуыьэюя") + "[а-яё]{0,3}"

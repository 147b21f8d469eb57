"""What a spelling may mean."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from directory.search.rules.names import Strength
from directory.search.rules.normalize import Script, Token
from directory.search.rules.values import Concept
from directory.vocabulary.rules import Form, TermKind


class Entry(NamedTuple):
    """One thing that a spelling may mean.

    Args:
        kind: A concept, or ``not-covered``, ``target`` or ``filler``.
        key: Slug or vocabulary key.
        form: What kind of spelling it is.
        language: Of the spelling.
        pieces: How many tokens it is written in.
        cautious: Counts only in capitals or beside another medical term.
        whole: Counts only as a whole token.
        also: Is read together with whatever else the same words mean.
        ordered: Counts only where the words speak of an order of treatments.
        aside: Is offered beside another meaning, and never chosen first.
        note: Note to show whenever it is typed.
        strength: How much the form says by itself, for names of centers.
        city: City of a center.
        placed: Whether the spelling is a center's with its city put before.
    """

    kind: str
    key: str
    form: Form = Form.NAME
    language: str = "mul"
    pieces: int = 1
    cautious: bool = False
    whole: bool = False
    also: bool = False
    ordered: bool = False
    aside: bool = False
    note: str | None = None
    strength: Strength = Strength.STRONG
    city: str | None = None
    placed: bool = False

    @property
    def name(self) -> str:
        """Return ``kind:key``."""
        return f"{self.kind}:{self.key}"

    @property
    def is_filler(self) -> bool:
        """Whether the words only frame a query."""
        return self.kind == TermKind.FILLER

    @property
    def is_concept(self) -> bool:
        """Whether the words may be shown as understood."""
        return self.kind in CONCEPTS


CONCEPTS = frozenset(map(str, Concept))
_KINDS = {
    kind: place
    for place, kinds in enumerate(
        (
            ("city", "center", "facilitator", "therapy"),
            ("indication", "capability", "route", "type"),
            ("audience", "language"),
            ("guide",),
            ("not-covered",),
            ("target",),
            ("filler",),
        )
    )
    for kind in kinds
}
FORMS = {
    Form.NAME: 0,
    Form.ABBREVIATION: 0,
    Form.CODE: 0,
    Form.NICKNAME: 0,
    Form.QUESTION: 1,
    Form.MISSPELLING: 2,
    Form.PINYIN: 3,
    Form.INITIALS: 4,
}
"""How sure a form is; of two ways to name one thing the lower one counts."""

SHORTEST_PINYIN = 4
"""Letters of the shortest pinyin that is made and not listed."""

JOINED = range(7, 25)
"""Letters of the joined words that a misspelled word may have been."""

_SPOKEN_HEADS = frozenset({"yiyuan", "zhongxin", "daxue", "zongyiyuan"})
"""Words by which a name in Latin letters is known to be pinyin."""


def language_of(found: Sequence[Token], stated: str) -> str:
    """Return the language of a form; a name's Latin forms belong to any.

    Args:
        found: Its tokens.
        stated: The language of the spelling that it was made from.
    """
    scripts = {token.script for token in found}
    if Script.HAN in scripts:
        return "zh"
    if Script.CYRILLIC in scripts:
        return "ru"
    if Script.ARABIC in scripts:
        return "ar"
    if any(token.key in _SPOKEN_HEADS for token in found):
        return "zh-Latn"
    return stated if stated in {"en", "zh-Latn"} else "mul"


def preference(entry: Entry) -> tuple[object, ...]:
    """Return what orders the meanings of one spelling, sure ones first."""
    form = FORMS[entry.form]
    weak = entry.strength is not Strength.STRONG
    return (
        entry.kind == TermKind.FILLER,
        entry.aside,
        entry.also,
        form > 1,
        weak,
        entry.placed,
        not entry.ordered,
        _KINDS[entry.kind],
        form,
        entry.kind,
        entry.key,
    )

"""What a term of the vocabulary is."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, StringConstraints

Key = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+([-_.][a-z0-9]+)*$")]
Words = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]


class TermKind(StrEnum):
    """What a term names."""

    CITY = "city"
    CAPABILITY = "capability"
    THERAPY = "therapy"
    INDICATION = "indication"
    AUDIENCE = "audience"
    LANGUAGE = "language"
    TYPE = "type"
    ROUTE = "route"
    GUIDE = "guide"
    TARGET = "target"
    FILLER = "filler"
    NOT_COVERED = "not-covered"


class Form(StrEnum):
    """What kind of spelling a synonym is; the search treats them apart."""

    NAME = "name"
    ABBREVIATION = "abbreviation"
    CODE = "code"
    NICKNAME = "nickname"
    PINYIN = "pinyin"
    INITIALS = "initials"
    MISSPELLING = "misspelling"
    QUESTION = "question"


class Shape(BaseModel):
    """Frozen, and closed to fields that it does not name."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Synonym(Shape):
    """One way of writing a term.

    ``cautious`` forms collide with ordinary words: they count only in capitals
    or beside another medical term. ``whole`` forms count only as a whole token.
    """

    text: Words
    language: Literal["en", "zh", "zh-Latn", "ru", "ar", "mul"]
    form: Form = Form.NAME
    cautious: bool = False
    whole: bool = False


class Term(Shape):
    """One concept, with its labels and all the ways people write it.

    ``broader`` names the term that includes this one (``dlbcl`` is a kind of
    ``lymphoma``). ``near`` names what to offer where the directory does not
    cover the term, and ``reason`` says why it does not.
    """

    kind: TermKind
    key: Key
    labels: dict[Literal["en", "zh", "ru", "ar"], Words]
    synonyms: tuple[Synonym, ...] = ()
    broader: tuple[Key, ...] = ()
    near: tuple[str, ...] = ()
    reason: Words | None = None
    caution: Words | None = None

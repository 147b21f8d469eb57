"""What a term of the vocabulary is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    StringConstraints,
    model_validator,
)

from directory.core.text import legible

SEED = "seed"
"""Authority of a term that stands as the seeds have it."""

Key = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+([-_.][a-z0-9]+)*$")]
Near = Annotated[
    str, StringConstraints(pattern=r"^[a-z-]+:[a-z0-9]+([-_.][a-z0-9]+)*$")
]
"""A pair ``kind:key``, e.g. ``city:guangzhou``."""
Words = Annotated[
    str,
    StringConstraints(min_length=1, strip_whitespace=True),
    AfterValidator(legible),
]


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
    ``also`` forms are read together with whatever else the same words mean.
    ``ordered`` forms count only where the words speak of an order of
    treatments (before, after, without, failed). ``note`` names a note to show
    whenever the form is typed, e.g. for a name that is often mixed up.
    """

    text: Words
    language: Literal["en", "zh", "zh-Latn", "ru", "ar", "mul"]
    form: Form = Form.NAME
    cautious: bool = False
    whole: bool = False
    also: bool = False
    ordered: bool = False
    note: Key | None = None


class Reason(StrEnum):
    """Why the directory has no answer to a term."""

    CITY = "city-not-covered"
    DISEASE = "disease-not-covered"
    THERAPY = "therapy-not-approved-in-china"
    SCOPE = "out-of-scope"
    CLAIM = "no-claim"


class Filler(StrEnum):
    """Keys of the filler terms: words that frame a query and name nothing.

    The reading of queries knows each by its key.
    """

    STOP = "stop"
    GENERIC = "generic"
    TREATMENT = "treatment"
    COUNTRY = "country"
    ORDER = "order"
    NEGATION = "negation"
    ORIGIN = "origin"
    YEARS = "years"
    AGE = "age"
    UNDER = "under"
    COUNT = "count"
    NAME_PART = "name-part"


class Term(Shape):
    """One concept, with its labels and all the ways people write it.

    ``broader`` names the terms that include this one (``dlbcl`` is a kind of
    ``lbcl``). ``near`` names, as ``kind:key``, what to offer where the directory
    does not cover the term, and ``reason`` says why it does not. ``caution``
    is for whoever edits the vocabulary.
    """

    kind: TermKind
    key: Key
    labels: dict[Literal["en", "zh", "ru", "ar"], Words]
    synonyms: tuple[Synonym, ...] = ()
    broader: tuple[Key, ...] = ()
    near: tuple[Near, ...] = ()
    reason: Reason | None = None
    caution: Words | None = None

    @model_validator(mode="after")
    def check(self) -> Self:
        """Refuse a term that could not be shown or explained."""
        if not self.labels:
            raise ValueError("a term needs a label in at least one language")
        if self.kind is TermKind.NOT_COVERED and self.reason is None:
            raise ValueError("a term that is not covered needs its reason")
        if self.kind is TermKind.FILLER and self.key not in set(Filler):
            raise ValueError("a filler needs one of the known keys")
        return self


def name_of(term: Term) -> str:
    """Return the pair ``kind:key`` by which other terms name this one."""
    return f"{term.kind}:{term.key}"


def check_terms(terms: Iterable[Term]) -> tuple[str, ...]:
    """Return what is wrong between terms, one line each.

    Each term stands once; ``broader`` and ``near`` name terms that exist, and
    nothing is broader than itself.
    """
    known: dict[str, Term] = {}
    wrong = []
    for term in terms:
        if name_of(term) in known:
            wrong.append(f"{name_of(term)}: stands twice")
        known[name_of(term)] = term
    for name, term in known.items():
        wanted = (*(f"{term.kind}:{key}" for key in term.broader), *term.near)
        wrong += [
            f"{name}: {other} is not a term" for other in wanted if other not in known
        ]
        if term.key in widened(known, name):
            wrong.append(f"{name}: is broader than itself")
    return tuple(wrong)


def widened(terms: Mapping[str, Term], name: str) -> frozenset[str]:
    """Return the keys of all that includes a term, near and far.

    Args:
        terms: By ``kind:key``.
        name: The term to begin at.
    """
    found: set[str] = set()
    todo = [name]
    while todo:
        term = terms.get(todo.pop())
        for key in term.broader if term else ():
            if term and key not in found:
                found.add(key)
                todo.append(f"{term.kind}:{key}")
    return frozenset(found)

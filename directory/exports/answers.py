"""The answer of a search, as the API gives it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated

from pydantic import Field

from directory.core.text import Language
from directory.exports.wording import Wording, in_words
from directory.knowledge.rules.sources import Shape
from directory.search.rules.normalize import MOST_CHARACTERS, MOST_WORDS
from directory.search.rules.values import (
    FURTHEST,
    MOST_PER_PAGE,
    Concept,
    FacetValue,
    Hit,
    Kind,
    Match,
    Reading,
    Results,
    Understood,
)

MARKS = str.maketrans("", "", "\ue000\ue001")
"""What stands around found words in a highlight; pages mark, data does not."""

FOLDERS: Mapping[Kind, str] = {
    Kind.CENTER: "/centers/",
    Kind.FACILITATOR: "/facilitators/",
    Kind.THERAPY: "/therapies/",
    Kind.GUIDE: "/guides/",
}
"""Where the page of each kind lives."""

Names = Annotated[
    dict[Language, str], Field(description="Words by language code; at least one.")
]
Url = Annotated[
    str, Field(description="Address of the page, relative to this site's root.")
]


class ReadingOffered(Shape):
    """Another meaning of the same words, or something near them."""

    kind: Concept
    key: str
    label: Annotated[str, Field(description="In the language of the answer.")]


class UnderstoodPart(Shape):
    """One part of the query, and what it was read as."""

    kind: Concept
    key: Annotated[str, Field(description="Vocabulary key or slug.")]
    text: Annotated[str, Field(description="The words as typed.")]
    start: Annotated[int, Field(ge=0, description="First character in the text.")]
    end: Annotated[int, Field(ge=0, description="Character after the last.")]
    others: Annotated[
        tuple[ReadingOffered, ...], Field(description="Readings that were as good.")
    ]
    section: Annotated[
        str | None,
        Field(description="For a guide: the part that answers, if one does."),
    ]


class MixedUp(Shape):
    """A name that people mix up with another, and what to know of it."""

    text: Annotated[str, Field(description="The name as typed.")]
    note: Annotated[str, Field(description="In the language of the answer.")]


class QueryRead(Shape):
    """How the query was read."""

    text: str
    language: Annotated[Language, Field(description="Language of the words typed.")]
    understood: tuple[UnderstoodPart, ...]
    negated: Annotated[
        tuple[UnderstoodPart, ...],
        Field(
            description=(
                "What the query says it is without. A city and a type of hospital"
                " are left out of the answer; other things are only not required."
            )
        ),
    ]
    rest: Annotated[
        str,
        Field(
            description=(
                "What was left for the full text. What was typed in quotes is looked"
                ' for as a phrase, "word*" for words that begin so; nothing else has'
                " a meaning of its own."
            )
        ),
    ]
    is_cut: Annotated[
        bool,
        Field(
            description=(
                f"True if more was typed than was looked at: {MOST_CHARACTERS}"
                f" characters, and {MOST_WORDS} words in the full text."
            )
        ),
    ]
    corrections: Annotated[
        tuple[MixedUp, ...], Field(description="Names that people mix up.")
    ]
    did_you_mean: Annotated[
        str | None, Field(description="A better spelling of the whole query.")
    ]
    covered: Annotated[
        bool, Field(description="False if the directory has no answer to give.")
    ]
    explanation: Annotated[str | None, Field(description="Why it is not covered.")]
    near: Annotated[
        tuple[ReadingOffered, ...], Field(description="What to ask for instead.")
    ]


class Item(Shape):
    """One result."""

    kind: Kind
    slug: str
    url: Url
    name: Names
    city: Annotated[str | None, Field(description="Vocabulary key; centers only.")]
    section: Annotated[
        str | None,
        Field(
            description=(
                "For a guide: the part that answers, if one does in particular."
                " It is the fragment of the page's address."
            )
        ),
    ]
    match: Annotated[
        Match,
        Field(
            description=(
                "confirmed: everything asked for is stated yes, with a source;"
                " partly: something is unverified or not stated; text: by words only."
            )
        ),
    ]
    why: Annotated[tuple[str, ...], Field(description="Reasons, in words.")]
    highlights: tuple[str, ...]
    verified_on: Annotated[
        date | None, Field(description="Latest day on which a fact was checked.")
    ]


class FacetChoice(Shape):
    """One choice of a facet, counted without the facet's own selection."""

    key: str
    label: str
    count: Annotated[int, Field(ge=0)]
    selected: bool


class Dropped(Shape):
    """A part of the question."""

    kind: str
    key: str


class RelaxationOffered(Shape):
    """What could be left out of the question, and how much there would then be."""

    drop: tuple[Dropped, ...]
    total: Annotated[int, Field(ge=0)]


class Links(Shape):
    """Addresses of this page of results and of those around it."""

    self: str
    first: str
    prev: str | None
    next: str | None
    last: str


class Answer(Shape):
    """One page of results and all that explains them."""

    query: QueryRead
    total: Annotated[int, Field(ge=0)]
    confirmed: Annotated[int, Field(ge=0, description="How many are confirmed.")]
    page: Annotated[int, Field(ge=1)]
    per_page: Annotated[int, Field(ge=1, le=MOST_PER_PAGE)]
    items: Annotated[
        tuple[Item, ...],
        Field(description="Confirmed before partly before text."),
    ]
    facets: Annotated[
        dict[str, tuple[FacetChoice, ...]],
        Field(description="Choices by the name of the parameter."),
    ]
    relaxations: tuple[RelaxationOffered, ...]
    full_text: Annotated[
        bool, Field(description="False while the words themselves are not searched.")
    ]
    links: Links


def answer(results: Results, wording: Wording, links: Links, root: str = "") -> Answer:
    """Return the results of a search as the API gives them.

    Args:
        results: From the search.
        wording: Labels and sentences in the language of the answer.
        links: To this page and those around it.
        root: Path under which the site is mounted, without a slash at its end.
    """
    return Answer(
        query=_query(results.reading, wording),
        total=results.total,
        confirmed=results.confirmed,
        page=results.page,
        per_page=results.per_page,
        items=tuple(_item(hit, wording, root) for hit in results.items),
        facets={
            name: _facet(name, values, wording)
            for name, values in results.facets.items()
        },
        relaxations=tuple(
            RelaxationOffered(
                drop=tuple(Dropped(kind=kind, key=key) for kind, key in each.drop),
                total=each.total,
            )
            for each in results.relaxations
        ),
        full_text=results.full_text,
        links=links,
    )


def last_page(total: int, per_page: int) -> int:
    """Return the number of the last page that can be reached, at least 1."""
    reachable = min(total, FURTHEST // per_page * per_page)
    return max(1, -(-reachable // per_page))


def _query(reading: Reading, wording: Wording) -> QueryRead:
    not_covered = reading.not_covered
    return QueryRead(
        text=reading.text,
        language=reading.language,
        understood=tuple(_part(part, wording) for part in reading.understood),
        negated=tuple(_part(part, wording) for part in reading.negated),
        rest=reading.rest,
        is_cut=reading.is_cut,
        corrections=tuple(
            MixedUp(text=typed, note=wording.correction(note))
            for typed, note in reading.corrections
        ),
        did_you_mean=reading.did_you_mean,
        covered=not_covered is None,
        explanation=None if not_covered is None else wording.not_covered(not_covered),
        near=() if not_covered is None else _offered(not_covered.near, wording),
    )


def _part(part: Understood, wording: Wording) -> UnderstoodPart:
    return UnderstoodPart(
        kind=part.kind,
        key=part.key,
        text=part.text,
        start=part.start,
        end=part.end,
        others=_offered(part.others, wording),
        section=part.section,
    )


def _offered(
    readings: Sequence[tuple[Concept, str]], wording: Wording
) -> tuple[ReadingOffered, ...]:
    return tuple(
        ReadingOffered(kind=kind, key=key, label=wording.term(kind.value, key))
        for kind, key in readings
    )


def _item(hit: Hit, wording: Wording, root: str) -> Item:
    return Item(
        kind=hit.kind,
        slug=hit.slug,
        url=f"{root}{FOLDERS[hit.kind]}{hit.slug}",
        name={Language(code): words for code, words in hit.names.items()},
        city=hit.city,
        section=hit.section,
        match=hit.match,
        why=tuple(in_words(why, wording) for why in hit.why),
        highlights=tuple(words.translate(MARKS) for words in hit.highlights),
        verified_on=hit.verified_on,
    )


def _facet(
    name: str, values: Sequence[FacetValue], wording: Wording
) -> tuple[FacetChoice, ...]:
    return tuple(
        FacetChoice(
            key=value.key,
            label=wording.term(name, value.key),
            count=value.count,
            selected=value.selected,
        )
        for value in values
    )

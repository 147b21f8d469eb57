"""Everything that can be asked of the API: one table for reading and describing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from directory.core.text import Language
from directory.exports import openapi
from directory.exports.access import Me
from directory.exports.answers import Answer
from directory.exports.knowledge import Guide, Therapy
from directory.exports.listings import Center, Facilitator
from directory.search.rules.values import (
    FURTHEST,
    MOST_PER_PAGE,
    PER_PAGE,
    Concept,
    Kind,
    Sort,
)
from directory.web import asking
from directory.web.api.wording import PARAMETER as LANG
from directory.web.asking import CONFIRMED, MOST_DROPPED, Parameter

PATH = "/api/v1"

SLUG = r"^[a-z0-9]{1,80}(-[a-z0-9]{1,80}){0,30}$"

PAGING = frozenset({Parameter.SORT, Parameter.PAGE, Parameter.PER_PAGE, Parameter.DROP})


@dataclass(frozen=True, slots=True)
class Search:
    """An address that answers with results.

    Args:
        path: Below :data:`PATH`.
        summary: A few words.
        kinds: What it finds; empty for everything.
        accepts: Parameters that it has.
    """

    path: str
    summary: str
    kinds: frozenset[Kind]
    accepts: frozenset[str]


@dataclass(frozen=True, slots=True)
class One:
    """An address that answers with one thing, by its slug."""

    path: str
    summary: str
    model: type[BaseModel]
    can_be_withdrawn: bool = False


SEARCHES: Mapping[str, Search] = {
    "search": Search(
        "/search", "Search everything, in one ranking", frozenset(), asking.EVERYTHING
    ),
    "centers": Search(
        "/centers",
        "Find centers",
        frozenset({Kind.CENTER}),
        asking.EVERYTHING - {Parameter.KIND},
    ),
    "facilitators": Search(
        "/facilitators",
        "Find facilitators",
        frozenset({Kind.FACILITATOR}),
        PAGING | {Parameter.TEXT, Concept.CITY, Concept.LANGUAGE},
    ),
    "therapies": Search(
        "/therapies",
        "Find therapies",
        frozenset({Kind.THERAPY}),
        PAGING | {Parameter.TEXT, Concept.INDICATION},
    ),
    "guides": Search(
        "/guides", "Find guides", frozenset({Kind.GUIDE}), PAGING | {Parameter.TEXT}
    ),
}
"""By name of the view and of the operation."""

ONES: Mapping[str, One] = {
    "center": One("/centers/{slug}", "One center, fact by fact", Center, True),
    "facilitator": One(
        "/facilitators/{slug}", "One facilitator, fact by fact", Facilitator, True
    ),
    "therapy": One("/therapies/{slug}", "One therapy, with its sources", Therapy),
    "guide": One("/guides/{slug}", "One guide, with its claims", Guide),
}
"""By name of the view and of the operation."""

FILTER_WORDS: Mapping[str, str] = {
    Concept.CITY: "City. Several widen.",
    Concept.CAPABILITY: (
        "What a center has. Several narrow. Centers that have not said come after"
        " those that say yes; they are not left out, since unknown is not no."
    ),
    Concept.THERAPY: "Product. Several widen.",
    Concept.INDICATION: "Disease. Several widen.",
    Concept.ROUTE: "How a treatment would be given. Several widen.",
    Concept.TYPE: "Kind of hospital. Several widen.",
    Concept.LANGUAGE: "Language that is spoken. Several widen.",
    Concept.AUDIENCE: "Whom it treats. Several widen.",
}

LANGUAGE = openapi.Parameter(
    LANG,
    "Language of labels and sentences; else Accept-Language, else English.",
    {"type": "string", "enum": [each.value for each in Language]},
)


def described(choices: Mapping[str, tuple[str, ...]]) -> list[openapi.Operation]:
    """Return every operation with its parameters.

    Args:
        choices: Keys that each filter may have, from the vocabulary.
    """
    known = _parameters(choices)
    found = [
        openapi.Operation(
            name=name,
            path=each.path,
            summary=each.summary,
            answer=Answer,
            parameters=[
                *(known[given] for given in known if given in each.accepts),
                LANGUAGE,
            ],
            tag="search",
            is_paged=True,
        )
        for name, each in SEARCHES.items()
    ]
    slug = openapi.Parameter(
        "slug",
        "Public name.",
        {"type": "string", "pattern": SLUG, "maxLength": 500},
        where="path",
    )
    found += [
        openapi.Operation(
            name=name,
            path=each.path,
            summary=each.summary,
            answer=each.model,
            parameters=[slug, LANGUAGE],
            tag="listings",
            can_be_withdrawn=each.can_be_withdrawn,
        )
        for name, each in ONES.items()
    ]
    found.append(
        openapi.Operation(
            name="me",
            path="/me",
            summary="Whom the token stands for",
            answer=Me,
            parameters=[LANGUAGE],
            tag="access",
            needs_token=True,
        )
    )
    found.append(
        openapi.Operation(
            name="openapi",
            path="/openapi.json",
            summary="This description",
            answer=None,
            parameters=[],
            tag="description",
        )
    )
    return found


def _parameters(
    choices: Mapping[str, tuple[str, ...]],
) -> dict[str, openapi.Parameter]:
    text = openapi.Parameter(
        Parameter.TEXT.value,
        "What is looked for: names, needs, diseases, questions, in any of the"
        " languages. Only the beginning of a very long text is looked at.",
        {"type": "string"},
        example="tocilizumab icu guangzhou",
    )
    kind = openapi.Parameter(
        Parameter.KIND.value, "Kinds wanted; all if not given.", _several(tuple(Kind))
    )
    status = openapi.Parameter(
        Parameter.STATUS.value,
        "Hide what is not confirmed.",
        {"type": "string", "enum": [CONFIRMED]},
    )
    sort = openapi.Parameter(
        Parameter.SORT.value,
        "Order.",
        _one(tuple(Sort), default=Sort.RELEVANCE.value),
    )
    page = openapi.Parameter(
        Parameter.PAGE.value,
        f"From 1. Results after the first {FURTHEST} cannot be reached.",
        _whole(FURTHEST, default=1),
    )
    per_page = openapi.Parameter(
        Parameter.PER_PAGE.value,
        "Results on a page.",
        _whole(MOST_PER_PAGE, default=PER_PAGE),
    )
    drop = openapi.Parameter(
        Parameter.DROP.value,
        "Readings of the text to undo, as kind:key; not-kind:key for negations.",
        {
            "type": "array",
            "maxItems": MOST_DROPPED,
            "items": {
                "type": "string",
                "maxLength": asking.LONGEST_READING,
                "pattern": (
                    f"^(?:not-)?({'|'.join(Concept)}):[a-z0-9]+([-_.][a-z0-9]+)*$"
                ),
            },
        },
    )
    filters = (
        openapi.Parameter(
            name.value, FILTER_WORDS[name], _several(choices.get(name.value, ()))
        )
        for name in asking.FILTERS
    )
    ordered = (text, kind, *filters, status, drop, sort, page, per_page)
    return {each.name: each for each in ordered}


def _several(values: tuple[str, ...]) -> dict[str, Any]:
    return {"type": "array", "items": _one(values)}


def _one(values: tuple[str, ...], **more: str) -> dict[str, Any]:
    return {"type": "string", "enum": [str(value) for value in values], **more}


def _whole(most: int, *, default: int) -> dict[str, Any]:
    return {"type": "integer", "minimum": 1, "maximum": most, "default": default}

"""What the API says instead of an answer (RFC 9457, problem details)."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from directory.knowledge.rules.sources import Shape

MEDIA_TYPE = "application/problem+json"
"""Source: RFC 9457, section 3."""


class Problem(Shape):
    """Why there is no answer."""

    type: Annotated[str, Field(description="What sort of problem; a URI reference.")]
    title: str
    status: Annotated[int, Field(ge=400, le=599)]
    detail: str
    code: Annotated[str, Field(description="For programs; it never changes.")]
    instance: Annotated[
        str, Field(description="Names this one request, for whoever looks into it.")
    ]


class WrongParameter(Shape):
    """One parameter that could not be used."""

    parameter: Annotated[str, Field(description="Its name as given, cut if long.")]
    wrong: Annotated[
        str, Field(description="unknown, repeated, not-allowed or too-many.")
    ]
    detail: str
    allowed: Annotated[
        tuple[str, ...],
        Field(description="What it may be; of an unknown one, which ones there are."),
    ]
    form: Annotated[
        str | None,
        Field(description="A range or pattern, where values cannot be listed."),
    ]


class BadParameters(Problem):
    """The question could not be used as it stands."""

    errors: Annotated[tuple[WrongParameter, ...], Field(min_length=1)]

"""What the API says of who asks, where it asks for a token."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field

from directory.knowledge.rules.sources import Shape


class OwnOrganization(Shape):
    """The organization for which a token acts."""

    id: Annotated[str, Field(description="Never changes.")]
    name: str
    kind: Annotated[str, Field(description="hospital, facilitator or directory.")]
    is_invented: Annotated[
        bool, Field(description="Whether it exists for demonstration only.")
    ]


class Me(Shape):
    """Whom a token stands for, and what it is good for now."""

    id: Annotated[str, Field(description="Of the person who made the token.")]
    name: str
    organization: OwnOrganization
    roles: Annotated[
        tuple[str, ...], Field(description="What the person is there at this moment.")
    ]
    scopes: Annotated[
        tuple[str, ...],
        Field(description="What the token is good for, of what they still may."),
    ]
    expires_at: datetime

"""What people agree to: purposes, exact wordings, and whether all were asked."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from hashlib import sha256

from directory.core.errors import DirectoryError
from directory.inquiries.rules.answers import Shape

NAME = "%(recipient)s"
"""Where a wording names the recipient."""


class Purpose(StrEnum):
    """What a consent is for; each is asked on its own."""

    HEALTH = "health-data"
    TRANSFER = "transfer"
    SHARE = "share"


class Wording(Shape):
    """The exact sentences under which a box stood.

    Args:
        purpose: What they ask for.
        version: Of the wording, the same in every language.
        locale: Language of the page on which they stood.
        text: The sentences; :data:`NAME` stands where the recipient was named.
    """

    purpose: Purpose
    version: str
    locale: str
    text: str

    @property
    def digest(self) -> str:
        """Return the SHA-256 of the sentences, in hexadecimal."""
        return sha256(self.text.encode()).hexdigest()


class Ticked(Shape):
    """A box that was ticked.

    Args:
        wording: What stood beside it.
        recipient: ``kind:slug`` of the one it names, for sharing only.
    """

    wording: Wording
    recipient: str | None = None


class Given(Ticked):
    """A tick as it reached us.

    Args:
        given_at: The moment.
    """

    given_at: datetime


class Consents(Shape):
    """The answer to the page of consents.

    Args:
        asked: Recipients that the page asked about, as ``kind:slug``.
        given: The boxes that were ticked; what is missing was refused.
    """

    asked: tuple[str, ...]
    given: tuple[Given, ...]


class ConsentRefusedError(DirectoryError):
    """Without this consent nothing may be kept; ``purpose`` names it."""

    code = "inquiry.consent-refused"


def are_answered(consents: Consents | None, recipients: tuple[str, ...]) -> bool:
    """Tell whether every recipient, and nobody else, has been asked about."""
    return consents is not None and set(consents.asked) == set(recipients)


def check_ticks(ticked: tuple[Ticked, ...], recipients: tuple[str, ...]) -> None:
    """Refuse ticks that the page of consents could not have asked for.

    Raises:
        ConsentRefusedError: If a box stands twice, names nobody, names somebody
            whom the inquiry is not addressed to, or belongs to another page.
    """
    seen: set[tuple[Purpose, str | None]] = set()
    for tick in ticked:
        purpose = tick.wording.purpose
        is_asked = (
            tick.recipient in recipients
            if purpose is Purpose.SHARE
            else purpose is Purpose.TRANSFER and tick.recipient is None
        )
        if not is_asked or (purpose, tick.recipient) in seen:
            raise ConsentRefusedError(purpose=purpose.value)
        seen.add((purpose, tick.recipient))

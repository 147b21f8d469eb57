"""What promises need from outside: something that takes mail."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from directory.core.errors import DirectoryError
from directory.core.text import Language


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail to one person, ready to be sent.

    Args:
        name: Begins its Message-ID: the same for every try, so that whoever gets
            it twice can tell.
        to: Address, without a name.
        addressee: Name of the person; empty if not known.
        language: That it is written in.
        subject: One line.
        text: The whole mail as plain text.
        html: The same with markup.
        at: When it was written.
    """

    name: str
    to: str = field(repr=False)
    addressee: str = field(repr=False)
    language: Language
    subject: str = field(repr=False)
    text: str = field(repr=False)
    html: str = field(repr=False)
    at: datetime


class MailDelayedError(DirectoryError):
    """The mail could not be handed over now; later it may be.

    Args:
        reason: Class of the failure, or the server's code, e.g. ``451 4.7.1``;
            never the server's words, which repeat the address.
    """

    code = "mail.delayed"

    def __init__(self, reason: str) -> None:
        """Keep the reason."""
        super().__init__(reason=reason)
        self.reason = reason


class MailRefusedError(DirectoryError):
    """The mail was refused for good.

    Args:
        reason: As for :class:`MailDelayedError`.
        is_dead: Whether it is the address that was refused, and not this mail.
    """

    code = "mail.refused"

    def __init__(self, reason: str, *, is_dead: bool) -> None:
        """Keep the reason, and what it says of the address."""
        super().__init__(reason=reason, is_dead=is_dead)
        self.reason = reason
        self.is_dead = is_dead


class Mailer(Protocol):
    """Hands mail over to whatever delivers it."""

    def send(self, mail: Mail) -> None:
        """Return once somebody else answers for the mail.

        Raises:
            MailDelayedError: If it should be tried again.
            MailRefusedError: If that would help nobody.
        """

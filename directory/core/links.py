"""Signed links that leave the site by mail, and what they say when they return."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from itsdangerous import BadSignature, URLSafeSerializer

from directory.core.errors import DirectoryError

LOCALLY = "http://127.0.0.1:8000"
"""Where links lead while no public address is set, as in development."""


class Purpose(StrEnum):
    """What pressing the button behind a link does; no link serves another purpose."""

    CONFIRM_ADDRESS = "confirm-address"
    ACCEPT_INVITATION = "accept-invitation"
    CONFIRM_CORRECTION = "confirm-correction"
    RESET_PASSWORD = "reset-password"  # noqa: S105 (a purpose, no password)
    CHANGE_ADDRESS = "change-address"
    CONFIRM_INQUIRY_EMAIL = "confirm-inquiry-email"


class LinkBrokenError(DirectoryError):
    """The link was cut, changed, or made for something else."""

    code = "link.broken"


class LinkExpiredError(DirectoryError):
    """The link is older than it may be."""

    code = "link.expired"


@dataclass(frozen=True, slots=True)
class Links:
    """Makes links and reads them again.

    A link says what it is about and until when; whether it was used already is
    known to the row that it is about. The address never comes from a request.

    Args:
        secret_key: What links are signed with.
        base_url: Public address; :data:`LOCALLY` if empty.
    """

    secret_key: str = field(repr=False)
    base_url: str = ""

    def url(self, path: str) -> str:
        """Return the public address of a path, which begins with a slash."""
        return f"{self.base_url or LOCALLY}{path}"

    def sign(self, purpose: Purpose, subject: str, until: datetime) -> str:
        """Return a token for the end of an address.

        Args:
            purpose: The only one that it will serve.
            subject: Public id of the row, never an address or a name.
            until: Last moment at which it opens.
        """
        return self._serializer(purpose).dumps([subject, int(until.timestamp())])

    def read(self, purpose: Purpose, token: str, now: datetime) -> str:
        """Return the subject of a token.

        Raises:
            LinkBrokenError: If it was not signed here for this purpose.
            LinkExpiredError: If its time is over.
        """
        try:
            subject, until = self._serializer(purpose).loads(token)
        except (BadSignature, ValueError, TypeError) as error:
            raise LinkBrokenError(purpose=purpose.value) from error
        if now.astimezone(UTC) > datetime.fromtimestamp(until, UTC):
            raise LinkExpiredError(purpose=purpose.value)
        return str(subject)

    def _serializer(self, purpose: Purpose) -> URLSafeSerializer:
        return URLSafeSerializer(self.secret_key, salt=f"directory/{purpose.value}")


A_DAY = timedelta(days=1)
"""How long a link lasts that proves an address."""

A_WEEK = timedelta(days=7)
"""How long a link lasts that invites."""

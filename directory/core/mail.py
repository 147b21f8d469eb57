"""Where mail is handed over, and whom it comes from, as the settings say."""

from __future__ import annotations

from dataclasses import dataclass, field
from email.errors import MessageError
from email.headerregistry import Address
from ipaddress import ip_address
from typing import Self
from urllib.parse import unquote, urlsplit

from email_validator import validate_email

SUBMISSION = 587
"""Port for mail that is handed over under STARTTLS (source: RFC 6409)."""

SUBMISSIONS = 465
"""Port for mail that is handed over under TLS from the start (source: RFC 8314)."""

LOCAL_SENDER = "no-reply@localhost"
"""Whom mail comes from where there is no public host name."""


@dataclass(frozen=True, slots=True)
class Relay:
    """The mail server that takes what we send.

    Args:
        host: Name or address.
        port: TCP port.
        user: To sign in with; empty if one need not.
        password: Of the user.
        is_tls: Encrypted from the start; otherwise STARTTLS is demanded, unless
            the server is on this machine.
    """

    host: str
    port: int
    user: str = field(default="", repr=False)
    password: str = field(default="", repr=False)
    is_tls: bool = False

    @classmethod
    def parse(cls, url: str) -> Self:
        """Read ``smtp://user:password@host:587`` or ``smtps://…:465``.

        Raises:
            ValueError: Saying what is wrong without any part of the URL.
        """
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError:
            raise ValueError("is not an address such as smtp://host:587") from None
        if parts.scheme not in {"smtp", "smtps"}:
            raise ValueError("must begin with smtp:// or smtps://")
        if not parts.hostname or parts.path not in {"", "/"} or parts.query:
            raise ValueError("is not an address such as smtp://host:587")
        if bool(parts.username) != bool(parts.password):
            raise ValueError("needs both a user and a password, or neither")
        is_tls = parts.scheme == "smtps"
        return cls(
            host=parts.hostname,
            port=port or (SUBMISSIONS if is_tls else SUBMISSION),
            user=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
            is_tls=is_tls,
        )

    @property
    def is_here(self) -> bool:
        """Whether it is this machine, so that nobody listens in between."""
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"


class AddressMalformedError(ValueError):
    """An address that no mail can be sent to."""


def ascii_address(address: str) -> str:
    """Return an address that is safe in headers, its domain in ASCII.

    The part before the @ may hold other letters; servers that take them say so.

    Raises:
        AddressMalformedError: If it is none, or has a space, a line break or a
            bracket anywhere.
    """
    if any(
        char.isspace() or not char.isprintable() or char in "<>" for char in address
    ):
        raise AddressMalformedError
    try:
        if address.isascii():
            parsed = Address(addr_spec=address)
            local, domain = parsed.username, parsed.domain
        else:
            # Not the codec of the standard library, whose older rules lead some
            # names to domains of other people.
            checked = validate_email(address, check_deliverability=False)
            local, domain = checked.local_part, checked.ascii_domain
    except (ValueError, MessageError, IndexError) as error:
        raise AddressMalformedError from error
    if not local or not domain:
        raise AddressMalformedError
    return f"{local}@{domain}"


def sender(mail_from: str, base_url: str) -> str:
    """Return the address that mail comes from.

    Args:
        mail_from: As it was set; may be empty.
        base_url: Public address, whose host stands in for it.
    """
    if mail_from:
        return mail_from
    host = urlsplit(base_url).hostname or ""
    try:
        ip_address(host)
    except ValueError:
        if "." in host:
            return ascii_address(f"no-reply@{host}")
    return LOCAL_SENDER

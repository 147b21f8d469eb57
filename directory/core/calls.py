"""Telling other people's servers something, without being led astray by them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Protocol
from urllib.parse import urlsplit

from directory.core.errors import DirectoryError

LONGEST_URL = 500
"""Characters of an address that is called."""

TRANSLATED = (ip_network("64:ff9b::/96"), ip_network("64:ff9b:1::/48"))
"""IPv6 addresses behind which an IPv4 address stands (source: RFC 6052, 8215)."""


class AddressRefusedError(DirectoryError):
    """The address is none that is called; ``reason`` says why.

    ``reason`` is ``length``, ``scheme``, ``host``, ``user``, ``port``, ``fragment``
    or ``private`` (it leads into a network that is not the public one).
    """

    code = "call.address-refused"


class CallFailedError(DirectoryError):
    """Nobody answered; ``reason`` says what stood in the way."""

    code = "call.failed"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server answered.

    Args:
        status: Of HTTP.
        took_ms: Milliseconds from connecting to the end of the answer.
    """

    status: int
    took_ms: int


class Caller(Protocol):
    """Sends a body to an address; follows no redirection."""

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """Send it and return what was answered.

        Raises:
            AddressRefusedError: If the address may not be called, or leads now
                into a network that is not the public one.
            CallFailedError: If nobody answered in time.
        """
        ...


def check_url(url: str) -> str:
    """Return an address that may be called, as far as its words tell.

    Raises:
        AddressRefusedError: If it is too long, not https, names no host, a user, a
            port other than 443 and 8443, a fragment, or a private address.
    """
    if not 0 < len(url) <= LONGEST_URL:
        raise AddressRefusedError(reason="length")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise AddressRefusedError(reason="host") from None
    if parts.scheme != "https":
        raise AddressRefusedError(reason="scheme")
    if parts.username is not None or parts.password is not None:
        raise AddressRefusedError(reason="user")
    if port not in {None, 443, 8443}:
        raise AddressRefusedError(reason="port")
    if parts.fragment:
        raise AddressRefusedError(reason="fragment")
    host = parts.hostname or ""
    if not _is_host(host) or not url.isascii() or any(c.isspace() for c in url):
        raise AddressRefusedError(reason="host")
    return url


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Tell whether an address lies in the public network, however it is written."""
    if isinstance(address, IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if inner is not None:
            return is_public(inner)
        for network in TRANSLATED:
            if address in network:
                return is_public(IPv4Address(int(address) & 0xFFFFFFFF))
        if address.teredo is not None or address.is_site_local:
            return False
    return address.is_global and not address.is_multicast and not address.is_reserved


def _is_host(host: str) -> bool:
    """Tell whether a host is a name with a dot, or a public address."""
    try:
        return is_public(ip_address(host))
    except ValueError:
        pass
    labels = host.rstrip(".").split(".")
    # A last label of digits alone is an old way of writing an address.
    return (
        len(labels) > 1
        and not labels[-1].isdigit()
        and not labels[-1].startswith("0x")
        and all(
            label and label.replace("-", "").isalnum() and len(label) <= 63
            for label in labels
        )
        and labels[-1] not in {"local", "localhost", "internal", "localdomain"}
    )

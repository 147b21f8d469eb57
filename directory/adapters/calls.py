"""Calling addresses over HTTPS: the name is looked up once, and that is called."""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address
from urllib.parse import urlsplit

import urllib3
from urllib3.exceptions import HTTPError

from directory.core.calls import (
    AddressRefusedError,
    Answer,
    CallFailedError,
    check_url,
    is_public,
)

CONNECT_S = 5.0
"""Seconds in which a connection stands."""

ANSWER_S = 10.0
"""Seconds between two pieces of an answer."""

LONGEST_S = 20.0
"""Seconds after which an answer that goes on and on is left."""

READ_BYTES = 64 * 1024
"""Of an answer; nobody looks at it."""

Address = IPv4Address | IPv6Address


@dataclass(frozen=True, slots=True)
class HttpsCaller:
    """Calls public addresses.

    Args:
        may_reach: Whether an address that a name stands for may be called.
        trusted: Certificates; the system's own if not given.
    """

    may_reach: Callable[[Address], bool] = is_public
    trusted: ssl.SSLContext | None = None

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """Send a body; see :meth:`directory.core.calls.Caller.post`."""
        parts = urlsplit(check_url(url))
        host = parts.hostname or ""
        port = parts.port or 443
        address = self._address(host, port)
        began = time.monotonic()
        # The address is called that was looked at: a name that stands for another
        # one a moment later changes nothing.
        pool = urllib3.HTTPSConnectionPool(
            str(address),
            port,
            timeout=urllib3.Timeout(connect=CONNECT_S, read=ANSWER_S),
            retries=False,
            server_hostname=host,
            assert_hostname=host,
            ssl_context=self.trusted or ssl.create_default_context(),
        )
        path = parts.path or "/"
        try:
            answer = pool.urlopen(
                "POST",
                f"{path}?{parts.query}" if parts.query else path,
                body=body,
                headers={"Host": parts.netloc, **headers},
                redirect=False,
                preload_content=False,
            )
            _discard(answer, began)
            return Answer(answer.status, round((time.monotonic() - began) * 1000))
        except (HTTPError, OSError) as error:
            raise CallFailedError(reason=type(error).__name__) from None
        finally:
            pool.close()

    def _address(self, host: str, port: int) -> Address:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):
            raise CallFailedError(reason="NameUnknown") from None
        addresses = [ip_address(str(one[4][0]).partition("%")[0]) for one in found]
        # One private address among public ones is a trap, too.
        if not addresses or not all(map(self.may_reach, addresses)):
            raise AddressRefusedError(reason="private")
        return addresses[0]


def _discard(answer: urllib3.BaseHTTPResponse, began: float) -> None:
    read = 0
    while read < READ_BYTES and time.monotonic() - began < LONGEST_S:
        chunk = answer.read(8192, decode_content=False)
        if not chunk:
            break
        read += len(chunk)
    answer.close()

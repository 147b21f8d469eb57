"""A real SMTP server on loopback, which does with mail what it is told."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from directory.core.mail import Relay
from tests.conftest import NOW


@dataclass
class Desk:
    """Takes mail, or does not.

    Args:
        at_recipient: Answers to the next recipients, before all are taken.
        at_end: Answers after the whole mail, before all are taken; ``drop`` closes
            the connection instead, after the mail was taken.
        waits: Seconds before the answer to the whole mail.
        taken: What was taken.
    """

    at_sender: list[str] = field(default_factory=list)
    at_recipient: list[str] = field(default_factory=list)
    at_end: list[str] = field(default_factory=list)
    waits: float = 0
    taken: list[Envelope] = field(default_factory=list)
    encrypted: list[bool] = field(default_factory=list)
    users: list[str] = field(default_factory=list)

    async def handle_MAIL(  # noqa: N802
        self,
        _server: SMTP,
        _session: Session,
        envelope: Envelope,
        address: str,
        options: list[str],
    ) -> str:
        if self.at_sender:
            return self.at_sender.pop(0)
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 OK"

    async def handle_RCPT(  # noqa: N802
        self,
        _server: SMTP,
        _session: Session,
        envelope: Envelope,
        address: str,
        _options: list[str],
    ) -> str:
        if self.at_recipient:
            return self.at_recipient.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        await asyncio.sleep(self.waits)
        answer = self.at_end.pop(0) if self.at_end else "250 2.0.0 OK"
        if answer == "drop" or answer.startswith("250"):
            self.taken.append(envelope)
            self.encrypted.append(session.ssl is not None)
        if answer == "drop":
            assert server.transport is not None
            server.transport.close()
        return answer

    def authenticator(
        self,
        _server: SMTP,
        _session: Session,
        _envelope: Envelope,
        mechanism: str,
        data: Any,
    ) -> AuthResult:
        """Let in whoever knows the password."""
        assert mechanism in {"LOGIN", "PLAIN"}
        self.users.append(data.login.decode())
        return AuthResult(success=data.password == b"p@ss word", handled=False)

    def messages(self) -> list[EmailMessage]:
        """Return what was taken, as mail programs read it."""
        parser = BytesParser(EmailMessage, policy=policy.default)
        return [parser.parsebytes(one.original_content or b"") for one in self.taken]


def free_port() -> int:
    """Return a port on loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def listening(desk: Desk, port: int = 0, **options: Any) -> Iterator[Relay]:
    """Let a desk answer on loopback meanwhile."""
    controller = Controller(
        desk, hostname="127.0.0.1", port=port or free_port(), **options
    )
    controller.start()
    try:
        yield Relay("127.0.0.1", controller.port)
    finally:
        controller.stop()


class Elsewhere(Relay):
    """A server on loopback that is treated as one far away."""

    @property
    def is_here(self) -> bool:
        """Whether it is this machine: it is not said."""
        return False


@dataclass(frozen=True)
class Certificate:
    """A server's certificate, and clients that believe it."""

    server: ssl.SSLContext
    client: ssl.SSLContext


def certificate(folder: Path, host: str = "127.0.0.1") -> Certificate:
    """Return a certificate for a host, signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Invented")])
    try:
        named: x509.GeneralName = x509.IPAddress(ip_address(host))
    except ValueError:
        named = x509.DNSName(host)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(NOW - timedelta(days=3650))
        .not_valid_after(NOW + timedelta(days=3650))
        .add_extension(x509.SubjectAlternativeName([named]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / f"{host}.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(path)
    return Certificate(server, ssl.create_default_context(cafile=str(path)))

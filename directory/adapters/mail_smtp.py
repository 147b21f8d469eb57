"""Mail through an SMTP server that is encrypted and is who it says it is."""

from __future__ import annotations

import re
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email import policy

from directory.adapters.mail_message import compose, recipient
from directory.core.mail import Relay
from directory.outbox.ports import Mail, MailDelayedError, MailRefusedError

PATIENCE_S = 20.0
"""For each answer of the server. A conversation has about a dozen of them, and all
of them together must end within the lease of a promise."""

DEAD_CLASSES = ("5.1.", "5.2.1")
"""Answers that speak of the address (source: RFC 3463: X.1 is about addressing,
X.2.1 a mailbox that is disabled). A full mailbox, X.2.2, or a policy, X.7, are not."""

DEAD_CODES = frozenset({550, 551, 553})
"""The same for servers without enhanced codes (source: RFC 5321, 4.2.2)."""

NOT_ABOUT_THE_ADDRESS = frozenset({"5.1.7", "5.1.8"})
"""In that class, but about the sender's address."""

OF_THE_SESSION = frozenset({530, 534, 535, 538})
"""We have to sign in, or did so wrongly: a matter of settings, not of the mail."""

ENHANCED = re.compile(rb"\s*([245]\.\d{1,3}\.\d{1,3})\b")


class SmtpMailer:
    """Hands each mail over in a conversation of its own.

    Args:
        relay: The server.
        sender: Address that mail comes from.
        trusted: Certificates that are believed; the system's if not given.
        patience: Seconds to wait for each answer.
    """

    def __init__(
        self,
        relay: Relay,
        sender: str,
        *,
        trusted: ssl.SSLContext | None = None,
        patience: float = PATIENCE_S,
    ) -> None:
        """Remember where mail goes; the server is asked when there is some."""
        self._relay = relay
        self._sender = sender
        self._trusted = trusted or ssl.create_default_context()
        self._patience = patience

    def send(self, mail: Mail) -> None:
        """Return once the server answers for the mail.

        If the server falls silent after it was given everything, nobody knows
        whether it has the mail; then it is sent again, under the same Message-ID.

        Raises:
            MailDelayedError: If the server is away, busy or not to be trusted, or
                asks to come back.
            MailRefusedError: If it refuses this mail or this address for good.
        """
        to = recipient(mail)
        try:
            with self._conversation() as server:
                self._hand_over(server, mail, to)
        except smtplib.SMTPResponseException as error:
            raise MailDelayedError(
                _code(error.smtp_code, _bytes(error.smtp_error))
            ) from error
        except (smtplib.SMTPException, OSError) as error:
            raise MailDelayedError(type(error).__name__) from error

    def _hand_over(self, server: smtplib.SMTP, mail: Mail, to: str) -> None:
        options: list[str] = []
        rules = policy.SMTP
        if not to.isascii():
            if not server.has_extn("smtputf8"):
                raise MailRefusedError("smtputf8-missing", is_dead=False)
            options, rules = ["SMTPUTF8", "BODY=8BITMIME"], policy.SMTPUTF8
        letter = compose(mail, self._sender, rules).as_bytes()
        code, said = server.mail(self._sender, options)
        if code != 250:
            # The sender is a setting: whoever runs this can set it right in time.
            raise MailDelayedError(_code(code, said))
        code, said = server.rcpt(to)
        if code not in {250, 251}:
            raise _refusal(code, said, of_recipient=True)
        code, said = _data(server, letter)
        if code != 250:
            raise _refusal(code, said, of_recipient=False)

    @contextmanager
    def _conversation(self) -> Iterator[smtplib.SMTP]:
        relay = self._relay
        here = self._sender.rpartition("@")[2]
        server: smtplib.SMTP
        if relay.is_tls:
            server = smtplib.SMTP_SSL(
                relay.host,
                relay.port,
                local_hostname=here,
                timeout=self._patience,
                context=self._trusted,
            )
        else:
            server = smtplib.SMTP(
                relay.host, relay.port, local_hostname=here, timeout=self._patience
            )
        try:
            server.ehlo_or_helo_if_needed()
            if not relay.is_tls and not relay.is_here:
                server.starttls(context=self._trusted)
                server.ehlo_or_helo_if_needed()
            if relay.user:
                server.login(relay.user, relay.password)
            yield server
            with suppress(smtplib.SMTPException, OSError):
                server.quit()
        finally:
            server.close()


def _data(server: smtplib.SMTP, letter: bytes) -> tuple[int, bytes]:
    try:
        return server.data(letter)
    except smtplib.SMTPDataError as error:
        return error.smtp_code, _bytes(error.smtp_error)


def _refusal(
    code: int, said: bytes, *, of_recipient: bool
) -> MailDelayedError | MailRefusedError:
    reason = _code(code, said)
    if not 500 <= code < 600 or code in OF_THE_SESSION:
        return MailDelayedError(reason)
    return MailRefusedError(reason, is_dead=of_recipient and _is_dead(code, said))


def _is_dead(code: int, said: bytes) -> bool:
    enhanced = _enhanced(said)
    if enhanced:
        return enhanced.startswith(DEAD_CLASSES) and (
            enhanced not in NOT_ABOUT_THE_ADDRESS
        )
    return code in DEAD_CODES


def _code(code: int, said: bytes) -> str:
    """Return the numbers of an answer; its words repeat the address."""
    return f"{code} {_enhanced(said)}".strip()


def _enhanced(said: bytes) -> str:
    found = ENHANCED.match(said)
    return found.group(1).decode("ascii") if found else ""


def _bytes(said: bytes | str) -> bytes:
    return said if isinstance(said, bytes) else said.encode("utf-8", "replace")

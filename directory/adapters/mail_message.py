"""The message that leaves: headers, and the same words as text and as HTML."""

from __future__ import annotations

from email import policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from typing import TYPE_CHECKING

from directory.core.mail import AddressMalformedError, ascii_address
from directory.outbox.ports import Mail, MailRefusedError

MALFORMED = "address-malformed"
"""Why a mail is refused whose address no header can carry."""


def recipient(mail: Mail) -> str:
    """Return the address that a mail goes to, its domain in ASCII.

    Raises:
        MailRefusedError: If it is none, or would begin another header.
    """
    try:
        return ascii_address(mail.to)
    except AddressMalformedError:
        raise MailRefusedError(MALFORMED, is_dead=True) from None


if TYPE_CHECKING:
    Rules = policy.EmailPolicy[EmailMessage]


def compose(mail: Mail, sender: str, rules: Rules = policy.SMTP) -> EmailMessage:
    """Return the message of a mail.

    The library refuses line breaks in each header; names and subjects come here
    without any.

    Args:
        mail: What to say.
        sender: Address that it comes from; its domain ends the Message-ID.
        rules: How lines are ended and letters encoded.

    Raises:
        MailRefusedError: If the address is none.
    """
    message = EmailMessage(policy=rules.clone(cte_type="7bit"))
    message["From"] = Address(addr_spec=sender)
    local, _, domain = recipient(mail).rpartition("@")
    message["To"] = Address(mail.addressee, local, domain)
    message["Subject"] = mail.subject
    message["Date"] = format_datetime(mail.at)
    message["Message-ID"] = f"<{mail.name}@{sender.rpartition('@')[2]}>"
    # Nobody's machine should answer (source: RFC 3834).
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.text)
    message.add_alternative(mail.html, subtype="html")
    message["Content-Language"] = mail.language.tag
    return message

"""What a message is, and how the same one sent twice is known."""

from __future__ import annotations

import hmac
from hashlib import sha256

from directory.core.errors import DirectoryError

LONGEST = 4000
"""Characters of one message; about two pages."""

KEY_LONGEST = 64
"""Characters of what a form carries so that it can be told from another."""


class MessageRefusedError(DirectoryError):
    """A message cannot be sent; ``wrong`` says why: ``missing``, ``long``, ``key``."""

    code = "message.refused"


def checked(body: str, sent_key: str) -> str:
    """Return what was written without blanks around it.

    Args:
        body: As typed.
        sent_key: Of the form that it came by.

    Raises:
        MessageRefusedError: If nothing was written, or too much.
    """
    words = body.replace("\r\n", "\n").strip()
    if not words:
        raise MessageRefusedError(wrong="missing")
    if len(words) > LONGEST:
        raise MessageRefusedError(wrong="long", at_most=LONGEST)
    if not 0 < len(sent_key) <= KEY_LONGEST:
        raise MessageRefusedError(wrong="key")
    return words


def form_key(thread: str, last: str | None) -> str:
    """Return what forms of a thread carry until the next message is written.

    Two tabs of one page carry the same, so that one message sent from both is one.

    Args:
        thread: Id of its referral or, if none, of its case.
        last: Id of its last message, if it has one.
    """
    return sha256(f"{thread}:{last or ''}".encode()).hexdigest()[:32]


def same_key(data_key: bytes, thread: str, side: str, sent_key: str, body: str) -> str:
    """Return what tells a message that was sent again from one that says else.

    Whoever went back, changed the words and sent the form again wrote another one.
    Made with the data key, so that nobody else can try words against it.
    """
    said = f"message\0{thread}\0{side}\0{sent_key}\0{body}".encode()
    return hmac.digest(data_key, said, sha256).hex()[:32]

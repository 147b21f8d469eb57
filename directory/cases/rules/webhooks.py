"""How an organization's own program is told: what is sent, and how it is signed."""

from __future__ import annotations

import base64
import hmac
import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from hashlib import sha256

SECRET_BYTES = 32

PREFIX = "whsec_"
"""In front of a secret as it is shown (source: standardwebhooks.com, as are the
headers and what is signed)."""

AT_MOST = 5
"""Addresses of one organization."""

PAUSED_AFTER = timedelta(days=3)
"""An address that answered nothing for so long is not called any more, until
somebody says so."""

REMEMBERED = timedelta(days=30)
"""How long tries are shown."""


def shown(secret: bytes) -> str:
    """Return a secret as its owner copies it."""
    return PREFIX + base64.b64encode(secret).decode()


def body(
    kind: str, *, at: datetime, case: str, reference: str, referral: str | None
) -> bytes:
    """Return what is sent: that there is news of a case, and nothing of its content.

    Args:
        kind: What happened, as timelines call it.
        at: When.
        case: Id of the case.
        reference: What staff call it.
        referral: Id of the referral, if it concerns one.
    """
    data: dict[str, str] = {"case": case, "reference": reference}
    if referral is not None:
        data["referral"] = referral
    told = {"type": kind, "timestamp": at.isoformat(), "data": data}
    return json.dumps(told, separators=(",", ":")).encode()


def headers(secret: bytes, event: str, at: datetime, sent: bytes) -> Mapping[str, str]:
    """Return the headers under which a body is sent.

    Args:
        secret: Of the address.
        event: Its id, the same for each try.
        at: When it is sent; receivers refuse what is old.
        sent: The body.
    """
    moment = str(int(at.timestamp()))
    signed = b".".join((event.encode(), moment.encode(), sent))
    seal = base64.b64encode(hmac.digest(secret, signed, sha256)).decode()
    return {
        "content-type": "application/json",
        "user-agent": "cart-directory",
        "webhook-id": event,
        "webhook-timestamp": moment,
        "webhook-signature": f"v1,{seal}",
    }

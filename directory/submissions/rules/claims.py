"""Whether an address belongs to a hospital, and codes for letters to it."""

from __future__ import annotations

import secrets
from hashlib import sha256
from urllib.parse import urlsplit

from directory.core.errors import DirectoryError
from directory.submissions.rules.states import ClaimState, Proof

SYMBOLS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Without letters that are taken for digits (source: Crockford's base 32)."""

ALIKE = str.maketrans("OIL", "011")

GROUPS, IN_A_GROUP = 4, 4
"""Eighty random bits: nobody tries them all, not even offline."""

LETTER_LASTS_DAYS = 60
"""A letter inside or into China, and somebody to pass it on."""


class ClaimStateError(DirectoryError):
    """The claim is in another state than the step needs."""

    code = "claim.other-state"


def domain_of(url: str) -> str | None:
    """Return the domain of a website, without ``www``; nothing if it has none."""
    try:
        host = urlsplit(url if "//" in url else f"//{url}").hostname
    except ValueError:
        return None
    if not host or "." not in host or host.replace(".", "").isdigit():
        return None
    return host.removeprefix("www.").lower()


def proves(email: str, domains: frozenset[str]) -> bool:
    """Tell whether an address is at one of these domains, or below one."""
    _, _, host = email.rpartition("@")
    host = host.lower()
    return any(host == domain or host.endswith(f".{domain}") for domain in domains)


def proof_for(email: str, domains: frozenset[str]) -> Proof:
    """Return how somebody with an address has to prove that they belong there."""
    return Proof.DOMAIN if proves(email, domains) else Proof.LETTER


def first_state(proof: Proof) -> ClaimState:
    """Return where a claim begins: one proved by letter waits for the letter."""
    return ClaimState.WAITING if proof is Proof.DOMAIN else ClaimState.UNCONFIRMED


def new_letter_code() -> str:
    """Return a code for a letter, e.g. ``7F3Q-2MXA-09KD-WZ4T``."""
    return "-".join(
        "".join(secrets.choice(SYMBOLS) for _ in range(IN_A_GROUP))
        for _ in range(GROUPS)
    )


def letter_digest(public_id: str, typed: str) -> str:
    """Return what is kept of a code, however it was typed, bound to its claim."""
    kept = [
        letter
        for letter in typed.upper().translate(ALIKE)
        if letter.isalnum() and letter.isascii()
    ]
    return sha256(f"{public_id}:{''.join(kept)}".encode()).hexdigest()

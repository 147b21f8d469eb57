"""Passkeys: what devices are asked, and what their answers prove."""

from __future__ import annotations

import secrets
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import webauthn
from flask import request
from flask import session as cookie
from webauthn.helpers import (
    options_to_json,
    parse_authentication_credential_json,
    parse_client_data_json,
    parse_registration_credential_json,
)
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from directory.accounts.actions import signing_in
from directory.accounts.actions.factors import NewPasskey, use_passkey
from directory.accounts.queries.sign_ins import Credentials, Key
from directory.accounts.queries.sign_ins import credentials as credentials_of
from directory.accounts.queries.sign_ins import key as key_by_id
from directory.web import context
from directory.web.account.credentials import ISSUER, credentials

if TYPE_CHECKING:
    from collections.abc import Iterable

CHALLENGES = "challenges"
"""Where the session's cookie keeps what devices were asked."""

LASTS = timedelta(minutes=30)
"""How long a question may be answered; a page may stand open for a while."""

MOST_OPEN = 4
"""Pages that may ask at a time in one browser."""

TIMEOUT_MS = 120_000
"""For which a browser waits for the device."""

FAULTS = (WebAuthnException, ValueError, LookupError, TypeError, AttributeError)
"""What the library raises about answers that it does not understand or believe."""


class PasskeyRefusedError(Exception):
    """What a device answered proves nothing; ``args`` has one word of why."""


@dataclass(frozen=True, slots=True)
class Proved:
    """Who a passkey proves.

    Args:
        by: Who it belongs to.
        key: The passkey.
    """

    by: Credentials
    key: Key


def question_for_new(found: Credentials) -> str:
    """Return what a browser is asked to make a passkey with, in JSON."""
    options = webauthn.generate_registration_options(
        rp_id=_host(),
        rp_name=ISSUER,
        user_name=found.email,
        user_display_name=found.name,
        user_id=found.public_id.encode(),
        challenge=_asked(),
        timeout=TIMEOUT_MS,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=_described(found.passkeys),
    )
    return options_to_json(options)


def question(found: Credentials | None = None) -> str:
    """Return what a browser is asked to use a passkey with, in JSON.

    Args:
        found: Who should prove themselves; nobody yet on the page where one signs
            in, so that nobody learns who has passkeys.
    """
    options = webauthn.generate_authentication_options(
        rp_id=_host(),
        challenge=_asked(),
        timeout=TIMEOUT_MS,
        allow_credentials=_described(found.passkeys) if found else None,
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return options_to_json(options)


def made(answer: str, name: str) -> NewPasskey:
    """Return the passkey that a device made.

    Args:
        answer: As the script sent it.
        name: What its owner calls it.

    Raises:
        PasskeyRefusedError: If the answer proves nothing.
    """
    try:
        credential = parse_registration_credential_json(answer)
        challenge = _answered(credential.response.client_data_json)
        checked = webauthn.verify_registration_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=_host(),
            expected_origin=_origin(),
            require_user_verification=True,
        )
    except FAULTS as error:
        raise PasskeyRefusedError(type(error).__name__) from error
    transports = credential.response.transports or []
    return NewPasskey(
        credential_id=checked.credential_id,
        public_key=checked.credential_public_key,
        sign_count=checked.sign_count,
        transports=[each.value for each in transports],
        is_backed_up=checked.credential_backed_up,
        device_type=checked.credential_device_type.value,
        name=name,
    )


def proved(answer: str, by: Credentials | None = None) -> Proved:
    """Return whom the answer of a device proves, and write down that it was used.

    The device has asked for its owner's finger, face or PIN, so that this stands
    for two factors.

    Args:
        answer: As the script sent it.
        by: Whom it has to prove; anybody if not given.

    Raises:
        PasskeyRefusedError: If it proves nothing, or somebody else.
        ChallengeSpentError: If it was sent before.
    """
    try:
        credential = parse_authentication_credential_json(answer)
        key = key_by_id(context.session(), credential.raw_id)
        if key is None or (by is not None and key.person != by.public_id):
            raise PasskeyRefusedError("unknown")
        handle = credential.response.user_handle
        if handle is not None and handle != key.person.encode():
            raise PasskeyRefusedError("handle")
        challenge = _answered(credential.response.client_data_json)
        checked = webauthn.verify_authentication_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=_host(),
            expected_origin=_origin(),
            credential_public_key=key.public_key,
            credential_current_sign_count=key.sign_count,
            require_user_verification=True,
        )
    except FAULTS as error:
        raise PasskeyRefusedError(type(error).__name__) from error
    found = by or credentials_of(context.session(), key.person)
    if found is None or not found.may_sign_in:
        raise PasskeyRefusedError("closed")
    work = context.work()
    digest = credentials().digest("passkey-challenge", challenge.hex())
    signing_in.spend(work, digest)
    use_passkey(
        work,
        key.id,
        sign_count=checked.new_sign_count,
        is_backed_up=checked.credential_backed_up,
    )
    return Proved(found, key)


def _asked() -> bytes:
    challenge = secrets.token_bytes(32)
    now = int(context.tools().clock().timestamp())
    word = urlsafe_b64encode(challenge).decode()
    cookie[CHALLENGES] = [*cookie.get(CHALLENGES, []), [word, now]][-MOST_OPEN:]
    return challenge


def _answered(client_data: bytes) -> bytes:
    """Return the question that was answered, if it is one of ours and still open."""
    challenge = parse_client_data_json(client_data).challenge
    word = urlsafe_b64encode(challenge).decode()
    now = context.tools().clock().timestamp()
    for asked, at in cookie.get(CHALLENGES, []):
        if asked == word and now - at <= LASTS.total_seconds():
            return challenge
    raise PasskeyRefusedError("challenge")


def _described(keys: Iterable[Key]) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(id=key.credential_id) for key in keys]


def _origin() -> str:
    base = context.tools().settings.base_url or request.host_url
    parts = urlsplit(base)
    return f"{parts.scheme}://{parts.netloc}"


def _host() -> str:
    return urlsplit(_origin()).hostname or ""

"""Passwords, codes and passkeys, checked by Flask-Security and what it is built on.

Of Flask-Security the checks are used and not the pages: see decision 0080. What it
hangs on every request is taken off again, so that public pages know no session.
"""

from __future__ import annotations

import re
from base64 import b64encode
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, cast

from flask import current_app
from flask_security import Security, UserDatastore, hash_password
from flask_security.totp import Totp
from flask_security.utils import verify_password
from passlib.exc import MalformedTokenError, TokenError
from qrcode.constants import ERROR_CORRECT_M
from qrcode.main import QRCode

from directory.accounts.model import Passkey, Person

if TYPE_CHECKING:
    from flask import Flask

    from directory.core.crypto import KeyRing

EXTENSION = "credentials"
"""Where the application keeps them, in ``app.extensions``."""

ARGON2 = {
    "argon2__type": "ID",
    "argon2__memory_cost": 19_456,
    "argon2__time_cost": 2,
    "argon2__parallelism": 1,
}
"""KiB, rounds, threads (source: OWASP Password Storage Cheat Sheet). A hash made in
another way is made anew when its owner signs in."""

ISSUER = "CAR-T Center Directory"
"""How authenticator apps name the account."""

STEP_S = 30
"""Seconds that a code lasts; one step before and after are taken as well
(source: RFC 6238, section 5.2)."""

SPARE_CODES = 10
"""That are made at once."""

HOOKS_OF = ("flask_login", "flask_principal", "flask_security")
"""Packages whose hooks are taken off."""

_NOT_IN_CODES = re.compile(r"[^0-9a-z]")


class OneTimeCodes(Totp):  # type: ignore[misc, unused-ignore]
    """Codes of authenticator apps, by the moment that the directory knows."""

    def step(self, code: str, sealed: str, now: datetime, after: int | None) -> int:
        """Return the time step of a code; 0 if it is wrong, or not after another.

        Args:
            code: As typed.
            sealed: Secret of the app.
            now: Against which it is judged.
            after: Time step of the last code used.
        """
        try:
            match = self._totp.verify(
                code, sealed, time=now, window=STEP_S, last_counter=after
            )
        except (MalformedTokenError, TokenError):
            return 0
        return int(match.counter)


class _NoStore(UserDatastore):  # type: ignore[misc, unused-ignore]
    """Gives Flask-Security nobody: rows are read and changed by queries and actions."""

    def put(self, model: object) -> object:
        """Change nothing."""
        return model

    def commit(self) -> None:
        """Commit nothing: the web layer does, once."""


@dataclass(frozen=True)
class Credentials:
    """Makes and checks what people prove themselves by.

    Args:
        keys: Seal, and make digests.
        codes: Of authenticator apps.
        nobody: Hash of a password that nobody has.
    """

    keys: KeyRing = field(repr=False)
    codes: OneTimeCodes = field(repr=False)
    nobody: str = field(repr=False)

    def normal(self, password: str) -> str:
        """Return a password as it is hashed, however a keyboard composes letters."""
        return str(_security().password_util.normalize(password))

    def hash(self, password: str) -> str:
        """Return the hash to be kept of a password."""
        return hash_password(self.normal(password))

    def fits(self, password: str, kept: str | None) -> bool:
        """Tell whether a password is the one; takes as long if there is none.

        Args:
            password: As typed.
            kept: Hash of the right one, if there is an account that has one.
        """
        found = verify_password(self.normal(password), kept or self.nobody)
        return bool(found) and kept is not None

    def is_weak(self, kept: str) -> bool:
        """Tell whether a hash was made in another way than it would be now."""
        return bool(_security().pwd_context.needs_update(kept))

    def new_app_secret(self) -> str:
        """Return a new secret for an authenticator app, sealed."""
        return self.codes.generate_totp_secret()

    def app_key(self, sealed: str) -> str:
        """Return the secret as it is typed into an app, in groups."""
        return self.codes.get_totp_pretty_key(sealed)

    def app_picture(self, sealed: str, email: str) -> Picture:
        """Return the secret as apps read it from a screen."""
        return _drawn(self.codes.get_totp_uri(email, sealed))

    def new_spare_codes(self) -> list[str]:
        """Return new spare codes, 48 random bits each, to be shown once."""
        return list(self.codes.generate_recovery_codes(SPARE_CODES))

    def spare_digest(self, public_id: str, code: str) -> str:
        """Return what is kept of a spare code, however it was typed.

        Args:
            public_id: Of its owner.
            code: In groups or not, with small letters or large.
        """
        plain = _NOT_IN_CODES.sub("", code.lower())
        return self.digest("spare-code", f"{public_id}:{plain}")

    def digest(self, purpose: str, words: str) -> str:
        """Return a keyed digest, in 64 hexadecimal digits."""
        return self.keys.digest(purpose, words.encode()).hex()


@dataclass(frozen=True, slots=True)
class Picture:
    """A QR code.

    Args:
        size: Modules on a side, with the quiet zone around.
        path: Its dark modules, as the ``d`` of an SVG path.
    """

    size: int
    path: str


def install(app: Flask, keys: KeyRing) -> None:
    """Set Flask-Security up for its checks.

    Args:
        app: The application.
        keys: From which its secrets are derived, so that nobody has to set any.
    """
    app.config.update(
        SECURITY_PASSWORD_HASH="argon2",  # noqa: S106 (the name of a way to hash)
        SECURITY_PASSWORD_SCHEMES=["argon2"],
        SECURITY_PASSWORD_SALT=_words(keys, "password-pepper"),
        SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS=ARGON2,
        SECURITY_TOTP_SECRETS={"1": _words(keys, "authenticator-app")},
        SECURITY_TOTP_ISSUER=ISSUER,
        SECURITY_CLI_USERS_NAME=None,
        SECURITY_CLI_ROLES_NAME=None,
    )
    provider, json = app.json_provider_class, app.json
    # It asks the model for one column, and is given no rows to work on.
    store = _NoStore(cast("Any", Person), cast("Any", None), cast("Any", Passkey))
    Security(app, store, register_blueprint=False)
    app.json_provider_class, app.json = provider, json
    _take_off_hooks(app)
    with app.app_context():
        nobody = hash_password(_words(keys, "password-of-nobody"))
    app.extensions[EXTENSION] = Credentials(
        keys,
        OneTimeCodes(app.config["SECURITY_TOTP_SECRETS"], ISSUER),
        nobody,
    )


def credentials() -> Credentials:
    """Return what checks credentials in this application."""
    return cast("Credentials", current_app.extensions[EXTENSION])


def _security() -> Security:
    return cast("Security", current_app.extensions["security"])


def _words(keys: KeyRing, purpose: str) -> str:
    return b64encode(keys.derived(purpose)).decode()


def _take_off_hooks(app: Flask) -> None:
    hooks: tuple[dict[Any, list[Any]], ...] = (
        app.before_request_funcs,
        app.after_request_funcs,
        app.template_context_processors,
    )
    for by_blueprint in hooks:
        if None in by_blueprint:
            by_blueprint[None][:] = [
                hook
                for hook in by_blueprint[None]
                if not str(getattr(hook, "__module__", "")).startswith(HOOKS_OF)
            ]


def _drawn(words: str) -> Picture:
    code = QRCode(error_correction=ERROR_CORRECT_M, border=4)
    code.add_data(words)
    rows = code.get_matrix()
    path = "".join(
        f"M{x} {y}h1v1h-1z"
        for y, row in enumerate(rows)
        for x, is_dark in enumerate(row)
        if is_dark
    )
    return Picture(len(rows), path)

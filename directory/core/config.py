"""Settings from the environment, and where everything is kept."""

from __future__ import annotations

import os
import secrets
from base64 import b64encode
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from directory.core.crypto import KeyRing
from directory.core.errors import SettingError
from directory.core.files import files_address, scanner_address
from directory.core.mail import AddressMalformedError, Relay, ascii_address
from directory.core.retention import Retention

PREFIX = "DIRECTORY_"
SECRETS = (
    "DATABASE_URL",
    "SECRET_KEY",
    "ENCRYPTION_KEYS",
    "SMTP_URL",
    "REDIS_URL",
    "FILES_SECRET",
)
"""Settings that may be given as the content of a file, by ``…_FILE``."""

BESIDE = Path(__file__).resolve().parents[2]
"""The checkout, when the package is run from one."""

PACKAGED = Path(__file__).resolve().parents[1] / "_packaged"
"""Where a built wheel carries the folders that a checkout has beside it."""

SHORTEST = 32
TOO_SHORT = f"must have at least {SHORTEST} characters"

Folder = Literal["templates", "static", "seed"]


class Settings(BaseSettings):
    """Everything that may differ from one installation to the next.

    Each field is read from the environment as ``DIRECTORY_<FIELD>``; secret
    ones also from the file that ``DIRECTORY_<FIELD>_FILE`` names.
    """

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, extra="ignore", frozen=True, str_strip_whitespace=True
    )

    data: Path = Field(default=Path("var"), description="Everything that is kept.")
    database_url: str = Field(default="", description="SQLite in the data folder.")
    secret_key: str = Field(default="", min_length=0, description="Signs cookies.")
    encryption_keys: str = Field(
        default="",
        description="Ring of keys, name:base64 by commas: current first, one 'index'.",
    )
    base_url: str = Field(
        default="", description="Public address, for links in mail and sitemaps."
    )
    trusted_hosts: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(), description="Host names that are answered, by commas."
    )
    proxy_hops: int = Field(
        default=0, ge=0, le=5, description="Proxies in front that are trusted."
    )
    smtp_url: str = Field(default="", description="Mail into a folder when empty.")
    mail_from: str = Field(
        default="", description="Sender; no-reply@ the public host when empty."
    )
    files_url: str = Field(default="", description="Folder or s3:// address.")
    files_key_id: str = Field(default="", description="Access key of the store.")
    files_secret: str = Field(default="", description="Its secret.")
    scanner_url: str = Field(default="", description="clamd, by tcp:// or unix://.")
    uploads_room_bytes: int = Field(
        default=10 * 1024**3,
        ge=1024**2,
        le=2**50,
        description="Bytes that files of inquiries may take before they are checked.",
    )
    redis_url: str = Field(default="", description="Limits shared by nodes.")
    admin_email: str = Field(default="", description="First admin; never promoted.")
    rate_limits: Literal["on", "off"] = Field(
        default="on", description="Off only on loopback, for tests."
    )
    search_execution: Literal["columns", "whoosh"] = Field(
        default="columns", description="What finds words in the index."
    )
    keep_closed_days: int = Field(
        default=730, ge=1, le=36_500, description="After a case was closed."
    )
    keep_drafts_days: int = Field(
        default=30, ge=1, le=365, description="After the last change of a draft."
    )
    keep_withdrawn_days: int = Field(
        default=30, ge=1, le=365, description="After an inquiry was taken back."
    )
    keep_uploads_days: int = Field(
        default=7, ge=1, le=365, description="After the last bytes of half a file."
    )
    inquiries_per_address: int = Field(
        default=10, ge=1, le=10_000, description="Sent from one address in an hour."
    )
    inquiries_before_proof: int = Field(
        default=60, ge=1, le=1_000_000, description="Sent by all in an hour, usually."
    )
    inquiries_before_holding: int = Field(
        default=180, ge=1, le=1_000_000, description="Sent by all, to be held from."
    )
    metrics_token: str = Field(
        default="", description="Bearer token for /metrics; loopback only if empty."
    )

    @field_validator("trusted_hosts", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return value

    @field_validator("base_url")
    @classmethod
    def _address(cls, value: str) -> str:
        if not value:
            return value
        parts = urlsplit(value)
        if parts.scheme not in {"http", "https"} or not parts.netloc:
            raise ValueError("must be an address such as https://example.org")
        return value.rstrip("/")

    @field_validator("database_url")
    @classmethod
    def _database(cls, value: str) -> str:
        if not value:
            return value
        try:
            backend = make_url(value).get_backend_name()
        except ArgumentError as error:
            raise ValueError("is not a database URL") from error
        if backend not in {"sqlite", "postgresql"}:
            raise ValueError("must begin with sqlite or postgresql")
        return value

    @field_validator("redis_url")
    @classmethod
    def _store(cls, value: str) -> str:
        if value and urlsplit(value).scheme not in {"redis", "rediss", "redis+unix"}:
            raise ValueError("must begin with redis, rediss or redis+unix")
        return value

    @field_validator("smtp_url")
    @classmethod
    def _relay(cls, value: str) -> str:
        if value:
            Relay.parse(value)
        return value

    @field_validator("mail_from", "admin_email")
    @classmethod
    def _mailbox(cls, value: str) -> str:
        try:
            return ascii_address(value) if value else value
        except AddressMalformedError:
            raise ValueError(
                "must be an address such as no-reply@example.org"
            ) from None

    @field_validator("mail_from")
    @classmethod
    def _sender(cls, value: str) -> str:
        if not value.isascii():
            # Not every server takes these.
            raise ValueError("may not have other letters than ASCII before the @")
        return value

    @field_validator("files_url")
    @classmethod
    def _files(cls, value: str) -> str:
        files_address(value)
        return value

    @field_validator("scanner_url")
    @classmethod
    def _scanner(cls, value: str) -> str:
        scanner_address(value)
        return value

    @field_validator("secret_key")
    @classmethod
    def _long_enough(cls, value: str) -> str:
        if value and len(value) < SHORTEST:
            raise ValueError(TOO_SHORT)
        return value

    @model_validator(mode="after")
    def _absolute(self) -> Self:
        object.__setattr__(self, "data", self.data.expanduser().resolve())
        if not self.database_url:
            path = self.data / "directory.sqlite3"
            object.__setattr__(self, "database_url", f"sqlite:///{path}")
        return self

    @property
    def is_https(self) -> bool:
        """Whether readers reach the directory over https."""
        return self.base_url.startswith("https://")

    @property
    def retention(self) -> Retention:
        """How long what people entrust to the directory is kept."""
        return Retention(
            closed_days=self.keep_closed_days,
            drafts_days=self.keep_drafts_days,
            withdrawn_days=self.keep_withdrawn_days,
            uploads_days=self.keep_uploads_days,
        )

    @property
    def mail_folder(self) -> Path:
        """Where mail is put while no server takes it."""
        return self.data / "mail"

    @property
    def index_folder(self) -> Path:
        """Where this node keeps its search index."""
        return self.data / "index"

    @staticmethod
    def folder(name: Folder) -> Path:
        """Return a folder of the checkout, or the wheel's own copy of it.

        Raises:
            SettingError: If neither is there.
        """
        for parent in (BESIDE, PACKAGED):
            path = parent / name
            if path.is_dir() and (parent is PACKAGED or _is_checkout()):
                return path
        raise SettingError(
            f"{PREFIX}DATA", f"the folder {name!r} is missing from the installation"
        )


def _is_checkout() -> bool:
    return (BESIDE / "setup.cfg").is_file()


def load(environ: Mapping[str, str] | None = None, **given: Any) -> Settings:
    """Read the settings; secrets that are absent are read from the data folder.

    Args:
        environ: The environment; the process's own if not given.
        given: Fields that win over the environment, for tests.

    Raises:
        SettingError: Naming the first setting that is wrong, in one line.
    """
    source = dict(os.environ if environ is None else environ)
    values: dict[str, Any] = {}
    for field in Settings.model_fields:
        name = PREFIX + field.upper()
        if name in source:
            values[field] = source[name]
        elif field.upper() in SECRETS and f"{name}_FILE" in source:
            values[field] = _read_secret(f"{name}_FILE", Path(source[f"{name}_FILE"]))
    values.update(given)
    try:
        settings = Settings(**values)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        field = str(first["loc"][0]) if first["loc"] else "settings"
        raise SettingError(PREFIX + field.upper(), _sentence(first["msg"])) from error
    kept = {
        field: path.read_text().strip()
        for field, path in _kept(settings.data).items()
        if not getattr(settings, field) and path.is_file()
    }
    settings = settings.model_copy(update=kept)
    if settings.encryption_keys:
        KeyRing.parse(settings.encryption_keys)
    if settings.smtp_url and not settings.base_url:
        # Links in mail never take the host of a request.
        raise SettingError(
            f"{PREFIX}SMTP_URL", f"needs {PREFIX}BASE_URL, where links in mail lead"
        )
    if bool(settings.files_key_id) != bool(settings.files_secret):
        raise SettingError(
            f"{PREFIX}FILES_SECRET", f"goes together with {PREFIX}FILES_KEY_ID"
        )
    if 0 < len(settings.secret_key) < SHORTEST:
        raise SettingError(f"{PREFIX}SECRET_KEY", TOO_SHORT)
    return settings


def ensure_secrets(settings: Settings) -> Settings:
    """Make the secrets that are absent, in files that only the owner can read.

    Raises:
        SettingError: If the data folder cannot be written.
    """
    made: dict[str, str] = {}
    try:
        settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
        for field, path in _kept(settings.data).items():
            if getattr(settings, field):
                continue
            made[field] = (
                b64encode(secrets.token_bytes(32)).decode()
                if field == "secret_key"
                else KeyRing.new().words
            )
            _write_secret(path, made[field])
    except OSError as error:
        raise SettingError(
            f"{PREFIX}DATA", f"cannot be written ({error.strerror})"
        ) from error
    return settings.model_copy(update=made)


def _kept(data: Path) -> dict[str, Path]:
    folder = data / "secrets"
    return {
        "secret_key": folder / "secret_key",
        "encryption_keys": folder / "encryption_keys",
    }


def _write_secret(path: Path, words: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    # O_EXCL: two processes that set up at once must not disagree on a secret.
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(words + "\n")
        file.flush()
        os.fsync(file.fileno())


def _read_secret(name: str, path: Path) -> str:
    try:
        return path.read_text().strip()
    except OSError as error:
        raise SettingError(
            name, f"names a file that cannot be read ({error.strerror})"
        ) from error


def _sentence(message: str) -> str:
    return message.removeprefix("Value error, ")

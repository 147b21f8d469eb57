"""Sealing what people entrust to us: a ring of keys, data keys, keyed digests."""

from __future__ import annotations

import binascii
import hashlib
import hmac
import re
import secrets
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCMSIV
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from directory.core.errors import DirectoryError, SettingError

SETTING = "DIRECTORY_ENCRYPTION_KEYS"

KEY_BYTES = 32
"""256 bits: AES-256 (source: RFC 8452, section 4) and HMAC-SHA-256 alike."""

NONCE_BYTES = 12
"""96 bits (source: RFC 8452, section 4)."""

FORMAT = 1
"""First byte of everything sealed, so that the format can change one day."""

INDEX = "index"
"""Name in the ring of the key that digests are made with. It wraps nothing and
is never rotated, because what a digest was made from is not kept."""

OWN = "own"
"""Name that stands in an envelope sealed with a data key instead of the ring."""

_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,31}")


class SealBrokenError(DirectoryError):
    """Sealed bytes were changed, cut, moved, or sealed with another key."""

    code = "crypto.seal-broken"


class KeyMissingError(DirectoryError):
    """The key that sealed this is not in the ring."""

    code = "crypto.key-missing"


class Place(NamedTuple):
    """Where sealed bytes belong; they open nowhere else.

    Args:
        table: Table, e.g. ``inquiry``.
        column: Column in it.
        row: Primary key, made before the row is.
    """

    table: str
    column: str
    row: str

    @property
    def bound(self) -> bytes:
        """Return ``table.column:row``, to be authenticated and not stored."""
        return f"{self.table}.{self.column}:{self.row}".encode()


def new_key() -> bytes:
    """Return 256 random bits."""
    return secrets.token_bytes(KEY_BYTES)


def seal(key: bytes, plain: bytes, place: Place) -> bytes:
    """Return bytes that only this key opens, and only in this place.

    AES-256-GCM-SIV (source: RFC 8452), with a random nonce.

    Args:
        key: A data key of 32 bytes, e.g. from :func:`new_key`.
        plain: What is to be sealed.
        place: Where the result will be kept.
    """
    return _close(OWN, key, plain, place)


def unseal(key: bytes, sealed: bytes, place: Place) -> bytes:
    """Return what :func:`seal` was given.

    Raises:
        SealBrokenError: If a bit was changed, or key or place are others.
    """
    _check(sealed, OWN, place)
    return _open(key, sealed, place)


@dataclass(frozen=True, slots=True)
class KeyRing:
    """The keys of this installation.

    Args:
        current: Name of the key that wraps whatever is new.
        wrapping: Every key that may have wrapped something, by name.
        index: The key that digests are made with.
    """

    current: str
    wrapping: Mapping[str, bytes] = field(repr=False)
    index: bytes = field(repr=False)

    @classmethod
    def parse(cls, words: str) -> Self:
        """Read a ring as it is written: ``k2:base64,k1:base64,index:base64``.

        The first is current. Exactly one is named ``index``.

        Raises:
            SettingError: Saying what is wrong, and never any part of a key.
        """
        keys: dict[str, bytes] = {}
        for number, entry in enumerate(words.split(","), start=1):
            name, key = _entry(entry.strip(), number)
            if name in keys:
                raise SettingError(SETTING, f"names the key {name!r} twice")
            keys[name] = key
        if len(set(keys.values())) < len(keys):
            raise SettingError(SETTING, "holds one key under two names")
        index = keys.pop(INDEX, None)
        if index is None:
            raise SettingError(SETTING, f"lacks the key named {INDEX!r}")
        if not keys:
            raise SettingError(SETTING, f"holds no key beside {INDEX!r}")
        return cls(current=next(iter(keys)), wrapping=keys, index=index)

    @classmethod
    def new(cls) -> Self:
        """Return a ring with one new key and a new index key."""
        return cls(current="k1", wrapping={"k1": new_key()}, index=new_key())

    @property
    def words(self) -> str:
        """Return the ring as :meth:`parse` reads it. This is the secret itself."""
        names = [self.current, *(n for n in self.wrapping if n != self.current)]
        entries = [(name, self.wrapping[name]) for name in names]
        entries.append((INDEX, self.index))
        return ",".join(f"{name}:{b64encode(key).decode()}" for name, key in entries)

    def with_key(self, name: str, key: bytes) -> KeyRing:
        """Return a ring that knows one more key and does not use it yet.

        Raises:
            SettingError: If the name is taken or not a name.
        """
        if name in self.wrapping or name == INDEX:
            raise SettingError(SETTING, f"names the key {name!r} twice")
        # Read back what was written, so that every rule of `parse` holds here too.
        grown = KeyRing(self.current, {**self.wrapping, name: key}, self.index)
        return KeyRing.parse(grown.words)

    def led_by(self, name: str) -> KeyRing:
        """Return a ring of the same keys in which another one is current.

        Raises:
            KeyMissingError: If the ring has no such key.
        """
        if name not in self.wrapping:
            raise KeyMissingError(key=name)
        return KeyRing(name, self.wrapping, self.index)

    def without(self, name: str) -> KeyRing:
        """Return a ring that has forgotten a key.

        Raises:
            KeyMissingError: If the ring has no such key.
            SettingError: If the key is the current one.
        """
        if name not in self.wrapping:
            raise KeyMissingError(key=name)
        if name == self.current:
            raise SettingError(SETTING, f"cannot do without {name!r}, its current key")
        kept = {other: key for other, key in self.wrapping.items() if other != name}
        return KeyRing(self.current, kept, self.index)

    def wrap(self, data_key: bytes, place: Place) -> bytes:
        """Return a data key sealed with the current key of the ring."""
        return _close(self.current, self.wrapping[self.current], data_key, place)

    def unwrap(self, wrapped: bytes, place: Place) -> bytes:
        """Return a data key that was wrapped with any key of the ring.

        Raises:
            KeyMissingError: If the key that wrapped it is not in the ring.
            SealBrokenError: If a bit was changed, or the place is another.
        """
        name = key_name(wrapped, place)
        if name not in self.wrapping:
            raise KeyMissingError(key=name)
        return _open(self.wrapping[name], wrapped, place)

    def rewrap(self, wrapped: bytes, place: Place) -> bytes:
        """Return the same data key wrapped with the current key.

        Raises:
            KeyMissingError: If the key that wrapped it is not in the ring.
            SealBrokenError: If a bit was changed, or the place is another.
        """
        return self.wrap(self.unwrap(wrapped, place), place)

    def derived(self, purpose: str) -> bytes:
        """Return a key of 32 bytes for one purpose, the same after any rotation.

        Source: RFC 5869 (HKDF with SHA-256); the purpose is its ``info``.
        """
        kdf = HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=_info(purpose))
        return kdf.derive(self.index)

    def digest(self, purpose: str, message: bytes) -> bytes:
        """Return the keyed digest (HMAC-SHA-256, 32 bytes) of a message.

        Digests of one message for two purposes have nothing in common.
        """
        return hmac.digest(self.derived(purpose), message, hashlib.sha256)


def key_name(wrapped: bytes, place: Place) -> str:
    """Return the name of the key in an envelope, without opening it.

    Raises:
        SealBrokenError: If this is no envelope.
    """
    if len(wrapped) < 2 or wrapped[0] != FORMAT:
        raise _broken(place)
    name = wrapped[2 : 2 + wrapped[1]]
    try:
        found = name.decode("ascii")
    except UnicodeDecodeError:
        raise _broken(place) from None
    if not _ID.fullmatch(found):
        raise _broken(place)
    return found


def _close(name: str, key: bytes, plain: bytes, place: Place) -> bytes:
    head = bytes((FORMAT, len(name))) + name.encode("ascii")
    nonce = secrets.token_bytes(NONCE_BYTES)
    return head + nonce + AESGCMSIV(key).encrypt(nonce, plain, head + place.bound)


def _open(key: bytes, sealed: bytes, place: Place) -> bytes:
    cut = 2 + sealed[1]
    head, nonce = sealed[:cut], sealed[cut : cut + NONCE_BYTES]
    try:
        return AESGCMSIV(key).decrypt(
            nonce, sealed[cut + NONCE_BYTES :], head + place.bound
        )
    except (InvalidTag, ValueError):
        raise _broken(place) from None


def _check(sealed: bytes, name: str, place: Place) -> None:
    if key_name(sealed, place) != name:
        raise _broken(place)


def _broken(place: Place) -> SealBrokenError:
    return SealBrokenError(table=place.table, column=place.column)


def _info(purpose: str) -> bytes:
    return f"directory/{purpose}".encode()


def _entry(entry: str, number: int) -> tuple[str, bytes]:
    name, _, words = entry.partition(":")
    if not _ID.fullmatch(name):
        raise SettingError(SETTING, f"entry {number} does not begin with a name")
    if name == OWN:
        raise SettingError(SETTING, f"may not name a key {OWN!r}")
    try:
        key = b64decode(words, validate=True)
    except (binascii.Error, ValueError):
        raise SettingError(SETTING, f"the key {name!r} is not base64") from None
    if len(key) != KEY_BYTES:
        raise SettingError(SETTING, f"the key {name!r} does not have 32 bytes")
    return name, key

"""Files in a store that speaks the protocol of S3."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta
from itertools import chain
from typing import TYPE_CHECKING

import obstore
from obstore.exceptions import BaseError, NotFoundError
from obstore.store import S3Store

from directory.core.files import (
    KEY,
    Bucket,
    FileMissingError,
    FilesUnavailableError,
    Stored,
    check_area,
    check_key,
)

if TYPE_CHECKING:
    from obstore.store import ClientConfig, RetryConfig, S3Config

PART_BYTES = 5 * 1024 * 1024
"""Of an upload in parts, the least that S3 takes for any but the last (source: its
manual). What is smaller goes in one request."""

AT_A_TIME = 2
"""Parts of one upload under way; each is held in memory."""

CLIENT: ClientConfig = {
    "connect_timeout": timedelta(seconds=3),
    "read_timeout": timedelta(seconds=10),
    "timeout": timedelta(seconds=30),
}

RETRY: RetryConfig = {
    "max_retries": 2,
    "retry_timeout": timedelta(seconds=15),
    "backoff": {
        "init_backoff": timedelta(milliseconds=100),
        "max_backoff": timedelta(seconds=1),
        "base": 2,
    },
}
"""A person waits for the answer, so a store that is away is soon called so."""

LISTED_AT_A_TIME = 1000


class S3Files:
    """Keeps each object under its key in a bucket.

    An object appears whole or not at all. What a broken-off upload in parts leaves
    is invisible, and removed by a rule of the bucket and not from here.

    Args:
        bucket: Where.
        key_id: Name of the access key; if empty, the usual variables of the
            environment (``AWS_ACCESS_KEY_ID``, a role, …) are asked.
        secret: The access key itself.
    """

    def __init__(self, bucket: Bucket, *, key_id: str = "", secret: str = "") -> None:
        """Prepare; nothing is asked of the store yet."""
        config: S3Config = {
            "virtual_hosted_style_request": bucket.named_by_host,
            # Sealed bytes over TLS need no second digest of every request, but
            # some stores refuse those that have none.
            "unsigned_payload": False,
        }
        if bucket.region:
            config["region"] = bucket.region
        if bucket.endpoint:
            config["endpoint"] = bucket.endpoint
        if key_id:
            config["access_key_id"] = key_id
            config["secret_access_key"] = secret
        is_plain = (bucket.endpoint or "").startswith("http://")
        self._store = S3Store(
            bucket.name,
            prefix=bucket.prefix or None,
            config=config,
            client_options={**CLIENT, "allow_http": is_plain},
            retry_config=RETRY,
        )

    def put(self, key: str, chunks: Iterable[bytes]) -> None:
        """Keep an object; once this returns the store has confirmed it."""
        check_key(key)
        source = _Source(chunks)
        held = source.first(PART_BYTES)
        try:
            if source.is_at_end:
                obstore.put(self._store, key, held, use_multipart=False)
            else:
                obstore.put(
                    self._store,
                    key,
                    chain((held,), source),
                    use_multipart=True,
                    chunk_size=PART_BYTES,
                    max_concurrency=AT_A_TIME,
                )
        except (BaseError, OSError) as error:
            if source.fault is not None:
                raise source.fault from None
            raise _unavailable(error) from error
        if source.fault is not None:
            raise source.fault

    def open(self, key: str) -> Iterator[bytes]:
        """Return the chunks of an object; the first is fetched before returning."""
        check_key(key)
        try:
            chunks = iter(obstore.get(self._store, key).stream(min_chunk_size=65536))
            first = next(chunks, None)
        except (NotFoundError, FileNotFoundError) as error:
            raise FileMissingError(key=key) from error
        except (BaseError, OSError) as error:
            raise _unavailable(error) from error
        return _rest(first, chunks)

    def delete(self, key: str) -> None:
        """Delete an object; that there is none is as good."""
        check_key(key)
        try:
            obstore.delete(self._store, key)
        except (NotFoundError, FileNotFoundError):
            return
        except (BaseError, OSError) as error:
            raise _unavailable(error) from error

    def keys(self, area: str) -> Iterator[Stored]:
        """Yield every object of an area, in no order."""
        check_area(area)
        try:
            for batch in obstore.list(
                self._store, prefix=area, chunk_size=LISTED_AT_A_TIME
            ):
                for one in batch:
                    if KEY.fullmatch(one["path"]):
                        yield Stored(one["path"], one["last_modified"])
        except (BaseError, OSError) as error:
            raise _unavailable(error) from error

    def tidy(self, older_than: timedelta) -> int:  # noqa: ARG002 (the port's)
        """Do nothing: parts of broken-off uploads are the bucket's own to remove."""
        return 0


class _Source:
    """Chunks on their way into the store, with what they raised.

    Errors that pass through the store's client come out as its own.
    """

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = iter(chunks)
        self.fault: Exception | None = None
        self.is_at_end = False

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        try:
            return next(self._chunks)
        except StopIteration:
            self.is_at_end = True
            raise
        except Exception as error:
            self.fault = error
            raise

    def first(self, size: int) -> bytes:
        """Return the beginning, at least so many bytes unless the end comes before."""
        held = bytearray()
        for chunk in self:
            held += chunk
            if len(held) > size:
                break
        return bytes(held)


def _rest(first: bytes | None, chunks: Iterator[bytes]) -> Iterator[bytes]:
    if first is None:
        return
    try:
        yield bytes(first)
        for chunk in chunks:
            yield bytes(chunk)
    except (BaseError, OSError) as error:
        raise _unavailable(error) from error


def _unavailable(error: Exception) -> FilesUnavailableError:
    # What the store says can hold addresses and keys, so only its kind is kept.
    return FilesUnavailableError(reason=type(error).__name__)

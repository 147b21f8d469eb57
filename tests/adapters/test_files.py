"""The stores of files, held to one contract."""

from __future__ import annotations

import os
import stat
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote

import pytest

from directory.adapters.files_folder import PARTS, FolderStore
from directory.adapters.files_s3 import PART_BYTES, S3Files
from directory.app import make_files
from directory.core.config import load
from directory.core.crypto import Place, SealBrokenError, new_key
from directory.core.files import (
    Bucket,
    FileMissingError,
    FileStore,
    FilesUnavailableError,
)
from directory.core.streams import open_stream, seal_stream
from tests.adapters.s3_server import BUCKET, REGION, Server
from tests.fakes import MemoryStore

KEY = "evidence/" + "0123456789abcdef" * 2
OTHER = "evidence/" + "f" * 32
ELSEWHERE = "letters/" + "e" * 32


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """Return a server for tests that leave it running."""
    made = Server()
    yield made
    made.stop()


@pytest.fixture(params=["folder", "s3", "memory"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> FileStore:
    """Return each of the stores in turn, empty."""
    if request.param == "folder":
        return FolderStore(tmp_path / "files")
    if request.param == "memory":
        return MemoryStore(now=datetime.now(UTC))
    made: S3Files = request.getfixturevalue("server").store()
    for area in ("evidence", "letters"):
        for one in made.keys(area):
            made.delete(one.key)
    return made


def chunks(size: int) -> Iterator[bytes]:
    """Yield so many bytes in pieces of uneven length."""
    for at in range(0, size, 65_000):
        yield bytes((at // 65_000 % 251,)) * min(65_000, size - at)


@pytest.mark.parametrize(
    "size", [0, 1, PART_BYTES, PART_BYTES + 1, 20_000_000], ids=str
)
def test_an_object_comes_back_as_it_was_put(store, size):
    store.put(KEY, chunks(size))

    assert b"".join(store.open(KEY)) == b"".join(chunks(size))


def test_an_object_that_is_put_again_is_the_new_one(store):
    store.put(KEY, [b"before"])
    store.put(KEY, [b"after"])

    assert b"".join(store.open(KEY)) == b"after"


def test_what_is_not_there_is_missing(store):
    with pytest.raises(FileMissingError):
        store.open(KEY)


def test_deleting_twice_is_as_good_as_once(store):
    store.put(KEY, [b"gone"])
    store.delete(KEY)
    store.delete(KEY)

    with pytest.raises(FileMissingError):
        store.open(KEY)


def test_each_area_lists_its_own_with_their_age(store):
    began = datetime.now(UTC) - timedelta(seconds=5)
    for key in (KEY, OTHER, ELSEWHERE):
        store.put(key, [b"here"])

    listed = {one.key: one.changed_at for one in store.keys("evidence")}
    assert listed.keys() == {KEY, OTHER}
    assert all(began <= at <= datetime.now(UTC) for at in listed.values())
    assert [one.key for one in store.keys("letters")] == [ELSEWHERE]
    assert list(store.keys("nothing")) == []


class BrokenOffError(Exception):
    """The reader of an upload hung up."""


@pytest.mark.parametrize("size", [100, PART_BYTES * 2], ids=str)
def test_an_upload_that_breaks_off_leaves_nothing(store, size):
    def broken() -> Iterator[bytes]:
        yield from chunks(size)
        raise BrokenOffError

    with pytest.raises(BrokenOffError):
        store.put(KEY, broken())

    assert list(store.keys("evidence")) == []
    with pytest.raises(FileMissingError):
        store.open(KEY)


@pytest.mark.parametrize("key", ["../../etc/passwd", "evidence/..", "evidence/CON", ""])
def test_no_other_name_reaches_the_store(store, key):
    for act in (store.open, store.delete, lambda name: store.put(name, [b"x"])):
        with pytest.raises(ValueError, match="not a key"):
            act(key)


def test_many_at_once_do_not_meet(store):
    keys = [f"evidence/{number:032x}" for number in range(8)]
    threads = [
        threading.Thread(target=store.put, args=(key, [key.encode() * 1000]))
        for key in keys
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert {one.key for one in store.keys("evidence")} == set(keys)
    for key in keys:
        assert b"".join(store.open(key)) == key.encode() * 1000


def test_only_the_owner_can_read_the_folder(tmp_path):
    store = FolderStore(tmp_path / "files")
    store.put(KEY, [b"here"])

    for path in (tmp_path / "files").rglob("*"):
        wanted = 0o700 if path.is_dir() else 0o600
        assert stat.S_IMODE(path.stat().st_mode) == wanted
    assert stat.S_IMODE((tmp_path / "files").stat().st_mode) == 0o700


def test_parts_of_processes_that_died_are_swept_once_they_are_old(tmp_path):
    store = FolderStore(tmp_path)
    store.put(KEY, [b"here"])
    left = tmp_path / PARTS / ("d" * 32)
    left.write_bytes(b"half")

    assert store.tidy(timedelta(hours=1)) == 0
    long_ago = left.stat().st_mtime - 3601
    os.utime(left, (long_ago, long_ago))
    assert store.tidy(timedelta(hours=1)) == 1
    assert not left.exists()
    assert b"".join(store.open(KEY)) == b"here"


def test_a_folder_that_cannot_be_made_is_unavailable(tmp_path):
    (tmp_path / "files").write_bytes(b"a file stands here")
    store = FolderStore(tmp_path / "files")

    with pytest.raises(FilesUnavailableError):
        store.put(KEY, [b"x"])
    with pytest.raises(FilesUnavailableError):
        store.open(KEY)
    with pytest.raises(FilesUnavailableError):
        list(store.keys("evidence"))


def test_a_full_disk_is_unavailable_and_leaves_nothing(tmp_path):
    store = FolderStore(tmp_path)
    (tmp_path / PARTS).mkdir()
    (tmp_path / "evidence").write_bytes(b"in the way")

    with pytest.raises(FilesUnavailableError):
        store.put(KEY, [b"x"])
    assert list((tmp_path / PARTS).iterdir()) == []


def test_a_server_that_goes_away_during_an_upload_is_unavailable():
    server = Server()
    store = server.store()

    def until_it_goes() -> Iterator[bytes]:
        for number, chunk in enumerate(chunks(20_000_000)):
            if number == 150:
                server.stop()
            yield chunk

    with pytest.raises(FilesUnavailableError):
        store.put(KEY, until_it_goes())
    for act in (
        lambda: store.put(KEY, [b"x"]),
        lambda: store.open(KEY),
        lambda: store.delete(KEY),
        lambda: list(store.keys("evidence")),
    ):
        with pytest.raises(FilesUnavailableError):
            act()


def test_a_bucket_that_is_not_there_is_unavailable(server):
    bucket = Bucket("absent-bucket", "", REGION, server.url)
    store = S3Files(bucket, key_id="invented", secret="invented")

    with pytest.raises(FilesUnavailableError):
        store.put(KEY, [b"x"])


def test_the_settings_choose_the_store(tmp_path, server):
    here = make_files(load({}, data=tmp_path))
    named = make_files(load({}, data=tmp_path, files_url=str(tmp_path / "named")))
    far = make_files(
        load(
            {},
            data=tmp_path,
            files_url=f"s3://{BUCKET}/set?region={REGION}"
            f"&endpoint={quote(server.url, safe='')}",
            files_key_id="invented",
            files_secret="invented",
        )
    )
    for store in (here, named, far):
        store.put(KEY, [b"chosen"])

    assert (tmp_path / "files" / KEY).read_bytes() == b"chosen"
    assert (tmp_path / "named" / KEY).read_bytes() == b"chosen"
    assert b"".join(server.store("set").open(KEY)) == b"chosen"


def test_a_bucket_gives_nothing_away_and_its_objects_cannot_be_changed(server):
    store, key, place = server.store(), new_key(), Place("evidence", "file", KEY)
    plain = b"zq-canary " * 20_000

    store.put(KEY, seal_stream(key, [plain], place))

    sealed = b"".join(store.open(KEY))
    assert b"zq-canary" not in sealed
    assert b"".join(open_stream(key, store.open(KEY), place)) == plain
    piece = 64 * 1024 + 16
    swapped = sealed[:8] + sealed[8 + piece : 8 + 2 * piece] + sealed[8 : 8 + piece]
    flipped = bytearray(sealed)
    flipped[len(sealed) // 2] ^= 1
    for changed in (
        sealed[:-1],
        sealed[: 8 + piece],
        swapped + sealed[8 + 2 * piece :],
        bytes(flipped),
        sealed + b"\0",
        b"",
    ):
        store.put(KEY, [changed])
        with pytest.raises(SealBrokenError):
            list(open_stream(key, store.open(KEY), place))

"""Files in forms are sealed before a disk of this machine has them."""

from __future__ import annotations

import io
import os
import tempfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.core.files import FilesUnavailableError
from directory.web.spooling import PIECE_BYTES, SealedSpool


@given(
    st.lists(st.integers(0, 3 * PIECE_BYTES), max_size=5),
    st.lists(st.integers(0, 9 * PIECE_BYTES), max_size=5),
)
def test_what_was_written_is_read_from_anywhere(sizes, places):
    whole = os.urandom(sum(sizes))
    with SealedSpool() as spool:
        at = 0
        for size in sizes:
            spool.write(whole[at : at + size])
            at += size

        assert spool.size == len(whole)
        for place in places:
            spool.seek(place)
            assert spool.read(1000) == whole[place : place + 1000]
        spool.seek(0)
        assert spool.read() == whole
        assert spool.seek(0, io.SEEK_END) == len(whole)


def test_nothing_on_the_disk_is_in_clear(monkeypatch):
    made = []
    real = tempfile.TemporaryFile

    def noted(**given):
        made.append(real(**given))
        return made[-1]

    monkeypatch.setattr(tempfile, "TemporaryFile", noted)
    with SealedSpool() as spool:
        spool.write(b"zq-canary" * 100_000)
        (file,) = made
        file.seek(0)
        on_disk = file.read()

    assert len(on_disk) >= 3 * PIECE_BYTES
    assert b"zq-canary" not in on_disk
    assert file.closed


def test_two_files_have_two_keys(monkeypatch):
    made = []
    real = tempfile.TemporaryFile

    def noted(**given):
        made.append(real(**given))
        return made[-1]

    monkeypatch.setattr(tempfile, "TemporaryFile", noted)
    found = []
    for _ in range(2):
        with SealedSpool() as spool:
            spool.write(bytes(2 * PIECE_BYTES))
            made[-1].seek(0)
            found.append(made[-1].read())

    assert found[0] != found[1]


def test_a_full_disk_is_a_store_that_is_away(monkeypatch):
    class Full(io.RawIOBase):
        def seek(self, *_given):
            return 0

        def write(self, _chunk):
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(tempfile, "TemporaryFile", lambda **_given: Full())

    with SealedSpool() as spool, pytest.raises(FilesUnavailableError):
        spool.write(bytes(2 * PIECE_BYTES))

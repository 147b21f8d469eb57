from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.core.crypto import Place, SealBrokenError, new_key
from directory.core.streams import (
    PIECE_BYTES,
    open_stream,
    seal_stream,
    sealed_bytes,
)

HERE = Place("evidence", "file", "0192-a")
HEAD = 8
SEALED_PIECE = PIECE_BYTES + 16
KEY = new_key()


def sealed(plain: bytes, key: bytes = KEY) -> bytes:
    return b"".join(seal_stream(key, [plain], HERE))


def opened(stream: bytes, key: bytes = KEY, place: Place = HERE) -> bytes:
    return b"".join(open_stream(key, [stream], place))


def three_pieces() -> list[bytes]:
    """Return the head and the three sealed pieces of a stream."""
    whole = sealed(b"1" * PIECE_BYTES + b"2" * PIECE_BYTES + b"3" * 10)
    cuts = (0, HEAD, HEAD + SEALED_PIECE, HEAD + 2 * SEALED_PIECE, len(whole))
    return [whole[a:b] for a, b in pairwise(cuts)]


@given(
    st.lists(st.binary(max_size=3000), max_size=5),
    st.integers(0, 3),
    st.integers(1, 90_000),
)
def test_what_was_sealed_comes_back_however_it_was_cut(chunks, times, size):
    chunks = [*chunks, b"x" * (PIECE_BYTES * times)]
    stream = b"".join(seal_stream(KEY, chunks, HERE))
    cut = [stream[at : at + size] for at in range(0, len(stream), size)]

    assert b"".join(open_stream(KEY, cut, HERE)) == b"".join(chunks)


@pytest.mark.parametrize(
    "size",
    [0, 1, PIECE_BYTES - 1, PIECE_BYTES, PIECE_BYTES + 1, 3 * PIECE_BYTES],
)
def test_the_size_of_a_stream_is_known_before(size):
    stream = sealed(b"x" * size)

    assert len(stream) == sealed_bytes(size)
    assert len(opened(stream)) == size


def test_the_same_file_is_sealed_differently_each_time():
    assert len({sealed(b"the same") for _ in range(50)}) == 50


def test_every_flipped_bit_of_a_short_stream_is_noticed():
    stream = sealed(b"zq-canary: a certificate")

    for bit in range(len(stream) * 8):
        changed = bytearray(stream)
        changed[bit // 8] ^= 1 << bit % 8
        with pytest.raises(SealBrokenError):
            opened(bytes(changed))


def test_every_cut_of_a_short_stream_is_noticed():
    stream = sealed(b"zq-canary: a certificate")

    for length in range(len(stream)):
        with pytest.raises(SealBrokenError):
            opened(stream[:length])


@pytest.mark.parametrize(
    "order",
    [(0, 1, 2), (0, 1), (0,), (0, 2, 1, 3), (0, 1, 3), (0, 3), (0, 1, 2, 3, 3)],
    ids=str,
)
def test_pieces_that_are_cut_swapped_or_added_do_not_open(order):
    pieces = three_pieces()

    with pytest.raises(SealBrokenError):
        opened(b"".join(pieces[number] for number in order))


def test_a_piece_of_another_stream_under_the_same_key_does_not_open():
    first, second = three_pieces(), three_pieces()

    with pytest.raises(SealBrokenError):
        opened(b"".join((first[0], first[1], second[2], first[3])))


def test_a_stream_opens_with_its_own_key_in_its_own_place_only():
    stream = sealed(b"zq-canary")

    with pytest.raises(SealBrokenError):
        opened(stream, key=new_key())
    with pytest.raises(SealBrokenError):
        opened(stream, place=Place("evidence", "file", "0192-b"))


def test_nothing_of_the_file_stands_in_its_stream():
    assert b"zq-canary" not in sealed(b"zq-canary" * 20_000)

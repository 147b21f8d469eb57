"""Sets of documents as whole numbers and as arrays, and files of arrays."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.search.rules.layers import bits_of, places_in, places_of
from directory.search.rules.packing import Packed, pack
from directory.search.rules.words import Found, Matches, Tier


@given(st.sets(st.integers(0, 5000)))
def test_a_set_is_the_same_as_a_number_and_as_an_array(places):
    bits = bits_of(np.array(sorted(places), np.int64))

    assert bits == sum(1 << place for place in places)
    assert list(places_in(bits)) == sorted(places) == list(places_of(bits))


def test_what_was_packed_is_read_where_it_stands():
    content = pack({"a": np.arange(3, dtype=np.uint32), "b": b"text", "c": b""})
    packed = Packed(content)

    assert packed.array("a").tolist() == [0, 1, 2]
    assert (packed.bytes("b"), packed.bytes("c")) == (b"text", b"")
    assert packed.names() == ("a", "b", "c")
    with pytest.raises(ValueError, match="read-only"):
        packed.array("a")[0] = 9


def test_a_file_that_is_none_is_refused():
    with pytest.raises(ValueError, match="Expecting value"):
        Packed(b"\x08\0\0\0\0\0\0\0nonsense")


def test_matches_say_the_same_as_a_mapping():
    found = {7: Found(1, 2, 3.5, Tier.PART), 2: Found(0, 1, 1.0, Tier.SOUND)}
    matches = Matches.of(found, 2)

    assert {place: matches.get(place) for place in (2, 7)} == found
    assert matches.get(3) is None
    assert matches.get(8) is None
    assert matches.having(2).tolist() == [7]

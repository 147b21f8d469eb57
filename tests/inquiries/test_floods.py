"""How much is too much, and what a proof of work is."""

from __future__ import annotations

from hashlib import sha256
from itertools import count

import pytest

from directory.inquiries.rules.floods import Shown, Tide, is_held, solves, tide


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        (0, Tide.USUAL),
        (9, Tide.USUAL),
        (10, Tide.HIGH),
        (29, Tide.HIGH),
        (30, Tide.FLOOD),
        (10_000, Tide.FLOOD),
    ],
)
def test_the_tide_follows_what_all_send_together(sent, expected):
    assert tide(sent, before_proof=10, before_holding=30) is expected


@pytest.mark.parametrize(
    ("how_much", "shown", "held"),
    [
        (Tide.USUAL, None, False),
        (Tide.HIGH, Shown.WORK, False),
        (Tide.HIGH, Shown.PATIENCE, True),
        (Tide.FLOOD, Shown.WORK, True),
        (Tide.FLOOD, Shown.PATIENCE, True),
    ],
)
def test_who_did_the_work_is_held_in_a_flood_only(how_much, shown, held):
    assert is_held(how_much, shown) is held


def test_a_number_solves_a_task_if_its_digest_begins_with_zeros():
    nonce = next(
        str(n)
        for n in count()
        if sha256(f"invented:{n}".encode()).hexdigest().startswith("00")
    )

    assert solves("invented", nonce, bits=8)
    assert not solves("other", nonce, bits=8)
    assert not solves("invented", nonce, bits=40)


@pytest.mark.parametrize("nonce", ["", "x", "-1", "1.0", "٣", "0" * 21, "1 "])
def test_what_is_no_number_solves_nothing(nonce):
    assert not solves("invented", nonce, bits=0)

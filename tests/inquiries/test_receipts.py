import secrets
from collections import Counter
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.inquiries.rules.receipts import (
    ALPHABET,
    CODE_BYTES,
    GROUPS,
    CodeMistypedError,
    groups,
    read,
    written,
)

codes = st.binary(min_size=CODE_BYTES, max_size=CODE_BYTES)

MANY = 100_000

CHI_SQUARE_31 = 74.0
"""Exceeded by chance once in 50,000 runs, with 31 degrees of freedom."""


@given(codes)
def test_a_code_is_read_back_as_it_was_written(code):
    assert read(written(code)) == code


@given(codes)
def test_a_code_is_seven_groups_of_four_symbols(code):
    parts = written(code).split("-")

    assert len(parts) == GROUPS == 7
    assert {len(part) for part in parts} == {4}
    assert set("".join(parts)) <= set(ALPHABET)
    assert groups(written(code)) == tuple(parts)


def test_a_hundred_thousand_codes_do_not_repeat_and_favor_no_symbol():
    seen = set()
    symbols: Counter[str] = Counter()
    for _ in range(MANY):
        code = written(secrets.token_bytes(CODE_BYTES))
        seen.add(code)
        # The first symbol holds three bits only; the last two are the check.
        symbols.update(code.replace("-", "")[1:26])

    assert len(seen) == MANY
    expected = MANY * 25 / 32
    chi_square = sum(
        (symbols[symbol] - expected) ** 2 / expected for symbol in ALPHABET
    )
    assert chi_square < CHI_SQUARE_31


def refused(symbols: str) -> bool:
    try:
        read(symbols)
    except CodeMistypedError:
        return True
    return False


@pytest.mark.parametrize("code", [bytes(16), b"\xff" * 16, *map(bytes, [range(16)])])
def test_every_single_wrong_symbol_is_noticed(code):
    right = written(code).replace("-", "")

    for place, symbol in enumerate(right):
        for other in ALPHABET.replace(symbol, ""):
            assert refused(right[:place] + other + right[place + 1 :])


@given(codes, st.integers(0, 27), st.sampled_from(ALPHABET))
def test_any_single_wrong_symbol_is_noticed(code, place, other):
    right = written(code).replace("-", "")
    wrong = right[:place] + other + right[place + 1 :]

    assert wrong == right or refused(wrong)


@given(codes)
def test_any_swap_of_neighbors_is_noticed(code):
    right = written(code).replace("-", "")

    for at in range(len(right) - 1):
        wrong = right[:at] + right[at + 1] + right[at] + right[at + 2 :]
        assert wrong == right or refused(wrong)


CODE = bytes.fromhex("0123456789abcdeffedcba9876543210")


def test_a_code_is_written_as_documented():
    assert written(CODE) == "014D-2PF2-DBSQ-QZXQ-5TK1-V58C-GGY4"


@pytest.mark.parametrize(
    "typed",
    [
        "014D-2PF2-DBSQ-QZXQ-5TK1-V58C-GGY4",
        "014d 2pf2 dbsq qzxq 5tk1 v58c ggy4",
        "  014D2PF2DBSQQZXQ5TK1V58CGGY4\r\n",
        "O14D-2PF2-DBSQ-QZXQ-5TKI-V58C-GGY4",
        "oL4D.2PF2.DBSQ.QZXQ.5TKl.V58C.GGY4",
        "014D–2PF2—DBSQ−QZXQ‑5TK1-V58C-GGY4".replace("−", "-"),
        "０１４Ｄ－２ＰＦ２－ＤＢＳＱ－ＱＺＸＱ－５ＴＫ１－Ｖ５８Ｃ－ＧＧＹ４",
        "٠١٤D-٢PF٢-DBSQ-QZXQ-٥TK١-V٥٨C-GGY٤",
        "О14D-2РF2-DВSQ-QZХQ-5ТК1-V58С-GGY4",
        "\u2066014D-2PF2-DBSQ-QZXQ-5TK1-V58C-GGY4\u2069",
    ],
)
def test_what_people_type_is_forgiven(typed):
    assert read(typed) == CODE


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("", "length"),
        ("014D-2PF2-DBSQ", "length"),
        ("014D-2PF2-DBSQ-QZXQ-5TK1-V58C-GGY4-0", "length"),
        ("014U-2PF2-DBSQ-QZXQ-5TK1-V58C-GGY4", "symbol"),
        ("014D-2PF2-DBSQ-QZXQ-5TK1-V58C-GG=4", "symbol"),
        ("014D-2PF2-DBSQ-QZXQ-5TK1-V58C-GGY5", "check"),
        ("Z14D-2PF2-DBSQ-QZXQ-5TK1-V58C-GGY4", "check"),
        ("0" * 10_000, "length"),
        ("\ud800" * 28, "symbol"),
        ("014D-2PF2-DBSQ-QZXQ-5TK1-V58C-GG*4", "length"),
        ("\x00" * 28, "length"),
    ],
)
def test_what_cannot_be_a_code_is_refused_with_the_reason(typed, reason):
    with pytest.raises(CodeMistypedError) as error:
        read(typed)

    assert error.value.facts["reason"] == reason


def test_a_code_beyond_128_bits_is_refused_although_its_check_is_right():
    number = (1 << 128) + 5
    body = "".join(ALPHABET[number >> 5 * place & 31] for place in reversed(range(26)))
    check = number % 1021

    with pytest.raises(CodeMistypedError):
        read(body + ALPHABET[check >> 5] + ALPHABET[check & 31])


@given(st.text(max_size=60))
def test_arbitrary_text_is_refused_and_nothing_worse(typed):
    with suppress(CodeMistypedError):
        assert len(read(typed)) == CODE_BYTES

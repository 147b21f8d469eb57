"""Codes of drafts: copied by hand, longer than receipts, checked."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.inquiries.rules import draft_codes, receipts
from directory.inquiries.rules.draft_codes import CodeMistypedError

chances = st.binary(
    min_size=draft_codes.CHANCE_BYTES, max_size=draft_codes.CHANCE_BYTES
)


@given(chances)
def test_a_code_is_read_however_it_is_typed(chance):
    code = draft_codes.new(chance)

    assert draft_codes.read(f" {code.lower().replace('-', ' ')} ") == code
    assert len(draft_codes.groups(code)) == draft_codes.GROUPS


@given(chances, st.integers(0, 31), st.sampled_from(receipts.ALPHABET))
def test_one_wrong_symbol_is_noticed(chance, at, symbol):
    bare = draft_codes.new(chance).replace("-", "")
    typed = bare[:at] + symbol + bare[at + 1 :]

    if typed == bare:
        assert draft_codes.read(typed)
    else:
        with pytest.raises(CodeMistypedError):
            draft_codes.read(typed)


def test_neither_code_is_taken_for_the_other():
    draft = draft_codes.new(bytes(range(draft_codes.CHANCE_BYTES)))
    receipt = receipts.written(bytes(range(receipts.CODE_BYTES)))

    assert draft_codes.is_receipt(receipt)
    assert not draft_codes.is_receipt(draft)
    with pytest.raises(CodeMistypedError):
        draft_codes.read(receipt)
    with pytest.raises(CodeMistypedError):
        receipts.read(draft)

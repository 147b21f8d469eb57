"""Corrections by readers: their reference, and what may become of one."""

from __future__ import annotations

from datetime import timedelta

from directory.core import codes
from directory.core.crypto import Place
from directory.core.errors import DirectoryError
from directory.submissions.rules.states import CorrectionState

PREFIX = "K"
"""What a reference begins with, so that nobody takes a receipt code for one."""

DATA_SYMBOLS = 6
"""Symbols of five bits: a thousand million references."""

REFERENCES = 32**DATA_SYMBOLS
"""How many there are; one is drawn by chance, so that none tells how many came."""

WORDS_AT_MOST = 4000
"""Characters of what is right, and of what is answered in public half of that."""

OUTCOME_AT_MOST = 2000

SOURCE_AT_MOST = 2000
"""Characters of an address of a page."""

WHOLE = "listing"
"""Field of a correction that is about no single fact."""

KEPT_AFTER_OUTCOME = timedelta(days=30)
"""How long an address is kept after the outcome was sent to it."""

KEPT_UNCONFIRMED = timedelta(days=7)
"""How long an address is kept that nobody confirmed, as long as its link lasts."""


class DecidedError(DirectoryError):
    """The correction was decided before."""

    code = "correction.decided"


class OutcomeError(DirectoryError):
    """What was decided lacks something; ``missing`` says what."""

    code = "correction.incomplete"


class OwnListingError(DirectoryError):
    """Nobody decides on a correction of what their own organization keeps."""

    code = "correction.own"


def reference(number: int) -> str:
    """Return a reference, e.g. ``K-7F3Q-2MXA``; the last two symbols are a check.

    Args:
        number: Below :data:`REFERENCES`.
    """
    return f"{PREFIX}-{codes.written(number, DATA_SYMBOLS)}"


def read_reference(typed: str) -> str:
    """Return a reference as it is written, however it was typed.

    Raises:
        CodeMistypedError: If it cannot be one.
    """
    symbols = codes.plain(typed)
    if len(symbols) == DATA_SYMBOLS + codes.CHECK_SYMBOLS + 1:
        symbols = symbols.removeprefix(PREFIX)
    return reference(codes.read(symbols, DATA_SYMBOLS))


def check_outcome(
    outcome: CorrectionState,
    words: str,
    *,
    duplicate_of: str | None,
    changed_in: int | None,
) -> None:
    """Refuse a decision that does not say enough, or says too much.

    Raises:
        OutcomeError: Saying what is missing or out of place.
    """
    if outcome is CorrectionState.OPEN:
        raise OutcomeError(missing="outcome")
    if outcome is CorrectionState.DUPLICATE and duplicate_of is None:
        raise OutcomeError(missing="duplicate_of")
    if outcome is not CorrectionState.DUPLICATE and duplicate_of is not None:
        raise OutcomeError(missing="no duplicate_of")
    if outcome is not CorrectionState.ACCEPTED and changed_in is not None:
        raise OutcomeError(missing="no changed_in")
    is_worded = 0 < len(words.strip()) <= OUTCOME_AT_MOST
    if not is_worded and outcome is not CorrectionState.DUPLICATE:
        raise OutcomeError(missing="words")


def address_place(reference: str) -> Place:
    """Return where the sealed address of a correction belongs."""
    return Place("correction", "sealed_email", reference)


def key_place(reference: str) -> Place:
    """Return where the wrapped key of a correction belongs."""
    return Place("correction", "wrapped_key", reference)

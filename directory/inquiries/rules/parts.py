"""What is sealed, column by column, and which part of a draft is still missing."""

from __future__ import annotations

from enum import StrEnum

from directory.core.crypto import KeyRing, Place, unseal
from directory.inquiries.rules.answers import Choice, Illness, Shape
from directory.inquiries.rules.consents import Consents, Given, are_answered

BLOCK = 512
"""Bytes; sealed answers are padded to a multiple, so that their length says
little about them."""


class Column(StrEnum):
    """A column whose content is sealed with the data key of its row."""

    PERSON = "person"
    ILLNESS = "illness"
    WISHES = "wishes"


class Part(StrEnum):
    """A page of questions."""

    PERSON = "person"
    ILLNESS = "illness"
    CHOICE = "choice"
    CONSENTS = "consents"


class Told(Shape):
    """Answers about the illness, with the consent under which they are kept."""

    answers: Illness
    consent: Given


class Wishes(Shape):
    """To whom a draft is addressed, and the boxes ticked for them."""

    choice: Choice
    consents: Consents | None = None


def data_key_place(row: str) -> Place:
    """Return where the wrapped data key of an inquiry belongs."""
    return Place("inquiry", "wrapped_key", row)


def column_place(column: Column, row: str) -> Place:
    """Return where sealed answers belong."""
    return Place("inquiry", column.value, row)


def padded(shape: Shape) -> bytes:
    """Return answers as JSON, filled up with spaces to whole blocks."""
    plain = shape.model_dump_json().encode()
    return plain.ljust(-(-len(plain) // BLOCK) * BLOCK)


def data_key(keys: KeyRing, row: str, wrapped: bytes) -> bytes:
    """Return the data key of an inquiry.

    Raises:
        SealBrokenError: If it was changed, or moved from another row.
        KeyMissingError: If the ring lacks the key that wrapped it.
    """
    return keys.unwrap(wrapped, data_key_place(row))


def opened(key: bytes, row: str, column: Column, sealed: bytes | None) -> bytes | None:
    """Return the JSON of sealed answers; nothing if there are none.

    Args:
        key: The data key of the inquiry.
        row: Its id.
        column: Where the answers stand.
        sealed: The column's content.

    Raises:
        SealBrokenError: If it was changed, or moved from elsewhere.
    """
    return None if sealed is None else unseal(key, sealed, column_place(column, row))


def missing(
    *, has_person: bool, told: Told | None, wishes: Wishes | None
) -> tuple[Part, ...]:
    """Return the pages that must still be answered, in their order."""
    found = []
    if not has_person:
        found.append(Part.PERSON)
    if told is None:
        found.append(Part.ILLNESS)
    if wishes is None:
        found.append(Part.CHOICE)
    if wishes is None or not are_answered(wishes.consents, wishes.choice.recipients):
        found.append(Part.CONSENTS)
    return tuple(found)

"""What a facilitator says of its interests, in words."""

from __future__ import annotations

from collections.abc import Mapping

from directory.cases.queries.interests import Card
from directory.cases.rules.interests import Payer
from directory.web.words import _

PAYERS: Mapping[Payer, str] = {
    Payer.PATIENT: _("The patient"),
    Payer.HOSPITAL: _("The hospital"),
    Payer.OTHER: _("Somebody else"),
}
"""Who pays a facilitator."""


def payers(card: Card) -> tuple[str, ...]:
    """Return who pays, in words; nothing if that is not stated."""
    return tuple(str(PAYERS[payer]) for payer in card.paid_by)

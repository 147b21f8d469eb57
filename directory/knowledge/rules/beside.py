"""Products beside each other: which ones, and why something is not known of one."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum

from directory.knowledge.rules.sources import Names
from directory.knowledge.rules.therapy import TherapyRole, WithheldField
from directory.knowledge.rules.views import TherapyPage

FEWEST, MOST = 2, 4
"""How many products can be compared (source: the table must fit on paper)."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What a reader asked to see side by side.

    Args:
        found: Products to show, each once, in the order asked for.
        twice: Those that were named more than once.
        over: Those for which there is no room.
        unknown: Names that no product has.
    """

    found: tuple[str, ...]
    twice: tuple[str, ...] = ()
    over: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()


def choice(asked: Sequence[str], known: Collection[str]) -> Choice:
    """Sort what was asked for by what can be shown of it.

    Args:
        asked: Slugs as typed in an address; empty ones were not filled in.
        known: Slugs of all products.
    """
    named = [slug for each in asked if (slug := each.strip().lower())]
    once = list(dict.fromkeys(named))
    found = [slug for slug in once if slug in known]
    return Choice(
        found=tuple(found[:MOST]),
        twice=tuple(slug for slug in found if named.count(slug) > 1),
        over=tuple(found[MOST:]),
        unknown=tuple(slug for slug in once if slug not in known),
    )


class Cause(StrEnum):
    """Why nothing can be said of a product in one place."""

    WITHHELD = "withheld"
    NOT_LICENSED = "not-licensed"
    NOT_STATED = "not-stated"


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that is not known of a product.

    Args:
        cause: Why.
        reason: The same in the words of the product's document, if it has some.
    """

    cause: Cause
    reason: Names | None = None


def gap(page: TherapyPage, field: WithheldField | None = None) -> Gap:
    """Return why a product lacks a value that others have.

    Args:
        page: The product.
        field: What its document would list the value under, had it been
            withheld; ``None`` if nothing of the kind is ever withheld.
    """
    for each in page.withheld:
        if each.field is field:
            return Gap(Cause.WITHHELD, each.reason)
    note = page.price_note if field is WithheldField.PRICE else None
    if page.role is not TherapyRole.APPROVED_IN_CHINA:
        return Gap(Cause.NOT_LICENSED, note)
    return Gap(Cause.NOT_STATED, note)

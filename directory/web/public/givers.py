"""Which centers name a product, by route and by what bears it out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from directory.core.db import Session
from directory.core.text import Text
from directory.listings.queries import CenterPage, TreatmentView, center_pages
from directory.listings.rules.document import Basis, Route

BASES = (Basis.VERIFIED, Basis.SOURCED, Basis.ATTESTED, Basis.UNVERIFIED, None)
"""From what is borne out best to what is not borne out at all."""


@dataclass(frozen=True, slots=True)
class Giver:
    """A center that gives a product, or is said to, and by which route.

    Args:
        slug: Of the center.
        names: Of the center.
        city: Vocabulary key.
        treatment: The center's own statement, with its basis.
    """

    slug: str
    names: Text
    city: str
    treatment: TreatmentView

    @property
    def is_borne_out(self) -> bool:
        """Return whether anything bears the statement out."""
        return self.treatment.basis not in {Basis.UNVERIFIED, None}


def givers(session: Session, therapy: str, *, today: date) -> tuple[Giver, ...]:
    """Return the centers that name a product, ordinary treatment first.

    Args:
        session: Read only here.
        therapy: Slug of the product.
        today: The reader's day, against which facts are judged overdue.
    """
    return named_by(center_pages(session, today=today), therapy)


def named_by(pages: Iterable[CenterPage], therapy: str) -> tuple[Giver, ...]:
    """Return the same from centers that were read before."""
    routes = list(Route)
    found: Iterator[Giver] = (
        Giver(page.slug, page.names, page.city, treatment)
        for page in pages
        for treatment in page.treatments
        if treatment.therapy == therapy
    )
    return tuple(
        sorted(
            found,
            key=lambda giver: (
                routes.index(giver.treatment.route),
                BASES.index(giver.treatment.basis),
                giver.slug,
            ),
        )
    )


def by_route(found: Sequence[Giver]) -> tuple[tuple[Route, tuple[Giver, ...]], ...]:
    """Return centers in the groups of their routes, in the order in which they are."""
    return tuple(
        (route, tuple(group))
        for route, group in groupby(found, key=lambda giver: giver.treatment.route)
    )

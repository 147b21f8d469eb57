"""How long a fact may be believed before somebody must look again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

VOLATILE = timedelta(days=90)
"""For what changes with staff, stock or price: contact, languages, products
given, capacity, services for patients from abroad."""

STABLE = timedelta(days=365)
"""For what changes with buildings and charters: name, address, wards, units."""

LASTS: Mapping[str, timedelta] = {
    "identity": STABLE,
    "address": STABLE,
    "affiliation": STABLE,
    "group": STABLE,
    "accreditation": STABLE,
    "headquarters": STABLE,
    "website": VOLATILE,
    "case-volume": VOLATILE,
    "evidence": STABLE,
    "treatment": VOLATILE,
    "trial": VOLATILE,
    "service": VOLATILE,
    "language": VOLATILE,
    "city": STABLE,
    "capability.icu": STABLE,
    "capability.apheresis": STABLE,
    "capability.tocilizumab": VOLATILE,
    "capability.international_desk": VOLATILE,
    "capability.interpreter": VOLATILE,
    "capability.hematology_ward": STABLE,
    "capability.bmt_program": STABLE,
    "capability.cell_lab": STABLE,
    "capability.gmp_manufacturing": STABLE,
    "capability.neurology": STABLE,
    "capability.mrd_testing": STABLE,
    "capability.pet_ct": STABLE,
    "capability.remote_consultation": VOLATILE,
    "capability.invitation_letter": VOLATILE,
    "capability.pediatric_unit": STABLE,
    "capability.international_self_pay": VOLATILE,
    "capability.lodging_nearby": VOLATILE,
}
"""By field, or by the part that a field belongs to (``trial`` for ``trial.2``)."""


def lasts(field: str) -> timedelta:
    """Return how long a field may stand unchecked; unknown fields the shorter."""
    if field in LASTS:
        return LASTS[field]
    return LASTS.get(field.partition(".")[0], VOLATILE)


def next_due(field: str, checked_on: date) -> date:
    """Return the day on which a field must be checked again."""
    return checked_on + lasts(field)


def is_overdue(due: date, today: date) -> bool:
    """Tell whether the day of the re-check has passed; on the day it has not."""
    return due < today

"""Two to four centers side by side, what they differ in first."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial

from directory.listings.rules.document import CAPABILITIES, Basis, Route, Value
from directory.listings.rules.views import (
    BorneView,
    CenterPage,
    FactView,
    TreatmentView,
)

FEWEST, MOST = 2, 4
"""How many centers can be compared (source: the table must fit on paper)."""


class Part(StrEnum):
    """What a row is about."""

    EVIDENCE = "evidence"
    AUDIENCE = "audience"
    ILLNESS = "illness"
    THERAPY = "therapy"
    CAPABILITY = "capability"
    DETAIL = "detail"


class Cause(StrEnum):
    """Why something is not known of a center."""

    NEVER_ASKED = "never-asked"
    NOT_STATED = "not-stated"
    REFUSED = "refused"
    CONFLICTING = "conflicting"


@dataclass(frozen=True, slots=True)
class Cell:
    """What is known of one center in one row.

    Args:
        value: In the terms of the row: a capability's value, a route, an
            evidence level; ``None`` where nothing at all was found.
        words: Words of the listing, for details.
        borne: What bears it out, if the row has statements of its own.
        has_changed: Whether it is not what it was in the version remembered.
    """

    value: str | None
    words: object = None
    borne: BorneView | None = None
    has_changed: bool = False

    @property
    def is_known(self) -> bool:
        """Whether anything was found, also a refusal or a contradiction."""
        return self.value not in {None, Value.NOT_STATED.value}

    @property
    def cause(self) -> Cause | None:
        """Why there is no answer; ``None`` where there is one.

        A refusal and a contradiction are known, and yet no answer. Where nothing
        was found it counts whether somebody noted having looked.
        """
        if self.value in {Cause.REFUSED, Cause.CONFLICTING}:
            return Cause(self.value)
        if self.is_known:
            return None
        if isinstance(self.borne, FactView) and self.borne.is_recorded:
            return Cause.NOT_STATED
        return Cause.NEVER_ASKED

    @property
    def _said(self) -> tuple[object, ...]:
        basis = self.borne.basis if self.borne and self.is_known else None
        overdue = self.borne.is_overdue if self.borne and self.is_known else False
        return self.value if self.is_known else None, repr(self.words), basis, overdue

    def says_the_same(self, other: Cell) -> bool:
        """Tell whether another center's cell says the same, and as surely."""
        return self._said == other._said


@dataclass(frozen=True, slots=True)
class Row:
    """One thing to compare.

    Args:
        part: What it is about.
        key: Vocabulary key, or name of the field.
        cells: One for each center, in their order.
    """

    part: Part
    key: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Centers side by side.

    Args:
        centers: In the reader's order.
        differing: Rows in which they differ, in value or in how sure it is.
        same: Rows in which all say the same.
        unknown: Rows in which nothing was found for any of them.
    """

    centers: tuple[CenterPage, ...]
    differing: tuple[Row, ...]
    same: tuple[Row, ...]
    unknown: tuple[Row, ...]


def compare(
    centers: Sequence[CenterPage], changed: Sequence[frozenset[str]] = ()
) -> Comparison:
    """Put centers side by side.

    Args:
        centers: Two to four, each as published now.
        changed: For each center the fields that changed since the version that
            the reader has seen, as :class:`Difference` names them.

    Raises:
        ValueError: If there are fewer or more.
    """
    if not FEWEST <= len(centers) <= MOST:
        raise ValueError(f"{len(centers)} centers cannot be compared")
    since = tuple(changed) or (frozenset[str](),) * len(centers)
    sorted_: dict[str, list[Row]] = {"differing": [], "same": [], "unknown": []}
    for row in _rows(centers, since):
        first, *others = row.cells
        if not any(cell.is_known for cell in row.cells):
            sorted_["unknown"].append(row)
        elif all(first.says_the_same(cell) for cell in others):
            sorted_["same"].append(row)
        else:
            sorted_["differing"].append(row)
    return Comparison(
        centers=tuple(centers),
        **{name: tuple(rows) for name, rows in sorted_.items()},
    )


def _rows(
    centers: Sequence[CenterPage], since: Sequence[frozenset[str]]
) -> Iterator[Row]:
    def row(part: Part, key: str, cell: Callable[[CenterPage], Cell]) -> Row:
        cells = []
        for center, fields in zip(centers, since, strict=True):
            one = cell(center)
            field = one.borne.field if one.borne else key
            if field in fields:
                one = replace(one, has_changed=True)
            cells.append(one)
        return Row(part, key, tuple(cells))

    yield row(Part.EVIDENCE, "evidence_level", _evidence)
    yield row(Part.AUDIENCE, "adult", _adult)
    yield row(Part.AUDIENCE, "pediatric", _pediatric)
    for key in _union([*one.indications] for one in centers):
        yield row(Part.ILLNESS, key, partial(_illness, key))
    named = ([t.therapy for t in one.treatments if t.therapy] for one in centers)
    for key in _union(named):
        yield row(Part.THERAPY, key, partial(_treatment, key))
    for place, key in enumerate(CAPABILITIES):
        yield row(Part.CAPABILITY, key, partial(_capability, place))
    for key in _union([fact.key for fact in one.details] for one in centers):
        yield row(Part.DETAIL, key, partial(_detail, key))


def _union(found: Iterable[Iterable[str]]) -> list[str]:
    return list(dict.fromkeys(key for keys in found for key in keys))


def _evidence(center: CenterPage) -> Cell:
    return Cell(center.evidence_level)


def _adult(center: CenterPage) -> Cell:
    return Cell(center.adult.value)


def _pediatric(center: CenterPage) -> Cell:
    return Cell(center.pediatric.value)


def _illness(key: str, center: CenterPage) -> Cell:
    return Cell(Value.YES.value if key in center.indications else None)


_ROUTES = tuple(Route)


def _treatment(therapy: str, center: CenterPage) -> Cell:
    """Return the surest way in which a center is linked to a therapy."""
    linked = [one for one in center.treatments if one.therapy == therapy]
    if not linked:
        return Cell(None)
    best = min(linked, key=_worth)
    return Cell(best.route.value, borne=best)


def _worth(one: TreatmentView) -> tuple[bool, int]:
    return one.basis in {None, Basis.UNVERIFIED}, _ROUTES.index(one.route)


def _capability(place: int, center: CenterPage) -> Cell:
    fact = center.capabilities[place]
    value = fact.value.value if fact.value else None
    return Cell(value, fact.languages or None, fact)


def _detail(key: str, center: CenterPage) -> Cell:
    stated = [one for one in center.details if one.key == key]
    if not stated:
        return Cell(None)
    words = tuple(one.words for one in stated)
    return Cell(Value.YES.value, words, stated[0])

"""From an address to a question for the search, and back; pages and API alike."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from directory.search.rules.values import (
    FURTHEST,
    MOST_PER_PAGE,
    NOT,
    PER_PAGE,
    Asked,
    Concept,
    Kind,
    Sort,
)

if TYPE_CHECKING:
    from werkzeug.datastructures import MultiDict

    from directory.core.text import Text

FILTERS = (
    Concept.CITY,
    Concept.CAPABILITY,
    Concept.THERAPY,
    Concept.INDICATION,
    Concept.ROUTE,
    Concept.TYPE,
    Concept.LANGUAGE,
    Concept.AUDIENCE,
)
"""Facets that may be chosen in an address, each under its own name."""

CONFIRMED = "confirmed"
"""The one value of ``status``: hide what is not confirmed."""

MOST_DROPPED = 20
"""Readings that one address may undo; a query has fewer parts."""

LONGEST_READING = 200
"""Characters of one of them."""

_DROPPED = re.compile(r"(?:not-)?[a-z]{1,20}:[a-z0-9]+(?:[-_.][a-z0-9]+)*")
_NUMBER = re.compile(r"[1-9][0-9]{0,3}")


class Parameter(StrEnum):
    """Names of parameters, other than those of the filters."""

    TEXT = "q"
    KIND = "kind"
    STATUS = "status"
    SORT = "sort"
    PAGE = "page"
    PER_PAGE = "per_page"
    DROP = "drop"


EVERYTHING = frozenset(
    {*(each.value for each in FILTERS), *(each.value for each in Parameter)}
)
"""Every parameter that a question can have."""


class Wrong(StrEnum):
    """What can be wrong with a parameter."""

    UNKNOWN = "unknown"
    REPEATED = "repeated"
    NOT_ALLOWED = "not-allowed"
    TOO_MANY = "too-many"


@dataclass(frozen=True, slots=True)
class Fault:
    """One parameter that could not be used, and was left out of the question.

    Args:
        parameter: Its name as it was given.
        wrong: What is wrong with it.
        allowed: The values that it may have; for an unknown parameter, the
            parameters that there are; empty where ``form`` says it.
        form: What it must look like, for values that cannot be listed: a range
            as ``1-500``, or a pattern as ``kind:key``.
    """

    parameter: str
    wrong: Wrong
    allowed: tuple[str, ...] = ()
    form: str | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """What was asked, as far as it could be used.

    Args:
        asked: For the search.
        faults: What was left out. A page shows results all the same; the API
            refuses.
    """

    asked: Asked
    faults: tuple[Fault, ...] = ()


def choices(words: Mapping[tuple[str, str], Text]) -> Mapping[str, tuple[str, ...]]:
    """Return the keys that each filter may have, in order.

    Args:
        words: The vocabulary's labels by kind and key. A city that it knows as
            not covered is no choice.
    """
    return {
        name.value: tuple(
            sorted(
                key
                for kind, key in words
                if kind == name.value and ("not-covered", key) not in words
            )
        )
        for name in FILTERS
    }


def read(
    arguments: MultiDict[str, str],
    allowed: Mapping[str, Collection[str]],
    *,
    accepts: Collection[str] = EVERYTHING,
    kinds: frozenset[Kind] = frozenset(),
) -> Question:
    """Read the parameters of an address.

    Never fails: what cannot be used is left out and named. Of a parameter that
    may stand once, the first value counts.

    Args:
        arguments: As the framework decoded them.
        allowed: From :func:`choices`.
        accepts: Parameters that this address has.
        kinds: Kinds that this address is about; empty for all.
    """
    reader = _Reader(arguments, allowed, frozenset(accepts))
    asked = Asked(
        text=reader.one(Parameter.TEXT) or "",
        filters={
            name.value: found
            for name in FILTERS
            if (found := reader.several(name, tuple(allowed.get(name, ()))))
        },
        dropped=frozenset(reader.dropped()),
        kinds=kinds
        or frozenset(
            Kind(kind) for kind in reader.several(Parameter.KIND, tuple(Kind))
        ),
        confirmed_only=reader.choice(Parameter.STATUS, (CONFIRMED,)) is not None,
        sort=Sort(reader.choice(Parameter.SORT, tuple(Sort)) or Sort.RELEVANCE),
        page=reader.number(Parameter.PAGE, FURTHEST) or 1,
        per_page=reader.number(Parameter.PER_PAGE, MOST_PER_PAGE) or PER_PAGE,
    )
    return Question(asked, (*reader.unknown(), *reader.faults))


def parameters(asked: Asked) -> tuple[tuple[str, str], ...]:
    """Return the parameters of an address, always in the same order.

    The inverse of :func:`read`: defaults are left out, so that one question
    has one address. ``kinds`` is left to the address itself.
    """
    return tuple(_parameters(asked))


def _parameters(asked: Asked) -> Iterator[tuple[str, str]]:
    if asked.text:
        yield Parameter.TEXT.value, asked.text
    for name in FILTERS:
        for key in asked.filters.get(name.value, ()):
            yield name.value, key
    for reading in sorted(asked.dropped):
        yield Parameter.DROP.value, reading
    if asked.confirmed_only:
        yield Parameter.STATUS.value, CONFIRMED
    if asked.sort is not Sort.RELEVANCE:
        yield Parameter.SORT.value, asked.sort.value
    if asked.per_page != PER_PAGE:
        yield Parameter.PER_PAGE.value, str(asked.per_page)
    if asked.page != 1:
        yield Parameter.PAGE.value, str(asked.page)


class _Reader:
    """Takes parameters out of an address and remembers what was wrong."""

    def __init__(
        self,
        arguments: MultiDict[str, str],
        allowed: Mapping[str, Collection[str]],
        accepts: frozenset[str],
    ) -> None:
        self.arguments = arguments
        self.allowed = allowed
        self.accepts = accepts
        self.faults: list[Fault] = []

    def unknown(self) -> Iterator[Fault]:
        """Name each parameter that this address does not have."""
        for name in self.arguments:
            if name not in self.accepts:
                yield Fault(name, Wrong.UNKNOWN, tuple(sorted(self.accepts)))

    def one(self, name: str) -> str | None:
        """Return the first value of a parameter that may stand once."""
        if name not in self.accepts:
            return None
        given = self.arguments.getlist(name)
        if len(given) > 1:
            self.faults.append(Fault(str(name), Wrong.REPEATED))
        return given[0] if given else None

    def choice(self, name: str, values: tuple[str, ...]) -> str | None:
        """Return the one value chosen, if it is one of those there are."""
        given = self.one(name)
        if given is None or given in values:
            return given
        self._not_allowed(name, values)
        return None

    def several(self, name: str, values: tuple[str, ...]) -> tuple[str, ...]:
        """Return the values chosen, each once, as far as there are such."""
        if name not in self.accepts:
            return ()
        given = tuple(dict.fromkeys(self.arguments.getlist(name)))
        known = frozenset(values)
        if not known.issuperset(given):
            self._not_allowed(name, values)
        return tuple(value for value in given if value in known)

    def number(self, name: str, most: int) -> int | None:
        """Return a whole number from 1."""
        given = self.one(name)
        if given is None:
            return None
        if _NUMBER.fullmatch(given) and int(given) <= most:
            return int(given)
        self.faults.append(Fault(str(name), Wrong.NOT_ALLOWED, form=f"1-{most}"))
        return None

    def dropped(self) -> Iterator[str]:
        """Return the readings to undo, as ``kind:key`` or ``not-kind:key``."""
        if Parameter.DROP not in self.accepts:
            return
        given = dict.fromkeys(self.arguments.getlist(Parameter.DROP))
        name = Parameter.DROP.value
        if len(given) > MOST_DROPPED:
            self.faults.append(Fault(name, Wrong.TOO_MANY, form=f"1-{MOST_DROPPED}"))
        concepts = frozenset(each.value for each in Concept)
        bad = False
        for reading in list(given)[:MOST_DROPPED]:
            kind = reading.partition(":")[0].removeprefix(NOT)
            if (
                len(reading) <= LONGEST_READING
                and _DROPPED.fullmatch(reading)
                and kind in concepts
            ):
                yield reading
            else:
                bad = True
        if bad:
            self.faults.append(Fault(name, Wrong.NOT_ALLOWED, form="kind:key"))

    def _not_allowed(self, name: str, values: tuple[str, ...]) -> None:
        self.faults.append(
            Fault(
                str(name),
                Wrong.NOT_ALLOWED,
                tuple(str(getattr(value, "value", value)) for value in values),
            )
        )

"""What is known of a document beside its words, worked out one by one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from directory.search.rules.documents import IndexDocument, Standing
from directory.vocabulary.rules import Term, TermKind
from tests.benchmarks.hospitals import COUNTED

Filter = tuple[str, str]
"""Facet and key."""

EVIDENCE = tuple(Standing)
LEVELS = ("sourced-treatment", "sourced-trial", "sourced-secondary", "unverified")


@dataclass(frozen=True, slots=True)
class Facts:
    """What one document says of the six facets, and where it stands by itself.

    Args:
        counted: Values that somebody says it has.
        confirmed: Those stated with a source and in time.
        passing: Values by which it may be filtered and stays: those it has, a
            narrower illness than one that it has, and every capability to which
            it does not say no.
        day: The day of its last check, as an ordinal.
        name: What it is ordered by where names are asked for.
        worth: What it is ordered by where nothing is.
    """

    counted: frozenset[Filter]
    confirmed: frozenset[Filter]
    passing: frozenset[Filter]
    day: int
    name: tuple[str, str]
    worth: tuple[object, ...]


def facts_of(
    documents: Sequence[IndexDocument], terms: Sequence[Term]
) -> tuple[Facts, ...]:
    """Return the facts of each document."""
    above = dict(_above(terms))
    capabilities = [one.key for one in terms if one.kind is TermKind.CAPABILITY]
    return tuple(_facts(one, above, capabilities) for one in documents)


def _above(terms: Sequence[Term]) -> Iterator[tuple[str, set[str]]]:
    """Yield each illness with everything that it is a kind of."""
    broader = {one.key: one.broader for one in terms if one.kind is TermKind.INDICATION}
    for key in broader:
        found: set[str] = set()
        todo = [key]
        while todo:
            nearest = broader.get(todo.pop(), ())
            todo += [one for one in nearest if one not in found]
            found.update(nearest)
        yield key, found - {key}


def _facts(
    document: IndexDocument, above: Mapping[str, set[str]], capabilities: Sequence[str]
) -> Facts:
    said = {facet: dict(document.values.get(facet, {})) for facet in COUNTED}
    stated = document.values.get("indication", {})
    for key, standing in stated.items():
        for broader in above.get(key, ()) if standing.is_affirmed else ():
            now = said["indication"].get(broader, Standing.NOT_STATED)
            said["indication"][broader] = min(now, standing, key=EVIDENCE.index)
    counted = {
        (facet, key)
        for facet, values in said.items()
        for key, standing in values.items()
        if standing.is_affirmed
    }
    denied = {
        key for key, standing in said["capability"].items() if standing is Standing.NO
    }
    had = {key for key, standing in stated.items() if standing.is_affirmed}
    passing = counted | {
        ("capability", one) for one in capabilities if one not in denied
    }
    passing |= {
        ("indication", key)
        for key, broader in above.items()
        if broader & had and key not in said["indication"]
    }
    name = document.names["en"].casefold()
    day = document.verified_on.toordinal() if document.verified_on else 0
    return Facts(
        counted=frozenset(counted),
        confirmed=frozenset(
            (facet, key)
            for facet, values in said.items()
            for key, standing in values.items()
            if standing is Standing.YES
        ),
        passing=frozenset(passing),
        day=day,
        name=(name, document.slug),
        worth=(
            EVIDENCE.index(document.evidence),
            LEVELS.index(document.evidence_level or ""),
            -day,
            name,
            document.slug,
        ),
    )


def ranked(keys: Sequence[object]) -> list[int]:
    """Return for each place how many stand before it."""
    found = [0] * len(keys)
    order = sorted(range(len(keys)), key=keys.__getitem__)  # type: ignore[arg-type]
    for rank, place in enumerate(order):
        found[place] = rank
    return found

"""The free texts in what a submission changes, read by the linter."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from directory.submissions.rules.linter.checking import lint
from directory.submissions.rules.linter.findings import Finding
from directory.submissions.rules.linter.registry import Registry

KEYS = frozenset(
    {
        *("slug", "state", "kind", "key", "field", "basis", "source", "related"),
        *("as_of", "checked_on", "checked_by", "city", "types", "indications"),
        *("therapy", "route", "id", "registry_url", "languages", "place"),
        *("evidence_level", "adult", "pediatric"),
    }
)
"""Parts of a fact that are chosen from a list, or are nobody's words."""


def lint_changes(
    changes: Iterable[tuple[str, Any]], registry: Registry, names: Collection[str]
) -> tuple[Finding, ...]:
    """Return what the linter finds in the values that a submission proposes.

    Args:
        changes: Field, as differences name it, and its value in the document;
            ``None`` where it is taken out.
        registry: Products and illnesses as they stand.
        names: The hospital's own names, which claim nothing.
    """
    return tuple(
        finding
        for field, value in changes
        if field.partition(".")[0] not in KEYS
        for words in texts(value)
        for finding in lint({field: words}, registry, names=names)
    )


def texts(value: Any) -> Iterator[str]:
    """Yield every free text in a value of a document."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for name, part in value.items():
            if name not in KEYS:
                yield from texts(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from texts(part)

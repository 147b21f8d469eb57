"""Choices of forms from words by key."""

from __future__ import annotations

from collections.abc import Iterable

from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]


def of(words: Iterable[tuple[str, object]]) -> list[SelectChoice]:
    """Return choices from pairs of a key and what it is called."""
    return [SelectChoice(value=str(key), label=label) for key, label in words]

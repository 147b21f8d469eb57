"""What queries are read as now, and what they would be with a changed term."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from directory.search.rules.lexicon import Lexicon
from directory.search.rules.reading import read
from directory.search.rules.values import Reading
from directory.vocabulary.rules import Term, name_of

MOST = 10
"""Queries that one preview reads."""


@dataclass(frozen=True, slots=True)
class Preview:
    """One query, read twice.

    Args:
        text: As typed.
        now: How it is read.
        then: How it would be.
    """

    text: str
    now: Reading
    then: Reading

    @property
    def is_other(self) -> bool:
        """Whether the change makes a difference to it."""
        return _meant(self.now) != _meant(self.then)


def previews(
    terms: Iterable[Term], after: Term, texts: Iterable[str]
) -> tuple[Preview, ...]:
    """Read queries with the vocabulary as it stands, and with a changed term.

    Names of listings are left out: only what words mean is compared. Compiles the
    vocabulary twice, in memory alone.

    Args:
        terms: The whole vocabulary.
        after: A term of it as it would stand.
        texts: Queries; :data:`MOST` of them are read.
    """
    terms = tuple(terms)
    changed = (after if name_of(one) == name_of(after) else one for one in terms)
    now, then = Lexicon.compiled(terms), Lexicon.compiled(changed)
    wanted = list(dict.fromkeys(text.strip() for text in texts if text.strip()))
    return tuple(
        Preview(text, read(now, text), read(then, text)) for text in wanted[:MOST]
    )


def _meant(reading: Reading) -> object:
    return (
        [(one.kind, one.key, one.text, one.others) for one in reading.understood],
        reading.negated,
        reading.rest,
        reading.not_covered,
        reading.did_you_mean,
        reading.corrections,
    )

"""Reading the vocabulary."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from directory.core.db import Session
from directory.core.text import Text
from directory.vocabulary.model import TermRow
from directory.vocabulary.rules import SEED, Reason, Term, TermKind


def terms(session: Session) -> tuple[Term, ...]:
    """Return the whole vocabulary, by kind and key.

    Args:
        session: Read only here.
    """
    rows = session.scalars(
        select(TermRow)
        .options(selectinload(TermRow.synonyms))
        .order_by(TermRow.kind, TermRow.key)
    )
    return tuple(
        Term.model_validate(
            {
                "kind": row.kind,
                "key": row.key,
                "labels": row.labels,
                "broader": tuple(row.broader),
                "near": tuple(row.near),
                "reason": row.reason,
                "caution": row.caution,
                "synonyms": tuple(
                    {
                        "text": synonym.text,
                        "language": synonym.language,
                        "form": synonym.form,
                        "cautious": synonym.cautious,
                        "whole": synonym.whole,
                        "also": synonym.also,
                        "ordered": synonym.ordered,
                        "note": synonym.note,
                    }
                    for synonym in row.synonyms
                ),
            }
        )
        for row in rows
    )


def edited(session: Session) -> frozenset[str]:
    """Return the terms that people edited, each as ``kind:key``.

    Args:
        session: Read only here.
    """
    rows = session.execute(
        select(TermRow.kind, TermRow.key).where(TermRow.authority != SEED)
    )
    return frozenset(f"{row.kind}:{row.key}" for row in rows)


def labels(session: Session) -> Mapping[tuple[str, str], Text]:
    """Return the words that stand for each term, by ``(kind, key)``.

    A city that the directory does not cover is found as a city too, so that
    an ambiguous name can be offered with all its meanings.

    Args:
        session: Read only here.
    """
    rows = session.execute(
        select(TermRow.kind, TermRow.key, TermRow.reason, TermRow.labels)
    )
    found: dict[tuple[str, str], Text] = {}
    for kind, key, reason, words in rows:
        found[kind, key] = dict(words)
        if kind == TermKind.NOT_COVERED and reason == Reason.CITY:
            found.setdefault((TermKind.CITY.value, key), dict(words))
    return found

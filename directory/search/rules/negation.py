"""Telling what a query says it is without, and what a word before it does to it."""

from __future__ import annotations

from collections.abc import Sequence

from directory.search.rules.draft import Draft
from directory.search.rules.normalize import Script
from directory.search.rules.segments import Segment, touches
from directory.search.rules.values import Concept
from directory.vocabulary.rules import Filler

MOST_BETWEEN = 2
"""Spellings that may stand between a negation and what it takes back."""


def taken_back(draft: Draft, chosen: Sequence[Segment], at: int) -> bool:
    """Tell whether words before a segment take it back, and note what they do."""
    segment = chosen[at]
    lead, *rest = [entry for entry in segment.entries if not entry.is_filler]
    if lead.kind in {Concept.CENTER, Concept.FACILITATOR, Concept.THERAPY}:
        return False
    first = _negation(draft, chosen, at, may_order=lead.kind != Concept.CITY)
    if first is None:
        return False
    if not lead.is_concept:
        draft.used.update(range(segment.first, segment.after))
        return True
    if lead.kind == Concept.GUIDE:
        # "Without a transplant" is no question, unless nothing else is asked.
        meant = [entry for entry in rest if entry.kind == Concept.CAPABILITY]
        if not lead.ordered or not meant:
            return False
        if not draft.negate(meant[0], first, segment.after):
            return False
        draft.postponed.append((lead, segment.first, segment.after))
        return True
    return draft.negate(lead, first, segment.after)


def _negation(
    draft: Draft, chosen: Sequence[Segment], at: int, *, may_order: bool
) -> int | None:
    """Return where the words begin that take a segment back, if there are any.

    Args:
        draft: The reading.
        chosen: The segments of the query.
        at: Which of them.
        may_order: Whether words on the order of treatments may stand between,
            as in "no prior transplant".
    """
    between = (Filler.STOP, Filler.ORDER) if may_order else (Filler.STOP,)
    first = chosen[at].first
    most = MOST_BETWEEN if may_order else 1
    for other in reversed(chosen[max(0, at - most - 1) : at]):
        if other.after != first:
            break
        if other.has(Filler.NEGATION):
            return other.first
        if not other.is_filler or not other.has(*between):
            break
        first = other.first
    if touches(draft.words, first - 1, Script.HAN):
        alone = draft.lexicon.meanings(draft.words[first - 1].key)
        if any(one.is_filler and one.key == Filler.NEGATION for one in alone):
            return first - 1
    return None


def is_led_by(
    filler: Filler, draft: Draft, before: Segment | None, segment: Segment
) -> bool:
    """Tell whether a word of one use stands right before a segment."""
    if before is not None and before.after == segment.first:
        return before.has(filler)
    at = segment.first - 1
    if not touches(draft.words, at, Script.HAN):
        return False
    alone = draft.lexicon.meanings(draft.words[at].key)
    return any(entry.is_filler and entry.key == filler for entry in alone)

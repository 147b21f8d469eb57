"""Whether a guess at what was meant is better than what was typed."""

from __future__ import annotations

from directory.search.rules.words import Matches


def is_better(typed: Matches) -> bool:
    """Tell whether a doubtful correction is to be followed and offered.

    A correction is made only where something is then understood. It is no better
    than what was typed if a document has every word as typed: then somebody
    may well have meant just that.

    Args:
        typed: How documents answer the words that were corrected, and those
            beside them that nothing explains, as they were typed.
    """
    return not typed.asked or not bool((typed.real >= typed.asked).any())

"""Who keeps which promise."""

from __future__ import annotations

from directory.jobs.documents import document_keepers
from directory.jobs.erasing import erasing_keepers
from directory.jobs.evidence import evidence_keepers
from directory.jobs.letters.keeping import letter_keepers
from directory.jobs.news import news_keepers
from directory.jobs.promises import Keepers
from directory.tools import Tools


def keepers(tools: Tools) -> Keepers:
    """Return what this process can keep, by kind of promise.

    A subject that promises something else than mail adds its keepers here.
    """
    return {
        **letter_keepers(tools),
        **evidence_keepers(tools),
        **document_keepers(tools),
        **news_keepers(tools),
        **erasing_keepers(tools),
    }

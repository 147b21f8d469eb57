"""The exact words of each consent, with their version.

Change the version with the words. What was shown is stored with the consent, so
older words stay readable.
"""

from __future__ import annotations

from collections.abc import Mapping

from directory.inquiries.rules.consents import Purpose, Wording
from directory.web.context import language
from directory.web.inquiries.words import _

VERSION = "2026-11-3"

TEXTS: Mapping[Purpose, str] = {
    Purpose.HEALTH: _(
        "I agree that the organization that runs this directory stores and reads"
        " these answers about the patient's health, and the files and messages of this"
        " inquiry, in order to answer it and for nothing else. I can take this back at"
        " any time on the page “Your inquiry”."
    ),
    Purpose.TRANSFER: _(
        "I agree that my answers, and the files and messages of this inquiry, are"
        " sent across borders to mainland China, where the centers are and where other"
        " laws protect data, in order to answer this inquiry and for nothing else. I"
        " can take this back at any time on the page “Your inquiry”."
    ),
    Purpose.SHARE: _(
        "I agree that my answers, how to reach me, and the files and messages of this"
        " inquiry are shown to %(recipient)s, in order to answer this inquiry and for"
        " nothing else. I can take this back at any time on the page “Your inquiry”."
    ),
}

SHARE_WITH_CENTER = _(
    "I agree that my answers, and the files and messages of this inquiry, are shown to"
    " %(recipient)s, in order to answer this inquiry and for nothing else. How to reach"
    " me is not shown there. I can take this back at any time on the page “Your"
    " inquiry”."
)
"""Centers read less than facilitators, who may have to telephone."""

REFUSED: Mapping[Purpose, str] = {
    Purpose.HEALTH: _(
        "Without this, nothing about the illness can be kept, so no inquiry can be"
        " sent here. You can still contact a center directly."
    ),
    Purpose.TRANSFER: _(
        "Without this, nothing is passed to any center or facilitator. The staff of"
        " this directory can still advise you."
    ),
    Purpose.SHARE: _(
        "Without this, nothing is passed to %(recipient)s. The rest of your inquiry"
        " stays as it is."
    ),
}
"""What cannot be done when a box stays empty."""

SHORT: Mapping[Purpose, str] = {
    Purpose.HEALTH: _("Storing and reading what you say about health"),
    Purpose.TRANSFER: _("Sending it across borders to mainland China"),
    Purpose.SHARE: _("Showing it to %(recipient)s"),
}


def words_of(purpose: Purpose, recipient: str = "") -> str:
    """Return the sentences of a consent, with :data:`NAME` in them.

    Args:
        purpose: What is asked for.
        recipient: ``kind:slug`` of the one it names, or its kind; for sharing only.
    """
    if purpose is Purpose.SHARE and recipient.partition(":")[0] == "center":
        return str(SHARE_WITH_CENTER)
    return str(TEXTS[purpose])


def wording(purpose: Purpose, recipient: str = "") -> Wording:
    """Return the words of a consent as this page shows them; see above."""
    return Wording(
        purpose=purpose,
        version=VERSION,
        locale=language().value,
        text=words_of(purpose, recipient),
    )

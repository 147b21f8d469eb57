"""Letters to readers who sent a correction and left an address."""

from __future__ import annotations

from directory.core.links import A_WEEK, Purpose
from directory.jobs.letters.letter import Asked, Letter
from directory.submissions.queries.corrections import Addressed, addressed
from directory.submissions.rules.states import CorrectionState


def confirm(ask: Asked) -> Letter | None:
    """Ask whether the address is the reader's own."""
    found = _addressed(ask)
    if found is None or found.is_confirmed:
        return None
    token = ask.links.sign(
        Purpose.CONFIRM_CORRECTION, found.reference, ask.now + A_WEEK
    )
    path = f"/{found.language.value}/corrections/confirm/{token}"
    return _letter(ask, found, "correction-confirm", path)


def decided(ask: Asked) -> Letter | None:
    """Tell a reader that there is an outcome; what it is stands on its page."""
    found = _addressed(ask)
    if found is None or not found.is_confirmed or found.state is CorrectionState.OPEN:
        return None
    path = f"/{found.language.value}/corrections/{found.reference}"
    return _letter(ask, found, "correction-decided", path)


def _addressed(ask: Asked) -> Addressed | None:
    if ask.keys is None:
        return None
    return addressed(ask.session, ask.keys, str(ask.payload["correction"]))


def _letter(ask: Asked, found: Addressed, template: str, path: str) -> Letter:
    return Letter(
        template=template,
        to=found.email,
        language=found.language,
        link=ask.links.url(path),
        facts={"reference": found.reference},
        about=f"correction:{found.reference}",
    )


LETTERS = {
    "mail.correction-confirm": confirm,
    "mail.correction-decided": decided,
}
"""By kind of promise."""

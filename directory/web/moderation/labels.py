"""Words of moderators' pages for what the program knows by a key."""

from __future__ import annotations

from collections.abc import Mapping

from directory.web.words import _, _p

WAITING: Mapping[str, str] = {
    "submission": _("Submission"),
    "claim": _("Claim of a listing"),
    "correction": _("Correction by a reader"),
    "held": _("Listing held back"),
}
"""What waits."""

LEVELS: Mapping[str, str] = {
    "high": _p("risk", "high"),
    "middle": _p("risk", "middle"),
    "low": _p("risk", "low"),
}

TONES: Mapping[str, str] = {"high": "bad", "middle": "wait", "low": "plain"}
"""How a level is colored."""

RISKS: Mapping[str, str] = {
    "first-listing": _("first listing"),
    "product": _("says that a licensed product is given"),
    "treatment": _("a route to treatment"),
    "trial": _("a trial"),
    "price": _("a price"),
    "finding": _("words that the rules question"),
    "no-evidence": _("no evidence"),
}
"""Why something is looked at with more care."""

DECISIONS: Mapping[str, str] = {
    "accepted": _p("decision", "Accept"),
    "sent-back": _p("decision", "Send back"),
    "rejected": _p("decision", "Reject"),
}

DECIDED: Mapping[str, str] = {
    "accepted": _p("decided", "accepted"),
    "sent-back": _p("decided", "sent back"),
    "rejected": _p("decided", "rejected"),
}

STATES: Mapping[str, str] = {
    "draft": _("taken back by the hospital"),
    "submitted": _("waits for a decision"),
    "sent-back": _("sent back"),
    "published": _("published"),
    "rejected": _("rejected"),
    "discarded": _("discarded by the hospital"),
}
"""Where a submission stands."""

OBSTACLES: Mapping[str, str] = {
    "own": _("Another moderator decides: this is your own organization's proposal."),
    "undecided": _("Some fields are not decided yet."),
    "unanswered": _("Some findings are not answered yet."),
    "upheld": _("A field is accepted although a finding about it stands."),
    "sent-back": _("A field is sent back, so the whole goes back."),
    "nothing-accepted": _("Nothing is accepted, so there is nothing to publish."),
    "second-person": _("A second moderator must agree before this is published."),
}
"""What keeps a submission from being published."""

ANSWERS: Mapping[str, str] = {
    "upheld": _("The finding stands"),
    "dismissed": _("The words may stay"),
}
"""What a moderator says of a finding."""

EVIDENCE: Mapping[str, str] = {
    "pending": _("being checked"),
    "clean": _("checked"),
    "rejected": _("refused"),
}
"""Whether a piece of evidence may be opened."""

OUTCOMES: Mapping[str, str] = {
    "accepted": _("Accepted: the listing was put right"),
    "declined": _("Declined: the listing stays as it is"),
    "duplicate": _("Somebody said the same before"),
}
"""What becomes of a correction."""

VERDICTS: Mapping[str, str] = {
    "holds": _("It holds"),
    "wrong": _("It is wrong"),
    "outdated": _("It was so once, and is not any more"),
    "source-gone": _("The source is gone"),
}
"""What looking at a fact again showed, at its source or for want of one."""

TERM_KINDS: Mapping[str, str] = {
    "city": _("City"),
    "capability": _("Need"),
    "therapy": _("Therapy"),
    "indication": _("Disease"),
    "audience": _("Adults or children"),
    "language": _("Language"),
    "type": _("Kind of hospital"),
    "route": _("Route to treatment"),
    "guide": _("Guide"),
    "target": _("Target on the cancer cell"),
    "filler": _("Words around a question"),
    "not-covered": _("Not covered"),
}
"""Kinds of terms."""

FORMS: Mapping[str, str] = {
    "name": _p("spelling", "Name"),
    "abbreviation": _p("spelling", "Abbreviation"),
    "code": _p("spelling", "Code"),
    "nickname": _p("spelling", "Everyday name"),
    "pinyin": _p("spelling", "Pinyin"),
    "initials": _p("spelling", "Initials"),
    "misspelling": _p("spelling", "Misspelling"),
    "question": _p("spelling", "Question"),
}
"""What kind of spelling a synonym is."""

PARTS: Mapping[str, str] = {
    "identity": _("Names, kind and place"),
    "detail": _("Address, website and the like"),
    "capability": _("What the hospital has"),
    "evidence": _("What shows that CAR-T is given here"),
    "treatment": _("Product and route to treatment"),
    "trial": _("Trial"),
    "service": _("Service"),
    "city": _("City"),
    "language": _("Language"),
}
"""Kinds of facts."""

"""Words of hospitals' pages: sections, states, what is wrong, what is missing."""

from __future__ import annotations

from collections.abc import Mapping

from directory.web.words import _

SECTIONS: Mapping[str, str] = {
    "identity": _("Names, kind and place"),
    "contact": _("Address and contact"),
    "capabilities": _("What the hospital has"),
    "therapies": _("Products and routes to treatment"),
    "trials": _("Trials"),
    "services": _("Services for patients from abroad"),
}
"""Pages of the form."""

LEADS: Mapping[str, str] = {
    "identity": _("As patients and their doctors find you. Names in each language."),
    "contact": _(
        "For the hospital, not for a person: no private telephone numbers or"
        " messengers."
    ),
    "capabilities": _(
        "Say yes or no where you know. What you leave at “Not stated” is shown as"
        " not stated, never as a no."
    ),
    "therapies": _(
        "Choose products from the registry, and say by which route you give each."
        " Do not add what is only planned."
    ),
    "trials": _("Trials of CAR-T that you take or took part in, by registry number."),
    "services": _("What you do for patients who come from another country."),
}
"""What a page of the form is for."""

STATES: Mapping[str, str] = {
    "draft": _("draft"),
    "submitted": _("waits for a moderator"),
    "sent-back": _("sent back to you"),
    "published": _("published"),
    "rejected": _("rejected"),
    "discarded": _("discarded"),
}
"""Where a submission stands, as the hospital reads it."""

TONES: Mapping[str, str] = {
    "draft": "plain",
    "submitted": "wait",
    "sent-back": "bad",
    "published": "good",
    "rejected": "bad",
    "discarded": "plain",
    "accepted": "good",
}

DECISIONS: Mapping[str, str] = {
    "accepted": _("accepted"),
    "sent-back": _("sent back"),
    "rejected": _("rejected"),
}
"""What a moderator decided on a field."""

ANSWERS: Mapping[str, str] = {
    "upheld": _("The finding stands"),
    "dismissed": _("The words may stay"),
}

WRONG: Mapping[str, str] = {
    "required": _("This is needed"),
    "unseen": _(
        "This holds a character that nobody sees, or that turns the text around."
        " Type it again instead of pasting it"
    ),
    "too-long": _("This is too long: %(most)s characters at most"),
    "too-many": _("These are too many: %(most)s at most"),
    "link": _("Enter a whole address, beginning with https:// or http://"),
    "day": _("Enter a year, a month or a day, for example 2026, 2026-05 or 2026-05-31"),
    "day-ahead": _("This day is still to come"),
    "choice": _("Choose one of the list"),
    "no-name": _("Enter the name in one language at least"),
    "no-words": _("Write what it is, or take the entry out"),
    "trial-number": _(
        "Enter the number as the registry gives it, for example NCT01234567,"
        " CTR20200001 or ChiCTR2000012345"
    ),
    "product-missing": _("Choose the product"),
    "not-on-sale": _(
        "This product is licensed in China, but it was not reported to be on sale."
        " Give a page that shows that you give it commercially"
    ),
    "not-licensed": _(
        "This product has no license in mainland China, so it cannot be given as a"
        " licensed one. Choose another route"
    ),
    "whole": _("Something does not fit together. Look at this page once more"),
}
"""What is wrong with a field, and what to do."""

LACKS: Mapping[str, str] = {
    "not-stated": _("not stated"),
    "evidence": _("no evidence yet"),
    "day": _("no date yet"),
}
"""What is missing of a field."""

ADVICE: Mapping[str, str] = {
    "rate": _("Say of how many patients, and by which day."),
    "superlative": _("Say what it is, without comparing."),
    "promise": _("Take it out: nobody can promise this."),
    "testimonial": _("Take it out."),
    "comparison": _("Say what your own hospital does."),
    "brand": _("Look the brand up in the registry of products."),
    "maker": _("Look the maker up in the registry of products."),
    "indication": _("Say that it is outside the license, or take it out."),
    "price": _("Say in which currency, and on which day."),
    "contact": _("Give the hospital's own line on the page for contact."),
    "patient": _("Take out whatever could tell who it is."),
    "link": _("Link to a page that says what is, without offering it."),
    "advertising": _("Say what is, in plain words."),
    "rating": _("Take it out."),
    "unread": _("Make it shorter."),
}
"""What to do about a finding."""

DETAIL_HINTS: Mapping[str, str] = {
    "website": _("For example https://hospital.example.org"),
    "case-volume": _("With the day, for example: 120 patients by May 2026"),
}

"""Words for what the program knows by a key: values, bases, routes, reasons."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _
from flask_babel import lazy_pgettext as _p
from flask_babel.speaklater import LazyString

CITIES = ("beijing", "shanghai", "guangzhou", "tianjin")
"""The four cities that the directory covers, in its own order, in every language."""

VALUES: Mapping[str, LazyString] = {
    "yes": _p("value", "yes"),
    "no": _p("value", "no"),
    "not-stated": _p("value", "not stated"),
    "refused": _p("value", "asked, and would not say"),
    "conflicting": _p("value", "sources disagree"),
    "unverified": _p("value", "yes, but without a source"),
    "overdue": _p("value", "yes, but due to be checked again"),
    "name": _p("value", "in its name"),
    "alias": _p("value", "in another of its names"),
    "text": _p("value", "in what is written about it"),
}
"""What is said of a capability, or how a result matches a word."""

BASES: Mapping[str, LazyString] = {
    "sourced": _p("basis", "Sourced"),
    "attested": _p("basis", "Stated by the hospital"),
    "verified": _p("basis", "Verified"),
    "unverified": _p("basis", "No source found"),
    "not-stated": _p("basis", "Not stated"),
}
"""Why a statement may be believed, in two or three words."""

BASIS_MEANINGS: Mapping[str, LazyString] = {
    "sourced": _("A page or paper that says so was read."),
    "attested": _("Somebody at the hospital, signed in, said so."),
    "verified": _(
        "The hospital said so, and a moderator checked it against a first-hand source."
    ),
    "unverified": _("General knowledge. We looked for a source and found none yet."),
    "not-stated": _("Nothing was found, so nothing is claimed. This is not a no."),
}
"""The same in a sentence."""

ROUTES: Mapping[str, LazyString] = {
    "approved-product": _("Approved product"),
    "registered-trial": _("Registered trial"),
    "investigator-trial": _("Trial by the hospital's own doctors"),
    "clinical-application": _("Clinical application of a new technique"),
    "not-offered": _("Not offered"),
    "not-stated": _("Route not stated"),
}
"""How a treatment would be given."""

ROUTE_MEANINGS: Mapping[str, LazyString] = {
    "approved-product": _("Licensed in China and given as an ordinary treatment."),
    "registered-trial": _("A study with a public number. Not everybody can join."),
    "investigator-trial": _("A study that doctors of the hospital run themselves."),
    "clinical-application": _(
        "Allowed by State Council Order 818 since 1 May 2026. Our sources for how"
        " this works are second-hand."
    ),
    "not-offered": _("The hospital says that it does not give this."),
    "not-stated": _("Nothing was found about how it would be given."),
}

EVIDENCE: Mapping[str, LazyString] = {
    "sourced-treatment": _("A source shows patients treated with CAR-T here"),
    "sourced-trial": _("A source links this hospital to a CAR-T trial"),
    "sourced-secondary": _("Only an indirect or promotional source was found"),
    "unverified": _("Said to give CAR-T; no source found yet"),
    "unverified-low": _("Possibly gives CAR-T; no source found yet"),
}
"""How well it is shown that a center gives CAR-T at all."""

MATCHES: Mapping[str, LazyString] = {
    "confirmed": _("Everything asked for is stated, with a source"),
    "partly": _("Something asked for is not stated or has no source"),
    "text": _("Found by its words"),
}

SORTS: Mapping[str, LazyString] = {
    "relevance": _("Best match"),
    "name": _("Name"),
    "verified": _("Most recently checked"),
}

FACETS: Mapping[str, LazyString] = {
    "city": _("City"),
    "capability": _("What the hospital has"),
    "indication": _("Disease"),
    "therapy": _("CAR-T product"),
    "route": _("Route to treatment"),
    "audience": _("Adults or children"),
    "language": _("Language of interpreters"),
    "type": _("Kind of hospital"),
}
"""Headings of filters, in the order in which they are shown."""

CONCEPTS: Mapping[str, LazyString] = {
    "city": _("City"),
    "capability": _("Needs"),
    "therapy": _("Product"),
    "indication": _("Disease"),
    "audience": _("For"),
    "language": _("Language"),
    "center": _("Center"),
    "facilitator": _("Facilitator"),
    "guide": _("Guide"),
    "type": _("Kind of hospital"),
    "route": _("Route"),
}
"""What a part of a query was understood as."""

KINDS: Mapping[str, LazyString] = {
    "center": _("Center"),
    "facilitator": _("Facilitator"),
    "therapy": _("Therapy"),
    "guide": _("Guide"),
    "city": _("City"),
    "capability": _("Need"),
    "indication": _("Disease"),
}

SUGGESTED: Mapping[str, LazyString] = {
    "center": _("Centers"),
    "facilitator": _("Facilitators"),
    "therapy": _("Therapies"),
    "guide": _("Guides"),
    "city": _("Cities"),
    "capability": _("Needs"),
    "indication": _("Diseases"),
}
"""Headings of suggestions."""

AUDIENCES: Mapping[str, LazyString] = {
    "adult": _("Adults"),
    "pediatric": _("Children"),
}

TYPES: Mapping[str, LazyString] = {
    "public": _("Public"),
    "private": _("Private"),
    "military": _("Military"),
    "children": _("Children's hospital"),
    "cancer": _("Cancer hospital"),
    "hematology": _("Hematology hospital"),
}

SOURCE_KINDS: Mapping[str, LazyString] = {
    "official-hospital": _("the hospital's own page"),
    "journal": _("journal or congress"),
    "news": _("news"),
    "facilitator": _("a facilitator's page"),
    "registry": _("trial registry"),
    "registry-mirror": _("copy of a trial registry"),
    "government": _("government"),
    "company": _("a company's page"),
    "encyclopedia": _("encyclopedia"),
    "other": _("other"),
}

DETAILS: Mapping[str, LazyString] = {
    "address": _("Address"),
    "website": _("Website"),
    "affiliation": _("University"),
    "group": _("Hospital group"),
    "accreditation": _("Accreditation"),
    "case-volume": _("Number of patients treated"),
    "headquarters": _("Head office"),
}
"""Names of the further fields of a listing."""

THERAPY_ROLES: Mapping[str, LazyString] = {
    "approved-in-china": _("Licensed in mainland China"),
    "global-comparator": _("From abroad, for comparison"),
    "watch-list": _("On watch: not licensed in mainland China"),
}
"""Why a product is in the registry."""

THERAPY_ROLE_MEANINGS: Mapping[str, LazyString] = {
    "approved-in-china": _(
        "A license does not mean that every hospital can give the product, or that"
        " it is on sale."
    ),
    "global-comparator": _(
        "Shown because people ask about it. No license in mainland China was found."
    ),
    "watch-list": _(
        "An application or a trial is under way. No license in mainland China was"
        " found, so nobody can be given it as an ordinary treatment there."
    ),
}

MARKET_STATUSES: Mapping[str, LazyString] = {
    "approved-and-marketed": _("Licensed and on sale in mainland China"),
    "approved-not-on-sale": _("Licensed in mainland China, not confirmed on sale"),
    "approved": _("Licensed in mainland China; whether it is on sale was not found"),
    "not-approved-in-mainland-china": _("Not licensed in mainland China"),
    "application-accepted": _("Application accepted in mainland China, no license"),
    "pivotal-trial": _("In a pivotal trial in mainland China, no license"),
}
"""Where a product stands in mainland China."""

THERAPY_DETAILS: Mapping[str, LazyString] = {
    "target": _("Target on the cancer cell"),
    "developer": _("Developed by"),
    "license-holder": _("License holder"),
    "seller": _("Sold by"),
    "commercial-split": _("How partners share"),
    "binder": _("Part that binds the target"),
    "costimulatory-domain": _("Costimulatory domain"),
    "vector": _("Vector"),
    "dose": _("Dose"),
    "dose-form": _("How it is given"),
    "turnaround": _("Time to make the cells"),
    "international": _("People from abroad"),
}
"""What a detail of a product is about."""

TRIAL_FIGURES: Mapping[str, LazyString] = {
    "response": _("Response"),
    "complete-response": _("Complete response or better"),
    "mrd-negative": _("No minimal residual disease found"),
    "crs": _("CRS of any grade"),
    "crs-severe": _("CRS of grade 3 or higher"),
    "icans": _("ICANS of any grade"),
    "icans-severe": _("ICANS of grade 3 or higher"),
}
"""What a share of the people in a trial had."""

WITHHELD: Mapping[str, LazyString] = {
    "price": _("List price"),
    "dose": _("Dose"),
    "approval-date": _("Date of approval"),
    "line": _("Line of therapy"),
    "trial-figures": _("Figures of a trial"),
    "registry-id": _("Number in a trial registry"),
}
"""What a value is about that circulates without a source."""

VERDICTS: Mapping[str, LazyString] = {
    "holds": _p("verdict", "Holds"),
    "wrong": _p("verdict", "Wrong"),
    "outdated": _p("verdict", "Outdated"),
    "unverifiable": _p("verdict", "Cannot be checked"),
}
"""What checking a claim came to."""

CORRECTION_STATES: Mapping[str, LazyString] = {
    "open": _p("correction", "Waiting for a moderator"),
    "accepted": _p("correction", "Accepted"),
    "declined": _p("correction", "Declined"),
    "duplicate": _p("correction", "Said before by somebody else"),
}
"""What became of a correction that a reader sent."""

SAMPLE_VERDICTS: Mapping[str, LazyString] = {
    "holds": _p("verdict on a fact", "Holds"),
    "wrong": _p("verdict on a fact", "Wrong"),
    "outdated": _p("verdict on a fact", "Outdated"),
    "source-gone": _p("verdict on a fact", "The source is gone"),
}
"""What looking at a fact's source again showed."""

CAPACITIES: Mapping[str, LazyString] = {
    "open": _("Takes new patients"),
    "waiting-list": _("Takes new patients onto a waiting list"),
    "full": _("Takes no new patients now"),
}
"""Whether a center takes patients, by its own word."""

CLAIM_STATES: Mapping[str, LazyString] = {
    "unconfirmed": _("waits for a letter"),
    "waiting": _("waits for a moderator"),
    "approved": _("approved"),
    "declined": _("declined"),
}
"""Where the claim of a listing stands."""

CLAIM_PROOFS: Mapping[str, LazyString] = {
    "domain": _("address at the published domain"),
    "letter": _("letter with a code"),
}
"""How somebody shows that they belong to a hospital."""

CLAIM_SECTIONS: Mapping[str, LazyString] = {
    "access": _p("section", "Access to treatment"),
    "approved-treatments": _p("section", "Approved treatments"),
    "comparison": _p("section", "China and other countries"),
    "cost": _p("section", "Costs"),
    "effectiveness": _p("section", "How well it works"),
    "eligibility": _p("section", "Who can have it"),
    "follow-up": _p("section", "Follow-up"),
    "how-it-works": _p("section", "How it works"),
    "international": _p("section", "People from abroad"),
    "overview": _p("section", "Overview"),
    "process": _p("section", "The way to treatment"),
    "publisher": _p("section", "The publisher of the article"),
    "research": _p("section", "Research"),
    "safety": _p("section", "Safety"),
}
"""Parts of the article that checked claims come from."""

RULES: Mapping[str, LazyString] = {
    "rate": _("A rate without the number of patients and the date"),
    "superlative": _("Best, first, only and the like"),
    "promise": _("A promise of cure or success"),
    "testimonial": _("A patient's testimonial"),
    "comparison": _("A comparison with other hospitals"),
    "brand": _("A brand that belongs to another product"),
    "maker": _("A maker that belongs to another product"),
    "indication": _("A disease for which the product is not licensed"),
    "price": _("A price without its currency or date"),
    "contact": _("A telephone number or messenger of a person"),
    "patient": _("Details of a patient"),
    "link": _("A link to advertising"),
    "advertising": _("Words of advertising"),
    "rating": _("Stars or ratings"),
    "unread": _("Text that could not be checked"),
}
"""What the linter questions in a listing, by the key of its rule."""

NOT_COVERED: Mapping[str, LazyString] = {
    "city-not-covered": _(
        "The directory covers Beijing, Shanghai, Guangzhou and Tianjin only, so it"
        " has no centers there."
    ),
    "disease-not-covered": _(
        "No center in the directory is known to give CAR-T for this. That does not"
        " mean that nobody does."
    ),
    "therapy-not-approved-in-china": _(
        "This product is not licensed in China, so no center here gives it as an"
        " ordinary treatment."
    ),
    "out-of-scope": _("The directory is about CAR-T only and has no answer to this."),
    "no-claim": _(
        "The directory does not rank hospitals or promise results, so it cannot"
        " answer this. It shows what is known about each center and who says so."
    ),
    "nonsense": _("We could not make sense of these words."),
}
"""Why there is no answer, by the reason that the search gives."""


CORRECTIONS: Mapping[str, LazyString] = {
    "carteyva": _(
        "Carteyva is relmacabtagene, for lymphoma. It is sometimes mixed up with"
        " Fucaso, which is equecabtagene, for myeloma."
    ),
}
"""Names that people mix up, by the key of the note."""


def word(table: Mapping[Any, object], key: object) -> str:
    """Return the words for a key, or the key itself with spaces."""
    name = str(getattr(key, "value", key))
    known = table.get(name)
    return str(known) if known is not None else name.replace("_", " ").replace("-", " ")

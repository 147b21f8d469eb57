"""Guides and products as schema.org sees them; only what a source bears out."""

from __future__ import annotations

from typing import Any

from directory.core.text import Language, pick
from directory.exports.schema_org import FIRM
from directory.exports.schema_site import CONTEXT
from directory.knowledge.queries import GuidePage, TherapyPage
from directory.knowledge.rules.therapy import DetailField


def guide(page: GuidePage, address: str, *, language: Language) -> dict[str, Any]:
    """Return a guide as ``schema:MedicalWebPage``.

    No guide is told as a page of questions and answers: their headings are none.

    Args:
        page: From the knowledge.
        address: Absolute address of the guide in this language.
        language: Of the page; text may stand in another one, and says so.
    """
    title, summary = pick(page.titles, language), pick(page.summary, language)
    return {
        "@context": CONTEXT,
        "@type": "MedicalWebPage",
        "@id": address,
        "url": address,
        "name": title.words,
        "description": summary.words,
        "inLanguage": summary.language.tag,
        "lastReviewed": page.checked_on.isoformat(),
        "dateModified": page.changed_at.date().isoformat(),
        "citation": [source.url for source in page.sources],
    }


def therapy(page: TherapyPage, address: str, *, language: Language) -> dict[str, Any]:
    """Return the page of a product as ``schema:MedicalWebPage`` about a therapy.

    Outcomes, prices and licenses are left out: a search engine would show them
    without their trial, day or basis.

    Args:
        page: From the registry.
        address: Absolute address of the page in this language.
        language: Of the page.
    """
    name = pick(page.names, language)
    drug: dict[str, Any] = {"@type": "Drug", "@id": f"{address}#product"}
    drug["name"] = name.words
    others = [
        *(
            words
            for code, words in page.names.items()
            if code not in page.unverified_names and words != name.words
        ),
        *(one.name for one in page.brand_names if one.basis in FIRM),
    ]
    if others:
        drug["alternateName"] = list(dict.fromkeys(others))
    if page.inn:
        drug["nonProprietaryName"] = page.inn
    holder = next(
        (
            one.value
            for one in page.details
            if one.field is DetailField.LICENSE_HOLDER and one.basis in FIRM
        ),
        None,
    )
    if holder is not None:
        said = pick(dict(holder.items()), language)
        drug["manufacturer"] = {"@type": "Organization", "name": said.words}
    return {
        "@context": CONTEXT,
        "@type": "MedicalWebPage",
        "@id": address,
        "url": address,
        "name": name.words,
        "inLanguage": language.tag,
        "lastReviewed": page.checked_on.isoformat(),
        "dateModified": page.changed_at.date().isoformat(),
        "mainEntity": {
            "@type": "MedicalTherapy",
            "@id": f"{address}#therapy",
            "name": name.words,
            "drug": drug,
        },
    }

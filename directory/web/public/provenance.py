"""How the facts are known, counted from the data, and the claims that were checked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from math import ceil

from flask import render_template, request
from flask.typing import ResponseReturnValue

from directory.knowledge.queries import ClaimView, claims, guide_page
from directory.knowledge.rules.guide import Verdict
from directory.listings.queries import counts, provenance
from directory.submissions.queries.samples import last_sample
from directory.web import labels
from directory.web.addresses import url_for
from directory.web.context import session, today
from directory.web.public.blueprint import bp
from directory.web.public.guides import parts

SLUG = "provenance"
"""The guide that counts the directory's own facts."""

BASES = ("verified", "attested", "sourced", "unverified", "not-stated")
"""From what is known best to what is not known."""

PER_PAGE = 20
"""Claims on a page: each is a paragraph with its source."""

PAGES = frozenset(map(str, range(1, 100)))
"""Numbers of pages that an address may name."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A value of a filter, and how many claims it would leave.

    Args:
        key: Of a verdict or a section.
        count: With the other filter as it is chosen.
        is_chosen: Whether it is the one in force.
    """

    key: str
    count: int
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Checked:
    """The checked claims that were asked for.

    Args:
        claims: Those of this page, by their ids.
        total: On all pages.
        of: Without any filter.
        verdicts: What to filter by.
        sections: What to filter by besides.
        number: Of this page, from 1.
        pages: Number and address of each.
    """

    claims: tuple[ClaimView, ...]
    total: int
    of: int
    verdicts: tuple[Choice, ...]
    sections: tuple[Choice, ...]
    number: int
    pages: tuple[tuple[int, str], ...]

    @property
    def is_filtered(self) -> bool:
        """Whether some claims are left out."""
        return self.total < self.of


@bp.get(f"/guides/{SLUG}")
def provenance_guide() -> ResponseReturnValue:
    """Count the facts by what bears them out, and show the checked claims."""
    # Not kept: drafts, samples, and claims that no guide cites come without an
    # announcement.
    page = guide_page(session(), SLUG)
    return render_template(
        "public/provenance.html",
        **parts(page),
        counts=counts(session(), today=today()),
        known=provenance(session(), today=today()),
        cities=labels.CITIES,
        bases=BASES,
        source_kinds=(*labels.SOURCE_KINDS, ""),
        sample=last_sample(session()),
        checked=_checked(claims(session())),
    )


def _checked(everything: tuple[ClaimView, ...]) -> Checked:
    """Return what the address asks for; what it names in vain is left aside."""
    verdict = _asked("verdict", (one.value for one in Verdict))
    section = _asked("section", (claim.section for claim in everything))

    def has_verdict(claim: ClaimView) -> bool:
        return verdict in {"", claim.verdict.value}

    def has_section(claim: ClaimView) -> bool:
        return section in {"", claim.section}

    found = [one for one in everything if has_verdict(one) and has_section(one)]
    last = max(1, ceil(len(found) / PER_PAGE))
    number = min(int(_asked("page", PAGES) or 1), last)
    begin = (number - 1) * PER_PAGE
    return Checked(
        claims=tuple(found[begin : begin + PER_PAGE]),
        total=len(found),
        of=len(everything),
        verdicts=_choices(
            (one.value for one in Verdict),
            filter(has_section, everything),
            lambda claim: claim.verdict.value,
            verdict,
        ),
        sections=_choices(
            dict.fromkeys(claim.section for claim in everything),
            filter(has_verdict, everything),
            lambda claim: claim.section,
            section,
        ),
        number=number,
        pages=tuple(
            (place, _address(verdict, section, place)) for place in range(1, last + 1)
        )
        if last > 1
        else (),
    )


def _asked(name: str, known: Iterable[str]) -> str:
    given = request.args.get(name, "")
    return given if given in set(known) else ""


def _choices(
    keys: Iterable[str],
    found: Iterable[ClaimView],
    key_of: Callable[[ClaimView], str],
    chosen: str,
) -> tuple[Choice, ...]:
    tally = Counter(map(key_of, found))
    return tuple(Choice(key, tally[key], key == chosen) for key in keys)


def _address(verdict: str, section: str, place: int) -> str:
    given = {"verdict": verdict, "section": section}
    asked = {name: value for name, value in given.items() if value}
    if place > 1:
        asked["page"] = str(place)
    return url_for(".provenance_guide", **asked) + "#claims"

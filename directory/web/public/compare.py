"""Centers side by side; everything that was chosen stands in the address."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from directory.core.errors import NotFoundError
from directory.core.paper import PaperUnavailableError
from directory.core.text import Text
from directory.listings.queries import (
    CenterPage,
    WithdrawnError,
    center_history,
    center_page,
    center_pages,
)
from directory.listings.rules.comparison import FEWEST, MOST, compare
from directory.web import keeping
from directory.web.context import language, session, today, tools, vocabulary
from directory.web.filters import absolute
from directory.web.guards import limiter
from directory.web.public.blueprint import bp
from directory.web.public.papers import OFTEN, attachment
from directory.web.public.shortlist import SLUG
from directory.web.squares import square

SEEN = re.compile(r"([a-z0-9]+(?:-[a-z0-9]+)*)\.([1-9][0-9]{0,5})")
"""How an address says which version of a center its maker saw."""

MOST_LOOKED_UP = 8
"""Names that are not in the directory and are asked about, whether they once were."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A center that may be added.

    Args:
        slug: Its place in addresses.
        city: Vocabulary key.
        names: By language.
    """

    slug: str
    city: str
    names: Text


@dataclass(frozen=True, slots=True)
class Chosen:
    """What an address asks to compare, as far as it is there.

    Args:
        centers: At most :data:`MOST`, as published now, in the reader's order.
        over: Those for which there is no room.
        twice: Those that the address names more than once.
        unknown: How many names belong to no center.
        withdrawn: How many belong to a center that was taken out.
        changed: For each center the fields that changed since it was seen.
        seen: Versions that the address was made from, by slug, where something
            changed since.
        strange: Centers that never had the version that the address names.
    """

    centers: tuple[CenterPage, ...]
    over: tuple[Choice, ...]
    twice: tuple[Choice, ...]
    unknown: int
    withdrawn: int
    changed: tuple[frozenset[str], ...]
    seen: Mapping[str, int]
    strange: tuple[CenterPage, ...]

    @property
    def slugs(self) -> list[str]:
        """Return the centers' places in addresses."""
        return [center.slug for center in self.centers]

    @property
    def status(self) -> int:
        """Return 200, or why none of what was asked for can be shown."""
        if self.centers or not (self.unknown or self.withdrawn):
            return 200
        return 410 if self.withdrawn and not self.unknown else 404


@bp.get("/compare")
@keeping.kept
def comparison() -> ResponseReturnValue:
    """Show two to four centers side by side, what they differ in first."""
    chosen = _chosen()
    return _page(chosen), chosen.status


@bp.get("/compare.pdf")
@limiter.limit(OFTEN)
def comparison_pdf() -> ResponseReturnValue:
    """Hand the comparison out on paper, with a square that reopens it."""
    chosen = _chosen()
    if len(chosen.centers) < FEWEST:
        return _page(chosen), chosen.status if chosen.status != 200 else 400
    title = gettext("Compare centers")
    link = _link(chosen)
    html = render_template(
        "paper/comparison.html",
        title=title,
        compared=compare(chosen.centers),
        link=link,
        square=square(link),
    )
    try:
        made = tools().paper.pdf(html, title=title, language=language())
    except PaperUnavailableError:
        return _page(chosen, no_paper=True), 503
    return attachment(made, "application/pdf", "comparison.pdf")


def _page(chosen: Chosen, *, no_paper: bool = False) -> str:
    here = chosen.slugs
    is_enough = len(here) >= FEWEST
    return render_template(
        "public/compare.html",
        chosen=chosen,
        centers=chosen.centers,
        compared=compare(chosen.centers, chosen.changed) if is_enough else None,
        others=[one for slug, one in _everything().items() if slug not in here]
        if len(here) < MOST
        else [],
        without={
            slug: url_for(".comparison", center=[one for one in here if one != slug])
            for slug in here
        },
        more=url_for(".centers", center=here) if 0 < len(here) < MOST else None,
        link=_link(chosen),
        pdf=url_for(".comparison_pdf", center=here) if is_enough else None,
        no_paper=no_paper,
        most=MOST,
        landing=_landing(chosen),
    )


def _landing(chosen: Chosen) -> str:
    """Return the query of a page that is worth finding: two centers, in one order."""
    if len(chosen.slugs) != FEWEST or request.args.keys() - {"center"}:
        return ""
    return "?" + urlencode({"center": sorted(chosen.slugs)}, doseq=True)


def _link(chosen: Chosen) -> str:
    """Return the address that reopens this comparison and knows what was seen."""
    seen = [f"{center.slug}.{center.version}" for center in chosen.centers]
    return absolute(url_for(".comparison", center=chosen.slugs, seen=seen))


def _everything() -> Mapping[str, Choice]:
    return vocabulary().once("centers to compare", _choices)


def _choices() -> Mapping[str, Choice]:
    """Return all centers by slug, with no more than the form shows of each."""
    return {
        page.slug: Choice(page.slug, page.city, page.names)
        for page in center_pages(session(), today=today())
    }


def _chosen() -> Chosen:
    everything = _everything()
    asked = [slug for slug in request.args.getlist("center") if slug]
    once = list(dict.fromkeys(asked))
    found = [slug for slug in once if slug in everything]
    pages = {
        page.slug: page for page in center_pages(session(), found[:MOST], today=today())
    }
    # What was withdrawn since the names were read is not there any more.
    centers = tuple(pages[slug] for slug in found[:MOST] if slug in pages)
    missing = [slug for slug in once if slug not in pages and slug not in found[MOST:]]
    withdrawn = sum(map(_was_withdrawn, missing[:MOST_LOOKED_UP]))
    seen = _seen()
    changed = tuple(_changed(center, seen.get(center.slug)) for center in centers)
    return Chosen(
        centers=centers,
        over=tuple(everything[slug] for slug in found[MOST:]),
        twice=tuple(everything[slug] for slug in found if asked.count(slug) > 1),
        unknown=len(missing) - withdrawn,
        withdrawn=withdrawn,
        changed=changed,
        seen={
            center.slug: seen[center.slug]
            for center, fields in zip(centers, changed, strict=True)
            if fields
        },
        strange=tuple(
            center for center in centers if seen.get(center.slug, 0) > center.version
        ),
    )


def _was_withdrawn(slug: str) -> bool:
    """Tell whether there was such a center once."""
    if not SLUG.fullmatch(slug):
        return False
    try:
        center_page(session(), slug, today=today())
    except WithdrawnError:
        return True
    except NotFoundError:
        return False
    return False


def _seen() -> dict[str, int]:
    """Return which version of each center the reader has seen, as the link says."""
    found = (SEEN.fullmatch(one) for one in request.args.getlist("seen")[:MOST])
    return {match[1]: int(match[2]) for match in found if match}


def _changed(center: CenterPage, number: int | None) -> frozenset[str]:
    """Return the fields that changed since a version."""
    if number is None or number >= center.version:
        return frozenset()
    return frozenset(
        change.field
        for version in center_history(session(), center.slug)
        if version.number > number
        for change in version.changes
    )

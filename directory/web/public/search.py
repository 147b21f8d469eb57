"""Finding centers: results, and how the query was read."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from urllib.parse import urlencode

from flask import render_template, request
from flask.typing import ResponseReturnValue

from directory.core.text import TURNING, UNSEEN
from directory.knowledge.queries import guide_pages
from directory.knowledge.rules.views import GuidePage
from directory.listings.rules.comparison import MOST
from directory.search.rules.normalize import MOST_CHARACTERS, MOST_WORDS
from directory.search.rules.values import Asked, Kind, Sort
from directory.web import asking, keeping
from directory.web.asking import Parameter, Wrong
from directory.web.context import session, tools, vocabulary, words
from directory.web.finding import find
from directory.web.public import answer, shortlist
from directory.web.public.blueprint import bp

ACCEPTS = asking.EVERYTHING - {Parameter.KIND.value, Parameter.PER_PAGE.value}
"""Parameters of the results page."""

MOST_TYPED = 1000
"""Characters of a query that a page repeats; the search looks at fewer."""


def shown(text: str) -> str:
    """Return a query as it can be shown: without controls, at most so long."""
    return "".join(
        " " if unicodedata.category(letter) in UNSEEN else letter
        for letter in text[:MOST_TYPED]
        if letter not in TURNING
    ).strip()


def _beside(asked: Asked) -> tuple[answer.Beside, ...]:
    """Return what is no center and belongs to the question, best first."""
    hits = find(answer.beside(asked)).items
    guides = [
        guide for hit in hits if hit.kind is Kind.GUIDE for guide in _guide(hit.slug)
    ]
    return tuple(answer.besides(hits, {guide.slug: guide for guide in guides}))


def _guide(slug: str) -> tuple[GuidePage, ...]:
    """Return a guide, if it is there; read once for each change of anything."""
    return vocabulary().once(("guide", slug), lambda: guide_pages(session(), {slug}))


def _landing(asked: Asked) -> str:
    """Return the query of a page that is worth finding: the centers of one city."""
    cities = asked.filters.get("city", ())
    query = urlencode({"city": cities[0]}) if len(cities) == 1 else ""
    return f"?{query}" if query and query == request.query_string.decode() else ""


@bp.get("/centers")
@keeping.kept_results
def centers() -> ResponseReturnValue:
    """Show which centers fit what was asked, and how it was read."""
    # First, so that no address carries on what is not there.
    in_mind = shortlist.kept(".centers")
    question = asking.read(
        request.args,
        vocabulary().once("choices", lambda: asking.choices(words())),
        accepts=ACCEPTS,
        kinds=frozenset({Kind.CENTER}),
    )
    asked = replace(question.asked, text=shown(question.asked.text))
    results = find(asked)
    # Shared links gather parameters of other programs; those are no fault.
    faults = [fault for fault in question.faults if fault.wrong is not Wrong.UNKNOWN]
    is_first = bool(results.reading.text) and asked.page == 1
    also = _beside(asked) if is_first else ()
    if (
        is_first
        and not results.total
        and not also
        and asked == Asked(asked.text, kinds=asked.kinds)
    ):
        tools().unanswered.note(asked.text)
        # Kept, the page would be asked for again without being counted.
        keeping.forget()
    return render_template(
        "public/centers.html",
        asked=asked,
        results=results,
        faults=faults,
        also=also,
        readings=tuple(answer.readings(asked, results)),
        chosen=tuple(answer.filters(asked)),
        undone=tuple(answer.undone(asked)),
        facets=tuple(answer.facets(results)),
        groups=tuple(answer.groups(results)),
        grouped=answer.is_about_needs(asked, results),
        relaxations=tuple(answer.relaxations(asked, results)),
        pages=answer.pages(asked, results),
        sorts=tuple(Sort),
        hidden=[
            pair
            for pair in asking.parameters(replace(asked, text="", page=1))
            if pair[0] == Parameter.DROP.value
        ]
        + shortlist.parameters(),
        address=lambda **changes: answer.address(replace(asked, **changes)),
        offer=lambda kind, key: answer.offer(asked, kind, key),
        page_of=answer.page_of,
        shortlist=in_mind,
        carried=urlencode(shortlist.parameters()),
        most=MOST,
        looked_at=(MOST_CHARACTERS, MOST_WORDS),
        landing=_landing(asked),
    )

"""The words that guides explain, all on one page."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from directory.core.text import Language, pick
from directory.knowledge.queries import claims
from directory.knowledge.rules.glossary import GlossaryTerm
from directory.web import keeping
from directory.web.context import language, session
from directory.web.explaining import glossary as everything
from directory.web.public.blueprint import bp


@bp.get("/glossary")
@keeping.kept
def glossary() -> ResponseReturnValue:
    """Show every word with its meaning and what bears it out."""
    terms = sorted(everything(), key=_place)
    cited = {key for term in terms for key in term.claims}
    return render_template(
        "public/glossary.html",
        terms=terms,
        claims={one.id: one for one in claims(session()) if one.id in cited},
    )


def _place(term: GlossaryTerm) -> str:
    """Return where a word stands; Chinese has no alphabet, so its keys order it."""
    if language() is Language.ZH:
        return term.key
    names: dict[str, str] = dict(term.names.items())
    return pick(names, language()).words.casefold()

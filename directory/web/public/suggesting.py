"""What is offered while somebody types, for the search box and for scripts."""

from __future__ import annotations

from typing import Any

import msgspec
from flask import Response, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext as _n

from directory.search.rules.beginnings import Span, marks
from directory.search.rules.values import Kind, Suggestion
from directory.web import filters, keeping, labels
from directory.web.addresses import url_for
from directory.web.finding import suggested
from directory.web.public import answer
from directory.web.public.blueprint import bp
from directory.web.public.search import shown

SUGGESTIONS = 8
LONGEST = 100
"""Characters of what is being typed that are looked at."""


@bp.get("/suggest")
@keeping.kept_results
def suggest() -> ResponseReturnValue:
    """Offer names, cities, products, needs and guides that begin as typed.

    ``items`` stand in the order to show them in, those of one kind together
    under their ``group``. ``marks`` say which characters of a text are what was
    typed, as pairs of where they begin and end.
    """
    text = shown(request.args.get("q", ""))[:LONGEST]
    found: tuple[Suggestion, ...] = ()
    if text:
        found = suggested(text, SUGGESTIONS)
    count = len(found)
    says = _n("%(num)s suggestion", "%(num)s suggestions", count)
    found_here = {
        "query": text,
        "says": says if count else _("No suggestions"),
        "items": [_item(suggestion) for suggestion in found],
    }
    # Letters as they are: most are not Latin, and escaped they are thrice as long.
    return Response(msgspec.json.encode(found_here), mimetype="application/json")


def _item(suggestion: Suggestion) -> dict[str, Any]:
    """Return a suggestion in words; what there is nothing to say of is left out."""
    said = filters.said(suggestion.names)
    name = said.words if said else suggestion.matched
    is_question = (
        suggestion.kind == Kind.GUIDE.value
        and suggestion.matched not in suggestion.names.values()
    )
    shown = suggestion.matched if is_question else name
    marked = _marks(shown, suggestion)
    item: dict[str, Any] = {
        "kind": suggestion.kind,
        "kind_label": labels.word(labels.KINDS, suggestion.kind),
        "group": labels.word(labels.SUGGESTED, suggestion.kind),
        "key": suggestion.key,
        "text": shown,
        "language": said.language.tag if said and not is_question else "",
        "matched": suggestion.matched,
        "url": _leads_to(suggestion, name),
    }
    if marked:
        item["marks"] = marked
    if is_question:
        item["beside"] = {"text": name, "language": said.language.tag if said else ""}
    elif not marked and suggestion.matched and suggestion.matched != name:
        # Found by another name, which is then shown too.
        item["beside"] = {
            "text": suggestion.matched,
            "marks": _marks(suggestion.matched, suggestion),
        }
    if suggestion.before:
        begins = len(suggestion.before) + 1
        item["text"] = f"{suggestion.before} {shown}"
        item["marks"] = [(one + begins, other + begins) for one, other in marked]
    if not suggestion.is_covered:
        item["note"] = _("Not covered here")
    elif suggestion.city:
        item["note"] = filters.term(suggestion.city, "city")
    return item


def _marks(text: str, suggestion: Suggestion) -> list[Span]:
    found = {span for one in suggestion.sought for span in marks(text, one)}
    return sorted(found)


def _leads_to(suggestion: Suggestion, name: str) -> str:
    """Return where a suggestion leads: its page, a section of it, or results."""
    own = answer.page_of(suggestion.kind, suggestion.key)
    if own is None or suggestion.before:
        said = f"{suggestion.before} {name}".strip()
        return url_for("public.centers", q=said)
    return f"{own}#{suggestion.section}" if suggestion.section else own

"""Words for the fields of listings, and for what a version changed in one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_babel import lazy_pgettext as _p
from flask_babel.speaklater import LazyString

from directory.core.text import Language
from directory.listings.rules.differences import Difference
from directory.web import filters, labels, locale

if TYPE_CHECKING:
    from flask import Flask

PARTS: Mapping[str, LazyString] = {
    "evidence": _("What shows that CAR-T is given here"),
    "treatment": _("Product and route to treatment"),
    "trial": _("Trial"),
    "service": _("Service"),
    "city": _("City"),
    "language": _("Language"),
}
"""What one entry of a list of the document is called."""

FIELDS: Mapping[str, LazyString] = {
    "identity": _("Names, kind and place"),
    "aliases": _("Other names"),
    "former_names": _("Former names"),
    "city": _("City"),
    "district": _("District"),
    "types": _("Kind of hospital"),
    "type_stated": _("Kind of hospital, as stated"),
    "place": _("Position on the map"),
    "evidence_level": _("How well it is shown that CAR-T is given here"),
    "adult": _("Adults"),
    "pediatric": _("Children"),
    "indications": _("Diseases named for CAR-T"),
    "indications_stated": _("Diseases, as stated"),
    "specialties": _("Known for"),
    "cautions": _("Please note"),
    "listing": _("Something else on the page"),
}
"""Fields of the document that are no list of facts."""

ASPECTS: Mapping[str, LazyString] = {
    "value": _p("aspect of a fact", "What is said"),
    "basis": _p("aspect of a fact", "Basis"),
    "source": _p("aspect of a fact", "Source"),
    "statement": _p("aspect of a fact", "Our note of it"),
    "as_of": _p("aspect of a fact", "Date of the source"),
    "checked_on": _p("aspect of a fact", "Checked on"),
    "note": _p("aspect of a fact", "Further note"),
}
"""What is written down of each fact, in the order of pages."""

AUTHORITIES: Mapping[str, LazyString] = {
    "editors": _("the directory's editors"),
    "submission": _("the hospital's own office, reviewed by the directory"),
    "recheck": _("the hospital's own office, which says that it is still so"),
    "correction": _("a reader, whose correction the directory checked"),
}
"""On whose word a version of a center was published."""

AUTHORITIES_OF_COMPANIES: Mapping[str, LazyString] = {
    **AUTHORITIES,
    "submission": _("the company itself, reviewed by the directory"),
    "recheck": _("the company itself, which says that it is still so"),
}
"""The same, of a facilitator."""

TERMS: Mapping[str, str] = {
    "city": "city",
    "types": "type",
    "indications": "indication",
}
"""Kind of the vocabulary that a field of the document draws from."""


@dataclass(frozen=True, slots=True)
class Words:
    """What is said, as a page shows it.

    Args:
        words: In the page's language as far as there are such.
        tag: BCP 47, if they are in another language.
        url: Where they lead, if somewhere.
    """

    words: str
    tag: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Changed:
    """One aspect of a field that is not as it was.

    Args:
        aspect: Its name, in words; empty for a field that is no fact of its own.
        before: What was said; ``None`` if nothing.
        after: What is said now; ``None`` if nothing.
    """

    aspect: str
    before: Words | None
    after: Words | None


def field_name(field: str) -> str:
    """Return what a field is called, in the page's language."""
    part, _dot, rest = field.partition(".")
    if part == "capability" and rest:
        return filters.term(rest, "capability")
    if part == "names" and rest in set(Language):
        return gettext("Name (%(language)s)", language=locale.NAMES[Language(rest)])
    if part in {"city", "language"} and rest:
        return f"{PARTS[part]}: {filters.term(rest, part)}"
    table = PARTS if rest else FIELDS
    if part in table:
        return f"{table[part]} {rest}".strip()
    return f"{labels.word(labels.DETAILS, part)} {rest}".strip()


def anchor(field: str) -> str:
    """Return the field as it stands in an id of a page."""
    return field.replace(".", "-")


def authority(word: Any, kind: str = "center") -> str:
    """Return on whose word a version stands, in words.

    Args:
        word: Of the rules of listings.
        kind: Of the listing: ``center`` or ``facilitator``.
    """
    table = AUTHORITIES if kind == "center" else AUTHORITIES_OF_COMPANIES
    return labels.word(table, word.of)


def changed(difference: Difference) -> tuple[Changed, ...]:
    """Return what a version changed in a field, aspect by aspect."""
    before = _aspects(difference.field, difference.was)
    after = _aspects(difference.field, difference.now)
    is_fact = "checked_on" in {**before, **after}
    return tuple(
        Changed(
            str(ASPECTS[name]) if is_fact else "", before.get(name), after.get(name)
        )
        for name in ASPECTS
        if before.get(name) != after.get(name)
    )


def _aspects(field: str, said: Any) -> Mapping[str, Words]:
    if said is None:
        return {}
    if not isinstance(said, Mapping) or "checked_on" not in said:
        return {"value": _plain(field, said)}
    found: dict[str, Words] = {}
    value = "; ".join(_value(field, said))
    if value:
        found["value"] = Words(value, _tag(value, said))
    found["basis"] = Words(labels.word(labels.BASES, said.get("basis") or "not-stated"))
    source = said.get("source")
    if source:
        title = source.get("title") or filters.host(source["url"])
        found["source"] = Words(title, _foreign(), source["url"])
    for name in ("statement", "note"):
        if said.get(name):
            found[name] = Words(said[name], _foreign())
    for name in ("as_of", "checked_on"):
        if said.get(name):
            found[name] = Words(filters.day(str(said[name])))
    return found


def _foreign() -> str:
    """Return the language of notes and titles, where it is not the page's."""
    return "" if locale.chosen() is Language.EN else Language.EN.tag


def _tag(value: str, said: Mapping[str, Any]) -> str:
    """Return the language of a value that is words of a document."""
    words = said.get("value")
    if isinstance(words, Mapping):
        found = filters.said(words)
        if found and found.words == value:
            own = found.language is locale.chosen()
            return "" if own else found.language.tag
    is_words = value in {words, said.get("claim"), said.get("name")}
    return _foreign() if is_words else ""


def _value(field: str, said: Mapping[str, Any]) -> Iterator[str]:
    """Return what a fact states, without what bears it out."""
    part = field.partition(".")[0]
    if part == "capability":
        yield labels.word(labels.VALUES, said.get("value"))
        yield from _terms(said.get("languages", ()), "language")
    elif part == "treatment":
        if said.get("therapy"):
            yield filters.term(said["therapy"], "therapy")
        yield labels.word(labels.ROUTES, said.get("route"))
        yield from _terms(said.get("indications", ()), "indication")
        yield from _given(said, "setting", "payer")
    elif part == "trial":
        yield from _given(said, "id", "name", "target", "indication", "role")
    elif part in {"evidence", "service"}:
        yield from _given(said, "claim", "name")
    elif isinstance(said.get("value"), Mapping):
        found = filters.said(said["value"])
        yield found.words if found else ""
    else:
        yield from _given(said, "value")


def _given(said: Mapping[str, Any], *names: str) -> Iterator[str]:
    for name in names:
        if said.get(name):
            yield str(said[name])


def _terms(keys: Iterable[str], kind: str) -> Iterator[str]:
    for key in keys:
        yield filters.term(key, kind)


def _plain(field: str, said: Any) -> Words:
    """Return what a field says that is no fact of its own."""
    if field in {"adult", "pediatric"}:
        return Words(labels.word(labels.VALUES, said))
    if field == "evidence_level":
        return Words(labels.word(labels.EVIDENCE, said))
    if field in TERMS:
        keys = [said] if isinstance(said, str) else said
        return Words(_list(_terms(keys, TERMS[field])))
    if field == "place" and isinstance(said, Mapping):
        return Words(f"{said.get('latitude')}, {said.get('longitude')}")
    if field.startswith("names."):
        language = field.partition(".")[2]
        own = language == locale.chosen().value
        known = language in set(Language)
        tag = Language(language).tag if known and not own else ""
        return Words(str(said), tag)
    if isinstance(said, str):
        return Words(said, _foreign())
    if isinstance(said, list | tuple):
        return Words(_list(map(str, said)), _foreign())
    return Words(str(said))


def _list(words: Iterable[str]) -> str:
    return "; ".join(words)


def install(app: Flask) -> None:
    """Give templates the words for fields and their changes."""
    app.jinja_env.filters.update(
        field_name=field_name, anchor=anchor, authority=authority, changed=changed
    )

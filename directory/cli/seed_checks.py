"""What must fit between seed files, beyond the shape of each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import urlsplit

from pydantic import BaseModel

from directory.cli.seed_figures import wrong_figures
from directory.cli.seed_files import SeedError, shortened
from directory.cli.seed_kinds import Loaded
from directory.knowledge.rules.documents import (
    ClaimDocument,
    GlossaryTerm,
    GuideDocument,
    TherapyDocument,
)
from directory.knowledge.rules.guide import Destination, Way
from directory.listings.rules.document import (
    CAPABILITIES,
    CenterDocument,
    CityDocument,
    FacilitatorDocument,
)
from directory.vocabulary.rules import Term

LINK_FIELDS = frozenset({"website", "booking", "contact-page"})
"""Details of a listing whose value is an address on the web."""


WITH_FILES = frozenset({"therapy", "guide", "claim"})
"""What is referred to by the name of a document, not by a key of the vocabulary."""

WITHOUT_TERMS = frozenset({"status"})
"""Filters whose values are no terms of the vocabulary."""

Reference = tuple[str, str, str]
"""Subject or kind of term, path in the document, name."""


def check_all(loaded: Sequence[Loaded]) -> list[SeedError]:
    """Return what does not fit, in the order of the files."""
    known = _Known(loaded)
    return [
        error
        for entry in loaded
        for error in (
            *_named_once(entry, known),
            *_in_its_place(entry),
            *_days_and_links(entry),
            *_references(entry, known),
            *_keyed_once(entry, known),
            *wrong_figures(entry, known.claims),
        )
    ]


class _Known:
    """Names that others may refer to."""

    def __init__(self, loaded: Sequence[Loaded]) -> None:
        self.names = Counter((entry.subject, entry.name) for entry in loaded)
        self.first: dict[tuple[str, str], Loaded] = {}
        self.keys: dict[str, set[str]] = {}
        self.claims = {
            entry.name: entry.document
            for entry in loaded
            if isinstance(entry.document, ClaimDocument)
        }
        for entry in loaded:
            self.first.setdefault((entry.subject, entry.name), entry)
            if isinstance(entry.document, Term):
                kind = entry.document.kind.value
                self.keys.setdefault(kind, set()).add(entry.document.key)

    def has(self, subject: str, name: str) -> bool:
        return (subject, name) in self.first


def _named_once(entry: Loaded, known: _Known) -> Iterator[SeedError]:
    first = known.first[entry.subject, entry.name]
    if first is not entry:
        yield SeedError(
            entry.file,
            entry.place or "slug",
            f"a name that no other {entry.subject} has",
            f"{entry.name!r}, as in {first.file}",
        )


def _in_its_place(entry: Loaded) -> Iterator[SeedError]:
    path = PurePosixPath(entry.file)
    if not entry.place and path.stem != entry.name:
        yield SeedError(
            entry.file, "slug", f"the file's name, {path.stem!r}", entry.name
        )
    if isinstance(entry.document, CenterDocument):
        city = entry.document.city
        if path.parent.name != city:
            yield SeedError(
                entry.file, "city", f"the folder's name, {path.parent.name!r}", city
            )


def _days_and_links(entry: Loaded) -> Iterator[SeedError]:
    for path, part in _walk(entry.document):
        for name, expected, found in (*_wrong_day(part), *_wrong_links(part)):
            where = entry.at(f"{path}.{name}" if path else name)
            yield SeedError(entry.file, where, expected, shortened(found))


def _wrong_day(part: BaseModel) -> Iterator[tuple[str, str, object]]:
    as_of = getattr(part, "as_of", None)
    checked_on = getattr(part, "checked_on", None)
    if as_of is None or checked_on is None:
        return
    if not _is_a_day(as_of):
        yield "as_of", "a day of the calendar", as_of
    elif as_of > checked_on.isoformat()[: len(as_of)]:
        yield "as_of", f"a day not after checked_on, {checked_on}", as_of


def _is_a_day(partial: str) -> bool:
    try:
        date.fromisoformat(partial + "-01-01"[len(partial) - 4 :])
    except ValueError:
        return False
    return True


def _wrong_links(part: BaseModel) -> Iterator[tuple[str, str, object]]:
    names = ["url", "registry_url"]
    if getattr(part, "field", None) in LINK_FIELDS:
        names.append("value")
    for name in names:
        link = getattr(part, name, None)
        if link is not None and not _is_a_link(link):
            yield name, "an address on the web", link


def _is_a_link(link: object) -> bool:
    try:
        parts = urlsplit(str(link))
    except ValueError:
        return False
    return (
        parts.scheme in {"http", "https"}
        and "." in (parts.hostname or "")
        and parts.username is None
    )


def _references(entry: Loaded, known: _Known) -> Iterator[SeedError]:
    for subject, path, name in _referred(entry.document):
        if subject in WITH_FILES:
            expected, found = f"a {subject} that has a file", known.has(subject, name)
        else:
            expected = f"a key of the vocabulary ({subject})"
            found = name in known.keys.get(subject, ())
        if not found:
            yield SeedError(entry.file, entry.at(path), expected, repr(name))


def _keyed_once(entry: Loaded, known: _Known) -> Iterator[SeedError]:
    document = entry.document
    if isinstance(document, CenterDocument):
        said = Counter(capability.key for capability in document.capabilities)
        wrong = [
            f"{key} {said[key]} times"
            for key in dict.fromkeys((*CAPABILITIES, *said))
            if said[key] != 1
        ]
        # A key that is not in the vocabulary is named by itself.
        if wrong and said.keys() <= known.keys.get("capability", set()):
            expected = f"each of the {len(CAPABILITIES)} once"
            found = shortened(", ".join(wrong))
            yield SeedError(entry.file, "capabilities", expected, found)
    if isinstance(document, FacilitatorDocument):
        for part in ("cities", "languages"):
            said = Counter(served.key for served in getattr(document, part))
            for key, times in said.items():
                if times > 1:
                    yield SeedError(
                        entry.file, part, f"{key!r} once", f"it {times} times"
                    )


def _referred(document: BaseModel) -> Iterator[Reference]:
    for model, refer in REFER.items():
        if isinstance(document, model):
            yield from refer(document)


def _by_term(term: Term) -> Iterator[Reference]:
    yield from _each(term.kind.value, "broader", term.broader)


def _by_therapy(document: TherapyDocument) -> Iterator[Reference]:
    for name in ("approvals", "sought"):
        for place, stated in enumerate(getattr(document, name)):
            yield from _each("indication", f"{name}[{place}].keys", stated.keys)
    for place, mixed in enumerate(document.mixed_up_with):
        yield "therapy", f"mixed_up_with[{place}].therapy", mixed.therapy


def _by_guide(document: GuideDocument) -> Iterator[Reference]:
    yield from _each("guide", "related", document.related)
    if document.next is not None:
        yield from _by_way("next", document.next)
    for place, way in enumerate(document.ways):
        yield from _by_way(f"ways[{place}]", way)
    yield from _each("claim", "claims cited", document.cited)
    for place, section in enumerate(document.sections):
        yield from _each("therapy", f"sections[{place}].therapies", section.therapies)


def _by_way(path: str, way: Way) -> Iterator[Reference]:
    if way.slug is not None:
        subject = "guide" if way.to is Destination.GUIDE else "therapy"
        yield subject, f"{path}.slug", way.slug
    for name, keys in way.filters.items():
        if name not in WITHOUT_TERMS:
            yield from _each(name, f"{path}.filters.{name}", keys)


def _by_word(document: GlossaryTerm) -> Iterator[Reference]:
    yield from _each("claim", "claims", document.claims)


def _by_city(document: CityDocument) -> Iterator[Reference]:
    yield "city", "slug", document.slug


def _by_facilitator(document: FacilitatorDocument) -> Iterator[Reference]:
    for place, city in enumerate(document.cities):
        yield "city", f"cities[{place}].key", city.key
    for place, language in enumerate(document.languages):
        yield "language", f"languages[{place}].key", language.key


def _by_center(document: CenterDocument) -> Iterator[Reference]:
    yield "city", "city", document.city
    yield from _each("type", "types", document.types)
    yield from _each("indication", "indications", document.indications)
    for place, capability in enumerate(document.capabilities):
        path = f"capabilities[{place}]"
        yield "capability", f"{path}.key", capability.key
        yield from _each("language", f"{path}.languages", capability.languages)
    for place, treatment in enumerate(document.treatments):
        path = f"treatments[{place}]"
        yield from _each("indication", f"{path}.indications", treatment.indications)
        if treatment.therapy is not None:
            yield "therapy", f"{path}.therapy", treatment.therapy
    for place, trial in enumerate(document.trials):
        path = f"trials[{place}].indications"
        yield from _each("indication", path, trial.indications)


def _each(subject: str, path: str, names: Iterable[str]) -> Iterator[Reference]:
    for place, name in enumerate(names):
        yield subject, f"{path}[{place}]", name


REFER: Mapping[type[BaseModel], Callable[[Any], Iterator[Reference]]] = {
    Term: _by_term,
    TherapyDocument: _by_therapy,
    GuideDocument: _by_guide,
    GlossaryTerm: _by_word,
    CityDocument: _by_city,
    FacilitatorDocument: _by_facilitator,
    CenterDocument: _by_center,
}
"""What a document of each shape refers to."""


def _walk(shape: BaseModel, path: str = "") -> Iterator[tuple[str, BaseModel]]:
    """Yield every shape in a document, with its path."""
    yield path, shape
    for name in type(shape).model_fields:
        value = getattr(shape, name)
        inner = f"{path}.{name}" if path else name
        if isinstance(value, BaseModel):
            yield from _walk(value, inner)
        elif isinstance(value, tuple):
            for place, entry in enumerate(value):
                if isinstance(entry, BaseModel):
                    yield from _walk(entry, f"{inner}[{place}]")

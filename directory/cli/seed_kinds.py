"""The kinds of seed file, in the order in which they are loaded."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ValidationError

from directory.cases.actions import routing
from directory.cases.rules.rule_documents import RuleSetDocument
from directory.cli.seed_files import SeedError, UnreadableError, read, shortened
from directory.core.work import Work
from directory.knowledge import actions as knowledge
from directory.knowledge.rules.documents import (
    ClaimDocument,
    GlossaryTerm,
    GuideDocument,
    Rate,
    TherapyDocument,
)
from directory.listings import actions as listings
from directory.listings.rules.document import (
    CenterDocument,
    CityDocument,
    FacilitatorDocument,
)
from directory.vocabulary import actions as vocabulary
from directory.vocabulary.rules import Term

AUTHORITY = "seed"
"""On whose word seeded listings stand; what stands on another's is left alone."""

Subject = Literal[
    "term",
    "therapy",
    "claim",
    "guide",
    "word",
    "rate",
    "city",
    "center",
    "facilitator",
    "rules",
]


@dataclass(frozen=True, slots=True)
class SeedKind:
    """One kind of file.

    Args:
        subject: What one of its documents is about.
        pattern: Where its files are, below the seed folder.
        model: Shape of one document.
        listed: Key under which a file lists its documents; empty if the file is
            the list; ``None`` if it is one document and has its slug for a name.
        name: What tells one document from another of the same subject.
        put: The action that loads one; returns whether anything changed.
        is_needed: Whether a directory cannot do without.
    """

    subject: Subject
    pattern: str
    model: type[BaseModel]
    listed: str | None
    name: Callable[[Any], str]
    put: Callable[[Work, Any], bool]
    is_needed: bool = True


@dataclass(frozen=True, slots=True)
class Loaded:
    """One document, and where it stands.

    Args:
        kind: What it is about, and the action that loads it.
        file: Path below the seed folder.
        place: Path of the document inside the file; empty if it is the file.
        name: What tells it from others of the same subject.
        document: Its value.
    """

    kind: SeedKind
    file: str
    place: str
    name: str
    document: BaseModel

    @property
    def subject(self) -> Subject:
        """Return what the document is about."""
        return self.kind.subject

    def at(self, path: str) -> str:
        """Return a path inside the document as a path inside the file."""
        return f"{self.place}.{path}" if self.place else path


def _put_listing(work: Work, document: CenterDocument | FacilitatorDocument) -> bool:
    if document.state == "draft":
        return listings.draft(work, document, authority=AUTHORITY)
    return listings.publish(work, document, authority=AUTHORITY).changed


def _slug(document: Any) -> str:
    return str(document.slug)


KINDS = (
    SeedKind(
        "term",
        "vocabulary/*.yaml",
        Term,
        "",
        lambda term: f"{term.kind.value}:{term.key}",
        vocabulary.put_term,
    ),
    SeedKind(
        "therapy",
        "knowledge/therapies/*.yaml",
        TherapyDocument,
        None,
        _slug,
        knowledge.put_therapy,
    ),
    SeedKind(
        "claim",
        "knowledge/claims/*.yaml",
        ClaimDocument,
        "claims",
        lambda claim: str(claim.id),
        knowledge.put_claim,
    ),
    SeedKind(
        "guide",
        "knowledge/guides/*.yaml",
        GuideDocument,
        None,
        _slug,
        knowledge.put_guide,
    ),
    SeedKind(
        "word",
        "knowledge/glossary.yaml",
        GlossaryTerm,
        "terms",
        lambda word: str(word.key),
        knowledge.put_word,
        is_needed=False,
    ),
    SeedKind(
        "rate",
        "knowledge/rates.yaml",
        Rate,
        "rates",
        lambda rate: f"{rate.currency}.{rate.as_of}",
        knowledge.put_rate,
        is_needed=False,
    ),
    SeedKind(
        "city", "listings/cities.yaml", CityDocument, "cities", _slug, listings.put_city
    ),
    SeedKind(
        "facilitator",
        "listings/facilitators/*.yaml",
        FacilitatorDocument,
        None,
        _slug,
        _put_listing,
    ),
    SeedKind("center", "listings/*/*.yaml", CenterDocument, None, _slug, _put_listing),
    SeedKind(
        "rules",
        "routing/*.yaml",
        RuleSetDocument,
        None,
        lambda _rules: "rules",
        routing.bring_rules,
    ),
)
"""A pattern takes the files that none before it took."""

READ = ("vocabulary", "knowledge", "listings", "routing")
"""Folders in which every file must be of a known kind."""


def read_all(folder: Path) -> tuple[list[Loaded], list[SeedError]]:
    """Read every seed file; a file with an error gives no document.

    Args:
        folder: The seed folder.

    Returns:
        The documents in the order in which they are loaded, and what is wrong.
    """
    loaded: list[Loaded] = []
    errors: list[SeedError] = []
    taken: set[Path] = set()
    for kind in KINDS:
        files = sorted(set(folder.glob(kind.pattern)) - taken)
        if not files and kind.is_needed:
            errors.append(
                SeedError(
                    kind.pattern, "the folder", f"files of {kind.subject}", "none"
                )
            )
        for file in files:
            taken.add(file)
            found, wrong = _read_file(folder, file, kind)
            loaded += found
            errors += wrong
    errors += [
        SeedError(_below(folder, file), "the file", "a place for its kind", "this one")
        for name in READ
        for file in sorted((folder / name).rglob("*"))
        if file.is_file() and file not in taken
    ]
    return loaded, errors


def _below(folder: Path, file: Path) -> str:
    return file.relative_to(folder).as_posix()


def _read_file(
    folder: Path, file: Path, kind: SeedKind
) -> tuple[list[Loaded], list[SeedError]]:
    where = _below(folder, file)
    try:
        content = read(file)
    except UnreadableError as error:
        return [], [SeedError(where, error.path, error.expected, error.found)]
    if kind.listed is None:
        return _documents(where, kind, {"": content})
    if kind.listed:
        if not isinstance(content, dict) or set(content) != {kind.listed}:
            only = f"the one key {kind.listed!r}"
            return [], [SeedError(where, "the file", only, shortened(content))]
        content = content[kind.listed]
    if not isinstance(content, list):
        place = kind.listed or "the file"
        return [], [SeedError(where, place, "a list", shortened(content))]
    return _documents(
        where,
        kind,
        {f"{kind.listed}[{place}]": entry for place, entry in enumerate(content)},
    )


def _documents(
    where: str, kind: SeedKind, contents: Mapping[str, Any]
) -> tuple[list[Loaded], list[SeedError]]:
    loaded: list[Loaded] = []
    errors: list[SeedError] = []
    for place, content in contents.items():
        try:
            document = kind.model.model_validate(content)
        except ValidationError as error:
            errors += _in_words(where, place, content, error)
        else:
            name = kind.name(document)
            loaded.append(Loaded(kind, where, place, name, document))
    return loaded, errors


def _in_words(
    where: str, place: str, content: Any, error: ValidationError
) -> list[SeedError]:
    """Return one error per place; several shapes that would do are joined."""
    expected: dict[str, list[str]] = {}
    found: dict[str, str] = {}
    for problem in error.errors(include_url=False, include_context=False):
        path = _path(place, content, problem["loc"], problem["type"])
        message = problem["msg"].removeprefix("Value error, ")
        if message not in expected.setdefault(path, []):
            expected[path].append(message)
        missing = problem["type"] == "missing"
        found.setdefault(path, "nothing" if missing else shortened(problem["input"]))
    return [
        SeedError(where, path, " or ".join(messages), found[path])
        for path, messages in expected.items()
    ]


def _path(place: str, content: Any, loc: tuple[int | str, ...], problem: str) -> str:
    """Return where a problem is, without the names of shapes that pydantic adds."""
    path, value = place, content
    for step, part in enumerate(loc):
        last = step == len(loc) - 1
        if isinstance(part, int) and isinstance(value, list) and part < len(value):
            path, value = f"{path}[{part}]", value[part]
        elif isinstance(value, dict) and (
            part in value or (last and problem == "missing")
        ):
            path, value = f"{path}.{part}", value.get(part)
    return path.removeprefix(".") or "the file"

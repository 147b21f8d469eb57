"""What somebody who has begun to type may be looking for."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from directory.core.text import Text
from directory.search.rules.catalog import Catalog
from directory.search.rules.documents import IndexDocument
from directory.search.rules.normalize import Script, clean, tokens
from directory.search.rules.sounds import syllables
from directory.search.rules.values import Kind, Suggestion
from directory.vocabulary.rules import Form, Term, TermKind

OFFERED = {
    TermKind.CITY: "city",
    TermKind.CAPABILITY: "capability",
    TermKind.INDICATION: "indication",
}
"""Terms that are suggested, besides documents."""

KIND_ORDER = (
    "city",
    "center",
    "therapy",
    "indication",
    "capability",
    "guide",
    "facilitator",
)
"""Which kind comes first where matches are equally good."""

MOST_OF_A_KIND = 4
"""So that one kind does not fill the list while others match too."""

MOST_SCANNED = 3000
"""Forms looked at for one suggestion; keeps the first letter typed fast."""

WHOLE, START, WORD, INSIDE, SOUND = range(5)
"""How a form matches what was typed, best first."""


@dataclass(frozen=True, slots=True)
class Target:
    """One thing to offer."""

    kind: str
    key: str
    names: Text


@dataclass(frozen=True, slots=True)
class Suggester:
    """Every form that may be typed, in order, so that beginnings are found fast.

    Args:
        forms: Folded, sorted.
        entries: For each form how it would match, which target, and the form as
            it is written.
        targets: What there is to offer.
    """

    forms: tuple[str, ...]
    entries: tuple[tuple[int, int, str], ...]
    targets: tuple[Target, ...]

    def suggest(self, text: str, limit: int) -> tuple[Suggestion, ...]:
        """Return what begins with the text, or holds it, best first.

        Args:
            text: As typed so far.
            limit: How many at most.
        """
        typed = _fold(text)
        if not typed or limit < 1:
            return ()
        best: dict[int, tuple[int, int, int, str]] = {}
        at = bisect_left(self.forms, typed)
        for form, (how, target, written) in zip(
            self.forms[at : at + MOST_SCANNED],
            self.entries[at : at + MOST_SCANNED],
            strict=True,
        ):
            if not form.startswith(typed):
                break
            rank = WHOLE if how == START and form == typed else how
            kind = KIND_ORDER.index(self.targets[target].kind)
            found = (rank, kind, len(form), written)
            if target not in best or found < best[target]:
                best[target] = found
        return tuple(self._mixed(best, limit))

    def _mixed(
        self, best: dict[int, tuple[int, int, int, str]], limit: int
    ) -> Iterator[Suggestion]:
        """Yield the best of all kinds, none of them crowding out the others."""
        ranked = sorted(best, key=lambda target: (best[target], target))
        count: dict[str, int] = {}
        first: list[int] = []
        later: list[int] = []
        for target in ranked:
            kind = self.targets[target].kind
            count[kind] = count.get(kind, 0) + 1
            (first if count[kind] <= MOST_OF_A_KIND else later).append(target)
        chosen = (first + later)[:limit]
        groups = [self.targets[target].kind for target in chosen]
        chosen.sort(key=lambda target: groups.index(self.targets[target].kind))
        for target in chosen:
            one = self.targets[target]
            yield Suggestion(one.kind, one.key, one.names, best[target][3])


def build(catalog: Catalog, terms: Iterable[Term]) -> Suggester:
    """Put every name, alias, term and their sounds in order.

    Args:
        catalog: Its documents are offered.
        terms: Of these the kinds in :data:`OFFERED` are.
    """
    targets: list[Target] = []
    forms: dict[tuple[str, int], tuple[int, str]] = {}

    def offer(target: Target, spellings: Sequence[str]) -> None:
        targets.append(target)
        for spelling in dict.fromkeys(spellings):
            for form, how in _forms(spelling):
                place = (form, len(targets) - 1)
                if place not in forms or how < forms[place][0]:
                    forms[place] = (how, spelling)

    for document in catalog.documents:
        offer(
            Target(document.kind.value, document.slug, document.names),
            _spellings(document),
        )
    for term in terms:
        if term.kind in OFFERED:
            names = {str(code): words for code, words in term.labels.items()}
            said = [
                one.text
                for one in term.synonyms
                if one.form not in {Form.MISSPELLING, Form.QUESTION}
            ]
            offer(
                Target(OFFERED[term.kind], term.key, names),
                [*names.values(), *said],
            )
    ordered = sorted(forms)
    return Suggester(
        forms=tuple(form for form, _ in ordered),
        entries=tuple(
            (forms[place][0], place[1], forms[place][1]) for place in ordered
        ),
        targets=tuple(targets),
    )


def _spellings(document: IndexDocument) -> list[str]:
    found = [*document.names.values(), *document.aliases]
    if document.kind is Kind.GUIDE:
        found += document.questions
    return found


def _fold(text: str) -> str:
    """Return a text as forms are kept: folded letters, without breaks.

    Endings stay, since the last word may not have been typed to its end.
    """
    cleaned = clean(text)
    return "".join(
        "".join(c for c in cleaned[t.start : t.end].lower() if c.isalnum())
        if t.script is Script.LATIN
        else t.key
        for t in tokens(cleaned)
    )


def _forms(spelling: str) -> Iterator[tuple[str, int]]:
    """Yield the beginnings by which a spelling is found, and how each matches."""
    cleaned = clean(spelling)
    parts = tokens(cleaned)
    whole = _fold(cleaned)
    if not whole:
        return
    yield whole, START
    for at, part in enumerate(parts[1:], 1):
        rest = _fold(cleaned[part.start :])
        if part.script is Script.HAN:
            yield rest, INSIDE
        elif parts[at - 1].end < part.start and len(rest) > 1:
            yield rest, WORD
    chinese = "".join(part.key for part in parts if part.script is Script.HAN)
    if len(chinese) > 1:
        sounds = syllables(chinese)
        for at in range(len(sounds) - 1):
            yield "".join(sounds[at:]), SOUND
        yield "".join(sound[0] for sound in sounds), SOUND

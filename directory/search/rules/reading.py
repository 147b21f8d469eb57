"""Reading what was typed: what it names, what it asks, what is left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from directory.core.text import Language
from directory.search.rules.languages import language_of
from directory.search.rules.lexicon import Entry, Lexicon, Spelling
from directory.search.rules.names import Strength
from directory.search.rules.normalize import (
    MOST_WORDS,
    Script,
    Token,
    clean,
    tokens,
)
from directory.search.rules.segments import (
    Segment,
    candidates,
    choose,
    cities_in,
    corrected,
    covered,
    keys_of,
    touches,
)
from directory.search.rules.values import Concept, NotCovered, Reading, Understood
from directory.vocabulary.rules import Filler, Reason, TermKind

__all__ = ["Lexicon", "Spelling", "read"]

MOST_UNDERSTOOD = 12
"""Readings of one query; further words stay words."""

ADULT_FROM = 18
"""Age in years from which a patient is read as an adult."""

OLDEST = 110
"""A larger number before "years" is no age."""

ABROAD = "abroad-"
"""How the keys of countries begin, among what is not covered."""

_MONTHS = ("month", "месяц", "个月", "شهر", "شهور")
_NUMERALS = {char: place for place, char in enumerate("零一二三四五六七八九十")}
_REASONS = (
    Reason.SCOPE,
    Reason.CLAIM,
    Reason.CITY,
    Reason.DISEASE,
    Reason.THERAPY,
)
"""What is said first where a query has several reasons."""


@dataclass(slots=True)
class _Draft:
    """A reading while it is made."""

    lexicon: Lexicon
    text: str
    words: Sequence[Token]
    dropped: frozenset[str]
    cities: frozenset[str] = frozenset()
    understood: list[Understood] = field(default_factory=list)
    spoken: list[str] = field(default_factory=list)
    refused: dict[Reason, NotCovered] = field(default_factory=dict)
    notes: list[tuple[str, str]] = field(default_factory=list)
    centers: set[str] = field(default_factory=set)
    used: set[int] = field(default_factory=set)
    framed: set[int] = field(default_factory=set)
    institutions: set[int] = field(default_factory=set)

    def typed(self, first: int, after: int) -> str:
        """Return the reader's own words."""
        return self.text[self.words[first].start : self.words[after - 1].end]

    def add(
        self,
        entry: Entry,
        first: int,
        after: int,
        others: tuple[tuple[Concept, str], ...] = (),
    ) -> bool:
        """Add one reading unless it was undone; tell whether it stands."""
        concept = Concept(entry.kind)
        if entry.name in self.dropped or len(self.understood) >= MOST_UNDERSTOOD:
            return False
        if any(one.kind is concept and one.key == entry.key for one in self.understood):
            return True
        self.understood.append(
            Understood(
                kind=concept,
                key=entry.key,
                text=self.typed(first, after),
                start=self.words[first].start,
                end=self.words[after - 1].end,
                others=others,
            )
        )
        if concept is Concept.CENTER:
            self.centers.add(entry.key)
        return True

    def knows(self, *concepts: Concept) -> bool:
        """Tell whether something of these sorts was understood."""
        return any(one.kind in concepts for one in self.understood)


def read(lexicon: Lexicon, text: str, dropped: frozenset[str] = frozenset()) -> Reading:
    """Return how a query is read.

    Never raises, whatever was typed; the time is bounded because at most 200
    characters are looked at.

    Args:
        lexicon: From :meth:`Lexicon.build`.
        text: As typed; cleaned and cut here, so spans are of ``Reading.text``.
        dropped: Readings that the reader undid, as ``kind:key``; their words
            are left in ``rest``.
    """
    shown = clean(text)
    words = tokens(shown)
    if not words:
        refused = NotCovered("nonsense", shown.strip()) if shown.strip() else None
        return Reading(shown, Language.EN, not_covered=refused)
    keys = keys_of(lexicon, words)
    found = candidates(lexicon, words, keys)
    chosen = choose(words, keys, found)
    better = corrected(lexicon, words, keys, chosen)
    accepted: dict[int, tuple[str, bool]] = {}
    if better:
        retried = list(keys)
        for at, (word, _) in better.items():
            retried[at] = word
        again = candidates(lexicon, words, retried)
        rechosen = choose(words, retried, again)
        worth = covered(segment for segment in rechosen if _is_worth(segment))
        accepted = {at: guess for at, guess in better.items() if at in worth}
        if accepted:
            kept = [
                word if at in accepted else keys[at] for at, word in enumerate(retried)
            ]
            keys, found = kept, candidates(lexicon, words, kept)
            chosen = choose(words, keys, found)
    draft = _Draft(lexicon, shown, words, dropped, cities_in(found))
    _ages(draft, found, chosen)
    _understand(draft, chosen)
    _names_in_parts(draft, keys)
    _questions(draft, keys)
    _treatment_alone(draft, chosen)
    return _finished(draft, chosen, keys, accepted)


def _is_worth(segment: Segment) -> bool:
    """Tell whether a better spelling explains something by this."""
    if not segment.is_filler:
        return True
    return segment.has(Filler.GENERIC, Filler.TREATMENT, Filler.COUNTRY)


def _understand(draft: _Draft, chosen: Sequence[Segment]) -> None:
    """Turn segments into readings and into reasons for having no answer."""
    before: Segment | None = None
    for segment in chosen:
        places = range(segment.first, segment.after)
        if not draft.used.isdisjoint(places):
            continue
        if segment.is_filler:
            draft.framed.update(places)
        elif segment.entries[0].kind == TermKind.TARGET:
            draft.institutions.update(places)
        elif _is_negated(draft, before, segment):
            draft.used.update(places)
        else:
            _mean(draft, segment, before)
        before = segment


def _mean(draft: _Draft, segment: Segment, before: Segment | None) -> None:
    """Add what one segment means."""
    entries = _preferred(segment.entries, draft.cities)
    first, after = segment.first, segment.after
    lead, *rest = [entry for entry in entries if not entry.is_filler]
    for entry in entries:
        if entry.note and (draft.typed(first, after), entry.note) not in draft.notes:
            draft.notes.append((draft.typed(first, after), entry.note))
    if not lead.is_concept:
        if _is_origin(before, segment) and lead.kind == TermKind.NOT_COVERED:
            draft.framed.update(range(first, after))
            return
        _refuse(draft, lead, first, after)
        return
    others = tuple(
        (Concept(entry.kind) if entry.is_concept else Concept.CITY, entry.key)
        for entry in rest
        if not entry.also
        and entry.strength is not Strength.WEAK
        and (entry.is_concept or _is_city(draft.lexicon, entry))
        and (entry.kind, entry.key) != (lead.kind, lead.key)
    )[:6]
    together = [entry for entry in rest if entry.also]
    stands = []
    for entry in (lead, *together):
        reason = draft.lexicon.reasons.get(entry.name)
        if reason is not None:
            _refuse(draft, entry, first, after)
            if entry.kind == TermKind.INDICATION:
                stands.append(True)
                continue
        stands.append(draft.add(entry, first, after, others if entry is lead else ()))
        draft.spoken.append(entry.language)
    if any(stands):
        draft.used.update(range(first, after))


def _preferred(entries: tuple[Entry, ...], cities: frozenset[str]) -> tuple[Entry, ...]:
    """Put the center in the city that is asked for before others of its name."""
    lead = entries[0]
    if lead.kind != Concept.CENTER or not cities or lead.city in cities:
        return entries
    for entry in entries:
        if entry.kind == Concept.CENTER and entry.city in cities:
            return (entry, *(other for other in entries if other is not entry))
    return entries


def _is_city(lexicon: Lexicon, entry: Entry) -> bool:
    reason = lexicon.reasons.get(entry.name)
    return reason is not None and reason[0] == Reason.CITY


def _refuse(draft: _Draft, entry: Entry, first: int, after: int) -> None:
    """Note why there is no answer to a segment."""
    reason, near = draft.lexicon.reasons[entry.name]
    draft.used.update(range(first, after))
    if entry.key.startswith(ABROAD):
        # Where it matters is decided when all is read.
        near_key = Reason.CITY
        draft.refused.setdefault(
            near_key, NotCovered(ABROAD + reason, draft.typed(first, after), near)
        )
        return
    known = draft.refused.get(Reason(reason))
    if known is None or known.reason.startswith(ABROAD):
        draft.refused[Reason(reason)] = NotCovered(
            reason, draft.typed(first, after), near
        )


def _is_negated(draft: _Draft, before: Segment | None, segment: Segment) -> bool:
    """Tell whether a reading is preceded by a word that takes it back."""
    if segment.entries[0].kind in {Concept.GUIDE, Concept.CENTER, Concept.THERAPY}:
        return False
    if before is not None and before.after == segment.first:
        return before.has(Filler.NEGATION)
    at = segment.first - 1
    if at < 0 or draft.words[at].script is not Script.HAN:
        return False
    if not touches(draft.words, at, Script.HAN):
        return False
    alone = draft.lexicon.entries.get(draft.words[at].key, ())
    return any(entry.key == Filler.NEGATION for entry in alone)


def _is_origin(before: Segment | None, segment: Segment) -> bool:
    """Tell whether a place is where somebody comes from."""
    return (
        before is not None
        and before.after == segment.first
        and before.has(Filler.ORIGIN)
    )


def _ages(draft: _Draft, found: Sequence[Segment], chosen: Sequence[Segment]) -> None:
    """Read ages as children or adults: ``6 year old``, ``六岁``, ``under 18``."""
    taken = covered(segment for segment in chosen if not segment.is_filler)
    for segment in found:
        if not taken.isdisjoint(range(segment.first, segment.after)):
            continue
        if segment.has(Filler.YEARS):
            number = _number(draft.words, segment.first - 1)
        elif segment.has(Filler.AGE, Filler.UNDER):
            number = _number_after(draft.words, segment.after)
        else:
            continue
        if number is None or number[0] > OLDEST:
            continue
        years, first, after = number
        key = "".join(w.key for w in draft.words[segment.first : segment.after])
        is_young = key.startswith(_MONTHS) or _is_under(found, first, segment.after)
        if segment.has(Filler.UNDER) and not segment.has(Filler.AGE):
            is_young = years <= ADULT_FROM
        if is_young:
            years = min(years, ADULT_FROM - 1)
        group = "pediatric" if years < ADULT_FROM else "adult"
        start, end = min(first, segment.first), max(after, segment.after)
        if draft.used.isdisjoint(range(start, end)) and draft.add(
            Entry("audience", group), start, end
        ):
            draft.used.update(range(start, end))


def _number_after(words: Sequence[Token], at: int) -> tuple[int, int, int] | None:
    """Return a number that begins at a place, and where it stands."""
    if at >= len(words) or words[at].script is not Script.DIGIT:
        return None
    key = words[at].key
    return (int(key), at, at + 1) if key.isdigit() and len(key) < 4 else None


def _number(words: Sequence[Token], at: int) -> tuple[int, int, int] | None:
    """Return a number that ends at a place, and where it stands.

    In digits, of a range the last, or in Chinese numerals below a hundred.
    """
    if at < 0:
        return None
    last = _number_after(words, at)
    if last is not None:
        first = at
        while first > 0 and words[first - 1].script is Script.DIGIT:
            first -= 1
        return last[0], first, at + 1
    first = at + 1
    while first > 0 and words[first - 1].key in _NUMERALS:
        first -= 1
    digits = "".join(word.key for word in words[first : at + 1])
    tens, ten, ones = digits.partition("十")
    if not ten:
        return (_NUMERALS[digits], first, at + 1) if len(digits) == 1 else None
    if len(tens) > 1 or len(ones) > 1:
        return None
    years = _NUMERALS.get(tens, 1) * 10 + _NUMERALS.get(ones, 0)
    return years, first, at + 1


def _is_under(found: Sequence[Segment], first: int, after: int) -> bool:
    """Tell whether a number is one that an age is below."""
    return any(
        segment.has(Filler.UNDER) and (segment.after == first or segment.first == after)
        for segment in found
    )


def _names_in_parts(draft: _Draft, keys: Sequence[str]) -> None:
    """Find names of which only some words were typed, e.g. ``fudan cancer``."""
    if draft.knows(Concept.CENTER, Concept.FACILITATOR):
        return
    lexicon = draft.lexicon
    run: list[int] = []
    for at in range(len(keys) + 1):
        if at < len(keys) and at not in draft.used and keys[at] in lexicon.name_words:
            run.append(at)
            continue
        if at < len(keys) and at in draft.framed:
            continue
        if run:
            _name_of_run(draft, keys, run)
        run = []


def _name_of_run(draft: _Draft, keys: Sequence[str], run: list[int]) -> None:
    lexicon = draft.lexicon
    telling = [at for at in run if not lexicon.common.cover(keys[at])]
    if not telling:
        return
    owners = lexicon.name_words[keys[telling[0]]]
    for at in telling[1:]:
        owners &= lexicon.name_words[keys[at]]
    for at in run:
        if at not in telling and owners & lexicon.name_words[keys[at]]:
            owners &= lexicon.name_words[keys[at]]
    if draft.cities and any(owner.city in draft.cities for owner in owners):
        owners = frozenset(owner for owner in owners if owner.city in draft.cities)
    if not 0 < len(owners) <= 3:
        return
    lead, *rest = sorted(owners, key=lambda owner: owner.key)
    others = tuple((Concept(owner.kind), owner.key) for owner in rest)
    if draft.add(lead, run[0], run[-1] + 1, others):
        draft.used.update(run)


def _questions(draft: _Draft, keys: Sequence[str]) -> None:
    """Find a question that a guide answers, if it is what the query is about.

    The question stands in the query as it is written, or its content words do,
    in whatever order; beside it there may be nothing of weight.
    """
    weighty = [at for at in range(len(keys)) if at not in draft.framed]
    if not weighty or draft.knows(Concept.GUIDE):
        return
    found = _asked(draft.lexicon, keys, weighty) or _asked_in_content(
        draft.lexicon, keys, weighty
    )
    if found is not None:
        guide, first, after = found
        if draft.add(Entry("guide", guide), first, after):
            draft.used.update(at for at in weighty if first <= at < after)


def _asked(
    lexicon: Lexicon, keys: Sequence[str], weighty: Sequence[int]
) -> tuple[str, int, int] | None:
    for first in range(weighty[0] + 1):
        key = ""
        for at in range(first, len(keys)):
            key += keys[at]
            if at >= weighty[-1] and key in lexicon.asked:
                return lexicon.asked[key], first, at + 1
            if key not in lexicon.asked_prefixes:
                break
    return None


def _asked_in_content(
    lexicon: Lexicon, keys: Sequence[str], weighty: Sequence[int]
) -> tuple[str, int, int] | None:
    typed = frozenset(keys)
    telling = frozenset(keys[at] for at in weighty)
    for word in sorted(typed):
        for content, guide in lexicon.questions.get(word, ()):
            if content <= typed and telling <= content:
                return guide, weighty[0], weighty[-1] + 1
    return None


def _treatment_alone(draft: _Draft, chosen: Sequence[Segment]) -> None:
    """Read the bare word CAR-T as a wish for the overview."""
    if draft.understood or draft.refused or draft.used:
        return
    if len(draft.framed) < len(draft.words) or any(
        s.has(Filler.GENERIC) for s in chosen
    ):
        return
    treatments = [segment for segment in chosen if segment.has(Filler.TREATMENT)]
    for segment in treatments[:1]:
        draft.add(Entry("guide", "overview"), segment.first, segment.after)
        if draft.understood:
            draft.used.update(range(segment.first, segment.after))


def _finished(
    draft: _Draft,
    chosen: Sequence[Segment],
    keys: Sequence[str],
    accepted: dict[int, tuple[str, bool]],
) -> Reading:
    understood = tuple(sorted(draft.understood, key=lambda one: (one.start, one.end)))
    refused = _refused(draft, chosen)
    if refused is not None and refused.reason == Reason.CITY:
        # A hospital elsewhere often has the name of one that is listed.
        understood = tuple(u for u in understood if u.kind is not Concept.CENTER)
    left = _left(draft, keys)
    if refused is None and not understood and _is_nonsense(draft, left):
        refused = NotCovered("nonsense", draft.text.strip())
    is_empty = not understood and refused is None
    if is_empty and not left:
        left = _framing(draft, chosen) or list(range(len(keys)))
    rest = _rest(draft, left)
    return Reading(
        text=draft.text,
        language=language_of(draft.words, draft.spoken),
        understood=understood,
        rest=rest,
        did_you_mean=_better_text(draft, accepted),
        not_covered=refused,
        corrections=tuple(draft.notes),
    )


def _refused(draft: _Draft, chosen: Sequence[Segment]) -> NotCovered | None:
    """Return the reason that matters most, if there is no answer."""
    for reason in _REASONS:
        found = draft.refused.get(reason)
        if found is None:
            continue
        if found.reason.startswith(ABROAD):
            is_placed = draft.cities or any(s.has(Filler.COUNTRY) for s in chosen)
            if is_placed or draft.knows(Concept.GUIDE, Concept.CENTER):
                continue
            return NotCovered(found.reason.removeprefix(ABROAD), found.text, found.near)
        if reason is Reason.THERAPY and _has_answer_beside(draft):
            continue
        return found
    return None


def _has_answer_beside(draft: _Draft) -> bool:
    """Tell whether a query that names a product not approved asks for more."""
    return any(
        (one.kind is Concept.GUIDE and one.key == "comparison")
        or (
            one.kind is Concept.THERAPY
            and f"therapy:{one.key}" not in draft.lexicon.reasons
        )
        for one in draft.understood
    )


def _left(draft: _Draft, keys: Sequence[str]) -> list[int]:
    """Return the places of words that nothing explains."""
    gone = draft.used | draft.framed
    if draft.centers:
        gone |= draft.institutions
    names = draft.lexicon.name_words
    left = [
        at
        for at in range(len(keys))
        if at not in gone
        and not any(owner.key in draft.centers for owner in names.get(keys[at], ()))
    ]
    return _trimmed(draft, left)


def _trimmed(draft: _Draft, left: list[int]) -> list[int]:
    """Take single framing characters off both ends of runs of Chinese."""
    kept: list[int] = []
    run: list[int] = []
    for at in [*left, -1]:
        if run and not (
            at == run[-1] + 1 and touches(draft.words, run[-1], Script.HAN)
        ):
            while run and _frames(draft, run[0]):
                run.pop(0)
            while run and _frames(draft, run[-1]):
                run.pop()
            kept += run
            run = []
        if at >= 0:
            run.append(at)
    return kept


def _frames(draft: _Draft, at: int) -> bool:
    word = draft.words[at]
    if word.script is not Script.HAN or at in draft.institutions:
        return False
    return any(entry.is_filler for entry in draft.lexicon.entries.get(word.key, ()))


def _framing(draft: _Draft, chosen: Sequence[Segment]) -> list[int]:
    """Return the words to search for where a query only frames."""
    useful = (Filler.GENERIC, Filler.TREATMENT, Filler.NAME_PART)
    return [
        at
        for segment in chosen
        if segment.has(*useful)
        for at in range(segment.first, segment.after)
    ]


def _rest(draft: _Draft, left: Sequence[int]) -> str:
    """Return words as typed; what was typed together stays together."""
    parts: list[str] = []
    last = -2
    for at in left:
        word = draft.words[at]
        between = draft.text[draft.words[last].end : word.start] if last >= 0 else " "
        if at == last + 1 and " " not in between and parts:
            parts[-1] += between + draft.text[word.start : word.end]
        else:
            parts.append(draft.text[word.start : word.end])
        last = at
    return " ".join(parts[:MOST_WORDS])


def _better_text(draft: _Draft, accepted: dict[int, tuple[str, bool]]) -> str | None:
    """Return the query in better spelling, if a correction is in doubt."""
    if not any(is_doubtful for _, is_doubtful in accepted.values()):
        return None
    parts: list[str] = []
    at_end = 0
    for at, (word, _) in sorted(accepted.items()):
        token = draft.words[at]
        parts.append(draft.text[at_end : token.start])
        parts.append(draft.lexicon.written.get(word, word))
        at_end = token.end
    parts.append(draft.text[at_end:])
    return " ".join("".join(parts).split())


_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm", "йцукенгшщзхъ", "фывапролджэ")
_VOWELS = frozenset("aeiouyаеиоуыэюя")


def _is_nonsense(draft: _Draft, left: Sequence[int]) -> bool:
    """Tell whether every word that is left was made by a cat on the keys."""
    typed = [draft.words[at] for at in left]
    if not typed or len(draft.framed) > 0:
        return False
    return all(_is_gibberish(word) for word in typed)


def _is_gibberish(word: Token) -> bool:
    key = word.key
    if word.script is Script.DIGIT or len(key) < 4:
        return len(set(key)) == 1 and len(key) > 2
    if word.script not in {Script.LATIN, Script.CYRILLIC}:
        return False
    if len(set(key)) <= 2 or any(key[:6] in row for row in _ROWS):
        return True
    longest = run = 0
    for char in key:
        run = 0 if char in _VOWELS else run + 1
        longest = max(longest, run)
    return longest >= 6 or (longest >= 5 and len(key) == longest)

"""Reading what was typed: what it names, what it asks, what is left."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from directory.core.text import Language
from directory.search.rules.ages import read_numbers
from directory.search.rules.draft import Draft
from directory.search.rules.grammar import literals
from directory.search.rules.languages import language_of
from directory.search.rules.leftover import (
    at_most,
    better_text,
    framing,
    is_nonsense,
    left_over,
    words_of,
)
from directory.search.rules.lexicon import Entry, Lexicon, Spelling
from directory.search.rules.name_parts import names_in_parts
from directory.search.rules.names import Strength
from directory.search.rules.negation import is_led_by, taken_back
from directory.search.rules.normalize import MOST_WORDS, clean, tokens
from directory.search.rules.normalize import is_cut as is_longer
from directory.search.rules.segments import (
    Segment,
    candidates,
    choose,
    cities_in,
    corrected,
    covered,
    keys_of,
)
from directory.search.rules.values import Concept, NotCovered, Reading
from directory.vocabulary.rules import Filler, Reason, TermKind

__all__ = ["Lexicon", "Spelling", "read"]

ABROAD = "abroad-"
"""How the keys of countries begin, among what is not covered."""

UNREAD = "\0"
"""Stands for a word that is not read; no spelling has it."""

HOSPITAL_ZH = "医院"
"""Ends Chinese names of hospitals."""

PRODUCTS = (Concept.GUIDE, "therapies")
"""The guide on products, which a word such as "products" names."""

_REASONS = (
    Reason.SCOPE,
    Reason.CLAIM,
    Reason.CITY,
    Reason.DISEASE,
    Reason.THERAPY,
)
"""What is said first where a query has several reasons."""


def read(lexicon: Lexicon, text: str, dropped: frozenset[str] = frozenset()) -> Reading:
    """Return how a query is read.

    Never raises, whatever was typed; the time is bounded because at most 200
    characters are looked at.

    Args:
        lexicon: From :meth:`Lexicon.compiled`, perhaps with names.
        text: As typed; cleaned and cut here, so spans are of ``Reading.text``.
        dropped: Readings that the reader undid, as ``kind:key``; their words
            are left in ``rest``. What was read as not wanted is undone by
            ``not-kind:key``, and is then wanted.
    """
    shown = clean(text)
    words = tokens(shown)
    if not words:
        refused = NotCovered("nonsense", shown.strip()) if shown.strip() else None
        return Reading(shown, Language.EN, not_covered=refused)
    literal = literals(shown, words)
    keys = keys_of(lexicon, words)
    for one in literal:
        keys[one.first : one.after] = [UNREAD] * (one.after - one.first)
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
    draft = Draft(lexicon, shown, words, dropped, cities_in(found), literals=literal)
    read_numbers(draft, found, chosen)
    whole = _whole_question(draft, keys, chosen)
    _understand(draft, chosen, without_guides=whole)
    names_in_parts(draft, keys)
    _questions(draft, keys)
    _groups(draft)
    _last_resorts(draft)
    _treatment_alone(draft, chosen)
    reading = _finished(draft, chosen, keys, accepted)
    return replace(reading, is_cut=True) if is_longer(text) else reading


def _is_worth(segment: Segment) -> bool:
    """Tell whether a better spelling explains something by this."""
    if not segment.is_filler:
        return True
    return segment.has(Filler.GENERIC, Filler.TREATMENT, Filler.COUNTRY)


def _whole_question(
    draft: Draft, keys: Sequence[str], chosen: Sequence[Segment]
) -> bool:
    """Read a query that is as a whole one of a guide's own questions.

    Such a question is surer than what its words may mean by themselves, unless
    the vocabulary knows all of it as one spelling.
    """
    guide = draft.lexicon.asked("".join(keys)) if len(keys) > 1 else None
    if guide is None or any(
        not one.is_filler and one.after - one.first == len(keys) for one in chosen
    ):
        return False
    return draft.add(Entry("guide", guide), 0, len(keys))


def _understand(
    draft: Draft, chosen: Sequence[Segment], *, without_guides: bool
) -> None:
    """Turn segments into readings and into reasons for having no answer."""
    before: Segment | None = None
    for at, segment in enumerate(chosen):
        places = range(segment.first, segment.after)
        if not draft.used.isdisjoint(places):
            continue
        if segment.is_filler:
            draft.framed.update(places)
        elif segment.entries[0].kind == TermKind.TARGET:
            draft.institutions.update(places)
        elif without_guides and segment.entries[0].kind == Concept.GUIDE:
            draft.framed.update(places)
        elif not taken_back(draft, chosen, at):
            _mean(draft, segment, before)
        before = segment


def _mean(draft: Draft, segment: Segment, before: Segment | None) -> None:
    """Add what one segment means."""
    first, after = segment.first, segment.after
    entries = _preferred(draft, segment)
    lead, *rest = [entry for entry in entries if not entry.is_filler]
    for entry in entries:
        if entry.note and (draft.typed(first, after), entry.note) not in draft.notes:
            draft.notes.append((draft.typed(first, after), entry.note))
    if lead.also and any(entry.kind == Concept.THERAPY for entry in entries):
        draft.groups.append((entries, first, after))
        return
    if not lead.is_concept:
        if lead.kind == TermKind.NOT_COVERED and is_led_by(
            Filler.ORIGIN, draft, before, segment
        ):
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
    if lead.placed and lead.city:
        _city_before_name(draft, lead.city, first, after)


def _city_before_name(draft: Draft, city: str, first: int, after: int) -> None:
    """Read the city that was typed before a center's name as a city too."""
    key = ""
    for end in range(first, after):
        key += draft.words[end].key
        if key in draft.lexicon.common.cities:
            draft.add(Entry("city", city), first, end + 1)
            return


def _preferred(draft: Draft, segment: Segment) -> tuple[Entry, ...]:
    """Put the center in the city that is asked for before others of its name."""
    entries, cities = segment.entries, draft.cities
    lead = entries[0]
    if lead.kind != Concept.CENTER or not cities or lead.city in cities:
        return entries
    for entry in (*entries, *_without_head(draft, segment)):
        if entry.kind == Concept.CENTER and entry.city in cities:
            return (
                entry._replace(aside=False),
                *(other for other in entries if other.name != entry.name),
            )
    return entries


def _without_head(draft: Draft, segment: Segment) -> tuple[Entry, ...]:
    """Return what a Chinese name means without its word for a hospital.

    ``中山医院`` is in Shanghai; in Guangzhou, who types it means a hospital of
    the university that is short ``中山``.
    """
    key = "".join(word.key for word in draft.words[segment.first : segment.after])
    if not key.endswith(HOSPITAL_ZH):
        return ()
    return draft.lexicon.meanings(key.removesuffix(HOSPITAL_ZH))


def _is_city(lexicon: Lexicon, entry: Entry) -> bool:
    reason = lexicon.reasons.get(entry.name)
    return reason is not None and reason[0] == Reason.CITY


def _refuse(draft: Draft, entry: Entry, first: int, after: int) -> None:
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


def _questions(draft: Draft, keys: Sequence[str]) -> None:
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
            guide = lexicon.asked(key) if at >= weighty[-1] else None
            if guide is not None:
                return guide, first, at + 1
            if not lexicon.asks_on(key):
                break
    return None


def _asked_in_content(
    lexicon: Lexicon, keys: Sequence[str], weighty: Sequence[int]
) -> tuple[str, int, int] | None:
    typed = frozenset(keys)
    telling = frozenset(keys[at] for at in weighty)
    for word in sorted(typed):
        for content, guide in lexicon.questions(word):
            if content <= typed and telling <= content:
                return guide, weighty[0], weighty[-1] + 1
    return None


def _groups(draft: Draft) -> None:
    """Read a maker or a target as its products, where nothing else is asked.

    Beside anything else, a city or an illness, these stay words: a center may
    well have studied the target without any of the products.
    """
    if draft.refused or draft.negated:
        return
    if any((one.kind, one.key) != PRODUCTS for one in draft.understood):
        return
    for entries, first, after in draft.groups:
        for entry in entries:
            if entry.is_concept and draft.add(entry, first, after):
                draft.used.update(range(first, after))
                draft.spoken.append(entry.language)


def _last_resorts(draft: Draft) -> None:
    """Read what only counts where nothing else was understood."""
    if draft.understood or draft.refused:
        return
    for entry, first, after in draft.postponed[:1]:
        if draft.add(entry, first, after):
            draft.used.update(range(first, after))


def _treatment_alone(draft: Draft, chosen: Sequence[Segment]) -> None:
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
    draft: Draft,
    chosen: Sequence[Segment],
    keys: Sequence[str],
    accepted: dict[int, tuple[str, bool]],
) -> Reading:
    understood = tuple(sorted(draft.understood, key=lambda one: (one.start, one.end)))
    refused = _refused(draft, chosen)
    if refused is not None and refused.reason == Reason.CITY:
        # A hospital elsewhere often has the name of one that is listed.
        understood = tuple(u for u in understood if u.kind is not Concept.CENTER)
    left = left_over(draft, keys)
    if refused is None and not understood and is_nonsense(draft, left):
        refused = NotCovered("nonsense", draft.text.strip())
    is_empty = not understood and not draft.negated and refused is None
    if is_empty and draft.literals:
        left = sorted({*left, *framing(chosen)})
    if is_empty and not left:
        left = framing(chosen) or list(range(len(keys)))
    rest, is_cut = at_most(words_of(draft, left), MOST_WORDS)
    return Reading(
        text=draft.text,
        language=language_of(draft.words, draft.spoken),
        understood=understood,
        rest=rest,
        did_you_mean=better_text(draft, accepted),
        not_covered=refused,
        corrections=tuple(draft.notes),
        is_cut=is_cut,
        negated=tuple(sorted(draft.negated, key=lambda one: one.start)),
        guessed=tuple(_guessed(draft, accepted)),
    )


def _guessed(draft: Draft, accepted: dict[int, tuple[str, bool]]) -> Iterator[str]:
    """Yield the readings that stand on words corrected in doubt."""
    doubtful = [draft.words[at] for at, (_, is_so) in accepted.items() if is_so]
    if not doubtful:
        return
    for one in draft.understood:
        if any(one.start < word.end and word.start < one.end for word in doubtful):
            yield f"{one.kind.value}:{one.key}"


def _refused(draft: Draft, chosen: Sequence[Segment]) -> NotCovered | None:
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


def _has_answer_beside(draft: Draft) -> bool:
    """Tell whether a query that names a product not approved asks for more."""
    return any(
        (one.kind is Concept.GUIDE and one.key == "comparison")
        or (
            one.kind is Concept.THERAPY
            and f"therapy:{one.key}" not in draft.lexicon.reasons
        )
        for one in draft.understood
    )

"""Reading what is published for the index, and answering from one state of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import func, select

from directory.core.db import Session
from directory.core.text import Language
from directory.knowledge.queries import guide_pages, therapy_pages
from directory.listings.queries import center_pages, facilitator_pages
from directory.outbox.queries import changes_after, head
from directory.search.model import UnansweredQuery
from directory.search.ports import Changed, Content, FullText
from directory.search.rules import facets, highlights, ordering, ranking, relax
from directory.search.rules.catalog import Catalog
from directory.search.rules.documents import IndexDocument
from directory.search.rules.explained import Explained, ExplainedHit
from directory.search.rules.guesses import is_better
from directory.search.rules.normalize import MOST_WORDS
from directory.search.rules.published import (
    Vocabulary,
    center_document,
    facilitator_document,
    guide_document,
    therapy_document,
)
from directory.search.rules.questions import Question
from directory.search.rules.questions import question as parted
from directory.search.rules.reasons import Reasons
from directory.search.rules.sections import led, section_of
from directory.search.rules.values import (
    FURTHEST,
    MOST_PER_PAGE,
    Asked,
    Concept,
    Hit,
    Kind,
    Reading,
    Results,
)
from directory.search.rules.words import Matches
from directory.vocabulary.queries import terms as all_terms

NOTHING = Matches.none()
"""What is found where no words are looked for."""

EVERYTHING = "vocabulary"
"""The subject in the feed of changes after which all documents are read again."""


@dataclass(frozen=True, slots=True)
class Description:
    """The vocabulary that documents are described with.

    Args:
        vocabulary: As it was read.
        place: Place in the feed of changes that it speaks for.
    """

    vocabulary: Vocabulary
    place: int


def description(session: Session) -> Description:
    """Return the vocabulary that documents are described with."""
    place = head(session)
    return Description(Vocabulary.of(all_terms(session), therapy_pages(session)), place)


def index_documents(
    session: Session,
    subjects: Iterable[str] | None = None,
    *,
    today: date,
    vocabulary: Vocabulary | None = None,
) -> tuple[IndexDocument, ...]:
    """Return what the index keeps of published things.

    Args:
        session: Read only here.
        subjects: Ids such as ``center:nanfang-hospital``; everything if not
            given. What is not published is left out.
        today: Against which facts are judged overdue.
        vocabulary: What they are described with; read if not given.
    """
    wanted: dict[str, set[str]] | None = None
    if subjects is not None:
        wanted = {kind.value: set() for kind in Kind}
        for subject in subjects:
            kind, _, slug = subject.partition(":")
            if kind in wanted:
                wanted[kind].add(slug)

    def slugs(kind: Kind) -> set[str] | None:
        return None if wanted is None else wanted[kind.value]

    if vocabulary is None:
        vocabulary = description(session).vocabulary
    found: list[IndexDocument] = []
    if slugs(Kind.CENTER) != set():
        centers = center_pages(session, slugs(Kind.CENTER), today=today)
        found += (center_document(page, vocabulary) for page in centers)
    if slugs(Kind.FACILITATOR) != set():
        facilitators = facilitator_pages(session, slugs(Kind.FACILITATOR), today=today)
        found += map(facilitator_document, facilitators)
    if slugs(Kind.THERAPY) != set():
        therapies = therapy_pages(session, slugs(Kind.THERAPY))
        found += (therapy_document(page, vocabulary) for page in therapies)
    if slugs(Kind.GUIDE) != set():
        found += map(guide_document, guide_pages(session, slugs(Kind.GUIDE)))
    return tuple(found)


def content(session: Session, *, today: date) -> Content:
    """Return everything that an index is made of, and the place it speaks for.

    Args:
        session: A transaction of its own, so that one moment is read.
        today: Against which facts are judged overdue.
    """
    # The place is read first: what changes meanwhile is then followed again.
    position = head(session)
    return Content(
        documents=index_documents(session, today=today),
        terms=all_terms(session),
        position=position,
        day=today,
    )


def changed(
    session: Session, place: int, described: Description, *, today: date
) -> Changed | None:
    """Return what changed after a place in the feed.

    Args:
        session: A transaction of its own.
        place: Reached before.
        described: What documents are described with, read at some time.
        today: Against which facts are judged overdue.

    Returns:
        ``None`` if everything must be read again: the vocabulary changed, a
        therapy did (centers are described with it), or the feed was cut.
    """
    if place > head(session):
        return None
    # From where the description was read, so that no change of it is missed.
    feed = changes_after(session, min(place, described.place))
    if any(one == EVERYTHING or one.startswith("therapy:") for one in feed.subjects):
        return None
    if feed.reached <= place:
        return Changed(frozenset(), (), place)
    return Changed(
        gone=frozenset(feed.subjects),
        documents=index_documents(
            session, feed.subjects, today=today, vocabulary=described.vocabulary
        ),
        position=feed.reached,
    )


@dataclass(frozen=True, slots=True)
class State:
    """One state of the index, as queries are answered from it.

    Args:
        generation: Its name.
        catalog: Its documents.
        words: Its full text.
        read: Reads a query by its vocabulary, without what the reader undid.
        full_text: False where the database answers in place of the index.
    """

    generation: str
    catalog: Catalog
    words: FullText
    read: Callable[[str, frozenset[str]], Reading]
    full_text: bool = True


def answer(state: State, asked: Asked, language: Language) -> Results:
    """Return one page of results, with all that explains them.

    Args:
        state: Which documents and words.
        asked: The query.
        language: The reader's; it orders names and chooses texts to show.
    """
    reading = _weighed(state, asked, state.read(asked.text, asked.dropped))
    documents = state.catalog.documents

    def guide(slug: str) -> IndexDocument | None:
        place = documents.place(f"{Kind.GUIDE.value}:{slug}")
        return None if place is None else documents[place]

    return page_of(state, asked, led(reading, guide), language)


def _weighed(state: State, asked: Asked, reading: Reading) -> Reading:
    """Return a reading without the guesses that are no better than what was typed."""
    if not reading.guessed:
        return reading
    plain = state.read(asked.text, asked.dropped | frozenset(reading.guessed))
    typed = state.words.find(plain.rest) if plain.rest else Matches.none()
    return reading if is_better(typed) else replace(plain, did_you_mean=None)


def page_of(
    state: State, asked: Asked, reading: Reading, language: Language
) -> Results:
    """Return one page of results of a query that was read.

    Args:
        state: Which documents and words.
        asked: The query.
        reading: How its words were read.
        language: The reader's; it orders names and chooses texts to show.
    """
    catalog = state.catalog
    question = parted(asked, reading, catalog.documents.ids)
    found = NOTHING
    if question.words and question.is_covered:
        found = state.words.find(question.words)
    sought = ranking.Sought(found)

    def select(changed: Question) -> ranking.Selected:
        return ranking.select(catalog, changed, sought)

    selected = select(question)
    total = selected.hits.bit_count()
    per_page = min(max(1, asked.per_page), MOST_PER_PAGE)
    page = max(1, asked.page)
    begin, end = (page - 1) * per_page, page * per_page
    shown: list[int] = []
    if begin < total and end <= FURTHEST:
        shown = ordering.ordered(
            catalog, question, selected, sought, asked.sort, language, end
        )[begin:]
    return Results(
        reading=reading,
        total=total,
        confirmed=(selected.confirmed & selected.hits).bit_count(),
        page=page,
        per_page=per_page,
        items=_items(catalog, question, reading, selected, found, shown, language),
        facets=facets.facets(catalog, question, selected, select),
        relaxations=relax.relaxations(
            question, total, lambda changed: select(changed).hits.bit_count()
        ),
        generation=state.generation,
        full_text=state.full_text,
    )


def explained(state: State, asked: Asked, language: Language) -> Explained:
    """Return one page of results, and why each stands where it stands.

    Args:
        state: Which documents and words.
        asked: The query.
        language: The reader's.
    """
    catalog = state.catalog
    results = answer(state, asked, language)
    question = parted(asked, results.reading, catalog.documents.ids)
    is_looked_up = bool(question.words) and question.is_covered
    found = state.words.find(question.words) if is_looked_up else Matches.none()
    known = [ranking.value(catalog, clause) for clause in question.clauses]
    hits: list[ExplainedHit] = []
    for hit in results.items:
        place = catalog.documents.place(f"{hit.kind.value}:{hit.slug}")
        assert place is not None
        document = catalog.documents[place]
        is_named = document.id in question.named
        hits.append(
            ExplainedHit(
                hit=hit,
                named=question.named.index(document.id) + 1 if is_named else None,
                confirmed=sum(one.confirmed >> place & 1 for one in known),
                affirmed=sum(one.affirmed >> place & 1 for one in known),
                found=found.get(place),
                evidence=document.evidence,
                reasons=state.words.explain(question.words, place)
                if is_looked_up
                else (),
            )
        )
    return Explained(results, question, found.asked, tuple(hits))


def _items(
    catalog: Catalog,
    question: Question,
    reading: Reading,
    selected: ranking.Selected,
    found: Matches,
    shown: Sequence[int],
    language: Language,
) -> tuple[Hit, ...]:
    """Return what a page shows of some places."""
    if not shown:
        return ()
    needles = _needles(catalog, question, reading)
    reasons = Reasons(catalog, question)
    scores = found.scores(shown)
    documents = catalog.documents
    items: list[Hit] = []
    for place in shown:
        document = documents[place]
        score = scores.get(place)
        items.append(
            Hit(
                document.kind,
                document.slug,
                document.names,
                document.city,
                selected.match(place),
                reasons.of(place, document, has_words=score is not None),
                highlights.pieces_of(documents.texts(place), needles, language)
                if needles
                else (),
                document.verified_on,
                document.evidence_level,
                score or 0.0,
                section_of(document, reading.text)
                if document.kind is Kind.GUIDE
                else None,
            )
        )
    return tuple(items)


def _needles(catalog: Catalog, question: Question, reading: Reading) -> tuple[str, ...]:
    """Return the words to mark: as typed, and as the vocabulary says them."""
    unmarked = {Concept.CITY, Concept.CENTER, Concept.FACILITATOR}
    phrases = [part.text for part in reading.understood if part.kind not in unmarked]
    for clause in question.clauses:
        if clause.concept not in unmarked:
            for key in clause.keys:
                phrases += catalog.labels.get((clause.concept, key), {}).values()
    return highlights.needles(question.words, phrases[: 4 * MOST_WORDS])


@dataclass(frozen=True, slots=True)
class UnansweredText:
    """A text that found nothing, over some days.

    Args:
        text: As it was kept.
        times: How often it was typed.
        last_on: The latest day.
    """

    text: str
    times: int
    last_on: date


def unanswered(
    session: Session, *, since: date, limit: int
) -> tuple[UnansweredText, ...]:
    """Return what found nothing, the most frequent first.

    Args:
        session: Read only here.
        since: First day that counts.
        limit: How many at most.
    """
    times, last_on = func.sum(UnansweredQuery.times), func.max(UnansweredQuery.day)
    rows = session.execute(
        select(UnansweredQuery.text, times, last_on)
        .where(UnansweredQuery.day >= since)
        .group_by(UnansweredQuery.text)
        .order_by(times.desc(), last_on.desc(), UnansweredQuery.text)
        .limit(limit)
    )
    return tuple(UnansweredText(text, int(count), day) for text, count, day in rows)

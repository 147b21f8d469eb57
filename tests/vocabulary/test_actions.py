from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select

from directory.audit.model import Entry
from directory.core.actor import VISITOR
from directory.core.errors import NotFoundError, RefusedError
from directory.outbox.queries import changes_after
from directory.vocabulary.actions import (
    TermChangedError,
    digest_of,
    edit_term,
    put_term,
)
from directory.vocabulary.queries import edited, labels, terms
from directory.vocabulary.rules import Form, Reason, Synonym, Term, TermKind
from tests.search.lexicons import terms as seeded

TERM = Term(
    kind=TermKind.CITY,
    key="emei",
    labels={"en": "Emei", "zh": "峨眉"},
    synonyms=(
        Synonym(text="Emei", language="en"),
        Synonym(text="EM", language="mul", form=Form.ABBREVIATION, cautious=True),
    ),
)


def test_a_term_comes_back_as_it_was_put(work):
    put_term(work, TERM)

    assert terms(work.session) == (TERM,)


def test_putting_it_again_changes_nothing(work):
    put_term(work, TERM)
    place = changes_after(work.session, 0).reached

    assert put_term(work, TERM) is False
    assert changes_after(work.session, place).subjects == ()
    assert len(work.session.scalars(select(Entry)).all()) == 1


def test_a_changed_term_takes_the_place_of_the_old(work):
    put_term(work, TERM)
    newer = TERM.model_copy(update={"synonyms": TERM.synonyms[::-1], "caution": "new"})

    assert put_term(work, newer) is True
    assert terms(work.session) == (newer,)


def test_every_node_is_told_and_the_log_keeps_it(work):
    put_term(work, TERM)

    assert changes_after(work.session, 0).subjects == ("vocabulary",)
    (entry,) = work.session.scalars(select(Entry)).all()
    assert (entry.event, entry.subject) == ("term.put", "term:city:emei")


def test_a_visitor_may_not_change_words(work):
    with pytest.raises(RefusedError):
        put_term(replace(work, actor=VISITOR), TERM)

    assert terms(work.session) == ()


def test_labels_are_found_by_kind_and_key(work):
    put_term(work, TERM)
    elsewhere = Term(
        kind=TermKind.NOT_COVERED,
        key="elsewhere",
        labels={"en": "Elsewhere"},
        reason=Reason.CITY,
    )
    put_term(work, elsewhere)

    found = labels(work.session)

    assert found["city", "emei"] == {"en": "Emei", "zh": "峨眉"}
    assert found["city", "elsewhere"] == {"en": "Elsewhere"}


def test_the_whole_seeded_vocabulary_comes_back(work):
    for term in seeded():
        put_term(work, term)

    assert {f"{t.kind}:{t.key}": t for t in terms(work.session)} == {
        f"{t.kind}:{t.key}": t for t in seeded()
    }


NEWER = TERM.model_copy(update={"caution": "Not the mountain."})


def test_what_a_person_edited_is_left_alone_by_the_seeds(work):
    put_term(work, TERM)
    edit_term(work, NEWER, was=digest_of(TERM))

    assert put_term(work, TERM) is False
    assert terms(work.session) == (NEWER,)
    assert edited(work.session) == {"city:emei"}


def test_what_nobody_edited_is_the_seeds(work):
    put_term(work, TERM)

    assert edited(work.session) == frozenset()


def test_two_editors_at_once_do_not_overwrite_each_other(work):
    put_term(work, TERM)
    edit_term(work, NEWER, was=digest_of(TERM))
    other = TERM.model_copy(update={"caution": "Mine."})

    with pytest.raises(TermChangedError):
        edit_term(work, other, was=digest_of(TERM))

    assert terms(work.session) == (NEWER,)


def test_editing_into_the_same_changes_nothing(work):
    put_term(work, TERM)

    assert edit_term(work, TERM, was=digest_of(TERM)) is False
    assert edited(work.session) == frozenset()


def test_what_is_no_term_cannot_be_edited(work):
    with pytest.raises(NotFoundError):
        edit_term(work, TERM, was=digest_of(TERM))


def test_an_edit_is_announced_and_written_down(work):
    put_term(work, TERM)
    place = changes_after(work.session, 0).reached

    edit_term(work, NEWER, was=digest_of(TERM))

    last = work.session.scalars(select(Entry).order_by(Entry.seq.desc())).first()
    assert changes_after(work.session, place).subjects == ("vocabulary",)
    assert last.facts == {"before": digest_of(TERM), "after": digest_of(NEWER)}


def test_a_visitor_may_not_edit(work):
    put_term(work, TERM)
    outside = replace(work, actor=VISITOR)

    with pytest.raises(RefusedError):
        edit_term(outside, NEWER, was=digest_of(TERM))

"""What the owner's people write for themselves, and who reads none of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from directory.audit.model import Entry
from directory.cases.actions.notes import (
    add_task,
    finish_task,
    note_read,
    triage,
    write_note,
)
from directory.cases.model import Note, Task
from directory.cases.queries.case_page import case_page
from directory.cases.queries.timeline import timeline
from directory.cases.rules.timeline import Kind
from directory.cases.rules.triage import NOTE_LONGEST, TASKS_AT_MOST, NoteRefusedError
from directory.core.errors import NotFoundError, RefusedError
from tests.cases.owning import colleague, name_of, stranger
from tests.cases.test_talking import NAUGHTY

WORDS = "Ask again on Monday: zqcanary-note"


def page(people, work=None):
    work = work or people.owner
    return case_page(work.session, work.actor, people.keys, people.case, now=work.now)


def test_a_note_is_read_by_the_owners_people_alone(people):
    write_note(people.owner, people.keys, people.case, WORDS, key="a" * 32)

    note = page(people, colleague(people)).notes[0]
    assert note.body == WORDS
    assert note.author == name_of(people.owner)
    lines = timeline(people.owner.session, people.case)
    assert Kind.NOTE not in {line.kind for line in lines}
    inner = timeline(people.owner.session, people.case, with_internal=True)
    assert Kind.NOTE in {line.kind for line in inner}


def test_what_is_kept_of_a_note_is_sealed(people):
    write_note(people.owner, people.keys, people.case, WORDS, key="a" * 32)
    add_task(people.owner, people.keys, people.case, WORDS, key="b" * 32)

    session = people.owner.session
    kept = [
        row.body
        for row in (*session.scalars(select(Note)), *session.scalars(select(Task)))
    ]
    assert all(b"zqcanary" not in (body or b"") for body in kept)
    facts = [str(row.facts) for row in session.scalars(select(Entry))]
    assert not any("zqcanary" in each for each in facts)


def test_a_form_that_is_sent_twice_is_one_note_and_one_task(people):
    for _ in range(2):
        write_note(people.owner, people.keys, people.case, WORDS, key="a" * 32)
        add_task(people.owner, people.keys, people.case, WORDS, key="b" * 32)

    found = page(people)
    assert len(found.notes) == len(found.tasks) == 1


@pytest.mark.parametrize("words", NAUGHTY)
def test_strange_words_stay_as_they_were_written(people, words):
    write_note(people.owner, people.keys, people.case, words, key="a" * 32)

    assert page(people).notes[0].body == words.strip()


@pytest.mark.parametrize(
    ("words", "wrong"),
    [("", "missing"), ("  \n", "missing"), ("x" * (NOTE_LONGEST + 1), "long")],
)
def test_nothing_and_too_much_are_refused(people, words, wrong):
    with pytest.raises(NoteRefusedError) as refused:
        write_note(people.owner, people.keys, people.case, words, key="a" * 32)

    assert refused.value.facts == {"field": "note", "wrong": wrong}


@pytest.mark.parametrize("key", ["", "a", "g" * 32, "A" * 32, "a" * 33])
def test_a_key_of_no_form_is_refused(people, key):
    with pytest.raises(NoteRefusedError):
        write_note(people.owner, people.keys, people.case, WORDS, key=key)


def test_strangers_and_hospitals_write_nothing(people):
    for work, error in ((stranger(people), NotFoundError), (people.east, RefusedError)):
        with pytest.raises(error):
            write_note(work, people.keys, people.case, WORDS, key="a" * 32)
        with pytest.raises(error):
            add_task(work, people.keys, people.case, WORDS, key="a" * 32)
        with pytest.raises(error):
            triage(work, people.case, frozenset({"asker"}))
        with pytest.raises(error):
            note_read(work, people.case)
    with pytest.raises(NotFoundError):
        page(people, stranger(people))


def test_a_task_has_a_day_and_somebody(people):
    mate = colleague(people)
    day = people.owner.now.date() + timedelta(days=2)

    add_task(
        people.owner,
        people.keys,
        people.case,
        WORDS,
        key="b" * 32,
        due_on=day,
        assignee=mate.actor.person,
    )

    task = page(people).tasks[0]
    assert (task.words, task.due_on, task.is_late) == (WORDS, day, False)
    assert task.assignee_name == name_of(mate)
    assert page(people.later(days=4)).tasks[0].is_late


def test_a_task_is_done_once_and_can_be_taken_up_again(people):
    task = add_task(people.owner, people.keys, people.case, WORDS, key="b" * 32)

    finish_task(people.owner, people.case, task)
    finish_task(colleague(people), people.case, task)

    done = page(people).tasks[0]
    assert done.done_by == name_of(people.owner)
    finish_task(people.owner, people.case, task, is_done=False)
    assert page(people).tasks[0].done_at is None


@pytest.mark.parametrize(
    ("given", "field", "wrong"),
    [
        ({"assignee": -1}, "assignee", "unknown"),
        ({"due_on": timedelta(days=-2)}, "due_on", "past"),
    ],
)
def test_a_task_that_cannot_be_meant_is_refused(people, given, field, wrong):
    if "due_on" in given:
        given = {"due_on": people.owner.now.date() + given["due_on"]}

    with pytest.raises(NoteRefusedError) as refused:
        add_task(people.owner, people.keys, people.case, WORDS, key="b" * 32, **given)

    assert refused.value.facts == {"field": field, "wrong": wrong}


def test_nobody_of_another_office_is_given_a_task(people):
    with pytest.raises(NoteRefusedError):
        add_task(
            people.owner,
            people.keys,
            people.case,
            WORDS,
            key="b" * 32,
            assignee=stranger(people).actor.person,
        )


def test_a_case_has_so_many_open_tasks_and_no_more(people):
    for number in range(TASKS_AT_MOST):
        add_task(people.owner, people.keys, people.case, WORDS, key=f"{number:032x}")

    with pytest.raises(NoteRefusedError) as refused:
        add_task(people.owner, people.keys, people.case, WORDS, key="f" * 32)
    assert refused.value.facts["wrong"] == "many"


def test_a_task_of_another_case_is_not_found(people):
    with pytest.raises(NotFoundError):
        finish_task(people.owner, people.case, "f" * 32)


def test_the_checklist_is_ticked_and_unticked(people):
    triage(people.owner, people.case, frozenset({"asker", "diagnosis"}))
    mate = colleague(people)
    triage(mate, people.case, frozenset({"asker", "travel"}))

    ticked = {line.kind: line.done_by for line in page(people).triage if line.done_at}
    assert ticked == {"asker": name_of(people.owner), "travel": name_of(mate)}
    assert page(people).triaged == 2


@pytest.mark.parametrize(
    "kind", ["", "own", "record:", "record:none", "ASKER", "x" * 99]
)
def test_a_line_that_is_not_there_is_not_ticked(people, kind):
    with pytest.raises(NoteRefusedError):
        triage(people.owner, people.case, frozenset({kind}))


def test_that_a_case_is_read_is_written_down(people):
    note_read(people.owner, people.case)

    entry = people.owner.session.scalars(
        select(Entry).where(Entry.event == "case.read")
    ).one()
    assert entry.subject == f"case:{people.case}"
    assert entry.actor == people.owner.actor.name


def test_a_page_holds_what_was_answered_and_where_it_went(people):
    found = page(people)

    assert found.person.country == "KZ"
    assert found.illness.diagnosis == "mm"
    assert found.targets == ("center:east-invented", "center:west-invented")
    assert found.sharing == {"center:east-invented"}
    (east,) = found.referrals
    assert (east.center, east.is_kept_here, east.is_shared) == (
        "east-invented",
        True,
        True,
    )
    assert found.into is None
    assert found.is_with_directory

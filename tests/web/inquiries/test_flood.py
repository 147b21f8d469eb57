"""When far more is sent than people send, programs pay and people get through."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from itertools import count

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from directory.cases.actions import opening
from directory.cases.model import Case, CaseMark, Move
from directory.cases.queries.holding import MARK
from directory.core.actor import VISITOR
from directory.core.text import Language
from directory.core.work import Work
from directory.inquiries.actions import asking
from directory.inquiries.queries import draft
from directory.inquiries.rules.floods import PATIENCE, PROOF_LASTS, solves
from directory.outbox.model import Promise
from directory.web import guards
from directory.web.context import EXTENSION
from tests.browser import Browser, read
from tests.inquiries.invented import DAUGHTER, HEALTH, MYELOMA, TICKED, TWO_CENTERS
from tests.web.inquiries.pages import answer, rows, send

USUAL, MOST = 20, 60
"""Inquiries of an hour: before proof, and before holding."""


@pytest.fixture
def flooding(app: Flask) -> Flask:
    """Return a directory that twenty inquiries an hour are usual for."""
    tools = app.extensions[EXTENSION]
    settings = tools.settings.model_copy(
        update={
            "inquiries_per_address": 5,
            "inquiries_before_proof": USUAL,
            "inquiries_before_holding": MOST,
        }
    )
    app.extensions[EXTENSION] = replace(tools, settings=settings)
    return app


def pour(app: Flask, clock, number: int) -> None:
    """Let so many inquiries be sent as the action does, whoever they are from."""
    tools = app.extensions[EXTENSION]
    with tools.sessions.begin() as session:
        for _ in range(number):
            then = Work(session, VISITOR, clock.now)
            secret = answered_in(then, tools)
            later = Work(session, VISITOR, clock.now + timedelta(seconds=10))
            found = draft(session, tools.keys, secret, now=later.now)
            opening.send(later, tools.keys, secret, found.revision)


def answered_in(work: Work, tools) -> str:
    """Answer every page of a new draft within a transaction."""
    secret = asking.begin(work, tools.keys, DAUGHTER, Language.EN)
    asking.save_illness(work, tools.keys, secret, MYELOMA, HEALTH)
    asking.save_choice(work, tools.keys, secret, TWO_CENTERS)
    asking.save_consents(work, tools.keys, secret, TICKED)
    return secret


def solved(task: str) -> str:
    """Return a number that solves a task."""
    return next(str(nonce) for nonce in count() if solves(task, str(nonce)))


def asked_to_prove(browser: Browser):
    """Send; insist on being asked for a proof; return that page."""
    response = send(browser)
    assert response.status_code == 429
    return read("/inquiries/check", response)


def hand_in(browser: Browser, page, **more: object):
    """Send the page of the proof."""
    fields = ("csrf_token", "revision", "task")
    data = {name: page.value(name) for name in fields}
    return browser.client.post("/inquiries/check", data={**data, **more})


def total(page) -> str:
    """Return the sum that a page asks for."""
    one, other = re.findall(r"What is (\d+) plus (\d+)\?", page.text)[0]
    return str(int(one) + int(other))


def held(app: Flask) -> int:
    """Return how many cases are held."""
    with app.extensions[EXTENSION].reading() as session:
        found = session.scalar(
            select(func.count()).select_from(CaseMark).where(CaseMark.kind == MARK)
        )
    return found or 0


def test_as_long_as_usual_numbers_are_sent_nobody_proves_anything(
    flooding, browser, clock
):
    pour(flooding, clock, USUAL - 1)
    answer(browser)
    clock.move(minutes=5)

    assert send(browser).headers["Location"] == "/inquiries/receipt"


def test_an_hour_later_the_flood_is_forgotten(flooding, browser, clock):
    pour(flooding, clock, USUAL)
    clock.move(minutes=61)
    answer(browser)
    clock.move(minutes=5)

    assert send(browser).status_code == 303


def test_in_a_flood_work_is_asked_for_and_whoever_did_it_is_not_held(
    flooding, browser, clock
):
    pour(flooding, clock, USUAL)
    answer(browser)
    clock.move(minutes=5)
    page = asked_to_prove(browser)
    assert page.response.headers["Retry-After"] == "60"
    assert rows(flooding).count("draft") == 1

    response = hand_in(browser, page, nonce=solved(page.value("task")))

    assert response.headers["Location"] == "/inquiries/receipt"
    assert held(flooding) == 0


def test_without_script_a_minute_and_a_question_do_and_the_case_is_held(
    flooding, browser, clock
):
    pour(flooding, clock, USUAL)
    answer(browser)
    clock.move(minutes=5)
    page = asked_to_prove(browser)
    clock.move(seconds=PATIENCE.total_seconds())

    response = hand_in(browser, page, answer=f" {total(page)} ")

    assert response.headers["Location"] == "/inquiries/receipt"
    assert held(flooding) == 1


def test_digits_of_arabic_are_digits(flooding, browser, clock):
    pour(flooding, clock, USUAL)
    answer(browser)
    clock.move(minutes=5)
    page = asked_to_prove(browser)
    clock.move(seconds=PATIENCE.total_seconds())
    arabic = total(page).translate({48 + n: 0x660 + n for n in range(10)})

    assert hand_in(browser, page, answer=arabic).status_code == 303


@pytest.mark.parametrize(
    ("seconds", "given", "words"),
    [
        (0, None, "Wait until a minute is over"),
        (59, None, "Wait until a minute is over"),
        (60, "", "Type the sum of the two numbers"),
        (60, "99", "Type the sum of the two numbers"),
        (60, "x" * 500, "Type the sum of the two numbers"),
    ],
)
def test_too_soon_or_wrong_is_said_at_the_question(
    flooding, browser, clock, seconds, given, words
):
    pour(flooding, clock, USUAL)
    answer(browser)
    clock.move(minutes=5)
    page = asked_to_prove(browser)
    clock.move(seconds=seconds)

    response = hand_in(browser, page, answer=total(page) if given is None else given)

    again = read("/inquiries/check", response)
    assert response.status_code == 429
    assert words in again.text
    assert again.value("task") == page.value("task")


@pytest.mark.parametrize("spoil", ["changed", "others", "old", "none", "unsolved"])
def test_a_task_that_is_not_this_drafts_or_not_solved_proves_nothing(
    flooding, browser, clock, spoil
):
    pour(flooding, clock, USUAL)
    answer(browser)
    clock.move(minutes=5)
    page = asked_to_prove(browser)
    task = page.value("task")
    nonce = solved(task)
    if spoil == "changed":
        task = task[:-1] + ("A" if task[-1] != "A" else "B")
        nonce = solved(task)
    elif spoil == "others":
        other = Browser(flooding)
        answer(other)
        clock.move(minutes=5)
        task = asked_to_prove(other).value("task")
        nonce = solved(task)
    elif spoil == "old":
        clock.move(seconds=PROOF_LASTS.total_seconds() + 1)
        pour(flooding, clock, USUAL)
    elif spoil == "none":
        task = ""
    else:
        nonce = "0"

    response = hand_in(browser, page, task=task, nonce=nonce)

    assert response.status_code == 429
    assert rows(flooding).count("draft") >= 1


def test_what_was_sent_already_needs_no_second_proof(flooding, browser, clock):
    pour(flooding, clock, USUAL - 1)
    answer(browser)
    clock.move(minutes=5)
    page = browser.open("/inquiries/check")
    data = {name: page.value(name) for name in ("csrf_token", "revision")}

    for _ in range(2):
        response = browser.client.post("/inquiries/check", data=data)
        assert response.headers["Location"] == "/inquiries/receipt"

    assert rows(flooding).count("draft") == 0


@pytest.mark.parametrize("language", Language)
def test_the_page_of_the_proof_is_sound_in_each_language(
    flooding, browser, clock, language
):
    pour(flooding, clock, USUAL)
    answer(browser)
    clock.move(minutes=5)
    page = browser.open(f"/{language.value}/inquiries/check")
    data = {name: page.value(name) for name in ("csrf_token", "revision")}

    response = browser.client.post(f"/{language.value}/inquiries/check", data=data)

    assert read("/inquiries/check", response).value("task")


def test_one_address_sends_no_more_than_its_share_and_loses_nothing(
    flooding, browser, clock
):
    tools = flooding.extensions[EXTENSION]
    flooding.config["LIMITS_ARE_OFF"] = False
    try:
        statuses = []
        for _ in range(6):
            browser.client.delete_cookie("draft")
            answer(browser)
            clock.move(seconds=30)
            statuses.append(send(browser).status_code)
    finally:
        flooding.config["LIMITS_ARE_OFF"] = True
        guards.limiter.reset()

    assert tools.settings.inquiries_per_address == 5
    assert statuses == [303] * 5 + [429]
    assert rows(flooding).count("draft") == 1


def test_of_a_thousand_inquiries_the_real_ones_pass_and_staff_are_not_flooded(
    flooding, clock
):
    """A program sends 950 without proof, and tries what it can; fifty people pay."""
    tools = flooding.extensions[EXTENSION]
    with tools.sessions.begin() as session:
        work = Work(session, VISITOR, clock.now)
        secrets = [answered_in(work, tools) for _ in range(1000)]
    clock.move(minutes=5)
    real = {at for at in range(1000) if at % 20 == 7}
    browser = Browser(flooding)
    browser.client.set_cookie("draft", secrets[0])
    token = browser.open("/inquiries/check").value("csrf_token")
    came = {"real": 0, "spam": 0}
    with tools.reading() as session:
        revision = str(session.scalar(text("SELECT max(revision) FROM inquiry")))
    for at, secret in enumerate(secrets):
        browser.client.set_cookie("draft", secret)
        data = {"csrf_token": token, "revision": revision}
        response = browser.client.post("/inquiries/check", data=data)
        if response.status_code == 429 and at in real:
            page = read("/inquiries/check", response)
            nonce = solved(page.value("task")) if at % 40 == 7 else ""
            clock.move(seconds=0 if nonce else 61)
            response = hand_in(browser, page, nonce=nonce, answer=total(page))
        if response.status_code == 303:
            came["real" if at in real else "spam"] += 1

    assert came["real"] == 50
    assert came["spam"] <= USUAL
    with tools.reading() as session:
        cases = session.scalar(select(func.count()).select_from(Case))
        told = session.scalar(
            select(func.count()).select_from(Promise).where(Promise.kind == "case.news")
        )
        moves = session.scalar(select(func.count()).select_from(Move))
    assert cases == came["real"] + came["spam"]
    let_in = cases - held(flooding)
    # Each that nobody holds is told of when it opens, and when a center gets it.
    assert told <= 2 * let_in
    assert let_in <= USUAL + 25
    assert moves >= cases

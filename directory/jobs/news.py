"""Keeping promises to tell of news: who is told, and calling programs."""

from __future__ import annotations

from functools import partial

from directory.cases.actions import news, webhooks
from directory.cases.actions.telling import NEWS
from directory.cases.rules.webhooks import headers
from directory.core.actor import system
from directory.core.calls import AddressRefusedError, Caller, CallFailedError
from directory.core.crypto import KeyRing
from directory.core.db import Session
from directory.core.work import Work
from directory.jobs.promises import Keeper, Keepers, NotKeptError
from directory.outbox.actions import Claim
from directory.tools import Tools

GONE = 410
"""An address that answers this wants to hear no more (source: RFC 9110, 15.5.11)."""


def news_keepers(tools: Tools) -> Keepers:
    """Return who tells of news; nobody where there are no keys."""
    ring = tools.keys
    if ring is None:
        return {}
    found: dict[str, Keeper] = {NEWS: partial(fan_out, tools)}
    if tools.caller is not None:
        found[news.CALL] = partial(call, tools, ring, tools.caller)
    return found


def fan_out(tools: Tools, claimed: Claim) -> None:
    """Promise what follows from one line of a timeline."""
    with tools.sessions.begin() as session:
        news.fan_out(_work(tools, session), int(claimed.payload["move"]))


def call(tools: Tools, ring: KeyRing, caller: Caller, claimed: Claim) -> None:
    """Call an address, and write down what it answered.

    Raises:
        NotKeptError: If it did not say that it has taken it.
    """
    hook = str(claimed.payload["webhook"])
    with tools.reading() as session:
        found = webhooks.to_call(
            _work(tools, session), ring, hook, int(claimed.payload["move"])
        )
    if found is None:
        return
    status = took = failure = None
    is_final = False
    try:
        answer = caller.post(
            found.url,
            found.body,
            headers(found.secret, found.event, tools.clock(), found.body),
        )
    except (AddressRefusedError, CallFailedError) as error:
        failure = f"{error.code}:{error.facts.get('reason', '')}"[:60]
        is_final = isinstance(error, AddressRefusedError)
    else:
        status, took = answer.status, answer.took_ms
        if not 200 <= status < 300:
            failure = f"http.{status}"
            is_final = status == GONE
    with tools.sessions.begin() as session:
        webhooks.note_try(
            _work(tools, session),
            hook,
            event=found.event,
            kind=found.kind,
            attempt=claimed.tries,
            status=status,
            failure=failure,
            took_ms=took,
        )
    if failure is not None:
        raise NotKeptError(failure, is_final=is_final, about=f"webhook:{hook}")


def _work(tools: Tools, session: Session) -> Work:
    return Work(session, system("news"), tools.clock())

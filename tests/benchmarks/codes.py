"""How long wrong, erased and expired codes take: ``python -m tests.benchmarks.codes``.

Prints quartiles of each in microseconds. They are to lie within each other's; a test
counts the steps, and nothing is asserted here.
"""

from __future__ import annotations

import random
import secrets
import tempfile
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from statistics import quantiles
from time import perf_counter_ns

from directory.cases.actions.erasing import erase_as_patient
from directory.core.actor import VISITOR, system
from directory.core.crypto import KeyRing
from directory.core.db import make_engine, make_sessions
from directory.core.work import Work
from directory.inquiries.model import Inquiry
from directory.inquiries.queries import UnknownCodeError, tracked
from directory.inquiries.rules.receipts import written
from tests.conftest import NOW, make_schema
from tests.inquiries.invented import answered, sent, stock

EACH = 200
"""Codes of each kind."""

ROUNDS = 20


def main() -> None:
    """Make a directory, ask for codes in random order, print quartiles."""
    keys = KeyRing.new()
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'codes.sqlite'}"
        make_schema(url)
        engine = make_engine(url)
        codes: dict[str, list[str]] = {"wrong": [], "erased": [], "expired": []}
        with make_sessions(engine)() as session:
            stock(Work(session, system("benchmark"), NOW))
            visitor = Work(session, VISITOR, NOW)
            for number in range(EACH):
                codes["wrong"].append(written(secrets.token_bytes(16)))
                for kind in ("erased", "expired"):
                    code = sent(visitor, keys, answered(visitor, keys)).code
                    codes[kind].append(code)
                    name = tracked(session, keys, code, now=NOW)
                    if kind == "erased":
                        erase_as_patient(visitor, name)
                    else:
                        row = session.get_one(Inquiry, name)
                        row.erase_after = NOW - timedelta(days=number)
            session.commit()
        asked = [(kind, code) for kind, found in codes.items() for code in found]
        taken: dict[str, list[int]] = {kind: [] for kind in codes}
        with make_sessions(engine, reading=True)() as session:
            for _ in range(ROUNDS):
                random.shuffle(asked)
                for kind, code in asked:
                    began = perf_counter_ns()
                    with suppress(UnknownCodeError):
                        tracked(session, keys, code, now=NOW)
                    taken[kind].append(perf_counter_ns() - began)
        for kind, times in taken.items():
            low, middle, high = (each / 1000 for each in quantiles(times, n=4))
            print(f"{kind:8} {low:8.1f} {middle:8.1f} {high:8.1f} us")
        engine.dispose()


if __name__ == "__main__":
    main()

"""Ways to act on an application behind the API's back."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask

from directory.core.actor import system
from directory.core.work import Work
from tests.conftest import NOW


def act(app: Flask, do: Callable[[Work], object]) -> None:
    """Do something in one committed transaction, as the program itself."""
    tools = app.extensions["directory"]
    with tools.sessions.begin() as session:
        do(Work(session, system("test"), NOW))

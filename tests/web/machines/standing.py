"""Ways to change how an application stands, and to read what it measures."""

from __future__ import annotations

from dataclasses import replace

from prometheus_client.parser import text_string_to_metric_families

from directory.core.actor import system
from directory.core.work import Work
from directory.outbox.queries import head
from tests.conftest import NOW
from tests.fakes import STATUS


def tools_of(app):
    return app.extensions["directory"]


def change(app, act):
    tools = tools_of(app)
    with tools.sessions.begin() as session:
        act(Work(session, system("test"), NOW))


def up_to_date(app):
    """Return a searcher that has followed every change of this application."""
    tools = tools_of(app)
    with tools.reading() as session:
        position = head(session)
    tools.searcher.now = replace(STATUS, position=position)
    return tools.searcher


def samples(text):
    return {
        (sample.name, *sorted(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }

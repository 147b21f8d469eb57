import json
import logging

import pytest
import structlog

from directory.core.logs import OnlyDeclared, UndeclaredKeyError, configure, log

EARLY = log("early")
"""Made as modules make theirs: before logging is set up."""


def test_a_key_that_is_not_declared_never_reaches_the_log():
    entry = {"event": "asked", "status": 200, "diagnosis": "zqmyeloma"}

    assert OnlyDeclared(strict=False)(None, "info", entry) == {
        "event": "asked",
        "status": 200,
    }


def test_a_key_that_is_not_declared_fails_a_test():
    with pytest.raises(UndeclaredKeyError, match="diagnosis"):
        OnlyDeclared(strict=True)(None, "info", {"event": "x", "diagnosis": "y"})


def test_a_logger_of_a_module_keeps_to_the_settings_made_after_it(capsys):
    handlers = logging.root.handlers[:]
    configure(readable=False)
    try:
        EARLY.info("thing.happened", count=1, diagnosis="zqmyeloma")
    finally:
        structlog.reset_defaults()
        logging.root.handlers[:] = handlers

    said = capsys.readouterr()
    assert said.out == ""
    entry = json.loads(said.err)
    assert (entry["logger"], entry["event"], entry["count"]) == (
        "early",
        "thing.happened",
        1,
    )
    assert "diagnosis" not in entry

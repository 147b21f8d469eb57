"""Logs: JSON lines with declared keys only, so that no words about people slip in."""

from __future__ import annotations

import logging
import sys
from collections.abc import Mapping, MutableMapping
from typing import Any, cast

import structlog

DECLARED = frozenset(
    {
        "event",
        "level",
        "timestamp",
        "logger",
        "request_id",
        "method",
        "route",
        "status",
        "milliseconds",
        "actor",
        "code",
        "subject",
        "kind",
        "count",
        "seconds",
        "generation",
        "position",
        "documents",
        "error",
        "where",
        "setting",
        "problem",
        "version",
        "pid",
        "attempt",
        "locale",
        "bytes",
        "reason",
    }
)
"""Every key that a log line may have. Values are ids, codes, counts, times."""


class UndeclaredKeyError(ValueError):
    """A log call used a key that is not declared; raised in tests only."""


class OnlyDeclared:
    """A processor that lets declared keys through and no others.

    Args:
        strict: Raise instead of dropping, as the tests do.
    """

    def __init__(self, *, strict: bool) -> None:
        """Remember whether to raise."""
        self.strict = strict

    def __call__(
        self, _logger: object, _name: str, entry: MutableMapping[str, Any]
    ) -> Mapping[str, Any]:
        """Drop or refuse what is not declared."""
        undeclared = entry.keys() - DECLARED
        if undeclared and self.strict:
            raise UndeclaredKeyError(", ".join(sorted(undeclared)))
        return {key: value for key, value in entry.items() if key in DECLARED}


def configure(*, strict: bool = False, readable: bool | None = None) -> None:
    """Set up logging for the whole process, on standard error.

    Args:
        strict: Raise on undeclared keys instead of dropping them.
        readable: Lines for people instead of JSON; by default on a terminal.
    """
    for_people = sys.stderr.isatty() if readable is None else readable
    renderer: structlog.typing.Processor = (
        structlog.dev.ConsoleRenderer()
        if for_people
        else structlog.processors.JSONRenderer(ensure_ascii=False)
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            OnlyDeclared(strict=strict),
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=not strict,
    )
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, force=True)


def log(name: str) -> structlog.typing.FilteringBoundLogger:
    """Return a logger for one part of the program.

    It may be made before :func:`configure` is called, as modules do.
    """
    return cast("structlog.typing.FilteringBoundLogger", _Part(name))


class _Part:
    """Binds its name at each call.

    Bound once, a logger keeps to the settings of that moment, which for modules
    is before there are any.
    """

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, level: str) -> Any:
        return getattr(structlog.get_logger().bind(logger=self._name), level)

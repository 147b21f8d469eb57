"""Reading a seed file: YAML without its surprises.

``yes`` and ``no`` are words, as are days; there are no anchors, no tags and no
key twice. What is left are texts, numbers, ``true``, ``false``, ``null``, lists
and mappings, as in YAML 1.2's core schema.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

LARGEST_BYTES = 1_000_000
"""A seed file is written and read by people."""

DEEPEST = 20
"""Mappings and lists inside one another."""

NUMBER = re.compile(r"[-+]?\d{1,18}(\.\d{1,18})?")
WORDS: dict[str, bool | None] = {
    "": None,
    "~": None,
    "null": None,
    "true": True,
    "false": False,
}
LOADER: type[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class SeedError:
    """What is wrong with a seed file, and where.

    Args:
        file: Its path below the seed folder.
        path: Place inside it, e.g. ``capabilities[3].value``, or a line.
        expected: What ought to stand there.
        found: What stands there, shortened.
    """

    file: str
    path: str
    expected: str
    found: str

    def __str__(self) -> str:
        """Return all of it in one line."""
        return f"{self.file}: {self.path}: expected {self.expected}; found {self.found}"


class UnreadableError(Exception):
    """A file is not what a seed file may be."""

    def __init__(self, path: str, expected: str, found: str) -> None:
        """Say where, and what was expected instead."""
        super().__init__(path, expected, found)
        self.path, self.expected, self.found = path, expected, found


def read(file: Path) -> Any:
    """Return what a file holds.

    Raises:
        UnreadableError: If it is too large, not UTF-8, not YAML, or uses what
            seeds do without.
    """
    size = file.stat().st_size
    if size > LARGEST_BYTES:
        raise UnreadableError(
            "the file", f"at most {LARGEST_BYTES:,} bytes", f"{size:,} bytes"
        )
    try:
        words = file.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise UnreadableError(f"byte {error.start}", "UTF-8", "other bytes") from error
    try:
        return _document(yaml.parse(words, Loader=LOADER))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = f"line {mark.line + 1}" if mark else "the file"
        raise UnreadableError(
            line, "YAML", error.problem or "something else"
        ) from error
    except yaml.YAMLError as error:
        raise UnreadableError("the file", "YAML", shortened(str(error))) from error


def shortened(value: object) -> str:
    """Return a value as one line of at most 80 characters."""
    words = " ".join(repr(value).split())
    return words if len(words) <= 80 else words[:77] + "..."


def _document(events: Iterator[yaml.Event]) -> Any:
    for event in events:
        if isinstance(event, yaml.DocumentStartEvent):
            break
    else:
        raise UnreadableError("the file", "one document", "nothing")
    value = _value(next(events), events, (), 0)
    next(events)
    after = next(events)
    if not isinstance(after, yaml.StreamEndEvent):
        raise UnreadableError(_line(after), "one document", "a second one")
    return value


def _value(
    event: yaml.Event, events: Iterator[yaml.Event], path: tuple[str, ...], depth: int
) -> Any:
    if depth > DEEPEST:
        raise UnreadableError(
            _line(event), f"at most {DEEPEST} levels", "more than that"
        )
    if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
        raise UnreadableError(_line(event), "a value", "an anchor or alias")
    if getattr(event, "tag", None):
        raise UnreadableError(_line(event), "a value", "a tag")
    if isinstance(event, yaml.ScalarEvent):
        return _scalar(event)
    if isinstance(event, yaml.SequenceStartEvent):
        return _sequence(events, path, depth)
    return _mapping(events, path, depth)


def _sequence(
    events: Iterator[yaml.Event], path: tuple[str, ...], depth: int
) -> list[Any]:
    values: list[Any] = []
    while not isinstance(event := next(events), yaml.SequenceEndEvent):
        here = (*path, f"[{len(values)}]")
        values.append(_value(event, events, here, depth + 1))
    return values


def _mapping(
    events: Iterator[yaml.Event], path: tuple[str, ...], depth: int
) -> dict[str, Any]:
    values: dict[str, Any] = {}
    while not isinstance(event := next(events), yaml.MappingEndEvent):
        key = _value(event, events, path, depth + 1)
        if not isinstance(key, str):
            raise UnreadableError(_line(event), "a word as key", shortened(key))
        here = (*path, f".{key}")
        if key in values:
            raise UnreadableError(
                "".join(here).removeprefix("."), "each key once", "the key again"
            )
        values[key] = _value(next(events), events, here, depth + 1)
    return values


def _scalar(event: yaml.ScalarEvent) -> Any:
    words = event.value
    if event.style:
        return words
    if words in WORDS:
        return WORDS[words]
    if NUMBER.fullmatch(words):
        return float(words) if "." in words else int(words)
    return words


def _line(event: yaml.Event) -> str:
    mark = event.start_mark
    return f"line {mark.line + 1}" if mark else "the file"

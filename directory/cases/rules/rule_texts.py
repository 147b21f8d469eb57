"""Reading a set of rules from its JSON, and saying exactly what is wrong with it."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from directory.cases.rules.rule_documents import About, RuleSetDocument
from directory.core.errors import DirectoryError

LONGEST = 100_000
"""Characters of a set."""

MOST_FAULTS = 30
"""Faults that are said at once."""

TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{},:]|[^\s\[\]{},:"]+')
"""One token of JSON that is known to be sound."""

Place = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a set of rules.

    Args:
        line: Of the text, from 1; ``None`` if it is about the whole of it.
        rule: Name or number of the rule; ``None`` if it is about none.
        field: Place inside the rule, e.g. ``check.key``, or in the set.
        words: What was expected, in English: it is about names of a file.
    """

    line: int | None
    rule: str | None
    field: str
    words: str

    def __str__(self) -> str:
        """Return it in one line."""
        where = [f"line {self.line}"] if self.line else []
        where += [f"rule {self.rule}"] if self.rule else []
        where += [self.field] if self.field else []
        return f"{', '.join(where) or 'the set'}: {self.words}"


class RulesRefusedError(DirectoryError):
    """A set of rules is not one that can be used; ``faults`` says why."""

    code = "routing.rules-refused"

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        """Keep every fault; the line for logs counts them."""
        super().__init__(count=len(faults))
        self.faults = faults


class _TwiceError(Exception):
    """A key stands twice in one object."""


def read_rules(text: str) -> RuleSetDocument:
    """Return the set of rules that a JSON text holds.

    Raises:
        RulesRefusedError: With every fault: line, rule and field.
    """
    if len(text) > LONGEST:
        raise _refused(None, f"at most {LONGEST:,} characters")
    try:
        value = json.loads(text, object_pairs_hook=_once, parse_constant=_no_number)
    except json.JSONDecodeError as error:
        said = f"this is not JSON: {error.msg} (column {error.colno})"
        raise _refused(error.lineno, said) from None
    except _TwiceError as error:
        key = str(error)
        raise _refused(_line_of_twice(text, key), f"'{key}' stands twice") from None
    except (RecursionError, ValueError) as error:
        said = "too many levels" if isinstance(error, RecursionError) else str(error)
        raise _refused(None, f"this is not JSON: {said}") from None
    if not isinstance(value, dict):
        raise _refused(1, "expected an object with 'format' and 'rules'")
    return checked(value, lines(text))


def checked(value: Any, at: Mapping[Place, int] | None = None) -> RuleSetDocument:
    """Return the set of rules that a value is.

    Args:
        value: As JSON or YAML has it.
        at: Line of each place, if it was read from a text.

    Raises:
        RulesRefusedError: With every fault.
    """
    try:
        # As JSON, since only there an enumeration may be its words.
        return RuleSetDocument.model_validate_json(json.dumps(value))
    except ValidationError as error:
        faults = tuple(
            _fault(value, each, at or {})
            for each in error.errors(include_url=False, include_input=False)
            # A list whose entries were refused is not empty besides.
            if each["type"] != "too_short" or error.error_count() == 1
        )
        raise RulesRefusedError(faults[:MOST_FAULTS]) from None


def written(document: RuleSetDocument) -> str:
    """Return a set as the JSON that people edit."""
    plain = document.model_dump(mode="json", exclude_defaults=True)
    ordered = {"format": document.format, "note": document.note, **plain}
    return json.dumps(ordered, ensure_ascii=False, indent=2) + "\n"


def digest(document: RuleSetDocument) -> str:
    """Return the SHA-256 of the rules themselves, in hexadecimal."""
    rules = [rule.model_dump(mode="json") for rule in document.rules]
    plain = json.dumps(rules, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(plain.encode()).hexdigest()


def lines(text: str) -> dict[Place, int]:
    """Return the line on which each value of a sound JSON text begins, from 1."""
    found: dict[Place, int] = {}
    line, last = 1, 0
    path: list[str | int] = []
    kinds: list[str] = []
    awaits_key = False
    for token in TOKEN.finditer(text):
        line += text.count("\n", last, token.start())
        last = token.start()
        word = token[0]
        if word == ":":
            awaits_key = False
        elif word == ",":
            if kinds[-1] == "[":
                path[-1] = int(path[-1]) + 1
            else:
                awaits_key = True
        elif word in "]}":
            kinds.pop()
            path.pop()
            awaits_key = False
        elif awaits_key:
            path[-1] = json.loads(word)
            found[tuple(path)] = line
        else:
            found.setdefault(tuple(path), line)
            if word in "[{":
                kinds.append(word)
                path.append(0 if word == "[" else "")
                awaits_key = word == "{"
    return found


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise _TwiceError(key)
        found[key] = value
    return found


def _no_number(word: str) -> Any:
    raise ValueError(f"{word} is no number")


def _line_of_twice(text: str, key: str) -> int | None:
    """Return the line of the second of two equal keys of one object."""
    seen: list[set[str]] = []
    tokens = list(TOKEN.finditer(text))
    for token, after in pairwise(tokens):
        if token[0] == "{":
            seen.append(set())
        elif token[0] == "}":
            seen.pop()
        elif after[0] == ":" and token[0].startswith('"'):
            name = json.loads(token[0])
            if name == key and name in seen[-1]:
                return text.count("\n", 0, token.start()) + 1
            seen[-1].add(name)
    return None


def _refused(line: int | None, words: str) -> RulesRefusedError:
    return RulesRefusedError((Fault(line, None, "", words),))


def _fault(value: Any, error: ErrorDetails, at: Mapping[Place, int]) -> Fault:
    place = tuple(_walked(value, error["loc"]))
    if error["type"] in {"union_tag_invalid", "union_tag_not_found"}:
        place = (*place, "about")
    parts = (place[:end] for end in range(len(place), -1, -1))
    near = next((at[part] for part in parts if part in at), None)
    rule = None
    if len(place) > 1 and place[0] == "rules" and isinstance(place[1], int):
        each = value["rules"][place[1]]
        name = each.get("name") if isinstance(each, dict) else None
        number = place[1] + 1
        rule = f"'{name}' ({number})" if isinstance(name, str) else str(number)
        place = place[2:]
    return Fault(near, rule, ".".join(map(str, place)), _expected(error))


def _expected(error: ErrorDetails) -> str:
    match error["type"]:
        case "union_tag_invalid" | "union_tag_not_found":
            return f"expected one of: {', '.join(each.value for each in About)}"
        case "extra_forbidden":
            return "this field is not known here"
        case "string_pattern_mismatch":
            return "expected small letters and digits, with hyphens between them"
        case "missing":
            return "this field is missing"
    return error["msg"].removeprefix("Value error, ")


def _walked(value: Any, loc: Place) -> Iterator[str | int]:
    """Yield the steps of a place that lead through the value.

    The name of the shape that was chosen stands among them and leads nowhere; a
    field that is missing or too much is the last.
    """
    for number, step in enumerate(loc):
        is_last = number == len(loc) - 1
        if isinstance(value, dict) and isinstance(step, str):
            if step in value:
                value = value[step]
                yield step
            elif is_last:
                yield step
        elif isinstance(value, list) and isinstance(step, int) and step < len(value):
            value = value[step]
            yield step

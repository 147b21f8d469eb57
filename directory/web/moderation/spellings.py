"""Spellings as lines of text: one for each, with what kind of spelling it is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pydantic import ValidationError

from directory.vocabulary.rules import Form, Synonym

SEPARATOR = "|"
FLAGS = ("cautious", "whole", "also", "ordered")
"""What may stand at the end of a line, as :class:`Synonym` names it."""

NOTE = "note="
"""Begins the key of a note that is shown with a spelling."""

LANGUAGES = ("en", "zh", "zh-Latn", "ru", "ar", "mul")


@dataclass(frozen=True, slots=True)
class Flaw:
    """A line that cannot be read.

    Args:
        line: From 1.
        words: The line.
    """

    line: int
    words: str


def written(synonyms: Iterable[Synonym]) -> str:
    """Return spellings as lines, e.g. ``MM | mul | abbreviation | cautious``."""
    return "\n".join(_line(one) for one in synonyms)


def read(text: str) -> tuple[tuple[Synonym, ...], tuple[Flaw, ...]]:
    """Return the spellings of lines, and the lines that cannot be read.

    A line needs a spelling and its language; the rest may be left out. Empty
    lines count for nothing.
    """
    found: list[Synonym] = []
    flaws: list[Flaw] = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        one = _read(line)
        if one is None:
            flaws.append(Flaw(number, line.strip()))
        else:
            found.append(one)
    return tuple(found), tuple(flaws)


def _line(one: Synonym) -> str:
    flags = [flag for flag in FLAGS if getattr(one, flag)]
    if one.note:
        flags.append(f"{NOTE}{one.note}")
    parts = [one.text, one.language]
    if one.form is not Form.NAME or flags:
        parts.append(one.form.value)
    if flags:
        parts.append(" ".join(flags))
    return f" {SEPARATOR} ".join(parts)


def _read(line: str) -> Synonym | None:
    parts = [part.strip() for part in line.split(SEPARATOR)]
    if not 2 <= len(parts) <= 4:
        return None
    text, language, form, flags = (*parts, "", "")[:4]
    words = flags.split()
    notes = [word.removeprefix(NOTE) for word in words if word.startswith(NOTE)]
    plain = {word for word in words if not word.startswith(NOTE)}
    if not plain <= set(FLAGS) or len(notes) > 1:
        return None
    try:
        return Synonym.model_validate(
            {
                "text": text,
                "language": language,
                "form": form or Form.NAME.value,
                "note": notes[0] if notes else None,
                **dict.fromkeys(plain, True),
            }
        )
    except ValidationError:
        return None

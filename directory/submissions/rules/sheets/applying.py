"""A listing as it would be with the facts of a sheet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from directory.knowledge.rules.digest import canonical
from directory.listings.rules.document import (
    CAPABILITIES,
    Basis,
    CenterDocument,
    Value,
)
from directory.submissions.rules.sheets.facts import REPEATED
from directory.submissions.rules.sheets.report import SheetRow

ADDRESS = "address"


@dataclass(frozen=True, slots=True)
class Word:
    """On whose word the facts of a sheet are stated.

    Args:
        basis: ``attested`` for a hospital, ``sourced`` for the directory's editors.
        office: Who says so, as pages name them.
        today: The day on which they say so.
    """

    basis: Basis
    office: str
    today: date


def applied(
    document: Mapping[str, Any], rows: Iterable[SheetRow], word: Word
) -> dict[str, Any]:
    """Return a document with the facts of a sheet in their places.

    A row that says what is published already, and brings no page, day or note,
    changes nothing: the page that bears it out now is not lost.

    Args:
        document: The canonical document of a center, as published.
        rows: Facts about this center.
        word: On whose word.

    Returns:
        A canonical document.

    Raises:
        pydantic.ValidationError: If the result has not the shape of a document.
    """
    whole = {
        **document,
        "capabilities": [dict(one) for one in document["capabilities"]],
        "details": [dict(one) for one in document.get("details", ())],
    }
    for row in rows:
        if row.field in CAPABILITIES:
            _state_capability(whole["capabilities"], row, word)
        else:
            _state_detail(whole["details"], row, word)
    return canonical(CenterDocument.model_validate(whole))


def _borne(row: SheetRow, word: Word) -> dict[str, Any]:
    if row.value == Value.NOT_STATED.value:
        said: dict[str, Any] = {}
    else:
        said = {"basis": word.basis.value, "checked_by": word.office}
    if row.source_url:
        said["source"] = {"url": row.source_url}
    if row.as_of:
        said["as_of"] = row.as_of
    if row.note:
        said["statement"] = row.note

    return {**said, "checked_on": word.today.isoformat()}


def _brings_nothing(row: SheetRow) -> bool:
    return not (row.source_url or row.as_of or row.note)


def _state_capability(
    capabilities: list[dict[str, Any]], row: SheetRow, word: Word
) -> None:
    stated = {"key": row.field, "value": row.value, **_borne(row, word)}
    for place, one in enumerate(capabilities):
        if one["key"] != row.field:
            continue
        is_same = one["value"] == row.value
        if is_same and _brings_nothing(row):
            return
        if is_same and one.get("languages"):
            stated["languages"] = one["languages"]
        capabilities[place] = stated
        return
    capabilities.append(stated)


def _state_detail(details: list[dict[str, Any]], row: SheetRow, word: Word) -> None:
    field, _, language = row.field.partition(".")
    same_field = [one for one in details if one["field"] == field]
    if field in REPEATED:
        same_field = [one for one in same_field if one["value"] == row.value]
    before = same_field[0] if same_field else None
    value = _in_language(before, language, row.value) if language else row.value
    if before is not None and before["value"] == value and _brings_nothing(row):
        return
    stated = {"field": field, "value": value, **_borne(row, word)}
    if before is None:
        details.append(stated)
    else:
        details[details.index(before)] = stated


def _in_language(
    before: Mapping[str, Any] | None, language: str, words: str
) -> dict[str, str]:
    """Return words by language, with those that stand there in others."""
    stood = before["value"] if before is not None else {}
    if isinstance(stood, str):
        # Words without a language are in Chinese if any character is.
        is_chinese = any("\u3400" <= char <= "\u9fff" for char in stood)
        stood = {"zh" if is_chinese else "en": stood}
    return {**stood, language: words}

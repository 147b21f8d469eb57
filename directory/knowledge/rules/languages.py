"""Whether something that readers are shown exists in their language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass

from pydantic import BaseModel

from directory.core.text import Language


def lacks(shown: object, language: Language) -> bool:
    """Tell whether any text, however deep inside, does not exist in a language.

    Args:
        shown: A page, a document or any part of it; texts are mappings that have
            English words.
        language: Of the reader.
    """
    if isinstance(shown, Mapping):
        if isinstance(shown.get(Language.EN.value), str):
            return not shown.get(language.value)
        return any(lacks(part, language) for part in shown.values())
    if isinstance(shown, BaseModel):
        names = type(shown).model_fields
        return any(lacks(getattr(shown, name), language) for name in names)
    if is_dataclass(shown) and not isinstance(shown, type):
        return any(lacks(getattr(shown, each.name), language) for each in fields(shown))
    if isinstance(shown, tuple | list):
        return any(lacks(part, language) for part in shown)
    return False

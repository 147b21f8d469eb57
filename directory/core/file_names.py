"""Names under which files that people hand in are shown and saved."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

LONGEST_NAME = 120
"""Characters of a name, with its ending."""

NAMELESS = "file"
"""Name of a file of whose own nothing is left."""

_UNSAFE = re.compile(r'[<>:"|?*;%]')
"""Characters that some systems do not allow in names, or that act in headers."""

_RESERVED = re.compile(
    r"(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?:\..*)?", re.IGNORECASE
)
"""Names that Windows takes for devices, whatever they end in (source: Microsoft,
"Naming Files, Paths, and Namespaces")."""

_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Categories of characters that are not seen or turn the text around."""


def shown_name(given: str, endings: Sequence[str]) -> str:
    """Return the name under which a file is shown and saved.

    No folder, nothing that is not seen, nothing that a system takes for something
    else; it ends as its type does.

    Args:
        given: As it came with the file.
        endings: With which a file of its type may end; the first is added to a
            name that has none of them. None at all leaves the ending as it is.
    """
    name = unicodedata.normalize("NFC", given.encode("utf-8", "replace").decode())
    name = re.split(r"[/\\]", name)[-1]
    name = "".join(
        " " if character.isspace() else character
        for character in name
        if character.isspace() or unicodedata.category(character) not in _HIDDEN
    )
    name = _UNSAFE.sub("_", " ".join(name.split())).strip(" .")
    ending = next((one for one in endings if name.lower().endswith(one)), "")
    stem = name[: len(name) - len(ending)].rstrip(" .") if ending else name
    if _RESERVED.fullmatch(stem):
        stem = f"_{stem}"
    ending = ending or (endings[0] if endings else "")
    stem = stem.lstrip("-")[: LONGEST_NAME - len(ending)].rstrip(" .")
    return f"{stem or NAMELESS}{ending}"

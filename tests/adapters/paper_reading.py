"""Reading a PDF as a program does that reads it aloud: words by their Unicode."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass

import pikepdf


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a PDF says of itself.

    Args:
        title: By its metadata.
        language: Of the document.
        part: Of PDF/UA that it claims to keep to.
        is_tagged: Whether it says so, and has a structure.
        tags: Kinds of elements in its structure.
        fonts: Names, with whether each is embedded.
        words: Everything that is shown, in the order of drawing.
        backwards: The same from the end, glyph by glyph, as Arabic is drawn.
        pages: How many.
    """

    title: str
    language: str
    part: str
    is_tagged: bool
    tags: frozenset[str]
    fonts: dict[str, bool]
    words: str
    backwards: str
    pages: int


def read_sheet(content: bytes) -> Sheet:
    """Return what a PDF says of itself."""
    with pikepdf.open(io.BytesIO(content)) as pdf:
        with pdf.open_metadata() as found:
            title, part = str(found.get("dc:title")), str(found.get("pdfuaid:part"))
        root = pdf.Root
        glyphs = [word for page in pdf.pages for word in _words(page)]
        marked = "/MarkInfo" in root and bool(root.MarkInfo.get("/Marked", False))
        return Sheet(
            title=title,
            language=str(root.get("/Lang", "")),
            part=part,
            is_tagged=marked and "/StructTreeRoot" in root,
            tags=frozenset(_tags(root.StructTreeRoot)),
            fonts=dict(_fonts(pdf)),
            words="".join(glyphs),
            backwards="".join(reversed(glyphs)),
            pages=len(pdf.pages),
        )


def _tags(top: pikepdf.Object) -> Iterator[str]:
    waiting = [top]
    while waiting:
        one = waiting.pop()
        if isinstance(one, pikepdf.Array):
            waiting.extend(one)
        elif isinstance(one, pikepdf.Dictionary):
            if "/S" in one:
                yield str(one.S)
            if "/K" in one:
                waiting.append(one.K)


def _fonts(pdf: pikepdf.Pdf) -> Iterator[tuple[str, bool]]:
    for one in pdf.objects:
        if isinstance(one, pikepdf.Dictionary) and one.get("/Type") == "/Font":
            for below in one.get("/DescendantFonts", [one]):
                keys = set(below.get("/FontDescriptor", {}).keys())
                embedded = keys & {"/FontFile", "/FontFile2", "/FontFile3"}
                yield str(one.BaseFont), bool(embedded)


def _words(page: pikepdf.Page) -> Iterator[str]:
    known = {
        str(name): _unicode(font) for name, font in page.resources["/Font"].items()
    }
    letters: dict[int, str] = {}
    for one in pikepdf.parse_content_stream(page):
        operands, operator = list(one.operands), one.operator
        if str(operator) == "Tf":
            letters = known[str(operands[0])]
        elif str(operator) in {"TJ", "Tj"}:
            [said] = operands
            for piece in said if isinstance(said, pikepdf.Array) else [said]:
                if isinstance(piece, pikepdf.String):
                    raw = bytes(piece)
                    for at in range(0, len(raw), 2):
                        yield letters.get(int.from_bytes(raw[at : at + 2]), "\ufffd")


_PAIR = re.compile(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>")


def _unicode(font: pikepdf.Object) -> dict[int, str]:
    mapped = font.ToUnicode.read_bytes()
    blocks = re.findall(rb"beginbfchar(.*?)endbfchar", mapped, re.DOTALL)
    return {
        int(glyph, 16): bytes.fromhex(word.decode()).decode("utf-16-be")
        for block in blocks
        for glyph, word in _PAIR.findall(block)
    }

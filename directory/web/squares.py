"""Addresses as squares that a camera reads (QR)."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from io import BytesIO

from qrcode.constants import ERROR_CORRECT_M
from qrcode.image.pil import PilImage
from qrcode.main import QRCode


@dataclass(frozen=True, slots=True)
class Square:
    """A square of dark and light fields.

    Args:
        size: Fields along one side, the quiet border included.
        path: The dark ones as data of an SVG path.
        address: The same as a picture, in a ``data:`` address.
    """

    size: int
    path: str
    address: str


def square(words: str) -> Square:
    """Return words as a square."""
    code: QRCode[PilImage] = QRCode(
        error_correction=ERROR_CORRECT_M, border=4, image_factory=PilImage
    )
    code.add_data(words)
    rows = code.get_matrix()
    path = "".join(
        f"M{x} {y}h1v1h-1z"
        for y, row in enumerate(rows)
        for x, is_dark in enumerate(row)
        if is_dark
    )
    out = BytesIO()
    code.make_image().save(out, "PNG")
    address = f"data:image/png;base64,{b64encode(out.getvalue()).decode()}"
    return Square(len(rows), path, address)

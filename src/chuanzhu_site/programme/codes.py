"""QR codes, drawn here: nobody else learns who is going where."""

from __future__ import annotations

from typing import Final

import qrcode
from qrcode.image.svg import SvgPathFillImage

_BORDER: Final = 3


def qr_svg(text: str) -> bytes:
    """Return a QR code (ISO/IEC 18004) as an SVG picture on white, readable in the dark theme too."""
    code = qrcode.QRCode(image_factory=SvgPathFillImage, border=_BORDER)
    code.add_data(text)
    picture: bytes = code.make_image().to_string()
    return picture

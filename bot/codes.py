"""QR codes on photos that people send."""

import io
import warnings
from collections.abc import Iterator

import zxingcpp
from PIL import Image, ImageOps, UnidentifiedImageError

TICKET, SHIFT = "LM1:", "LM2:"
"""How the codes of ours begin: a ticket for the door, and what is shown where volunteers come and go."""

_QR = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)

LONGEST_SIDE = 1600
"""Pixels to which a photo is brought down first: telephones take many times as many as a code at arm's length needs."""

MOST_PIXELS = 80_000_000
"""A larger picture is not opened: a small file can claim to be one of gigabytes."""


def read_qr(photo: bytes) -> str | None:
    """What the QR code on a photo says; of several, one of ours before any other, then the largest. None when there is none.

    It never raises, whatever the bytes are. It computes for some hundredths of a second: call it in a thread.
    """
    return next(iter(read_qrs(photo)), None)


def read_qrs(photo: bytes) -> tuple[str, ...]:
    """What the QR codes on a photo say, in the order of `read_qr`, each once."""
    picture = _opened(photo)
    if picture is None:
        return ()
    for version in _versions(picture):
        found = zxingcpp.read_barcodes(version, formats=_QR)
        if found:
            found.sort(key=lambda one: (not one.text.startswith((TICKET, SHIFT)), -_size(one)))
            return tuple(dict.fromkeys(one.text for one in found))
    return ()


def _opened(photo: bytes) -> Image.Image | None:
    """The photo in shades of grey, upright, and no larger than is needed; None when it is none, or far too large."""
    try:
        with warnings.catch_warnings():
            # Of a large picture Pillow only warns; the limit here is lower than where it would refuse.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            picture = Image.open(io.BytesIO(photo))
            if picture.width * picture.height > MOST_PIXELS:
                return None
            # JPEGs are decoded small at once, which saves most of the time.
            picture.draft("L", (LONGEST_SIDE, LONGEST_SIDE))
            upright = ImageOps.exif_transpose(picture).convert("L")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None
    upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    return upright


def _versions(picture: Image.Image) -> Iterator[Image.Image]:
    """The picture as it is; then with its shades spread, for the dark and the pale; then larger, for small codes."""
    yield picture
    spread = ImageOps.autocontrast(picture, cutoff=1)
    yield spread
    if max(picture.size) <= LONGEST_SIDE // 2:
        yield spread.resize((picture.width * 2, picture.height * 2), Image.Resampling.BICUBIC)


def _size(found: zxingcpp.Barcode) -> int:
    """About how large a code is on the picture: the square of its diagonal."""
    corner, opposite = found.position.top_left, found.position.bottom_right
    return (corner.x - opposite.x) ** 2 + (corner.y - opposite.y) ** 2

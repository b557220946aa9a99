"""Tickets to show at the door: a QR code of the booking's id, signed, so that nobody can make one up (Booking 10)."""

import base64
import hashlib
import hmac
import io
from typing import Literal
from uuid import UUID

import segno

from scheduling.errors import NotFoundError

PREFIX = "LM1:"
"""Names the payload and its version."""

SIGNATURE_BYTES = 16
ID_BYTES = 16


def ticket_text(booking_id: UUID, key: bytes) -> str:
    """What the QR code says. Capital letters and digits only, which QR codes hold in fewer, larger dots."""
    signed = booking_id.bytes + _signature(booking_id, key)
    return PREFIX + base64.b32encode(signed).decode().rstrip("=")


def read_ticket(text: str, key: bytes) -> UUID:
    """The booking that a ticket names. Raises NotFoundError for whatever this installation did not sign."""
    prefix, body = text[: len(PREFIX)], text[len(PREFIX) :]
    try:
        signed = base64.b32decode(body + "=" * (-len(body) % 8))
    except ValueError as error:
        raise NotFoundError(what="booking") from error
    if prefix != PREFIX or len(signed) != ID_BYTES + SIGNATURE_BYTES:
        raise NotFoundError(what="booking")
    booking_id = UUID(bytes=signed[:ID_BYTES])
    if not hmac.compare_digest(signed[ID_BYTES:], _signature(booking_id, key)):
        raise NotFoundError(what="booking")
    return booking_id


def _signature(booking_id: UUID, key: bytes) -> bytes:
    # The key also signs tokens; those sign text that begins otherwise, so that neither can pass for the other.
    return hmac.digest(key, b"ticket:" + booking_id.bytes, hashlib.sha256)[:SIGNATURE_BYTES]


SHIFT_PREFIX = "LM2:"
"""Names what is shown at a point when volunteers come and go."""

Way = Literal["in", "out"]


def shift_ticket_text(shift_id: UUID, way: Way, key: bytes) -> str:
    """What the QR code of a shift says, for coming or for going."""
    signed = shift_id.bytes + _shift_signature(shift_id, way, key)
    return SHIFT_PREFIX + base64.b32encode(signed).decode().rstrip("=")


def read_shift_ticket(text: str, way: Way, key: bytes) -> UUID:
    """The shift that a QR code is for. Raises NotFoundError for the other way, and for what was not signed here."""
    prefix, body = text[: len(SHIFT_PREFIX)], text[len(SHIFT_PREFIX) :]
    try:
        signed = base64.b32decode(body + "=" * (-len(body) % 8))
    except ValueError as error:
        raise NotFoundError(what="shift") from error
    if prefix != SHIFT_PREFIX or len(signed) != ID_BYTES + SIGNATURE_BYTES:
        raise NotFoundError(what="shift")
    shift_id = UUID(bytes=signed[:ID_BYTES])
    if not hmac.compare_digest(signed[ID_BYTES:], _shift_signature(shift_id, way, key)):
        raise NotFoundError(what="shift")
    return shift_id


def _shift_signature(shift_id: UUID, way: Way, key: bytes) -> bytes:
    said = f"shift-{way}:".encode() + shift_id.bytes
    return hmac.digest(key, said, hashlib.sha256)[:SIGNATURE_BYTES]


def shift_ticket_svg(shift_id: UUID, way: Way, key: bytes) -> bytes:
    """What is shown at the point, as an image that may be drawn at any size."""
    return _drawn(shift_ticket_text(shift_id, way, key))


def shift_ticket_png(shift_id: UUID, way: Way, key: bytes) -> bytes:
    """The same for a chat, which shows pictures of dots only: large enough for a telephone held up at the point."""
    drawn = io.BytesIO()
    segno.make(shift_ticket_text(shift_id, way, key), error="m").save(drawn, kind="png", border=4, scale=12)
    return drawn.getvalue()


def ticket_svg(booking_id: UUID, key: bytes) -> bytes:
    """The QR code as an image that may be drawn at any size, with the quiet border that scanners need."""
    return _drawn(ticket_text(booking_id, key))


def _drawn(text: str) -> bytes:
    drawn = io.BytesIO()
    segno.make(text, error="m").save(drawn, kind="svg", border=4, light="#fff", omitsize=True)
    return drawn.getvalue()

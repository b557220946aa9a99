"""What an attachment really is, by its bytes, and photos made harmless: drawn anew, small enough, without what the camera
wrote into them. Nothing that the sender says about it is believed.
"""

import io
import warnings
from dataclasses import dataclass

import filetype
from PIL import ExifTags, Image, ImageOps, UnidentifiedImageError

from models.request_words import AttachmentKind
from models.shapes.base import Coordinates
from scheduling.errors import NotTakenError

IMAGES = frozenset({"image/jpeg", "image/png", "image/webp", "image/gif"})
VOICES = {
    "audio/ogg": "audio/ogg",
    "audio/mpeg": "audio/mpeg",
    "audio/mp4": "audio/mp4",
    "video/mp4": "audio/mp4",
    "audio/x-m4a": "audio/mp4",
    "audio/aac": "audio/aac",
    "audio/amr": "audio/amr",
    "audio/x-wav": "audio/wav",
    "video/webm": "audio/webm",
    "video/x-matroska": "audio/webm",
}
"""Containers that phones record voices in, by how they are recognised, with the type under which they are served."""

MOST_PIXELS = 50_000_000
"""A photo of more is refused before it is unpacked: a small file can hold a picture that fills all memory."""
LONGEST_SIDE = 2560
QUALITY = 85


@dataclass(frozen=True, slots=True)
class Media:
    """An attachment as it is kept. `location` is where the photo says that it was taken; it is no longer in `content`."""

    kind: AttachmentKind
    media_type: str
    content: bytes
    width: int | None = None
    height: int | None = None
    location: Coordinates | None = None


def kind_of(beginning: bytes) -> tuple[AttachmentKind, str]:
    """What bytes are, by how they begin, and their media type. Raises NotTakenError for anything else."""
    guessed = filetype.guess_mime(beginning)
    if guessed in IMAGES:
        return AttachmentKind.image, guessed
    if guessed in VOICES:
        return AttachmentKind.voice, VOICES[guessed]
    raise NotTakenError(why="type")


def harmless(content: bytes) -> Media:
    """An attachment made ready to be kept: photos are drawn anew, voices stay as they are. Takes a while: not for the
    event loop. Raises NotTakenError.
    """
    kind, media_type = kind_of(content)
    if kind is AttachmentKind.voice:
        return Media(kind, media_type, content)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            return _drawn_anew(content)
    except NotTakenError:
        raise
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise NotTakenError(why="damaged") from error
    except Image.DecompressionBombWarning as error:
        raise NotTakenError(why="size") from error


def _drawn_anew(content: bytes) -> Media:
    with Image.open(io.BytesIO(content)) as photo:
        if photo.width * photo.height > MOST_PIXELS:
            raise NotTakenError(why="size")
        location = _taken_at(photo)
        turned = ImageOps.exif_transpose(photo)
        see_through = turned.mode in {"RGBA", "LA", "PA"} or "transparency" in turned.info
        plain = turned.convert("RGBA" if see_through else "RGB")
    plain.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    # A picture of its own has nothing of what the camera wrote: no place, no owner, no serial number, no thumbnail.
    clean = Image.new(plain.mode, plain.size)
    clean.paste(plain)
    drawn = io.BytesIO()
    if see_through:
        clean.save(drawn, "PNG", optimize=True)
        media_type = "image/png"
    else:
        clean.save(drawn, "JPEG", quality=QUALITY)
        media_type = "image/jpeg"
    return Media(AttachmentKind.image, media_type, drawn.getvalue(), clean.width, clean.height, location)


def _taken_at(photo: Image.Image) -> Coordinates | None:
    """Where a photo says that it was taken; None when it does not, or says nonsense."""
    place = photo.getexif().get_ifd(ExifTags.IFD.GPSInfo)
    try:
        latitude = _degrees(place[ExifTags.GPS.GPSLatitude], place[ExifTags.GPS.GPSLatitudeRef], "S")
        longitude = _degrees(place[ExifTags.GPS.GPSLongitude], place[ExifTags.GPS.GPSLongitudeRef], "W")
        return Coordinates(latitude=latitude, longitude=longitude)
    except (KeyError, TypeError, ValueError, ZeroDivisionError):
        return None


def _degrees(parts: tuple[float, float, float], side: str, negative: str) -> float:
    degrees, minutes, seconds = (float(part) for part in parts)
    found = degrees + minutes / 60 + seconds / 3600
    return -found if side == negative else found

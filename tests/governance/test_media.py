"""What attachments are, by their bytes, and photos made harmless."""

import io

import pytest
from PIL import ExifTags, Image

from governance.media import LONGEST_SIDE, harmless, kind_of
from models.request_words import AttachmentKind
from scheduling.errors import NotTakenError

VOICE = b"OggS" + bytes(600)


def photo(
    size: tuple[int, int] = (40, 20),
    form: str = "JPEG",
    *,
    mode: str = "RGB",
    place: bool = False,
    turned: bool = False,
) -> bytes:
    """A photo, with what a camera writes into it if wanted."""
    image = Image.new(mode, size, "red")
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = "Secret Camera 12345"
    if turned:
        exif[ExifTags.Base.Orientation] = 6
    if place:
        exif[ExifTags.IFD.GPSInfo] = {
            ExifTags.GPS.GPSLatitudeRef: "N",
            ExifTags.GPS.GPSLatitude: (31.0, 57.0, 0.0),
            ExifTags.GPS.GPSLongitudeRef: "E",
            ExifTags.GPS.GPSLongitude: (118.0, 50.0, 24.0),
        }
    written = io.BytesIO()
    image.save(written, form, exif=exif)
    return written.getvalue()


def test_a_photo_is_drawn_anew_without_what_the_camera_wrote() -> None:
    content = photo(place=True)
    assert b"Secret Camera" in content
    media = harmless(content)
    assert (media.kind, media.media_type) == (AttachmentKind.image, "image/jpeg")
    assert b"Secret Camera" not in media.content
    with Image.open(io.BytesIO(media.content)) as drawn:
        assert not drawn.getexif()
        assert drawn.getpixel((5, 5)) == pytest.approx((254, 0, 0), abs=3)
    assert media.location is not None
    assert (media.location.latitude, media.location.longitude) == pytest.approx((31.95, 118.84))


def test_a_photo_is_turned_the_right_way_up_and_small_enough() -> None:
    media = harmless(photo((40, 20), turned=True))
    assert (media.width, media.height) == (20, 40)
    big = harmless(photo((4000, 1000)))
    assert (big.width, big.height) == (LONGEST_SIDE, LONGEST_SIDE // 4)


def test_what_can_be_seen_through_stays_so() -> None:
    media = harmless(photo(form="PNG", mode="RGBA"))
    assert media.media_type == "image/png"
    assert media.location is None


def test_a_voice_stays_as_it_is() -> None:
    media = harmless(VOICE)
    assert (media.kind, media.media_type, media.content) == (AttachmentKind.voice, "audio/ogg", VOICE)


@pytest.mark.parametrize(
    "content",
    [
        b"<html><script>alert(1)</script>",
        b"%PDF-1.7" + bytes(100),
        b"PK\x03\x04" + bytes(100),
        b"MZ" + bytes(100),
        b"text",
    ],
    ids=["html", "pdf", "zip", "program", "text"],
)
def test_anything_else_is_not_taken(content: bytes) -> None:
    with pytest.raises(NotTakenError) as refused:
        kind_of(content)
    assert refused.value.data == {"why": "type"}


def test_a_broken_photo_is_not_taken() -> None:
    with pytest.raises(NotTakenError) as refused:
        harmless(photo((400, 400))[:900])
    assert refused.value.data == {"why": "damaged"}


def test_a_small_file_with_a_picture_that_fills_all_memory_is_not_unpacked() -> None:
    """The header alone says that it is too large."""
    content = bytearray(photo(form="PNG"))
    place = content.index(b"IHDR") + 4
    content[place : place + 8] = (60_000).to_bytes(4, "big") * 2
    with pytest.raises(NotTakenError):
        harmless(bytes(content))

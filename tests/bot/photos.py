"""Photos of QR codes as telephones take them, made here: at an angle, in the dark, out of focus, with several codes."""

import io
import random

import segno
from PIL import Image, ImageDraw, ImageFilter

Corners = tuple[tuple[float, float], tuple[float, float], tuple[float, float], tuple[float, float]]


def code(text: str, *, scale: int = 8) -> Image.Image:
    """A QR code with its quiet border."""
    drawn = io.BytesIO()
    segno.make(text, error="m").save(drawn, kind="png", border=4, scale=scale)
    return Image.open(drawn).convert("L")


def on_paper(*codes: Image.Image, size: tuple[int, int] = (1600, 1200), shade: int = 215) -> Image.Image:
    """Codes side by side on a table, with some print around them."""
    paper = Image.new("L", size, shade)
    pen = ImageDraw.Draw(paper)
    for line in range(0, size[1], 60):
        pen.line([(0, line), (size[0], line)], fill=shade - 40, width=2)
    step = size[0] // len(codes)
    for number, one in enumerate(codes):
        paper.paste(one, (number * step + (step - one.width) // 2, (size[1] - one.height) // 2))
    return paper


def at_an_angle(picture: Image.Image, lean: float = 0.22, turn: float = 17) -> Image.Image:
    """Seen from the side, and turned by so many degrees."""
    width, height = picture.size
    corners: Corners = (
        (0, 0),
        (width * lean * 0.4, height),
        (width, height * (1 + lean)),
        (width * (1 - lean * 0.3), -height * lean),
    )
    quad = tuple(value for corner in corners for value in corner)
    leaning = picture.transform(
        picture.size, Image.Transform.QUAD, quad, Image.Resampling.BICUBIC, fillcolor=90
    )
    return leaning.rotate(turn, Image.Resampling.BICUBIC, expand=True, fillcolor=90)


def in_the_dark(picture: Image.Image, *, light: float = 0.16, grain: int = 6) -> Image.Image:
    """Hardly lit, one side darker than the other, with the grain of a small sensor."""
    chance = random.Random(1)
    dark = picture.copy()
    pixels = dark.load()
    assert pixels is not None
    for x in range(dark.width):
        share = light * (0.6 + 0.8 * x / dark.width)
        for y in range(dark.height):
            value = pixels[x, y]
            assert isinstance(value, int)
            pixels[x, y] = max(0, min(255, int(value * share) + chance.randint(-grain, grain)))
    return dark


def out_of_focus(picture: Image.Image, radius: float = 2.5) -> Image.Image:
    """Blurred."""
    return picture.filter(ImageFilter.GaussianBlur(radius))


def as_jpeg(picture: Image.Image, *, quality: int = 60, orientation: int | None = None) -> bytes:
    """What the telephone sends; with the direction in which it was held, where it says that."""
    exif = Image.Exif()
    if orientation is not None:
        exif[0x0112] = orientation
    saved = io.BytesIO()
    picture.save(saved, "JPEG", quality=quality, exif=exif)
    return saved.getvalue()

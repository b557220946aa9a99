"""QR codes on photos, as telephones really take them."""

import io
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from api.tickets import shift_ticket_text, ticket_text
from bot.codes import MOST_PIXELS, SHIFT, TICKET, read_qr, read_qrs
from tests.bot.photos import as_jpeg, at_an_angle, code, in_the_dark, on_paper, out_of_focus

KEY = b"k" * 32
OURS = ticket_text(UUID(int=7), KEY)
OTHER = ticket_text(UUID(int=8), KEY)
WEB = "https://example.org/menu?table=12"


def test_codes_of_ours_begin_as_they_are_made() -> None:
    assert OURS.startswith(TICKET)
    assert shift_ticket_text(UUID(int=1), "in", KEY).startswith(SHIFT)


@pytest.mark.parametrize(
    "picture",
    [
        on_paper(code(OURS)),
        at_an_angle(on_paper(code(OURS))),
        at_an_angle(on_paper(code(OURS)), lean=0.3, turn=160),
        in_the_dark(on_paper(code(OURS), size=(1000, 800))),
        in_the_dark(at_an_angle(on_paper(code(OURS, scale=6), size=(1000, 800)))),
        out_of_focus(on_paper(code(OURS))),
        on_paper(code(OURS, scale=2), size=(500, 400)),
        on_paper(code(OURS, scale=20), size=(4000, 3000)),
    ],
    ids=["plain", "leaning", "upside-down", "dark", "dark-and-leaning", "blurred", "small", "huge"],
)
def test_a_ticket_is_read_from_a_photo(picture: Image.Image) -> None:
    assert read_qr(as_jpeg(picture)) == OURS


@pytest.mark.parametrize("orientation", [3, 6, 8])
def test_a_telephone_held_sideways_says_so(orientation: int) -> None:
    assert read_qr(as_jpeg(on_paper(code(OURS)), orientation=orientation)) == OURS


def test_of_several_codes_ours_comes_first_whatever_its_size() -> None:
    both = as_jpeg(at_an_angle(on_paper(code(WEB, scale=14), code(OURS, scale=6))))
    assert read_qrs(both) == (OURS, WEB)
    assert read_qr(both) == OURS
    assert set(read_qrs(as_jpeg(on_paper(code(OURS), code(OTHER))))) == {OURS, OTHER}


def test_two_prints_of_one_ticket_are_one() -> None:
    assert read_qrs(as_jpeg(on_paper(code(OURS), code(OURS)))) == (OURS,)


def test_a_photo_without_a_code_holds_none() -> None:
    assert read_qr(as_jpeg(on_paper(Image.new("L", (300, 300), 20)))) is None
    covered = code(OURS)
    covered.paste(128, (0, 0, covered.width // 2, covered.height))
    assert read_qr(as_jpeg(on_paper(covered))) is None


def test_a_picture_that_claims_to_be_gigantic_is_not_opened() -> None:
    side = int(MOST_PIXELS**0.5) + 1
    saved = io.BytesIO()
    Image.new("1", (side, side)).save(saved, "PNG")
    assert len(saved.getvalue()) < 100_000
    assert read_qr(saved.getvalue()) is None


@given(st.binary(max_size=300), st.sampled_from([b"", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF89a"]))
def test_whatever_else_is_sent_holds_none(rest: bytes, beginning: bytes) -> None:
    assert read_qr(beginning + rest) is None


@given(st.integers(0, 2000))
def test_a_photo_that_broke_off_is_no_mistake(kept: int) -> None:
    whole = as_jpeg(on_paper(code(OURS, scale=2), size=(300, 200)))
    assert read_qr(whole[:kept]) in {None, OURS}

"""What a button carries comes back as it was, and nothing that arrives can hurt."""

from datetime import date
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.codec import MAX_BYTES, Argument, Pressed, Stale, decode, encode

verbs = st.text("abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=3)
arguments: st.SearchStrategy[Argument] = st.one_of(
    st.none(),
    st.uuids(),
    st.dates(),
    st.integers(-(10**6), 10**6),
    st.text("abcdefghijklmnopqrstuvwxyzABCXYZ0123456789_-", max_size=12),
)


@given(verbs, st.lists(arguments, max_size=2))
def test_what_is_written_is_read_back(verb: str, given_arguments: list[Argument]) -> None:
    data = encode(verb, *given_arguments)
    assert 1 <= len(data.encode()) <= MAX_BYTES
    assert decode(data) == Pressed(verb, tuple(given_arguments))


@given(st.text(max_size=100))
def test_whatever_arrives_is_read_without_an_exception(data: str) -> None:
    assert isinstance(decode(data), Pressed | Stale)


@given(st.text("1abusdi.-_zZ0", max_size=64))
def test_near_misses_are_read_without_an_exception(body: str) -> None:
    read = decode("1" + body)
    if isinstance(read, Pressed):
        assert decode(encode(read.verb, *read.arguments)) == read


@pytest.mark.parametrize(
    "data",
    [
        "",
        "1",
        "2h",  # a later version
        "0h",
        "1H",
        "1h.x1",  # an argument of no kind
        "1h.u0000",  # a UUID too short
        "1h.dzzzzzzzzzz",  # a day after the end of the calendar
        "1h.d-1",
        "1h.i",
        "1h.i1_0",  # int() would take this
        "1h.i１",  # and this: a full-width digit
        "1h.s一",
        "1h\ud800",  # half a character
        "1h." + "s" * 80,
    ],
)
def test_what_cannot_be_read_is_stale(data: str) -> None:
    assert decode(data) == Stale()


def test_three_ids_do_not_fit_and_that_is_said() -> None:
    with pytest.raises(ValueError, match="too many"):
        encode("b", *(UUID(int=number) for number in range(3)))


@pytest.mark.parametrize("argument", ["two words", "上", "a.b"])
def test_words_that_cannot_be_written_are_refused(argument: str) -> None:
    with pytest.raises(ValueError, match="cannot be written"):
        encode("s", argument)


def test_a_button_looks_like_the_example() -> None:
    assert encode("s", "meals", None, date(2026, 11, 24), 0) == "1s.smeals..dfuy0.i0"

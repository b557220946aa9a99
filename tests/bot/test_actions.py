"""Every action fits a button and comes back from it."""

from datetime import date
from types import UnionType
from typing import get_args, get_type_hints
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.codec import Stale, encode
from bot.conversation.actions import ACTIONS, Action, AskBook, Book, Home, Slots, action_of, data_of

VALUES: dict[type, st.SearchStrategy[object]] = {
    UUID: st.uuids(),
    date: st.dates(),
    int: st.integers(0, 2000),
    # Category codes and division codes are the longest words that buttons carry.
    str: st.sampled_from(["counselling", "volunteering", "320115001001", "zh"]),
    type(None): st.none(),
}


def strategy_for(kind: object) -> st.SearchStrategy[object]:
    if isinstance(kind, UnionType):
        return st.one_of([strategy_for(part) for part in get_args(kind)])
    assert isinstance(kind, type)
    return VALUES[kind]


@pytest.mark.parametrize("kind", ACTIONS, ids=lambda kind: kind.__name__)
@given(data=st.data())
def test_every_action_comes_back_from_its_button(kind: type[Action], data: st.DataObject) -> None:
    fields = {name: strategy_for(type_) for name, type_ in get_type_hints(kind).items()}
    action = data.draw(st.builds(kind, **fields))
    assert len(data_of(action).encode()) <= 64
    assert action_of(data_of(action)) == action


def test_every_kind_of_action_has_a_verb_of_its_own() -> None:
    # By name: a dataclass with slots leaves the class that it was made from behind.
    assert {kind.__name__ for kind in Action.__subclasses__()} == {kind.__name__ for kind in ACTIONS}
    assert len(set(ACTIONS)) == len(ACTIONS)


@given(st.text(max_size=64))
def test_garbage_is_an_action_or_stale(data: str) -> None:
    assert isinstance(action_of(data), Action | Stale)


@pytest.mark.parametrize(
    "data",
    [
        encode("zzz"),  # no such verb
        encode("h", 1),  # an argument too many
        encode("s", "meals"),  # some too few
        encode("ab", "not-a-uuid", 1, None),  # of the wrong kind
        encode("b", UUID(int=1), None, None, 0),  # none where there must be one
    ],
)
def test_a_button_with_other_arguments_is_stale(data: str) -> None:
    assert action_of(data) == Stale()


def test_verbs_stay_what_they_are() -> None:
    """Buttons live on in people's chats: these bytes mean this for as long as the version is 1."""
    someone = UUID("0198c000-0000-7000-8000-000000000001")
    assert action_of("1h") == Home()
    assert action_of("1s.smeals...i0") == Slots("meals")
    assert action_of("1ab.uAZjAAAAAcACAAAAAAAAAAQ.i2.") == AskBook(someone, 2)
    assert action_of("1b.uAZjAAAAAcACAAAAAAAAAAQ.i1..i1") == Book(someone, 1, None, 1)

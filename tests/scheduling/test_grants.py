"""What a booking is answered with: written without a model, and the same as the model says, byte for byte."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import orjson
from asyncpg.pgproto import pgproto
from hypothesis import given
from hypothesis import strategies as st

from models.ids import PersonId, new_id
from models.shapes.base import Area
from models.shapes.bookings import BookingOrder
from models.shapes.places import PointBrief
from models.vocabulary import Category, SlotStatus
from scheduling.actors import Actor
from scheduling.grants import Granted, Order
from scheduling.locks import LockedPerson
from scheduling.policies import effective_policy
from scheduling.queries.slots import SlotRow
from scheduling.rules.booking import SlotFacts
from scheduling.rules.questions import Answer

words = st.text(max_size=12)
moments = st.integers(946_780_000_000, 7_226_000_000_000).map(
    lambda ms: datetime.fromtimestamp(ms / 1000, UTC)
)
"""Of the years that the API speaks of, with parts of seconds: what is said has none."""
answers: st.SearchStrategy[Mapping[str, Answer]] = st.dictionaries(
    words, words | st.integers(-(2**53), 2**53) | st.booleans() | st.lists(words, max_size=3), max_size=3
)


@st.composite
def granted(draw: st.DrawFn) -> Granted:
    """A granted order of any kind."""
    point = PointBrief(
        id=new_id(),
        name=draw(words),
        address=draw(words),
        phone=draw(st.none() | words),
        latitude=draw(st.floats(-90, 90)),
        longitude=draw(st.floats(-180, 180)),
        community=Area(code="320115001001", name=draw(words)),
        subdistrict=Area(code="320115001000", name=draw(words)),
    )
    start, category = draw(moments), draw(st.sampled_from(Category))
    slot_id = pgproto.UUID(str(new_id()))  # as the driver reads it
    slot = SlotRow(
        slot=SlotFacts(
            slot_id,
            category,
            start,
            start + timedelta(hours=1),
            draw(st.integers(0, 50)),
            draw(st.integers(0, 60)),
            draw(st.sampled_from(SlotStatus)),
        ),
        district_code="320115000000",
        community_code="320115001001",
        target_capacity=None,
        version=1,
        service_id=new_id(),
        service_name=draw(words),
        point=point,
        distance_m=draw(st.none() | st.integers(0, 10**7)),
        demo=draw(st.booleans()),
        reminders_drawn=draw(st.booleans()),
    )
    one, other = (LockedPerson(new_id(), n, draw(words), date(1950, 2, 28), False) for n in (1, 2))
    booker = draw(st.sampled_from([one, other]))
    wanted = BookingOrder(
        slot_id=UUID(str(slot_id)), attendee_id=one.id, party=draw(st.integers(1, 9)), note=draw(words)
    )
    return Granted(
        id=new_id(),
        order=Order(Actor(PersonId(booker.id)), wanted, series_id=draw(st.none() | st.just(new_id()))),
        attendee=one,
        booker=booker,
        slot=slot,
        policy=effective_policy(category),
        code="012345",
        answers=dict(draw(answers)),
        told=(one.id,),
        now=draw(moments),
    )


@given(granted())
def test_the_answer_is_what_the_model_says_byte_for_byte(grant: Granted) -> None:
    assert grant.answer() == grant.view().model_dump_json()


@given(granted())
def test_a_slot_is_what_its_model_says_byte_for_byte(grant: Granted) -> None:
    said = orjson.dumps(grant.slot.document(grant.policy), str).decode()
    assert said == grant.slot.view(grant.policy).model_dump_json()

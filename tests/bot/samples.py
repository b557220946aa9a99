"""People, slots and bookings as the API shows them, and a turn in which they meet."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import httpx

from bot import wire
from bot.api import Api, ChatUser
from bot.conversation.turn import Turn
from bot.replies import Language
from bot.resident import Resident

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
"""Monday 23 November 2026, nine in the morning in the district."""

MOTHER = wire.Relative(person_id=UUID("0198c000-0000-7000-8000-000000000002"), name="王桂英")


def nobody_there(request: httpx.Request) -> httpx.Response:
    raise AssertionError(f"this screen should not ask the API: {request.url}")


def turn_of(me: wire.Me) -> Turn:
    """A turn of somebody, for screens that do not ask the API."""
    http = httpx.AsyncClient(transport=httpx.MockTransport(nobody_there), base_url="http://api")
    user = ChatUser("web", "u1", me.name, me.language)
    return Turn.of(Resident(Api(http, "key"), user, "1", me.language), me, NOW, pressed=True)


def person(
    *, language: Language = "zh-CN", consented: bool = True, household: tuple[wire.Relative, ...] = ()
) -> wire.Me:
    consents = (wire.Consent(purpose="service", version="1"),) if consented else ()
    return wire.Me(id=uuid4(), name="李明", language=language, consents=consents, household=household)


def slot(*, free: int = 12, hours_ahead: float = 26, demo: bool = False) -> wire.SlotDetail:
    start = NOW + timedelta(hours=hours_ahead)
    return wire.SlotDetail(
        id=uuid4(),
        start=start,
        end=start + timedelta(minutes=30),
        free=free,
        status="open",
        category="meals",
        service=wire.Named(id=uuid4(), name="长者午餐"),
        point=wire.PointBrief(
            id=uuid4(),
            name="土山社区助餐点",
            address="上元大街 1 号",
            phone="025-52280000",
            latitude=31.95,
            longitude=118.84,
        ),
        distance_m=652,
        demo=demo,
    )


def booking(*, status: str = "confirmed", hours_ahead: float = 26) -> wire.Booking:
    booked = slot(hours_ahead=hours_ahead)
    return wire.Booking(
        id=uuid4(),
        code="402917",
        status=status,
        party=2,
        slot=booked,
        point=booked.point,
        service=booked.service,
        attendee=wire.Named(id=MOTHER.person_id, name=MOTHER.name),
        free_cancel_until=booked.start - timedelta(hours=2),
    )

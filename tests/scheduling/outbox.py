"""The outbox at work in tests: owing messages, claiming and answering them as a bot does."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from models.database import transaction
from models.shapes.notices import NoticeClaim, NoticeFailure, NoticesClaimed, NoticeView
from models.tables import ChannelIdentity, Notice
from models.vocabulary import Channel, NoticeKind
from scheduling import delivery, notices
from scheduling.actors import Actor
from scheduling.notices import Owed
from scheduling.rules.pacing import PACES, Pace
from tests.scheduling.acting import do, stored
from tests.world import DISTRICT, NOW, World

BOT = Actor(service=True)
SECOND = timedelta(seconds=1)
HOUR = timedelta(hours=1)

UNHURRIED = {channel: Pace(a_second=1e6, burst=1e6, apart=timedelta(0)) for channel in PACES}
"""No limits but one at a time for each address."""


async def address(
    world: World, actor: Actor, channel: Channel = Channel.telegram, seen: datetime = NOW
) -> str:
    """Gives somebody an address in a channel and returns it."""
    text = f"{channel}-{actor.require_person()}"
    async with transaction(world.database) as session:
        session.add(
            ChannelIdentity(
                created_at=NOW,
                person_id=actor.require_person(),
                channel=channel,
                address=text,
                last_seen_at=seen,
            )
        )
    return text


def message(actor: Actor, key: str = "one", **changes: object) -> Owed:
    values: dict[str, object] = {
        "person_id": actor.require_person(),
        "kind": NoticeKind.booking_changed,
        "dedupe_key": key,
        "due_at": NOW,
        "expires_at": NOW + 10 * HOUR,
        "data": {"code": "123456"},
        "district_code": DISTRICT,
    }
    return Owed(**{**values, **changes})  # type: ignore[arg-type]  # tests say what they change


async def owe(world: World, *owed: Owed) -> None:
    await do(world, notices.owe, owed, now=NOW)


async def claim(
    world: World,
    now: datetime = NOW,
    *,
    channel: Channel = Channel.telegram,
    limit: int = 50,
    addresses: list[str] | None = None,
) -> list[NoticeView]:
    """What a bot gets, where no pace holds it back."""
    wanted = NoticeClaim(channel=channel, limit=limit, addresses=addresses)
    return (await do(world, delivery.claim, actor=BOT, wanted=wanted, now=now, paces=UNHURRIED)).items


async def paced(
    world: World, now: datetime = NOW, *, limit: int = 50, paces: Mapping[Channel, Pace] = PACES
) -> NoticesClaimed:
    """What a bot on Telegram gets at the channel's own pace."""
    wanted = NoticeClaim(channel=Channel.telegram, limit=limit)
    return await do(world, delivery.claim, actor=BOT, wanted=wanted, now=now, paces=paces)


async def fail(
    world: World,
    notice_id: UUID,
    now: datetime = NOW,
    *,
    retry_after_s: float | None = None,
    blocked: bool = False,
    permanent: bool = False,
) -> None:
    failure = NoticeFailure(
        error="it did not work", retry_after_s=retry_after_s, blocked=blocked, permanent=permanent
    )
    await do(world, delivery.failed, actor=BOT, notice_id=notice_id, failure=failure, now=now)


async def delivered(world: World, notice_id: UUID, now: datetime = NOW) -> None:
    await do(world, delivery.delivered, actor=BOT, notice_id=notice_id, now=now)


async def only(world: World) -> Notice:
    """The one notice there is."""
    (notice,) = await stored(world, Notice)
    return notice


async def reached(world: World, count: int) -> list[Actor]:
    """So many people, each on Telegram."""
    people = await world.people(count)
    async with transaction(world.database) as session:
        session.add_all(
            ChannelIdentity(
                created_at=NOW,
                person_id=person.require_person(),
                channel=Channel.telegram,
                address=f"telegram-{person.person_id}",
                last_seen_at=NOW,
            )
            for person in people
        )
    return people

"""Short ways to link chats, and to look at whose they are."""

from datetime import date
from uuid import UUID

from sqlmodel import col

from models.ids import PersonId
from models.shapes.identity import LinkOrder
from models.shapes.people import ChatSignIn
from models.tables import ChannelIdentity, Person
from models.vocabulary import Channel, Language
from scheduling import signing_in
from scheduling.actors import Actor
from scheduling.errors import Reason
from scheduling.identity import codes, linking
from scheduling.identity.linking import Linked
from tests.rostering import run
from tests.scheduling.acting import stored
from tests.world import NOW, World

BOT = Actor(service=True)


async def chat(
    world: World, user_id: str = "700", *, name: str = "王阿姨", channel: Channel = Channel.telegram
) -> Actor:
    """Somebody who writes to the bot, registered on first contact."""
    who = ChatSignIn(channel=channel, user_id=user_id, name=name, language=Language.zh)
    identity = await run(world, signing_in.sign_in_from_chat, actor=BOT, who=who, now=NOW)
    return Actor(PersonId(identity.person_id))


async def code_of(world: World, actor: Actor) -> str:
    """A new code for somebody's account."""
    return (await run(world, codes.make_own, actor=actor, bot_name=None, now=NOW)).code


async def enter(
    world: World,
    code: str,
    user_id: str = "700",
    *,
    confirmed: bool = True,
    channel: Channel = Channel.telegram,
    now: object = NOW,
    parts: object = (),
) -> Linked | None:
    """Enters a code in a chat."""
    wanted = LinkOrder(channel=channel, user_id=user_id, code=code, confirmed=confirmed)
    return await run(world, linking.link, actor=BOT, wanted=wanted, parts=parts, now=now)  # type: ignore[arg-type]  # as above


async def owner(world: World, user_id: str = "700") -> UUID:
    """Whose a chat is."""
    (row,) = await stored(world, ChannelIdentity, col(ChannelIdentity.address) == user_id)
    return row.person_id


async def person_row(world: World, actor: Actor) -> Person:
    """A person as they are stored."""
    (row,) = await stored(world, Person, col(Person.id) == actor.person_id)
    return row


def codes_of(reasons: tuple[Reason, ...]) -> list[str]:
    """The codes of reasons."""
    return [reason.code for reason in reasons]


BORN = date(1950, 5, 5)

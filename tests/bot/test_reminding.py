"""A reminder on its way from the real application to the person, once."""

from dataclasses import replace

from bot.api import Api
from bot.conversation.actions import SetReminders, ShowTicket
from bot.notices import About, Delivery
from bot.replies import Reply
from tests.bot.chatting import Chat, api_over
from tests.world import LUNCH, World, at


class Post:
    """Keeps what it is given."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, Reply]] = []

    async def send(self, address: str, reply: Reply, about: About) -> None:
        self.sent.append((address, reply))


async def test_a_reminder_arrives_once_in_the_evening_before_and_leads_to_the_ticket(world: World) -> None:
    await world.slot(LUNCH)
    chat = Chat(api_over(world.database), user_id="42")
    await chat.say("午餐")
    await chat.tap("1. ")
    await chat.tap("✅")
    evening = at(0, 18, 1)
    api = api_over(world.database, evening)
    post = Post()
    assert await _delivery(api_over(world.database), post).deliver_due() == 0
    assert await _delivery(api, post).deliver_due() == 1
    assert await _delivery(api, post).deliver_due() == 0
    ((address, reply),) = post.sent
    assert address == "42"
    assert "明天（周二）11:00–12:00" in reply.text
    later = replace(chat, api=api, now=evening, shown=reply)
    (booking,) = await later.resident.bookings(10)
    assert booking.code in reply.text
    assert {ShowTicket(booking.id), SetReminders(0)} <= set(later.actions)
    await later.tap("看凭证")
    assert later.shown.ticket is not None


def _delivery(api: Api, post: Post) -> Delivery:
    return Delivery(api, "telegram", post, lambda: at(0, 18, 1))

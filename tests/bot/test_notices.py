"""How notices read, and that each is sent once and its outcome told."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID, uuid4

import pytest
from structlog.testing import capture_logs

from bot import wire
from bot.api import Unreachable
from bot.conversation.actions import AskCancel, Home, Mine, SetReminders, ShowTicket, Slots, action_of
from bot.conversation.actions.visits import AskLate, Coming
from bot.news import KINDS, render
from bot.notices import About, Blocked, Delivery, PageNotices, RetryLater, Undeliverable
from bot.replies import Channel, Language, Reply
from models.vocabulary import NoticeKind
from tests.bot.samples import NOW

BOOKING = UUID(int=5)


def notice(
    kind: str = "booking_reminder_evening", *, language: Language = "zh-CN", for_self: bool = True
) -> wire.Notice:
    return wire.Notice(
        id=uuid4(),
        kind=kind,
        channel="web",
        address="u1",
        language=language,
        data={
            "booking_id": str(BOOKING),
            "code": "402917",
            "service": "长者午餐",
            "category": "meals",
            "point": "土山社区助餐点",
            "address": "上元大街 1 号",
            "start": "2026-11-24T11:00:00+08:00",
            "end": "2026-11-24T11:30:00+08:00",
            "party": 1,
            "attendee": "王桂英",
            "for_self": for_self,
            "latitude": 31.95,
            "longitude": 118.84,
        },
    )


@dataclass
class Desk:
    """Notices that are owed, and what was said of them."""

    owed: list[wire.Notice]
    told: list[tuple[str, UUID]] = field(default_factory=list)
    errors: list[tuple[str, float | None]] = field(default_factory=list)
    away: int = 0
    """How many times to be unreachable from now on."""

    async def claim(
        self, channel: Channel, limit: int, addresses: Sequence[str] | None = None
    ) -> wire.Claimed:
        self._may_be_away()
        found = [one for one in self.owed if addresses is None or one.address in addresses]
        return wire.Claimed(items=tuple(found[:limit]), wait_s=0)

    async def delivered(self, notice_id: UUID) -> None:
        self._may_be_away()
        self._settle("delivered", notice_id)

    async def failed(
        self,
        notice_id: UUID,
        error: str,
        retry_after_s: float | None = None,
        *,
        blocked: bool = False,
        permanent: bool = False,
    ) -> None:
        self._may_be_away()
        self.errors.append((error, retry_after_s))
        self._settle("blocked" if blocked else "dead" if permanent else "failed", notice_id)

    def _settle(self, outcome: str, notice_id: UUID) -> None:
        self.told.append((outcome, notice_id))
        self.owed = [one for one in self.owed if one.id != notice_id]

    def _may_be_away(self) -> None:
        if self.away:
            self.away -= 1
            raise Unreachable("away")


class Post:
    """A channel that takes everything, or fails as told."""

    def __init__(self, error: Exception | None = None) -> None:
        self.error = error
        self.sent: list[tuple[str, Reply]] = []

    async def send(self, address: str, reply: Reply, about: About) -> None:
        if self.error is not None:
            raise self.error
        self.sent.append((address, reply))


def clock() -> datetime:
    return NOW


def delivery(desk: Desk, post: Post) -> Delivery:
    return Delivery(desk, "web", post, clock, poll_s=0.001, acknowledge_s=0.05)


def actions_of(reply: Reply) -> list[object]:
    return [action_of(button.data) for row in reply.rows for button in row if button.data]


@pytest.mark.parametrize("kind", ["booking_reminder_evening", "booking_reminder_soon"])
def test_a_reminder_says_when_what_where_and_the_code(kind: str) -> None:
    reply = render(notice(kind), NOW)
    for part in ("明天（周二）11:00–11:30", "长者午餐", "土山社区助餐点", "402917"):
        assert part in reply.text
    assert "王桂英" not in reply.text
    assert reply.place is not None
    assert reply.place.address == "上元大街 1 号"
    offered = actions_of(reply)
    said = [Coming(BOOKING), AskLate(BOOKING)]
    assert [*said, ShowTicket(BOOKING), AskCancel(BOOKING), SetReminders(0)] == offered[:5]


def test_a_reminder_without_a_place_on_the_map_says_the_address() -> None:
    known = notice()
    reply = render(known.model_copy(update={"data": {**known.data, "latitude": None}}), NOW)
    assert reply.place is None
    assert "上元大街 1 号" in reply.text


def test_a_reminder_for_somebody_else_says_for_whom() -> None:
    assert "王桂英" in render(notice(for_self=False), NOW).text


def test_a_cancellation_says_so_and_leads_to_another_booking() -> None:
    reply = render(notice("booking_cancelled_by_point", language="en"), NOW)
    assert "had to cancel" in reply.text
    assert "402917" not in reply.text
    assert Slots("lunch") in actions_of(reply)
    assert AskCancel(BOOKING) not in actions_of(reply)


def test_a_change_shows_how_it_is_now() -> None:
    reply = render(notice("booking_changed", language="en"), NOW)
    assert "Tomorrow (Tue) 11:00–11:30" in reply.text
    assert ShowTicket(BOOKING) in actions_of(reply)


def test_every_kind_that_the_api_sends_has_a_screen() -> None:
    assert set(NoticeKind) == KINDS


def test_a_kind_that_is_newer_than_the_bot_says_what_it_is_about() -> None:
    with capture_logs() as logs:
        reply = render(notice("of_tomorrow"), NOW)
    assert "长者午餐" in reply.text
    assert "明天（周二）11:00–11:30" in reply.text
    assert Mine() in actions_of(reply)
    assert [entry["event"] for entry in logs] == ["notice.unknown_kind"]


@pytest.mark.parametrize("kind", [*sorted(KINDS), "of_tomorrow"])
def test_data_that_cannot_be_read_still_says_that_there_is_news(kind: str) -> None:
    with capture_logs() as logs:
        reply = render(notice(kind).model_copy(update={"data": {"booking_id": "none"}}), NOW)
    assert "有新消息" in reply.text
    assert {Mine(), Home()} <= set(actions_of(reply))
    assert logs[-1]["event"] == "notice.not_understood"


async def test_due_notices_are_sent_and_acknowledged() -> None:
    desk, post = Desk([notice(), notice()]), Post()
    owed = [one.id for one in desk.owed]
    assert await delivery(desk, post).deliver_due(10) == 2
    assert [address for address, _ in post.sent] == ["u1", "u1"]
    assert desk.told == [("delivered", owed[0]), ("delivered", owed[1])]


@pytest.mark.parametrize(
    ("error", "outcome", "told"),
    [
        (Blocked(), "blocked", ("blocked", None)),
        (RetryLater(17), "failed", ("asked to wait", 17)),
        (Undeliverable("too long"), "dead", ("too long", None)),
        (OSError("line broken"), "failed", ("OSError: line broken", None)),
    ],
)
async def test_what_could_not_be_sent_is_told(
    error: Exception, outcome: str, told: tuple[str, float | None]
) -> None:
    desk = Desk([notice()])
    (owed,) = desk.owed
    assert await delivery(desk, Post(error)).deliver_due(10) == 1
    assert desk.told == [(outcome, owed.id)]
    assert desk.errors == [told]


async def test_a_notice_that_cannot_be_sent_does_not_stop_the_others() -> None:
    class TakesTheSecond(Post):
        async def send(self, address: str, reply: Reply, about: About) -> None:
            self.error, error = None, self.error
            if error is not None:
                raise error
            await super().send(address, reply, about)

    broken, good = notice(), notice()
    desk, post = Desk([broken, good]), TakesTheSecond(OSError("line broken"))
    with capture_logs() as logs:
        await delivery(desk, post).deliver_due(10)
    assert desk.told == [("failed", broken.id), ("delivered", good.id)]
    assert len(post.sent) == 1
    assert [entry["event"] for entry in logs] == ["notice.not_sent"]


async def test_a_lost_acknowledgement_is_repeated() -> None:
    class AwayAfterClaim(Desk):
        async def claim(
            self, channel: Channel, limit: int, addresses: Sequence[str] | None = None
        ) -> wire.Claimed:
            found = await super().claim(channel, limit, addresses)
            self.away = 2
            return found

    desk, post = AwayAfterClaim([notice()]), Post()
    await delivery(desk, post).deliver_due(10)
    assert [outcome for outcome, _ in desk.told] == ["delivered"]
    assert len(post.sent) == 1


async def test_what_was_sent_is_not_sent_again_when_it_could_not_be_acknowledged() -> None:
    class Deaf(Desk):
        deaf = True

        async def delivered(self, notice_id: UUID) -> None:
            if self.deaf:
                raise Unreachable("away")
            await super().delivered(notice_id)

    desk, post = Deaf([notice()]), Post()
    sending = delivery(desk, post)
    await sending.deliver_due(10)
    assert desk.told == []
    desk.deaf = False
    await sending.deliver_due(10)
    assert [outcome for outcome, _ in desk.told] == ["delivered"]
    assert len(post.sent) == 1


async def test_the_loop_goes_on_after_failures_and_stops_when_told() -> None:
    stop = asyncio.Event()

    class StopsAtTheFirst(Desk):
        async def delivered(self, notice_id: UUID) -> None:
            await super().delivered(notice_id)
            stop.set()

    desk, post = StopsAtTheFirst([notice()], away=3), Post()
    with capture_logs() as logs:
        async with asyncio.timeout(5):
            await delivery(desk, post).run(stop)
    assert len(post.sent) == 1
    assert [entry["event"] for entry in logs] == ["notice.pass_failed"] * 3
    pauses = [entry["next_try_s"] for entry in logs]
    assert pauses == sorted(pauses)
    assert len(set(pauses)) == 3


async def test_the_page_claims_for_its_addresses_and_gets_screens() -> None:
    good, elsewhere = notice(), notice().model_copy(update={"address": "u2"})
    desk = Desk([good, elsewhere])
    page = PageNotices(desk, clock)
    (owed,) = await page.claim(limit=10, addresses=["u1"])
    assert (owed.id, owed.address) == (good.id, "u1")
    assert owed.replies == (render(good, NOW),)
    await page.delivered(owed.id)
    assert desk.owed == [elsewhere]


async def test_stopping_finishes_what_is_in_hand_and_takes_no_more() -> None:
    stop, sending, free = asyncio.Event(), asyncio.Event(), asyncio.Event()

    class Slow(Post):
        async def send(self, address: str, reply: Reply, about: About) -> None:
            sending.set()
            await free.wait()
            await super().send(address, reply, about)

    desk, post = Desk([notice()]), Slow()
    (owed,) = desk.owed
    running = asyncio.create_task(delivery(desk, post).run(stop))
    async with asyncio.timeout(5):
        await sending.wait()
        stop.set()
        await asyncio.sleep(0.02)
        assert not running.done(), "it has one in hand"
        desk.owed.append(notice())
        free.set()
        await running
    assert desk.told == [("delivered", owed.id)]
    assert len(desk.owed) == 1, "left to another process"


async def test_many_are_in_hand_at_once_and_the_channel_is_asked_when_it_has_room() -> None:
    """Twenty at a time, each for another address: one that is slow holds up nobody."""
    most = working = 0

    class Watched(Post):
        async def send(self, address: str, reply: Reply, about: About) -> None:
            nonlocal most, working
            working += 1
            most = max(most, working)
            await asyncio.sleep(0.01)
            working -= 1
            await super().send(address, reply, about)

    class Paced(Desk):
        """Gives each notice once, and says how long to wait."""

        async def claim(
            self, channel: Channel, limit: int, addresses: Sequence[str] | None = None
        ) -> wire.Claimed:
            assert 1 <= limit <= 20
            taken, self.owed = self.owed[:limit], self.owed[limit:]
            if not taken and not working:
                stop.set()
            return wire.Claimed(items=tuple(taken), wait_s=0.001)

    stop = asyncio.Event()
    desk, post = Paced([notice() for _ in range(70)]), Watched()
    async with asyncio.timeout(10):
        await delivery(desk, post).run(stop)
    assert len(post.sent) == 70
    assert most == 20

"""One request from a street lamp to a rating, told by everybody's chat, in both languages, against an approved transcript: it
reaches the worker by its place, is answered late, climbs, is answered, reopened, answered again and rated.

To approve another wording, look at the difference, then run with LASTMETRE_APPROVE=1, which writes the transcripts anew.
"""

import os
import re
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.replies import Language, Reply
from governance.check import check
from models.database import transaction
from models.tables import Request
from tests.bot.chatting import Chat
from tests.bot.gridded import Town
from tests.governing import AT_GATE
from tests.world import World, at

APPROVED = Path(__file__).parent / "approved"
BOTH = pytest.mark.parametrize("language", ["zh-CN", "en"])

TAPS = {
    "send": ("✅ 提交", "✅ Send the request"),
    "see": ("👀", "👀"),
    "accept": ("✅ 受理", "✅ Accept it"),
    "yes": ("✅ 我来办", "✅ Yes, I have it"),
    "answer": ("🏁 答复办结", "🏁 Answer it"),
    "send answer": ("✅ 答复办结", "✅ Answer it"),
    "not solved": ("🔁 没解决", "🔁 Not solved"),
    "again": ("✅ 要求重办", "✅ Have it done again"),
    "rate": ("⭐", "⭐"),
    "five": ("⭐⭐⭐⭐⭐", "⭐⭐⭐⭐⭐"),
    "send rating": ("✅ 提交评价", "✅ Send the rating"),
}
SAID = {
    "matter": ("小区北门的路灯坏了两天", "The street lamp at the north gate has been out for two days"),
    "answer": ("灯泡已经换好", "The bulb was replaced"),
    "again": ("昨晚又不亮了", "It was out again last night"),
    "answer again": ("线路也换了，今晚会亮", "The wire was replaced too, it will be lit tonight"),
    "word": ("谢谢，很亮", "Thank you, it is bright"),
}


class Story:
    """What was said, in order, as a transcript."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.english = town.language == "en"
        self.lines: list[str] = []

    def word(self, table: dict[str, tuple[str, str]], key: str) -> str:
        return table[key][self.english]

    def note(self, who: str, reply: Reply) -> None:
        """Writes down what somebody sees: the text, and the buttons."""
        buttons = [" | ".join(button.label for button in row) for row in reply.rows]
        self.lines += [f"── {who}", reply.text, *(f"   [{row}]" for row in buttons), ""]

    async def told(self) -> dict[str, Reply]:
        """Everybody is told what is owed to them; the last message of each."""
        last: dict[str, Reply] = {}
        for who, reply in await self.town.told():
            self.note(f"{who} ← ", reply)
            last[who] = reply
        return last

    def moment(self, days: int, hour: int) -> None:
        """Time goes by."""
        self.town.later(at(days, hour))
        self.lines += [f"════ {self.town.now.astimezone(at(0, 0).tzinfo):%Y-%m-%d} +{days}d {hour}:00", ""]

    async def says(self, chat: Chat, key: str) -> None:
        """Types something."""
        self.lines.append(f"{chat.name}: {self.word(SAID, key)}")
        self.note(chat.name, await chat.say(self.word(SAID, key)))

    async def taps(self, chat: Chat, key: str) -> None:
        """Presses a button."""
        label = self.word(TAPS, key)
        self.lines.append(f"{chat.name} ▸ {chat.button(label).label}")
        self.note(chat.name, await chat.tap(label))

    def transcript(self) -> str:
        """All of it; the number of the request, which is drawn, is left out."""
        return re.sub(r"\b\d{8}\b", "########", "\n".join(self.lines)) + "\n"


@BOTH
async def test_a_street_lamp_is_told_as_was_approved(
    world: World, tmp_path: Path, language: Language
) -> None:
    town = await Town(world, tmp_path, language).settle()
    story = Story(town)
    resident = await town.chat(town.grid.resident, "陈奶奶")
    await town.chat(town.grid.worker, "李明")
    deputy = await town.chat(town.grid.deputy, "王芳")

    story.moment(0, 9)
    await story.says(resident, "matter")
    story.note("陈奶奶 📍", await resident.share(AT_GATE.latitude, AT_GATE.longitude))
    await story.taps(resident, "send")
    await story.told()

    story.moment(1, 12)
    await town.tick()
    await story.told()

    story.moment(1, 18)
    await town.tick()
    told = await story.told()
    assert set(told) == {"陈奶奶", "李明", "王芳"}

    story.moment(2, 9)
    deputy.shown = told["王芳"]
    for key in ("see", "accept", "yes", "answer"):
        await story.taps(deputy, key)
    await story.says(deputy, "answer")
    await story.taps(deputy, "send answer")
    told = await story.told()

    story.moment(3, 9)
    resident.shown = told["陈奶奶"]
    await story.taps(resident, "not solved")
    await story.says(resident, "again")
    await story.taps(resident, "again")
    told = await story.told()

    story.moment(3, 15)
    deputy.shown = told["王芳"]
    for key in ("see", "answer"):
        await story.taps(deputy, key)
    await story.says(deputy, "answer again")
    await story.taps(deputy, "send answer")
    told = await story.told()

    story.moment(4, 10)
    resident.shown = told["陈奶奶"]
    for key in ("rate", "five"):
        await story.taps(resident, key)
    await story.says(resident, "word")
    await story.taps(resident, "send rating")
    await story.told()

    async with transaction(world.database) as session:
        assert await check(session, now=town.now) == []
        request = (await session.execute(select(Request))).scalar_one()
    assert (request.state, request.stars, request.reopened, request.climbed) == ("closed", 5, 1, 1)
    path = APPROVED / f"street_lamp.{language}.txt"
    if os.environ.get("LASTMETRE_APPROVE"):
        path.write_text(story.transcript(), encoding="utf-8")
    assert story.transcript() == path.read_text(encoding="utf-8")

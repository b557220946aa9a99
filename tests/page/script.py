"""A scripted conversation in place of the real one: greeting, meals, time, confirmation, ticket."""

import asyncio
from base64 import b64decode
from collections.abc import Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from bot.conversation.actions import Home, Human, Mine, SetLanguage, data_of
from bot.page import Owed
from bot.replies import Button, Document, Incoming, Picture, Place, Reply, Ticket

HOME = data_of(Home())
MINE = data_of(Mine())
HUMAN = data_of(Human())
CHINESE = data_of(SetLanguage("zh"))
ENGLISH = data_of(SetLanguage("en"))

BACK = (Button("🏠 首页", HOME), Button("☎️ 找人帮忙", HUMAN))

POINT = Place("岔路社区为老食堂", "江宁区秣陵街道岔路口路 18 号", 31.953, 118.84)

GREETING = Reply(
    "您好！\n我帮您预约家门口的午饭和别的服务，到时候提醒您。想办什么，点一下就行。",
    rows=(
        (Button("🍚 订午饭", "meals"),),
        (Button("🧓 养老服务", "elder"), Button("📋 全部服务", "all")),
        (Button("🎫 我的预约", MINE), Button("📍 我住哪里", "place")),
        (Button("❓ 帮助", "help"), Button("🌐 中文 / English", "languages")),
    ),
)

GREETING_ENGLISH = Reply(
    "Hello!\nI book lunch and other services near your home, and remind you in time. Tap what you would like.",
    rows=(
        (Button("🍚 Book lunch", "meals"),),
        (Button("🧓 Elder care", "elder"), Button("📋 All services", "all")),
        (Button("🎫 My bookings", MINE), Button("📍 Where I live", "place")),
        (Button("❓ Help", "help"), Button("🌐 中文 / English", "languages")),
    ),
)


def _slot(number: int, hours: str, what: str, where: str, distance: str) -> Button:
    label = f"{number}. 明天 {hours[:5]} · {where}"
    detail = (f"{number}. 明天（周三）{hours}", what, f"{where} · {distance}")
    return Button(label, f"slot-{number}", detail=detail)


SLOTS = Reply(
    "🍚 助餐\n点一个您方便的时间。",
    rows=(
        (_slot(1, "11:00–11:30", "老人午餐 · 剩 12 位", "岔路社区为老食堂", "约 350 米"),),
        (_slot(2, "11:30–12:00", "老人午餐 · 剩 3 位", "岔路社区为老食堂", "约 350 米"),),
        (_slot(3, "11:00–12:00", "家常午餐 · 剩 20 位", "天元社区邻里厨房", "约 1.2 公里"),),
        (_slot(4, "11:30–12:30", "家常午餐 · 剩 8 位", "天元社区邻里厨房", "约 1.2 公里"),),
        (_slot(5, "11:00–12:00", "清淡午餐 · 剩 15 位", "凤凰社区邻里中心", "约 1.6 公里"),),
        (Button("📅 换一天", "day"), Button("🗺 换个地方", "elsewhere")),
        BACK,
    ),
    replace=True,
)

CONFIRM = Reply(
    "要这样预约吗？\n\n时间：明天（周三）11:00–11:30\n项目：老人午餐\n地点：岔路社区为老食堂，江宁区秣陵街道岔路口路 18 号\n"
    "给谁：张桂兰，1 位\n\n开始前 2 小时可以免费取消。",
    rows=((Button("✅ 好，帮我约上", "book-1"),), (Button("👥 多约一位", "party-2"),), BACK),
    replace=True,
)

TICKET = Reply(
    "约好了！\n开始前我会提醒您。",
    rows=(
        (Button("🕒 改时间", "move"), Button("✖️ 取消预约", "cancel")),
        (Button("🎫 我的预约", MINE),),
        BACK,
    ),
    place=POINT,
    ticket=Ticket(
        "402917",
        "老人午餐 · 岔路社区为老食堂",
        (
            "时间：明天（周三）11:00–11:30",
            "地点：江宁区秣陵街道岔路口路 18 号",
            "给谁：张桂兰，1 位",
            "电话：025-52101234",
            "明天（周三）09:00 前可以免费取消",
        ),
        qr="LM1:ABCDEFGHIJKLMNOPQRSTUVWXYZ234567",
    ),
    replace=True,
)

WHERE = Reply("您住在哪里？发一下位置，我就能看到您附近有什么。", rows=(BACK,), ask_location=True)

CALL = Reply(
    "请打 12345，或者秣陵街道 025-52100000，早上 8 点到晚上 8 点有人接。",
    rows=((Button("☎️ 政务服务热线 12345", url="tel:12345"),), (Button("🏠 首页", HOME),)),
)

ODD = Reply(
    '<img src=x onerror="document.title=1"> <b>粗</b>',
    rows=((Button("<i>斜</i>", "meals"), Button("坏链接", url="javascript:document.title=2")),),
)

REMINDER = Reply(
    "🔔 明天（周三）11:00 您在岔路社区为老食堂有老人午餐，凭证号 402917。",
    rows=((Button("🎫 看预约", "book-1"), Button("✖️ 取消预约", "cancel")),),
)


PIXEL = b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)

THINGS = Reply(
    "这是您的时长证明。",
    rows=(BACK,),
    picture=Picture(PIXEL, "image/png", "一张图"),
    document=Document("hours.pdf", "application/pdf", b"%PDF-1.7"),
)


def _diet(*on: str) -> Reply:
    boxes = (("软烂", "diet-soft"), ("少盐", "diet-salt"))
    rows = tuple((Button(f"{'☑' if what in on else '☐'} {what}", data),) for what, data in boxes)
    return Reply("饮食要求？", rows=(*rows, BACK), replace=True)


ANSWERS: Mapping[str, Reply] = {
    "meals": SLOTS,
    "slot-1": CONFIRM,
    "book-1": TICKET,
    "place": WHERE,
    "odd": ODD,
    "things": THINGS,
    "diet": _diet(),
    "diet-salt": _diet("少盐"),
    HUMAN: CALL,
}


class Script:
    """Answers by the script and remembers what came. `broken` lets the next answers fail; `slow_s` delays them."""

    def __init__(self) -> None:
        self.heard: list[Incoming] = []
        self.done: set[str] = set()
        self.broken = 0
        self.slow_s = 0.0
        self.large = False

    async def respond(self, incoming: Incoming) -> list[Reply]:
        self.heard.append(incoming)
        await asyncio.sleep(self.slow_s)
        if self.broken:
            self.broken -= 1
            raise ConnectionError("scripted failure")
        self.done.add(incoming.update_key)
        return [self._sized(reply) for reply in self._answer(incoming)]

    def _answer(self, incoming: Incoming) -> Sequence[Reply]:
        said = incoming.data or incoming.text or ""
        if incoming.file is not None:
            return [Reply(f"收到{incoming.file.kind}。", rows=(BACK,))]
        if incoming.location is not None:
            return [Reply("记住了，您在岔路社区附近。"), SLOTS]
        if said == ENGLISH or (incoming.language == "en" and said in {HOME, "/start"}):
            return [GREETING_ENGLISH]
        self.large = self.large or said == "large"
        return [ANSWERS.get(said, GREETING)]

    def _sized(self, reply: Reply) -> Reply:
        return replace(reply, large_text=self.large)


class Outbox:
    """Notices owed, as the API keeps them: a claimed one is not given again until its lease runs out."""

    def __init__(self) -> None:
        self.owed: dict[UUID, Owed] = {}
        self.leased: set[UUID] = set()
        self.asked: list[tuple[str, ...]] = []
        self.broken = 0

    def owe(self, owed: Owed) -> None:
        self.owed[owed.id] = owed

    def run_out_leases(self) -> None:
        self.leased.clear()

    async def claim(self, *, limit: int, addresses: Sequence[str]) -> Sequence[Owed]:
        self.asked.append(tuple(addresses))
        if self.broken:
            self.broken -= 1
            raise ConnectionError("scripted failure")
        claimed = [
            owed for owed in self.owed.values() if owed.address in addresses and owed.id not in self.leased
        ][:limit]
        self.leased.update(owed.id for owed in claimed)
        return claimed

    async def delivered(self, notice_id: UUID) -> None:
        self.owed.pop(notice_id, None)

"""A person at a chat, talking to the real application over ASGI, with buttons to press."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

import httpx
from starlette.types import Receive, Scope, Send

from api.app import create_api
from api.state import ApiState
from api.tokens import TokenMint
from bot import wire
from bot.api import Api
from bot.conversation import respond
from bot.conversation.actions import Action, action_of, data_of
from bot.replies import Button, Channel, Incoming, Language, Reply, SharedFile
from bot.resident import Resident
from governance.attachments import Keeping
from governance.parts import PERSONAL_PARTS
from models.database import Database
from scheduling import bookings
from tests.scheduling.acting import do
from tests.world import NOW, World

SERVICE_KEY = "the bot's own key"

APP = create_api()
"""One application for all tests: making it takes longer than a test does. Each request finds its client's state."""


def api_over(
    database: Database,
    now: datetime = NOW,
    *,
    clock: Callable[[], datetime] | None = None,
    asked: Callable[[httpx.Request], None] | None = None,
    keeping: Keeping | None = None,
    telegram_token: str | None = None,
) -> Api:
    """A client of the real application, whose clock stands at `now`, or goes as `clock` does. Only clients of one time
    may ask at once. `asked` sees every request; `keeping` is where photos are kept, if they are.
    """
    state = ApiState(
        database,
        clock or (lambda: now),
        TokenMint(b"k" * 32),
        SERVICE_KEY,
        keeping=keeping,
        telegram_token=telegram_token,
        parts=PERSONAL_PARTS,
    )

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        APP.state.api = state
        await APP(scope, receive, send)

    transport = httpx.ASGITransport(app, raise_app_exceptions=False)

    async def see(request: httpx.Request) -> None:
        if asked is not None:
            asked(request)

    http = httpx.AsyncClient(transport=transport, base_url="http://api", event_hooks={"request": [see]})
    return Api(http, SERVICE_KEY)


@dataclass
class Chat:
    """Somebody's chat. What was shown last can be read and its buttons pressed."""

    api: Api
    now: datetime = NOW
    user_id: str = "1001"
    name: str = "李明"
    language: Language = "zh-CN"
    channel: Channel = "telegram"
    shown: Reply = field(default_factory=lambda: Reply(""))
    taps: int = 0
    updates: int = 0

    async def say(self, text: str) -> Reply:
        """Type something."""
        return await self._send(replace(self._incoming(), text=text))

    async def answer(self, text: str, under: tuple[str, ...]) -> Reply:
        """Type something in answer to a message with these buttons."""
        return await self._send(replace(self._incoming(), text=text, under=under))

    async def share(self, latitude: float, longitude: float) -> Reply:
        """Share a location."""
        return await self._send(replace(self._incoming(), location=(latitude, longitude)))

    async def send_file(self, file: SharedFile, caption: str | None = None) -> Reply:
        """Send a photo, a voice note or a document."""
        return await self._send(replace(self._incoming(), file=file, text=caption))

    async def send_contact(self, phone: str) -> Reply:
        """Share one's own phone number."""
        return await self._send(replace(self._incoming(), contact=phone))

    async def tap(self, label: str) -> Reply:
        """Press the first button whose label has this in it."""
        return await self.press(self.button(label).data)

    async def press(self, data: str | None) -> Reply:
        """Press a button that carries this."""
        assert data is not None, "this button leads elsewhere"
        self.taps += 1
        return await self._send(replace(self._incoming(), data=data))

    async def do(self, action: Action) -> Reply:
        """Press a button that does this, whether or not it is shown (any more)."""
        return await self.press(data_of(action))

    async def again(self) -> Reply:
        """The last update is delivered once more."""
        return await self._deliver(self._last)

    def button(self, label: str) -> Button:
        """The first button whose label has this in it."""
        for button in self.buttons:
            if label in button.label:
                return button
        raise AssertionError(f"no button {label!r} among {[button.label for button in self.buttons]}")

    @property
    def buttons(self) -> list[Button]:
        """All buttons that are shown."""
        return [button for row in self.shown.rows for button in row]

    @property
    def read(self) -> str:
        """Everything that is shown in words: the text, and what the buttons stand for in full."""
        return "\n".join([self.shown.text, *(line for button in self.buttons for line in button.detail)])

    @property
    def actions(self) -> list[object]:
        """What the buttons shown do."""
        return [action_of(button.data) for button in self.buttons if button.data]

    @property
    def resident(self) -> Resident:
        """The person, to look at the API past the conversation."""
        return Resident.of(self.api, replace(self._incoming(), text=""))

    async def person_id(self) -> UUID:
        """Who the person is to the API."""
        return (await self.resident.me()).id

    def _incoming(self) -> Incoming:
        return Incoming(self.channel, self.user_id, self.name, self.language, str(self.updates))

    async def _send(self, incoming: Incoming) -> Reply:
        self.updates += 1
        self._last = replace(incoming, update_key=str(self.updates))
        return await self._deliver(self._last)

    async def _deliver(self, incoming: Incoming) -> Reply:
        (self.shown,) = await respond(incoming, self.api, self.now)
        assert self.shown.text
        assert all(len(button.data.encode()) <= 64 for button in self.buttons if button.data)
        return self.shown


async def offered_to(world: World, chat: Chat, slot: UUID) -> wire.Offer:
    """Lets somebody book a slot of one place, the person at the chat wait for it, and the place come free."""
    other = await world.person()
    theirs = await world.book(other, slot)
    await replace(chat.resident, update_key=str(slot)).wait(slot, 1, None)
    await do(world, bookings.cancel, actor=other, booking_id=theirs.id, now=NOW)
    (offer,) = [entry.offer for entry in await chat.resident.waiting() if entry.slot.id == slot]
    assert offer is not None
    return offer

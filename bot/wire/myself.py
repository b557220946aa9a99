"""What is stored about the person in the chat, and whose the chat is, as the bot sees it."""

from datetime import date, datetime
from uuid import UUID

from bot.wire.base import Area, View
from bot.wire.people import Consent, RoleHeld, Token


class MyData(View):
    """The person's own data, of which the phone number is masked."""

    name: str
    phone: str | None
    birth_date: date | None
    disability: bool
    home_division: Area | None
    reminders: bool
    opted_out: tuple[str, ...]
    large_text: bool
    consents: tuple[Consent, ...]


class Birthday(View):
    """What a birthday means: categories in which one books earlier than others, and whether the year alone would do."""

    earlier: tuple[str, ...]
    year_is_enough: bool


class Address(View):
    """An address besides the chat; `confirmed` once the code that was sent there has come back."""

    channel: str
    address: str
    confirmed: bool
    blocked: bool


class ConsentWithdrawn(View):
    """A consent taken back, and what follows, in the person's language."""

    follows: str


class LinkCode(View):
    """A code that links another chat to the person's account."""

    code: str
    telegram_url: str | None
    expires_at: datetime


class Along(View):
    """What comes along when the chat is linked, counted."""

    bookings: int
    waiting: int
    series: int
    shifts: int
    relatives: int


class Linking(View):
    """Whose account a code is, and what linking the chat to it means, or did. `token` is there once it is done."""

    done: bool
    person_id: UUID
    name: str
    roles: tuple[RoleHeld, ...]
    stays: bool
    comes_along: Along
    token: Token | None = None


class Erasure(View):
    """That the person was erased, and what was given up with that."""

    bookings: int
    waiting: int
    shifts: int
    links: int

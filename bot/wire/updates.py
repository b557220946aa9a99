"""Updates of a channel that the API keeps until they are dealt with, as the bot sees them."""

from uuid import UUID

from bot.wire.base import View


class Claim(View):
    """An update to deal with; see the API's `ChatUpdateView`."""

    id: UUID
    update_id: int
    chat: str
    payload: str
    attempt: int
    spent: bool
    behind: int
    spoke_s_ago: float | None = None


class Receipt(View):
    """What to deal with first of all, after an update was kept."""

    taken: Claim | None = None


class Claims(View):
    """What to deal with now."""

    items: tuple[Claim, ...]


class Lost(View):
    """Claims that are not ours any more."""

    lost: tuple[UUID, ...]

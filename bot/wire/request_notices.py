"""Data of notices about requests and wishes."""

from datetime import datetime
from uuid import UUID

from bot.wire.base import View


class RequestNews(View):
    """A step of a request, for who asked and who follows; `what` is what happened, `note` what was said with it."""

    request_id: UUID
    code: str
    kind: str
    excerpt: str
    place: str
    what: str
    owner: str
    rung: str
    due_at: datetime
    note: str = ""
    mine: bool = True


class RequestWork(RequestNews):
    """The same for who answers: what it means for them."""

    stars: int | None = None


class WishNews(View):
    """What became of a wish, for the volunteer who has it in hand, or had it."""

    request_id: UUID
    wish: str
    what: str

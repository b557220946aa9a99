"""One turn of the conversation: who acts, when, in which language, and how a screen is put together."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from bot import wire
from bot.asking import Asking
from bot.conversation.actions import Action, Home, Human, data_of
from bot.replies import Button, Document, Picture, Place, Reply, Ticket
from bot.resident import Resident
from bot.texts import Words, words

T = TypeVar("T")
P = TypeVar("P", bound=Asking)

Row = tuple[Button, ...]

MOST_ITEMS = 100
"""The most that the API gives in one page of a list."""


def button(label: str, action: Action, detail: tuple[str, ...] = ()) -> Button:
    """A button that does something here."""
    return Button(label, data=data_of(action), detail=detail)


def footer(_: Words, *, point: UUID | None = None, home: bool = True) -> Row:
    """What stands under every screen: the way back, and a human (of the point that the screen is about, if any)."""
    human = button(_("☎️ Ask a person") if point is None else _("☎️ Call the point"), Human(point))
    return (button(_("🏠 Home"), Home()), human) if home else (human,)


@dataclass(frozen=True, slots=True)
class Turn:
    """What every screen needs. `pressed` says that a button was pressed, whose message the answer then replaces."""

    resident: Resident
    me: wire.Me
    words: Words
    now: datetime
    pressed: bool

    @classmethod
    def of(cls, resident: Resident, me: wire.Me, now: datetime, *, pressed: bool) -> "Turn":
        """A turn of this person, in their language."""
        return cls(resident.speaking(me.language), me, words(me.language), now, pressed)

    def knowing(self, me: wire.Me) -> "Turn":
        """The same turn after the person has changed something about themselves."""
        return Turn.of(self.resident, me, self.now, pressed=self.pressed)

    def acting_as(self, kind: type[P]) -> P:
        """The person in another capacity: `turn.acting_as(Volunteer)`."""
        return kind.like(self.resident)

    def screen(
        self,
        text: str,
        rows: Sequence[Row] = (),
        *,
        point: UUID | None = None,
        place: Place | None = None,
        ticket: Ticket | None = None,
        ask_location: bool = False,
        ask_contact: bool = False,
        picture: Picture | None = None,
        document: Document | None = None,
        home: bool = True,
    ) -> Reply:
        """A screen with its footer."""
        return Reply(
            text=text,
            rows=(*rows, footer(self.words, point=point, home=home)),
            place=place,
            ticket=ticket,
            ask_location=ask_location,
            ask_contact=ask_contact,
            picture=picture,
            document=document,
            replace=self.pressed,
            large_text=self.me.large_text,
        )


def limit_for(page: int, size: int) -> int:
    """How many items to ask for, so that page `page` (from 0) is among them, and whether more follow."""
    return min(MOST_ITEMS, (max(0, page) + 1) * size + 1)


def leaf(items: Sequence[T], page: int, size: int) -> tuple[Sequence[T], bool]:
    """The items of page `page` (from 0), and whether more follow."""
    first = max(0, page) * size
    return items[first : first + size], len(items) > first + size


def in_rows(buttons: Sequence[Button], width: int) -> list[Row]:
    """Buttons side by side, `width` to a row."""
    return [tuple(buttons[start : start + width]) for start in range(0, len(buttons), width)]


def page_row(_: Words, page: int, turned_to: Callable[[int], Action], *, more: bool) -> list[Row]:
    """Buttons to the pages before and after page `page`, as far as there are any."""
    row: list[Button] = []
    if page > 0:
        row.append(button(_("◀ Back"), turned_to(page - 1)))
    if more:
        row.append(button(_("More ▶"), turned_to(page + 1)))
    return [tuple(row)] if row else []
